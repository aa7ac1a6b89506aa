"""What a cell cannot hold is cut where it says so, and what a spreadsheet would execute is not let in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from clausework.reports.csv_file import csv_bytes
from clausework.reports.tables import Report, Table
from clausework.reports.xlsx_file import xlsx_bytes

MOST = 32_767
"""UTF-16 code units that a cell of a workbook holds."""


def cell_of(text: str) -> str:
    """Return what a workbook holds of a cell."""
    report = Report("x", (), (Table("rows", "x", ("cell",), ((text,),)),))
    value = load_workbook(io.BytesIO(xlsx_bytes(report)))["rows"]["A2"].value
    return "" if value is None else str(value)


@pytest.mark.parametrize("character", ["x", "\U0001f600", "ü"])
def test_a_cell_that_is_cut_says_so(character: str) -> None:
    """Thousands of tests of one requirement do not end in silence, and the workbook stays one that opens."""
    for count in (MOST // 2 - 100, MOST, 100_000):
        text = character * count
        shown = cell_of(text)
        assert len(shown.encode("utf-16-le")) // 2 <= MOST
        assert shown == text or shown.endswith(f"(cut: {count} characters; the other formats hold all)")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=30))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    """Nor in full width, nor behind a line break: some spreadsheets take these for formulas too."""
    table = Table("rows", "x", ("cell",), ((text,),))
    rows = list(csv.reader(io.StringIO(csv_bytes(table).decode("utf-8-sig"), newline="")))
    (read,) = rows[1] or [""]
    assert read in {text, f"'{text}"}
    assert not read.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\n"))
