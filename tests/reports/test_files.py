"""A report as CSV, XLSX and HTML holds every cell, and executes nothing of what other people wrote into it."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from clausework.reports.csv_file import csv_bytes
from clausework.reports.html_page import html_bytes
from clausework.reports.tables import Report, Table, TableUneven
from clausework.reports.xlsx_file import xlsx_bytes

COLUMNS = ("item", "title")
HOSTILE = (
    '<script>alert("x")</script>',
    '=HYPERLINK("http://example.com")',
    "@SUM(1)",
    "a\nb\nc\nd\ne",
    'quote " and , and ;',
    "</table><img src=x onerror=y>",
    "\x00\x0b",
    "e" * 70,
)


def table(*cells: str) -> Table:
    """Return a table of one row per cell."""
    return Table("requirements", "About them.", COLUMNS, tuple(("REQ-1", cell) for cell in cells))


def report(*cells: str) -> Report:
    """Return a report of one table."""
    return Report("Matrix & more", (("version", "<2.4.1>"),), (table(*cells),))


class _Cells(HTMLParser):
    """Collects the text of cells, and the names of all elements."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.cells: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append(tag)
        if tag == "td":
            self.inside = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=40),
        max_size=5,
    )
)
def test_csv_holds_every_cell(cells: list[str]) -> None:
    """Whatever a cell holds is read back; an apostrophe stands before what a spreadsheet would execute."""
    text = csv_bytes(table(*cells)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == list(COLUMNS)
    for cell, (_, read) in zip(cells, rows[1:], strict=True):
        assert read in {cell, f"'{cell}"}
        assert not read.startswith(("=", "+", "-", "@"))


def test_a_workbook_holds_every_cell_as_text() -> None:
    """No cell of a workbook is a formula, and what XML cannot hold is replaced."""
    book = load_workbook(io.BytesIO(xlsx_bytes(report(*HOSTILE))))
    assert book.sheetnames == ["about", "requirements"]
    cells = [row[1] for row in book["requirements"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(HOSTILE)
    assert cells[1].value == HOSTILE[1]
    assert cells[6].value == "\ufffd\ufffd"


def test_a_workbook_depends_on_the_report_alone() -> None:
    """The same report gives the same sheets, whenever it is written."""
    first, second = (load_workbook(io.BytesIO(xlsx_bytes(report("a")))) for _ in range(2))
    assert first.properties.created == second.properties.created


def test_a_page_shows_what_was_written_and_runs_none_of_it() -> None:
    """Text is shown as text; the page has no element that its template does not have, and loads nothing."""
    page = html_bytes(report(*HOSTILE)).decode()
    parser = _Cells()
    parser.feed(page)
    assert parser.cells[1] == HOSTILE[0]
    assert parser.elements.count("script") == 1
    assert "img" not in parser.elements
    assert "default-src 'none'" in page
    assert "&lt;2.4.1&gt;" in page


def test_attack_text_on_a_page_that_reads_as_another() -> None:
    """Attack: an item's title turns the reading direction, so that a page shows another outcome than was written."""
    parser = _Cells()
    parser.feed(html_bytes(report("\u202edeifirev ton\u202c", "one\ntwo\tthree")).decode())
    assert parser.cells[1] == "\\u202edeifirev ton\\u202c"
    assert parser.cells[3] == "one\ntwo three"


def test_many_lines_are_folded_away_and_still_there() -> None:
    """A cell of many lines shows its first and keeps the others."""
    parser = _Cells()
    parser.feed(html_bytes(report("a\nb\nc\nd\ne")).decode())
    assert parser.cells[1] == "a and 4 moreb\nc\nd\ne"


def test_a_row_under_the_wrong_columns_is_a_defect() -> None:
    """A table whose rows do not have as many cells as columns is never written."""
    with pytest.raises(TableUneven):
        Table("x", "", ("a", "b"), (("1",),))
