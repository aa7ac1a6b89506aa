"""Looks through an XLSX file's parts before a library opens it: what could harm, mislead or get lost in silence."""

from __future__ import annotations

import re

from clausework.core.places import Finding, Place
from clausework.items.readers.bounded_zip import BoundedZip
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.xml_parse import Events, Here, check_xml, parse_xml

MOST_ROWS = 1 << 20
"""Rows of a sheet, as spreadsheets have them."""

MOST_CELLS = 5_000_000
"""Cells of a sheet, those left out between others counted."""

_CONTENT_TYPES = "[Content_Types].xml"
_MACROS = "xl/vbaProject.bin"
_OLE = b"\xd0\xcf\x11\xe0"
_XML = (".xml", ".rels")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def open_parts(data: bytes, path: str) -> BoundedZip:
    """Return the archive of the file ``path`` when each part of it in XML may be parsed; raises ``Rejection``."""
    place = Place(path)
    if data.startswith(_OLE):
        hint = "Save it as .xlsx, without a password."
        raise Rejection("xlsx", "it is encrypted, or of the older .xls", place, hint)
    archive = BoundedZip(data, path)
    if _CONTENT_TYPES not in archive.names:
        raise Rejection("xlsx", "it is no workbook: it lists no content types", place, "Save it as .xlsx.")
    if _MACROS in archive.names:
        hint = "Save it as .xlsx: what macros may change when it is opened is no controlled record."
        raise Rejection("xlsx", "it holds macros", place, hint)
    for name in archive.names:
        if name.lower().endswith(_XML):
            check_xml(archive.read(name), f"{path}!{name}")
    parse_xml(archive.read(_CONTENT_TYPES), path, lambda here: _ContentTypes(here))
    return archive


class _ContentTypes(Events):
    """Makes sure that each part that is XML is named so, and was therefore looked through."""

    def __init__(self, here: Here) -> None:
        self.here = here

    def start(self, name: str, attributes: dict[str, str]) -> None:
        part = attributes.get("PartName", "")
        is_xml = attributes.get("ContentType", "").endswith("+xml") and name.endswith("Override")
        if is_xml and not part.lower().endswith((*_XML, ".vml")):
            raise Rejection("xlsx", f"the part '{part[:60]}' is XML, and not named so", self.here())

    def end(self, name: str) -> None:
        """Leave it."""

    def text(self, data: str) -> None:
        """Leave it."""


class Sheet(Events):
    """Looks through a sheet: rows and cells in their order, of a number that can be held, formulas with values."""

    def __init__(self, here: Here, place: Place) -> None:
        self.here = here
        self.place = place
        self.findings: list[Finding] = []
        self.row = 0
        self.column = 0
        self.cells = 0
        self.formula = False
        self.value = False
        self.in_value = False
        self.kind = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        local = name.rpartition(" ")[2]
        if local == "row":
            self._begin_row(attributes.get("r", ""))
        elif local == "c":
            self._begin_cell(attributes.get("r", ""), attributes.get("t", "n"))
        elif local == "f":
            self.formula = True
        self.in_value = local == "v"

    def end(self, name: str) -> None:
        """Take the end of an element."""
        local = name.rpartition(" ")[2]
        self.in_value = False
        if local == "row":
            self.cells += self.column
            if self.cells > MOST_CELLS:
                raise self._rejection(f"it has more than {MOST_CELLS} cells")
        elif local == "c" and self.formula and not self.value and self.kind != "str":
            message = f"the formula in column {self.column} has no value: it was never calculated"
            hint = "Open the workbook in a spreadsheet program, let it calculate, and save it."
            self.findings.append(Finding("xlsx", message, self._at(), hint=hint))

    def text(self, data: str) -> None:
        """Take character data."""
        if self.in_value and data.strip():
            self.value = True

    def _begin_row(self, number: str) -> None:
        row = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0
        row = self.row + 1 if not number else row
        if not self.row < row <= MOST_ROWS:
            raise self._rejection(f"row {number[:20]!a} does not follow row {self.row}")
        self.row, self.column = row, 0

    def _begin_cell(self, reference: str, kind: str) -> None:
        column = self.column + 1
        if reference:
            found = _CELL.fullmatch(reference)
            column = _column_number(found[1]) if found and int(found[2]) == self.row else 0
        if not self.column < column <= 1 << 14:
            raise self._rejection(
                f"cell {reference[:20]!a} does not follow column {self.column} of row {self.row}"
            )
        self.column, self.kind, self.formula, self.value = column, kind, False, False

    def _at(self) -> Place:
        return Place(self.place.path, self.row, self.column)

    def _rejection(self, message: str) -> Rejection:
        return Rejection("xlsx", message, self._at(), "Save it anew with a spreadsheet program.")


def check_sheet(data: bytes, place: Place) -> list[Finding]:
    """Return what in a sheet would be lost in silence; raises ``Rejection`` for one that cannot be read as it is."""
    sheets: list[Sheet] = []

    def make(here: Here) -> Sheet:
        sheets.append(Sheet(here, place))
        return sheets[0]

    parse_xml(data, place.path, make)
    return sheets[0].findings


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
