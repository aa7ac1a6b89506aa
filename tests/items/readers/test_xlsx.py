"""Spreadsheets are read as they were last calculated; what a library would lose in silence is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.items.readers.xlsx import SOURCE
from clausework.items.source import ForeignItem
from clausework.plan.model import ItemMapping

from .reading import adopted, items, read, told

Rows = list[list[Any]]


def workbook(*sheets: tuple[str, Rows], change: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook of these sheets as openpyxl saves it, changed before by ``change``."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(data: bytes, parts: dict[str, Callable[[str], str]] | None = None, *, drop: str = "") -> bytes:
    """Return a workbook whose parts, by the beginning of their name, were changed; or one was left out, or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for part, change in (parts or {}).items():
                if name.split("/")[-1].startswith(part):
                    text = change(text)
            if name != drop:
                new.writestr(name, text)
    return stream.getvalue()


def sheet(data: bytes, mapping: ItemMapping | None = None) -> list[ForeignItem]:
    """Return the items of a workbook in which nothing is wrong."""
    return items(SOURCE, data, "reqs.xlsx", mapping)


def said(data: bytes, mapping: ItemMapping | None = None) -> list[str]:
    """Return what is told of a workbook."""
    return told(SOURCE, data, "reqs.xlsx", mapping)


PLAIN: Rows = [
    ["ID", "Title", "Text", "Verifies", "Due", "At", "When", "Count", "Ratio", "Done"],
    [
        "T-1",
        "Alarm",
        "Given\nwhen",
        "R-1; R-2",
        date(2026, 4, 10),
        time(8, 30),
        datetime(2026, 4, 10, 8, 30, tzinfo=UTC).replace(tzinfo=None),
        3,
        0.1,
        True,
    ],
]


def test_a_row_becomes_an_item() -> None:
    """Dates and times are ISO 8601, numbers as they are kept, truth in words; the sheet is the kind."""
    (one,) = sheet(workbook(("Test Case", PLAIN)))
    assert (one.id, one.kind, one.title, one.text) == ("T-1", "Test Case", "Alarm", "Given\nwhen")
    assert [(link.name, link.target) for link in one.links] == [("verifies", "R-1"), ("verifies", "R-2")]
    assert one.fields == {
        "Due": "2026-04-10",
        "At": "08:30:00",
        "When": "2026-04-10T08:30:00",
        "Count": "3",
        "Ratio": "0.1",
        "Done": "true",
    }
    assert (one.place.path, one.place.line) == ("reqs.xlsx!Test Case", 2)
    assert str(adopted(SOURCE, [one])[0].type) == "test_case"


def test_every_sheet_with_an_id_is_read() -> None:
    """Sheets without a column for the ID, and those that the plan leaves out, are passed over."""
    data = workbook(
        ("Cover", [["Infusor"], ["Version", 2]]),
        ("Requirements", [["Infusor"], [], ["No", "shall"], ["R-1", "x"], [None, None], ["R-2", "y"]]),
        ("Terms", [["Key", "Meaning"], ["SOUP", "software of unknown provenance", "loose"]]),
        ("Hazards", [["ID", "What"], ["H-1", "z"]]),
    )
    mapping = ItemMapping(types={"terms": "ignore"}, columns={"No": "id", "Shall": "text"})
    found = sheet(data, mapping)
    assert [(one.id, one.kind, one.text, one.place.line) for one in found] == [
        ("R-1", "Requirements", "x", 4),
        ("R-2", "Requirements", "y", 6),
        ("H-1", "Hazards", "", 2),
    ]


def test_a_number_is_an_id_without_a_fraction() -> None:
    """Spreadsheets keep 12 as a number; the plan's prefix makes it an item's ID."""
    assert [one.id for one in sheet(workbook(("S", [["ID"], [12], [13.0]])))] == ["12", "13"]


def test_the_size_that_a_sheet_states_is_not_believed() -> None:
    """A sheet that says it has one cell is read to its end all the same."""
    data = workbook(("S", [["ID", "Text"], ["R-1", "a"], ["R-2", "b"]]))
    lying = repacked(data, {"sheet1": lambda text: text.replace('ref="A1:B3"', 'ref="A1"')})
    assert lying != data
    assert [one.text for one in sheet(lying)] == ["a", "b"]


def test_merged_cells_are_told() -> None:
    """Of cells that were merged only the first holds what is shown in them all: the other rows lack an ID."""
    data = workbook(
        ("S", [["ID", "Text"], ["R-1", "a"], [None, "b"]]), change=lambda book: book["S"].merge_cells("A2:A3")
    )
    assert said(data) == ["reqs.xlsx!S:3: item-id: the row has no ID"]


def test_a_formula_that_was_never_calculated_is_told() -> None:
    """A library gives it as an empty cell."""
    (one,) = said(workbook(("S", [["ID", "Text"], ["R-1", '="a"&"b"']])))
    assert "reqs.xlsx!S:2:2" in one
    assert "never calculated" in one


def test_a_formulas_saved_value_is_taken() -> None:
    """What the spreadsheet calculated last is the cell's content, an empty text too."""
    data = workbook(("S", [["ID", "Text", "Note"], ["R-1", "=1", "=2"]]))

    def calculated(text: str) -> str:
        text = re.sub(r"<f>1</f><v ?/?>(?:</v>)?", "<f>1</f><v>7</v>", text)
        return text.replace('<c r="C2">', '<c r="C2" t="str">')

    done = repacked(data, {"sheet1": calculated})
    (one,) = sheet(done)
    assert (one.text, one.fields) == ("7", {})


def test_an_error_in_a_cell_is_told() -> None:
    """#REF! is no text of an item."""
    data = workbook(("S", [["ID", "Text"], ["R-1", "#REF!"]]))
    assert said(data) == ["reqs.xlsx!S:2:2: xlsx: the cell is the error #REF!"]


def test_a_cell_under_no_name_is_told() -> None:
    """Neither beside the header nor under a blank in it may anything stand."""
    assert (
        "stands in a column that has no name" in said(workbook(("S", [["ID", "Text"], ["R-1", "a", "b"]])))[0]
    )
    assert "stands in a column that has no name" in said(workbook(("S", [["ID", None], ["R-1", "a"]])))[0]


DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]>'


def _with_doctype(text: str) -> str:
    return text.replace("?>", f"?>{DOCTYPE}", 1) if text.startswith("<?xml") else DOCTYPE + text


SIMPLE = workbook(("S", [["ID", "Text"], ["R-1", "a"]]))


def _added(name: str, data: bytes = b"x") -> bytes:
    stream = io.BytesIO(SIMPLE)
    with zipfile.ZipFile(stream, "a") as book:
        book.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no whole archive"),
        (b"ID,Text\nR-1,a\n", "no whole archive"),
        (SIMPLE[:-30], "no whole archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted, or of the older .xls"),
        (repacked(SIMPLE, drop="[Content_Types].xml"), "lists no content types"),
        (repacked(SIMPLE, drop="xl/workbook.xml"), "cannot be read"),
        (repacked(SIMPLE, drop="xl/worksheets/sheet1.xml"), "no sheet has a column for the ID"),
        (_added("xl/vbaProject.bin"), "macros"),
        (_added("../x.xml"), "leads out"),
        (_added("x.xml", b"<a>"), "not well-formed"),
        (repacked(SIMPLE, {"sheet1": _with_doctype}), "a document type"),
        (repacked(SIMPLE, {"workbook": _with_doctype}), "a document type"),
        (
            repacked(SIMPLE, {"[Content": lambda text: text.replace("sheet1.xml", "sheet1.bin")}),
            "not named so",
        ),
        (
            repacked(SIMPLE, {"sheet1": lambda text: text.replace('<row r="2"', '<row r="1"')}),
            "does not follow row 1",
        ),
        (
            repacked(SIMPLE, {"sheet1": lambda text: text.replace('<row r="2"', '<row r="9999999"')}),
            "does not follow row",
        ),
        (
            repacked(SIMPLE, {"sheet1": lambda text: text.replace('r="B2"', 'r="A2"')}),
            "does not follow column 1",
        ),
        (
            repacked(SIMPLE, {"sheet1": lambda text: text.replace('r="B2"', 'r="ZZZ2"')}),
            "does not follow column 1",
        ),
        (
            workbook(("S", [["Name"], ["x"]]), ("T", [])),
            "no sheet has a column for the ID; its sheets: 'S', 'T'",
        ),
    ],
)
def test_workbooks_that_harm_or_mislead_are_told(data: bytes, what: str) -> None:
    """Bombs, entities, macros, sheets out of order and what is no workbook are refused."""
    found = said(data)
    assert any(what in one for one in found), found


def test_a_sheet_of_too_many_cells_is_told() -> None:
    """A few rows that reach far to the right would fill the memory."""
    rows = "".join(
        f'<row r="{n}"><c r="XFD{n}" t="inlineStr"><is><t>x</t></is></c></row>' for n in range(3, 400)
    )
    data = repacked(SIMPLE, {"sheet1": lambda text: text.replace("</sheetData>", rows + "</sheetData>")})
    assert "more than 5000000 cells" in said(data)[0]


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_nothing_escapes_but_findings(data: st.DataObject) -> None:
    """Whatever is done to the bytes of a workbook or of one of its parts, the reader raises nothing."""
    part = data.draw(st.sampled_from(["", "sheet1", "workbook", "styles", "sharedStrings", "[Content"]))

    def changed(text: str) -> str:
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        return text[:at] + data.draw(st.sampled_from(["", "0", "x", '"', "-1", "</c>"])) + text[at + cut :]

    if part:
        raw = repacked(SIMPLE, {part: changed})
    else:
        at = data.draw(st.integers(0, len(SIMPLE) - 1))
        raw = SIMPLE[:at] + bytes([data.draw(st.integers(0, 255))]) + SIMPLE[at + 1 :]
    read(SOURCE, raw, "reqs.xlsx")


@pytest.mark.parametrize(
    ("path", "taken"),
    [("a.xlsx", True), ("A.XLSM", True), ("~$a.xlsx", False), (".a.xlsx", False), ("a.xls", False)],
)
def test_files_are_taken_by_their_names(path: str, taken: bool) -> None:
    """In a folder, spreadsheets are known by their suffix; what an open one leaves beside it is none."""
    assert SOURCE.takes(path) is taken
