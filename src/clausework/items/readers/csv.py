"""Items in tables as text: CSV as RFC 4180 has it, with a header, parted by comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from clausework.core.places import Finding, Place
from clausework.items.readers.columns import Use, planned_uses
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.tables import Row, Table, header_in, items_of
from clausework.items.source import ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_DELIMITERS = (",", ";", "\t", "|")
_SUFFIXES = (".csv", ".tsv")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _takes(path: str) -> bool:
    return path.lower().endswith(_SUFFIXES) and not PurePosixPath(path).name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    planned = planned_uses(mapping)
    tables: list[Table] = []
    findings: list[Finding] = []
    for file in files:
        try:
            tables.append(_table_in(file, planned))
        except Rejection as rejection:
            findings.append(rejection.finding)
    if findings:
        return SourceRead((), tuple(findings))
    return items_of(tables, planned)


def _table_in(file: SourceFile, planned: dict[str, Use]) -> Table:
    text, first_line, delimiters = _without_hint(_decoded(file))
    if not text.strip():
        hint = "Write a header and a row an item, or delete it."
        raise Rejection("empty", "the file holds nothing", Place(file.path), hint)
    every = [(delimiter, list(_beginning(text, delimiter, file.path))) for delimiter in delimiters]
    headers = [
        (len(found[0].header), delimiter, found)
        for delimiter, beginning in every
        if (found := header_in(beginning, planned, 1))
    ]
    if not headers:
        first = next(line for line in text.splitlines() if line.strip())
        hint = "Call it 'ID', or say in the plan which column it is: columns: {'Req No': id}."
        message = f"the header has no column for the ID: {first[:100]!a}"
        raise Rejection("column", message, Place(file.path, first_line), hint)
    _, delimiter, (columns, header) = max(headers, key=lambda one: one[0])
    rows = [
        Row(row.line + first_line - 1, row.cells)
        for row in _rows(text, delimiter, file.path, first_line)
        if row.line > header.line
    ]
    return Table(file.path, PurePosixPath(file.path).stem, columns, rows, even=True)


def _decoded(file: SourceFile) -> str:
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + (3 if file.data.startswith(b"\xef\xbb\xbf") else 0)
        line = file.data.count(b"\n", 0, start) + 1
        what = f"byte {start} is 0x{file.data[start]:02x}, which is not UTF-8"
        hint = "Save it as CSV in UTF-8; a spreadsheet's plain 'CSV' is of the machine's own code page."
        if file.data.startswith(_UTF_16):
            what = "it is UTF-16, not UTF-8"
        raise Rejection("encoding", what, Place(file.path, line), hint) from error


def _without_hint(text: str) -> tuple[str, int, tuple[str, ...]]:
    """Return ``text`` without a first line such as ``sep=;``, the line on which it begins, what may part its values."""
    first, _, rest = text.partition("\n")
    hint = first.rstrip("\r")
    if hint.startswith("sep=") and len(hint) == len("sep=;"):
        return rest, 2, (hint[-1],)
    return text, 1, _DELIMITERS


def _beginning(text: str, delimiter: str, path: str) -> Iterator[Row]:
    """Yield the first row that is not blank, if it can be read with this delimiter."""
    try:
        for row in _rows(text, delimiter, path, 1):
            if any(cell.strip() for cell in row.cells):
                yield row
                return
    except Rejection:
        return


def _rows(text: str, delimiter: str, path: str, first_line: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "Put values that hold the separator, a quote or a line break in double quotes, a quote within twice."
        place = Place(path, line + first_line - 1)
        raise Rejection(
            "csv", f"the row that begins here is not well written: {error}", place, hint
        ) from error


SOURCE = ItemSource("csv", 1, "CSV", _takes, _read, TYPES_BY_NAME, ROLES_BY_NAME)
