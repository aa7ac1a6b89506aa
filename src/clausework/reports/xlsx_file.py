"""A report as XLSX: a sheet about it, then a sheet per table, with filters and frozen headers."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from clausework.reports.tables import Report, Table

_LONGEST_CELL = 32_700
"""UTF-16 code units of one cell, some below what spreadsheets take (32,767)."""

_WIDEST = 60
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The time that the file itself says: what it is of stands in its first sheet."""


def xlsx_bytes(report: Report) -> bytes:
    """Return ``report`` as a workbook. Every cell is text, so that none is taken for a formula."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = _EPOCH
    about = book.create_sheet("about")
    about.append(_cells(about, (report.title,), bold=True))
    for row in report.facts:
        about.append(_cells(about, row))
    for table in report.tables:
        _add(book, table)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _add(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(table.name)
    sheet.freeze_panes = "C2"
    for number, column in enumerate(table.columns, start=1):
        longest = max(
            [len(column), *(len(line) for row in table.rows for line in row[number - 1].split("\n"))]
        )
        sheet.column_dimensions[get_column_letter(number)].width = min(_WIDEST, longest + 2)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    sheet.append(_cells(sheet, table.columns, bold=True))
    for row in table.rows:
        sheet.append(_cells(sheet, row))


def _cells(sheet: WriteOnlyWorksheet, texts: tuple[str, ...], *, bold: bool = False) -> list[Cell]:
    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet, value=_fitted(_NOT_XML.sub("\ufffd", text)))
        cell.data_type = "s"
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)
        cells.append(cell)
    return cells


def _fitted(text: str) -> str:
    """Return ``text`` as a cell can hold it; where that is not all of it, the cell says so."""
    whole = text.encode("utf-16-le")
    if len(whole) <= 2 * _LONGEST_CELL:
        return text
    note = f"\n(cut: {len(text)} characters; the other formats hold all)"
    return whole[: 2 * (_LONGEST_CELL - len(note))].decode("utf-16-le", "ignore") + note
