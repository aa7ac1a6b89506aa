"""The needs.json of sphinx-needs is read in its older and newer layouts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.items.readers.needs import SOURCE
from clausework.items.source import ForeignItem
from clausework.plan.model import ItemMapping

from .reading import adopted, items, read, told


def document(needs: dict[str, Any], **version: Any) -> dict[str, Any]:
    """Return a needs.json with these needs in its current version."""
    return {
        "created": "2026-04-10T08:30:00",
        "current_version": "1.0",
        "project": "Infusor",
        "versions": {
            "0.9": {"needs": {"OLD": {}}, "needs_amount": 1},
            "1.0": {"needs": needs, "needs_amount": len(needs), **version},
        },
    }


def needs(value: Any, mapping: ItemMapping | None = None) -> list[ForeignItem]:
    """Return the items of a needs.json in which nothing is wrong."""
    return items(SOURCE, json.dumps(value, indent=1), "needs.json", mapping)


def said(value: Any, mapping: ItemMapping | None = None) -> list[str]:
    """Return what is told of a needs.json, or of a text."""
    data = value if isinstance(value, str | bytes) else json.dumps(value)
    return told(SOURCE, data, "needs.json", mapping)


SCHEMA = {
    "properties": {
        "id": {"type": "string", "field_type": "core"},
        "status": {"type": ["string", "null"], "default": None, "field_type": "core"},
        "asil": {"type": "string", "default": "QM", "field_type": "extra"},
        "links": {"type": "array", "default": [], "field_type": "links"},
        "links_back": {"type": "array", "default": [], "field_type": "backlinks"},
        "checks": {"type": "array", "default": [], "field_type": "links"},
        "checks_back": {"type": "array", "default": [], "field_type": "backlinks"},
        "owners": {"type": "array", "default": [], "field_type": "extra"},
    }
}
NEW = {
    "REQ_1": {
        "id": "REQ_1",
        "type": "req",
        "title": "Alarm",
        "content": "The pump shall alarm.",
        "status": "open",
        "docname": "index",
        "lineno": 12,
        "tags": ["a", "b"],
        "links": ["NO_1", "", "NO_1"],
        "links_back": ["T_1"],
        "checks_back": ["T_1"],
        "owners": ["REQ_1"],
        "parts": {"1": {"id": "1", "content": "part"}},
        "sections": ["Alarms"],
        "is_external": False,
        "priority": 3,
        "urgent": True,
        "nothing": None,
    },
    "T_1": {"id": "T_1", "type": "test", "title": "Test", "checks": ["REQ_1.1", 'REQ_1[status=="open"]']},
}


def test_a_need_becomes_an_item() -> None:
    """What is said of a need is taken; where its page is, how it looks and the way back of links are not."""
    first, second = needs(document(NEW, needs_schema=SCHEMA))
    assert (first.id, first.kind, first.title, first.text) == (
        "REQ_1",
        "req",
        "Alarm",
        "The pump shall alarm.",
    )
    assert first.fields == {
        "status": "open",
        "asil": "QM",
        "tags": ("a", "b"),
        "owners": ("REQ_1",),
        "priority": "3",
        "urgent": "true",
    }
    assert [(link.name, link.target) for link in first.links] == [
        ("links", "NO_1"),
        ("links", ""),
        ("links", "NO_1"),
    ]
    assert [(link.name, link.target) for link in second.links] == [("checks", "REQ_1"), ("checks", "REQ_1")]


def test_places_are_lines_of_the_file() -> None:
    """An item's place is where its ID stands among the needs of the current version."""
    text = json.dumps(document(NEW, needs_schema=SCHEMA), indent=1)
    first, second = needs(document(NEW, needs_schema=SCHEMA))
    lines = text.splitlines()
    assert (lines[first.place.line - 1].strip(), lines[second.place.line - 1].strip()) == (
        '"REQ_1": {',
        '"T_1": {',
    )


def test_sphinx_needs_own_types_are_known() -> None:
    """The four types that every project has by default need no plan; links have the role that their ends allow."""
    made = {
        name: {"id": name, "type": kind, "title": name, "links": to}
        for name, kind, to in (
            ("R_1", "req", []),
            ("S_1", "spec", ["R_1"]),
            ("I_1", "impl", ["S_1"]),
            ("T_1", "test", ["R_1"]),
        )
    }
    by_id = {item.id: item for item in adopted(SOURCE, needs(document(made)))}
    assert [str(item.type) for item in by_id.values()] == [
        "software_requirement",
        "architecture_item",
        "software_unit",
        "test_case",
    ]
    roles = {(item.id, link.role, link.target) for item in by_id.values() for link in item.links}
    assert roles == {("R_1", "allocated_to", "S_1"), ("I_1", "part_of", "S_1"), ("T_1", "verifies", "R_1")}


def test_links_are_known_without_a_schema() -> None:
    """Older files do not say which fields are links: those with a way back are, and lists of IDs of needs."""
    old = {
        "REQ_1": {
            "type": "req",
            "title": "x",
            "description": "The text.",
            "tests_back": ["T_1"],
            "labels": ["REQ_1", "x"],
        },
        "T_1": {"type": "test", "title": "y", "tests": ["GONE"], "satisfies": ["REQ_1"], "tags": ["REQ_1"]},
    }
    first, second = needs(document(old))
    assert (first.text, first.fields) == ("The text.", {"labels": ("REQ_1", "x")})
    assert {(link.name, link.target) for link in second.links} == {("tests", "GONE"), ("satisfies", "REQ_1")}
    assert second.fields == {"tags": ("REQ_1",)}


def test_the_plan_says_what_fields_are() -> None:
    """Columns of the plan are fields of needs: they may be the ID, links, other fields or nothing."""
    mapping = ItemMapping(
        columns={
            "Number": "id",
            "statement": "text",
            "up": "links.derives_from",
            "tags": "ignore",
            "owners": "owner",
        }
    )
    one = {
        "A": {
            "title": "x",
            "number": "R-7",
            "statement": ["a", "b"],
            "up": "S-1; S-2",
            "tags": ["t"],
            "owners": ["o"],
        }
    }
    (item,) = needs(document(one), mapping)
    assert (item.id, item.text, item.fields) == ("R-7", "a\nb", {"owner": ("o",)})
    assert [(link.name, link.target) for link in item.links] == [
        ("derives_from", "S-1"),
        ("derives_from", "S-2"),
    ]
    assert "no need has the field 'gone'" in said(document(one), ItemMapping(columns={"gone": "id"}))[0]


def test_both_a_description_and_a_content_are_kept() -> None:
    """Only where there is no content is the description what it is called today."""
    (one,) = needs(document({"A": {"title": "x", "content": "c", "description": "d"}}))
    assert (one.text, one.fields) == ("c", {"description": "d"})


def _changed(**changes: Any) -> dict[str, Any]:
    return document(NEW) | changes


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("", "not well-formed JSON"),
        (json.dumps(document(NEW))[:-9], "not well-formed JSON"),
        (json.dumps(document(NEW)) + "{}", "Extra data"),
        (b'{"a": "\xe4"}', "byte 7 is not UTF-8"),
        ('{"a": 1, "a": 2}', "names 'a' twice"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "a value cannot be read"),
        ("[" * 100_000, "nested too deeply"),
        ([], "it has no 'versions'"),
        ({"versions": []}, "it has no 'versions'"),
        ({"current_version": "1", "versions": {}}, "is none of its versions"),
        (_changed(current_version="2"), "is none of its versions"),
        (_changed(current_version=None), "is none of its versions"),
        (_changed(format_version=2), "format version '2'"),
        (_changed(format_version=True), "format version 'True'"),
        (_changed(versions={"1.0": {}}), "has no 'needs'"),
        (_changed(versions={"1.0": {"needs": []}}), "has no 'needs'"),
        (document(NEW, needs_amount=3), "states 3 needs, and has 2"),
        (document({"A": 1}), "'A' is no object"),
        (document({"A": {"id": "B"}}), "calls itself 'B'"),
        (document({"A": {"title": 1}}), "has a 'title' that is no text"),
    ],
)
def test_what_cannot_be_read_is_told(value: Any, what: str) -> None:
    """Nothing that is cut off, ambiguous or not what it says of itself passes."""
    found = said(value)
    assert any(what in one for one in found), found


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_nothing_escapes_but_findings(value: Any) -> None:
    """Whatever a need or a version holds, the reader raises nothing."""
    whole = document({"A": {"links": value, "type": "req", "x": value}, "B": value}, needs_schema=value)
    for one in (value, whole, document(NEW) | {"versions": value}):
        read(SOURCE, json.dumps(one), "needs.json")


def test_a_build_by_sphinx_is_read(tmp_path: Path) -> None:
    """What sphinx-needs itself exports, with defaults left out, has its texts, links, parts and defaults."""
    (tmp_path / "conf.py").write_text(
        "extensions = ['sphinx_needs']\nversion = '2'\nneeds_json_remove_defaults = True\n"
        "needs_fields = {'asil': {'schema': {'type': 'string'}, 'default': 'QM'}}\n"
        "needs_links = {'checks': {'incoming': 'checked by', 'outgoing': 'checks'}}\n"
    )
    (tmp_path / "index.rst").write_text(
        "Items\n=====\n\n.. req:: Alarm\n   :id: REQ_1\n   :status: open\n\n"
        "   The pump :need_part:`(1)shall alarm`.\n\n"
        ".. test:: Test\n   :id: TEST_1\n   :checks: REQ_1.1\n   :asil: D\n\n   Given.\n"
    )
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "needs", str(tmp_path), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    found = {
        one.id: one for one in items(SOURCE, (tmp_path / "out" / "needs.json").read_bytes(), "needs.json")
    }
    assert found["REQ_1"].fields == {"status": "open", "asil": "QM"}
    assert found["REQ_1"].text.startswith("The pump")
    assert found["TEST_1"].fields == {"asil": "D"}
    assert [(link.name, link.target) for link in found["TEST_1"].links] == [("checks", "REQ_1")]


@pytest.mark.parametrize(("path", "taken"), [("needs.json", True), ("a.txt", False), (".needs.json", False)])
def test_files_are_taken_by_their_names(path: str, taken: bool) -> None:
    """In a folder, what is JSON is taken."""
    assert SOURCE.takes(path) is taken
