"""Distribution lists: CSV files that say who was given which version (clause 6.2.5; MDR Article 10(12), 25, 27).

A list is read row by row in bounded memory. It counts whole or not at all: a row that says nothing certain rejects it,
with its line. Cells are text: what looks like a formula is kept as it is written, and told.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

import msgspec

from clausework.core.clock import NotATime, parse_timestamp
from clausework.core.digests import NotADigest, parse_sha256
from clausework.core.errors import InputRejected
from clausework.core.places import Finding, FindingsInInput, Place
from clausework.core.printable import printable

LONGEST_LINE = 1 << 20
MOST_LINES_OF_ROW = 200
LONGEST_CELL = 1_000
_MOST_FINDINGS = 20
_DELIMITERS = ",;\t|"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "site": ("site", "customer", "hospital", "location"),
    "version": ("version", "software version"),
    "digest": ("digest", "sha256", "sha 256"),
    "serial": ("serial", "serial number", "sn"),
    "udi_pi": ("udi pi", "udipi", "lot", "lot number"),
    "date": ("date", "delivered", "delivery date", "shipped", "installed"),
    "quantity": ("quantity", "qty", "count"),
    "operator": ("operator", "delivered by", "installed by"),
}
"""What a list can say of a row, and the headings that it is looked for under, whatever their case and signs."""


class ListUnreadable(InputRejected):
    """A distribution list cannot be read whole."""

    hint = "Save the list as CSV in UTF-8 with a header row, then give it once more."


class Delivery(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row: who was given what, when. ``version`` or ``digest`` is there; an empty ``date`` is not known."""

    line: int
    site: str
    version: str = ""
    digest: str = ""
    serial: str = ""
    udi_pi: str = ""
    date: str = ""
    quantity: int = 1
    operator: str = ""
    formula: bool = False


class DistributionList:
    """An open list: ``columns`` are the headings read, by what they say; iterate it once for its rows.

    Raises ``ListUnreadable``, and ``FindingsInInput`` with every row that says nothing certain.
    """

    def __init__(self, stream: BinaryIO, name: str, columns: Mapping[str, str]) -> None:
        self._name = printable(name)
        self._lines = _Lines(stream, self._name)
        header = self._lines.header()
        self._delimiter, headings = max(
            ((one, _split(header, one)) for one in _DELIMITERS),
            key=lambda found: (len(_columns(found[1], columns)), len(found[1])),
        )
        self._width = len(headings)
        self._places = _columns(headings, columns)
        self.columns = {what: headings[place] for what, place in self._places.items()}
        self._refuse_missing(headings, columns)

    def __iter__(self) -> Iterator[Delivery]:
        """Yield the rows in order."""
        findings: list[Finding] = []
        count = 0
        for line, cells in self._rows():
            count += 1
            read = self._delivery(line, cells)
            if isinstance(read, Delivery):
                if not findings:
                    yield read
                continue
            findings.append(Finding("row", read, Place(self._name, line)))
            if len(findings) == _MOST_FINDINGS:
                break
        if findings:
            raise FindingsInInput("The distribution list", findings)
        if not count:
            raise ListUnreadable(f"'{self._name}' has a header and no row.")

    def _refuse_missing(self, headings: Sequence[str], columns: Mapping[str, str]) -> None:
        shown = ", ".join(f"'{printable(one)[:40]}'" for one in headings[:20])
        for what, heading in columns.items():
            if what not in self._places:
                raise ListUnreadable(
                    f"'{self._name}' has no column '{printable(heading)}', only {shown}.",
                    hint="Name the columns as the header row does: --column site=Customer.",
                )
        if "site" not in self._places or not {"version", "digest"} & self._places.keys():
            raise ListUnreadable(
                f"'{self._name}' has no columns that say where and which version, only {shown}.",
                hint="Say which they are: --column site=Customer --column version=Software.",
            )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._lines, delimiter=self._delimiter, strict=True)
        try:
            while True:
                first = self._lines.number + 1
                self._lines.begin_row()
                cells = next(reader, None)
                if cells is None:
                    return
                if any(cell.strip() for cell in cells):
                    yield first, cells
        except csv.Error as error:
            raise ListUnreadable(
                f"'{self._name}' line {self._lines.number}: the row is not well written: {error}."
            ) from error

    def _delivery(self, line: int, cells: Sequence[str]) -> Delivery | str:
        """Return the row as it was meant, or what is wrong with it."""
        if any(cell.strip() for cell in cells[self._width :]):
            return f"it has {len(cells)} values under {self._width} headings"
        said = {
            what: cells[place].strip() if place < len(cells) else "" for what, place in self._places.items()
        }
        for what, text in said.items():
            if len(text) > LONGEST_CELL:
                return f"the {what} has {len(text)} characters; {LONGEST_CELL} are the most"
            if text != printable(text):
                return f"the {what} holds characters that cannot be shown: {printable(text)[:80]}"
        try:
            return _read(line, said)
        except (NotADigest, NotATime) as error:
            return error.message.rstrip(".")
        except ValueError as error:
            return str(error)


def _read(line: int, said: Mapping[str, str]) -> Delivery:
    """Return a row; raises ``ValueError``, ``NotADigest``, ``NotATime``."""
    site, version, digest, date = (said.get(what, "") for what in ("site", "version", "digest", "date"))
    if not site:
        raise ValueError("it names no site")
    if not version and not digest:
        raise ValueError("it names neither version nor digest")
    if date:
        parse_timestamp(date)
    return Delivery(
        line=line,
        site=site,
        version=version,
        digest=parse_sha256(digest) if digest else "",
        serial=said.get("serial", ""),
        udi_pi=said.get("udi_pi", ""),
        date=date,
        quantity=_quantity(said.get("quantity", ""), said.get("serial", "")),
        operator=said.get("operator", ""),
        formula=any(text[:1] in {"=", "@"} for text in said.values()),
    )


def _quantity(text: str, serial: str) -> int:
    if not text:
        return 1
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise ValueError(f"the quantity '{text[:40]}' is no whole number from 1")
    if serial and int(text) != 1:
        raise ValueError(f"the serial number {serial[:80]} stands for {int(text)} devices")
    return int(text)


class _Lines:
    """The lines of a stream as text, each of bounded length, a row of bounded lines; raises ``ListUnreadable``."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._begun = 0
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        data = self._stream.readline(LONGEST_LINE + 1)
        if not data:
            raise StopIteration
        self.number += 1
        if len(data) > LONGEST_LINE:
            raise ListUnreadable(f"'{self._name}' line {self.number} has more than {LONGEST_LINE} bytes.")
        if self.number - self._begun > MOST_LINES_OF_ROW:
            raise ListUnreadable(
                f"'{self._name}' line {self._begun + 1}: a row goes on for more than {MOST_LINES_OF_ROW} lines;"
                " a quote is not closed."
            )
        return self._decoded(data)

    def begin_row(self) -> None:
        """Count the lines of a row from here."""
        self._begun = self.number

    def header(self) -> str:
        """Return the first line that is not blank, without a mark of the encoding or a hint at the separator."""
        for line in self:
            self.begin_row()
            if line.strip() and not re.fullmatch(r"sep=.\s*", line):
                if "\r" in line.rstrip("\r\n"):
                    raise ListUnreadable(f"'{self._name}' ends its lines with a carriage return alone.")
                return line.rstrip("\r\n")
        raise ListUnreadable(f"'{self._name}' holds nothing.")

    def _decoded(self, data: bytes) -> str:
        if self.number == 1:
            if data.startswith(_UTF_16):
                raise ListUnreadable(f"'{self._name}' is UTF-16, not UTF-8.")
            data = data.removeprefix(b"\xef\xbb\xbf")
        if b"\x00" in data:
            raise ListUnreadable(f"'{self._name}' line {self.number} holds a byte 0: it is no text.")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ListUnreadable(
                f"'{self._name}' line {self.number}: byte 0x{data[error.start]:02x} is not UTF-8."
            ) from error


def _split(header: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter, strict=True))]
    except (csv.Error, StopIteration):
        return []


def _columns(headings: Sequence[str], named: Mapping[str, str]) -> dict[str, int]:
    """Return the place of each thing that the list says: by the heading named for it, else by the usual ones."""
    plain = [_plain(one) for one in headings]
    found: dict[str, int] = {}
    for what, usual in HEADINGS.items():
        wanted = (_plain(named[what]),) if what in named else usual
        place = next((plain.index(one) for one in wanted if one in plain), None)
        if place is not None:
            found[what] = place
    return found


def _plain(heading: str) -> str:
    return " ".join(re.split(r"[\W_]+", heading.casefold())).strip()
