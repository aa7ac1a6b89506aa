"""The form of a manual test for a person to fill: JSON, CSV, or a workbook with room and a list of outcomes."""

from __future__ import annotations

import csv
import io

import msgspec

from clausework.evidence.manual_form import ManualForm
from clausework.evidence.manual_table import (
    EQUIPMENT_COLUMNS,
    FILLED_BY_TESTER,
    LINES,
    SOFTWARE_COLUMNS,
    STEP_COLUMNS,
    TITLE,
    guarded,
    rows_of,
)

_WIDTHS = (30, 36, 36, 14, 32, 14, 22, 22)
_LINE = 13  # points that a line of text takes
_ROOM_TO_WRITE = 3  # lines of a step, where it is shorter, so that there is room for a pen
_TO_FILL = "FFF7D6"
_HEADER = "DCE6F1"


def json_form(form: ManualForm) -> bytes:
    """Return ``form`` as JSON, a member a line."""
    return msgspec.json.format(msgspec.json.encode(form), indent=2) + b"\n"


def csv_form(form: ManualForm) -> bytes:
    """Return ``form`` as UTF-8 CSV with a byte order mark; nothing in it is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([guarded(cell) for cell in row] for row in rows_of(form))
    return text.getvalue().encode("utf-8-sig")


def xlsx_form(form: ManualForm) -> bytes:
    """Return ``form`` as a workbook: what is to be filled is shaded, and outcomes are chosen from a list."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has a sheet; the library's types do not say so
        raise TypeError("The workbook has no sheet.")
    sheet.title = "Manual test"
    thin = Side(style="thin", color="999999")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    headers = (SOFTWARE_COLUMNS[0], EQUIPMENT_COLUMNS[0], STEP_COLUMNS[0], TITLE)
    section = ""
    outcomes = DataValidation(type="list", formula1='"pass,fail,blocked"', allow_blank=True)
    sheet.add_data_validation(outcomes)
    for number, row in enumerate(rows_of(form), start=1):
        section = row[0] if row and row[0] in headers else section
        for column, text in enumerate(_padded(row, section), start=1):
            cell = sheet.cell(number, column)
            cell.value = text or None
            if text:
                cell.data_type = "s"
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.border = border
            if row[0] in headers:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor=_HEADER)
            elif _to_fill(section, row, column):
                cell.fill = PatternFill("solid", fgColor=_TO_FILL)
        is_step = section == STEP_COLUMNS[0] and bool(row) and row[0].isdecimal()
        if is_step:
            outcomes.add(f"F{number}")
        sheet.row_dimensions[number].height = (
            _LINE * _lines(row, at_least=_ROOM_TO_WRITE if is_step else 1) + 3
        )
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions["ABCDEFGH"[column - 1]].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lines(row: tuple[str, ...], *, at_least: int) -> int:
    """Return how many lines the tallest cell of a row takes: programs do not work it out when they open a file."""
    return max([at_least, *(-(-len(text) // (width - 2)) for text, width in zip(row, _WIDTHS, strict=False))])


def _padded(row: tuple[str, ...], section: str) -> tuple[str, ...]:
    """Return ``row`` as wide as its section; what stands between sections stays empty."""
    if not row:
        return ()
    widths = {STEP_COLUMNS[0]: len(STEP_COLUMNS), EQUIPMENT_COLUMNS[0]: len(EQUIPMENT_COLUMNS)}
    return (*row, *("" for _ in range(widths.get(section, 2) - len(row))))


def _to_fill(section: str, row: tuple[str, ...], column: int) -> bool:
    if section == STEP_COLUMNS[0]:
        return column > 4 and row[0].isdecimal()
    if section == EQUIPMENT_COLUMNS[0]:
        return column > 1
    return section == TITLE and column == 2 and LINES.get(row[0]) in FILLED_BY_TESTER
