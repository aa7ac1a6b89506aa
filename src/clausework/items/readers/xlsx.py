"""Items in spreadsheets (``.xlsx``): every sheet that has a column for the ID, as it was last calculated and saved."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any

import openpyxl

from clausework.core.places import Finding, Place
from clausework.items.foreign import LEFT_OUT
from clausework.items.readers.bounded_zip import BoundedZip
from clausework.items.readers.columns import Use, plain, planned_uses
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.tables import Row, Table, header_in, items_of
from clausework.items.readers.xlsx_parts import check_sheet, open_parts
from clausework.items.source import ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

HEADER_WITHIN = 20
"""Rows that are not blank among which a sheet's header is looked for; what stands above it is left out."""

_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"})
_LARGEST_EXACT = 1 << 53


def _takes(path: str) -> bool:
    name = PurePosixPath(path).name
    return name.lower().endswith((".xlsx", ".xlsm")) and not name.startswith((".", "~$"))


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    planned = planned_uses(mapping)
    left_out = {plain(kind) for kind, known in mapping.types.items() if known == LEFT_OUT}
    tables: list[Table] = []
    findings: list[Finding] = []
    for file in files:
        try:
            found, wrong = _tables_in(file, planned, left_out)
            tables += found
            findings += wrong
        except Rejection as rejection:
            findings.append(rejection.finding)
    if findings:
        return SourceRead((), tuple(findings))
    return items_of(tables, planned)


def _tables_in(
    file: SourceFile, planned: dict[str, Use], left_out: set[str]
) -> tuple[list[Table], list[Finding]]:
    archive = open_parts(file.data, file.path)
    tables: list[Table] = []
    findings: list[Finding] = []
    names: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what the library does not keep, nothing is asked for
        for sheet in _sheets(file):
            names.append(sheet.title)
            if plain(sheet.title) in left_out:
                continue
            place = Place(f"{file.path}!{sheet.title}")
            wrong = _check(archive, sheet, place)
            rows = list(_rows(sheet, place))
            header = header_in(rows, planned, HEADER_WITHIN)
            if header is None:
                continue
            columns, first = header
            body = [row for row in rows if row.line > first.line]
            findings += [*wrong, *(_errors(body, place))]
            tables.append(Table(place.path, sheet.title, columns, body, even=False))
    if not tables:
        listed = ", ".join(f"'{name}'" for name in names) or "none"
        hint = "Call it 'ID', or say in the plan which column it is: columns: {'Req No': id}."
        message = f"no sheet has a column for the ID; its sheets: {listed}"
        raise Rejection("column", message, Place(file.path), hint)
    return tables, findings


def _check(archive: BoundedZip, sheet: Any, place: Place) -> list[Finding]:
    part = str(getattr(sheet, "_worksheet_path", ""))
    if part not in archive.names or not part.lower().endswith(".xml"):
        raise Rejection("xlsx", "a sheet's part is not in the workbook", place, "Save it anew.")
    return check_sheet(archive.read(part), place)


def _sheets(file: SourceFile) -> Iterator[Any]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(file.data), read_only=True, data_only=True, keep_links=False)
        yield from book.worksheets
    except Rejection:
        raise
    except Exception as error:
        hint = "Save it anew as .xlsx with a spreadsheet program."
        raise Rejection(
            "xlsx", f"the workbook cannot be read: {error!r:.200}", Place(file.path), hint
        ) from error


def _rows(sheet: Any, place: Place) -> Iterator[Row]:
    """Yield the rows that are not blank; the size that the sheet states of itself is not believed."""
    sheet.reset_dimensions()
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = tuple(_text(value) for value in values)
            if any(cells):
                yield Row(number, cells)
    except Exception as error:
        hint = "Save it anew as .xlsx with a spreadsheet program."
        raise Rejection("xlsx", f"the sheet cannot be read: {error!r:.200}", place, hint) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


def _errors(rows: Sequence[Row], place: Place) -> Iterator[Finding]:
    for row in rows:
        for number, cell in enumerate(row.cells, start=1):
            if cell in _ERRORS:
                hint = "Mend the formula, let it calculate, and save the workbook."
                at = Place(place.path, row.line, number)
                yield Finding("xlsx", f"the cell is the error {cell}", at, hint=hint)


SOURCE = ItemSource("xlsx", 1, "XLSX", _takes, _read, TYPES_BY_NAME, ROLES_BY_NAME)
