"""Tables as text are read by their header; a row that cannot be told for sure is a finding with its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.items.readers.columns import Use, columns_of, list_in, targets_in, written_list
from clausework.items.readers.csv import SOURCE
from clausework.items.source import ForeignItem, SourceFile
from clausework.plan.model import ItemMapping

from .reading import adopted, items, read, told


def table(data: str | bytes, mapping: ItemMapping | None = None) -> list[ForeignItem]:
    """Return the items of a table in which nothing is wrong."""
    return items(SOURCE, data, "reqs/srs.csv", mapping)


def said(data: str | bytes, mapping: ItemMapping | None = None) -> list[str]:
    """Return what is told of a table."""
    return told(SOURCE, data, "reqs/srs.csv", mapping)


PLAIN = """ID,Type,Title,Text,Parent,Safety Class
REQ-1,software requirement,Alarm,"The pump ""shall"" alarm,
loudly.",SYS-1,C

SYS-1,system_requirement,Alarms,,,
"""


def test_a_row_becomes_an_item() -> None:
    """Columns in common use are known by their names; what has no use is a field, and blank cells are left out."""
    first, second = table(PLAIN)
    assert (first.id, first.kind, first.title, first.text) == (
        "REQ-1",
        "software requirement",
        "Alarm",
        'The pump "shall" alarm,\nloudly.',
    )
    assert first.fields == {"Safety Class": "C"}
    assert [(link.name, link.target) for link in first.links] == [("Parent", "SYS-1")]
    assert (second.links, second.fields) == ((), {})
    assert (first.place.line, second.place.line) == (2, 5)


def test_rows_are_adopted_by_their_own_names() -> None:
    """A type by its name, with blanks or not, and a link's role by its ends need no plan."""
    requirement, _ = adopted(SOURCE, table(PLAIN))
    assert str(requirement.type) == "software_requirement"
    assert [(link.role, link.target) for link in requirement.links] == [("derives_from", "SYS-1")]
    assert requirement.fields == {"safety_class": "C"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_gives_the_header_an_id(delimiter: str) -> None:
    """Comma, semicolon, tab and bar are told apart by the header."""
    text = delimiter.join(["Title", "ID", "Text"]) + "\r\n" + delimiter.join(['"a,b;c|d\te"', "R-1", "x"])
    (one,) = table(text)
    assert (one.id, one.title, one.text) == ("R-1", "a,b;c|d\te", "x")


def test_a_spreadsheets_hint_of_the_separator_is_heeded() -> None:
    """Excel's own first line names the separator; lines are counted with it."""
    (one,) = table("sep=;\r\nID;Text\r\nR-1;a,b\r\n")
    assert (one.text, one.place.line) == ("a,b", 3)


def test_a_table_of_ids_alone_is_one() -> None:
    """A header of one column is a header."""
    assert [one.id for one in table("ID\nR-1\nR-2\n")] == ["R-1", "R-2"]


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    """What spreadsheets put before UTF-8 is passed over."""
    assert table(b"\xef\xbb\xbfID,Text\nR-1,\xc3\xbc\n")[0].text == "ü"


def test_the_plan_says_what_columns_are() -> None:
    """The plan's columns come first, whatever their case; links have the role that is said."""
    mapping = ItemMapping(
        type="software_requirement",
        columns={
            "Req ID": "id",
            "what": "text",
            "Up": "links.derives_from",
            "Class": "safety_class",
            "Text": "ignore",
            "See": "links",
        },
    )
    (one,) = table("Req  ID,What,Up,Class,Text,See\nR-1,shall,S-1; S-2,C,old,X-1\n", mapping)
    assert (one.id, one.text, one.kind, one.fields) == ("R-1", "shall", "srs", {"safety_class": "C"})
    assert [(link.name, link.target) for link in one.links] == [
        ("derives_from", "S-1"),
        ("derives_from", "S-2"),
        ("See", "X-1"),
    ]


def test_links_are_parted_and_blank_ones_survive() -> None:
    """Comma, semicolon and line break part links; what is blank, or given twice, is found later."""
    assert list(targets_in("A-1, A-2;A-3\nA-4,\nA-5")) == ["A-1", "A-2", "A-3", "A-4", "A-5"]
    assert list(targets_in("A-1,,A-1;")) == ["A-1", "", "A-1", ""]
    assert list(targets_in(" \n ")) == []
    (one,) = table('ID,links.verifies\nT-1,"R-1,,R-1"\n')
    assert [link.target for link in one.links] == ["R-1", "", "R-1"]


def test_a_header_may_name_roles() -> None:
    """Columns called as a role are links; plain words that are also roles are not."""
    columns = columns_of(["id", "derives_from", "Part of", "links.uses", "uses", "controls", "verifies"], {})
    assert columns.uses[1:] == (
        Use("link", "derives_from"),
        Use("link", "part_of"),
        Use("link", "uses"),
        Use("field", "uses"),
        Use("field", "controls"),
        Use("link", "verifies"),
    )


def test_columns_of_one_name_are_one_field_of_several_texts() -> None:
    """Issue trackers export a column per label."""
    (one,) = table("Issue key,Labels,Labels,Labels\nR-1,a,,b\n")
    assert one.fields == {"Labels": ("a", "b")}


def test_what_is_the_id_in_one_table_may_be_a_field_in_another() -> None:
    """Of several columns that could hold the ID, the first by use does; the others stay fields."""
    (one,) = table("Key,UID,ID\nk,u,R-1\n")
    assert (one.id, one.fields) == ("R-1", {"Key": "k", "UID": "u"})


@given(st.lists(st.text(alphabet="ab\\nr\n\r ", max_size=6), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_lists_in_a_cell_come_back(values: list[str]) -> None:
    """What is written as several texts in one cell is read as these."""
    assert list_in(written_list(values)) == tuple(values)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("", "reqs/srs.csv: empty"),
        ("\n \n", "reqs/srs.csv: empty"),
        ("Name,Words\nR-1,x\n", "no column for the ID: 'Name,Words'"),
        ("Words\n\nID,Text\nR-1,x\n", "no column for the ID"),
        ("ID,Text\nR-1\n", "srs.csv:2: row: the row has 1 values; there are 2 columns"),
        ("ID,Text\nR-1,a\nR-2,a,b\n", "srs.csv:3: row: the row has 3 values"),
        ("ID,\nR-1,a\n", "srs.csv:2: row: 'a' stands in a column that has no name"),
        ('ID,Text\nR-1,"a\nb\n', "srs.csv:2: csv: the row that begins here is not well written"),
        ('ID,Text\nR-1,a\nR-2,"a"b\n', "srs.csv:3: csv:"),
        ("ID,Text\n,a\n", "srs.csv:2: item-id: the row has no ID"),
        ("ID,id\nR-1,R-2\n", "2 columns hold the id: 'ID', 'id'"),
        (b"ID,Text\nR-1,a\nR-2,\xe4\n", "srs.csv:3: encoding: byte 18 is 0xe4"),
        (b"\xef\xbb\xbfID,Text\nR-2,\xe4\n", "srs.csv:2: encoding: byte 15 is 0xe4"),
        ("ID\nR-1\n".encode("utf-16"), "UTF-16"),
        (f"ID,Text\nR-1,{'x' * 200_000}\n", "field larger than field limit"),
    ],
)
def test_what_cannot_be_told_is_a_finding_with_its_line(data: str | bytes, what: str) -> None:
    """Nothing is left out in silence: not a row, not a cell, not a byte."""
    found = said(data)
    assert any(what in one for one in found), found


def test_a_column_that_the_plan_names_and_no_table_has_is_told() -> None:
    """A name that was mistyped would leave items without what it holds."""
    assert "no column is called 'texd'" in said("ID,Text\nR-1,x\n", ItemMapping(columns={"Texd": "text"}))[0]


def test_tables_of_a_folder_are_one_source() -> None:
    """A column need be in one of them only; each table's name is its items' kind."""
    files = [SourceFile("a.csv", b"ID,What\nR-1,x\n"), SourceFile("b.tsv", b"ID\tText\nT-1\ty\n")]
    found = SOURCE.read(files, ItemMapping(columns={"What": "text"}))
    assert found.findings == ()
    assert [(one.id, one.kind, one.text) for one in found.items] == [("R-1", "a", "x"), ("T-1", "b", "y")]


@given(st.one_of(st.binary(max_size=60), st.text(alphabet='ID,;"\n\rText\x00é', max_size=40)))
@settings(max_examples=150, deadline=None)
def test_nothing_escapes_but_findings(data: bytes | str) -> None:
    """Whatever stands in a file, the reader raises nothing."""
    read(SOURCE, data, "x.csv")


@pytest.mark.parametrize(
    ("path", "taken"), [("a.csv", True), ("A.TSV", True), ("a.txt", False), (".a.csv", False)]
)
def test_files_are_taken_by_their_names(path: str, taken: bool) -> None:
    """In a folder, tables are known by their suffix; hidden files are none."""
    assert SOURCE.takes(path) is taken
