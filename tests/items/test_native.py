"""The native reader takes what is plainly written and rejects the rest, every place at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.places import FindingsInInput, Place
from clausework.items.model import ItemType, Link
from clausework.items.native import read_native
from clausework.items.read import read_items

from .making import read, source

GROUP = """\
type: system_requirement
items:
  - id: SYS-1
    title: Alarm
    text: The pump shall alarm.
    fields: {rationale: [one, two], version: 2.10, mandatory: true, count: 3}
  - id: REQ-1
    type: software_requirement
    title: Alarm sound
    links: {derives_from: [SYS-1]}
"""

MARKDOWN = """\
---
id: HAZ-1
type: hazard
title: Over-infusion
fields:
  harm: respiratory arrest
---

The pump delivers more than was set.

Second paragraph.
"""


def rejected(text: str | bytes, path: str = "q/x.yaml") -> list[str]:
    """Return what is said when the file is rejected, one finding a line."""
    with pytest.raises(FindingsInInput) as caught:
        read_items([source(text, path)])
    assert caught.value.exit_code == 3
    return [str(finding) for finding in caught.value.findings]


def test_group_gives_its_type() -> None:
    """Items in a mapping take its type unless they name their own."""
    requirement, system = read(GROUP).items
    assert (requirement.type, system.type) == (ItemType.SOFTWARE_REQUIREMENT, ItemType.SYSTEM_REQUIREMENT)
    assert requirement.links == (Link("derives_from", "SYS-1"),)


def test_field_values_are_text() -> None:
    """A field is kept as it was written: 2.10 stays 2.10, a list stays several texts, unknown names stay."""
    system = read(GROUP).items[1]
    assert system.fields == {
        "rationale": ("one", "two"),
        "version": "2.10",
        "mandatory": "true",
        "count": "3",
    }


def test_places_point_at_the_id() -> None:
    """An item's place is that of its ID, in YAML as in front matter."""
    assert read(GROUP).items[1].place == Place("quality/items.yaml", 3, 9)
    assert read(MARKDOWN, "q/haz.md").items[0].place == Place("q/haz.md", 2, 5)


def test_markdown_body_is_the_text() -> None:
    """The Markdown body is the item's text, blank lines around it left out."""
    hazard = read(MARKDOWN, "q/haz.md").items[0]
    assert hazard.text == "The pump delivers more than was set.\n\nSecond paragraph."
    assert hazard.fields == {"harm": "respiratory arrest"}


def test_checkout_on_windows_is_the_same_item() -> None:
    """Line ends turned to CRLF, or a byte order mark, leave the content hash as it was."""
    windows = b"\xef\xbb\xbf" + MARKDOWN.replace("\n", "\r\n").encode()
    assert read(windows, "q/haz.md").items[0].content_hash == read(MARKDOWN, "q/haz.md").items[0].content_hash


def test_link_order_is_no_content() -> None:
    """Links are a set: the order in which they are written does not change the item."""
    template = "- {{id: TC-1, type: test_case, title: T, links: {{verifies: [{}]}}}}"
    first, second = (read(template.format(order)).items[0] for order in ("REQ-1, REQ-2", "REQ-2, REQ-1"))
    assert first.content_hash == second.content_hash


def test_all_errors_at_once() -> None:
    """Everything wrong in a file is told at once, each with line and column."""
    text = """\
- id: REQ 1
  type: software_requirement
  title: T
- id: REQ-2
  type: software_requirment
  title: T
- id: REQ-3
  type: task
  titel: T
- id: REQ-4
  title: T
"""
    places = [line.split(": ")[:2] for line in rejected(text)]
    assert places == [
        ["q/x.yaml:1:7", "item-id"],
        ["q/x.yaml:5:9", "value"],
        ["q/x.yaml:7:3", "missing"],
        ["q/x.yaml:9:3", "unknown-key"],
        ["q/x.yaml:10:3", "missing"],
    ]


def test_errors_of_all_files_at_once() -> None:
    """Every file's errors are told together."""
    with pytest.raises(FindingsInInput) as caught:
        read_items([source("- {", "q/b.yaml"), source("- 7", "q/a.yaml")])
    assert [finding.place.path for finding in caught.value.findings] == ["q/a.yaml", "q/b.yaml"]


@pytest.mark.parametrize(
    ("item_id", "why"),
    [
        (r'"REQ-1\n"', "line end after an ID, which a pattern with $ would take"),
        (r'"REQ-\e[2J"', "terminal escape"),
        (r'"REQ-1\0"', "NUL"),
        ('"REQ-1\u202e"', "direction override"),
        ('"../../etc/passwd"', "path"),
        ('"REQ-\u0661"', "a digit that is none of 0-9"),
        ('"\u0420\u0415Q-1"', "Cyrillic letters that look Latin"),
        ('"-rf"', "option"),
        ('""', "nothing"),
        ("R" * 101, "too long"),
        ("007", "number"),
        ("[REQ-1]", "list"),
    ],
    ids=lambda value: None,
)
def test_attack_id_that_is_none(item_id: str, why: str) -> None:
    """An ID that could be taken for another, or for a command, is rejected, and shown with escapes."""
    lines = rejected(f"- {{id: {item_id}, type: task, title: T}}")
    assert lines, why
    assert all(line.isprintable() and line.isascii() for line in lines), why


@pytest.mark.parametrize("character", ["\\x07", "\\e", "\\u202e", "\\u2066", "\\x85", "\\ud800", "\\x00"])
@pytest.mark.parametrize("name", ["title", "text", "fields"])
def test_attack_hidden_characters(character: str, name: str) -> None:
    """Text that would show otherwise than it is hashed is rejected in title, text and fields alike."""
    parts = {"id": "REQ-1", "type": "task", "title": '"T"', "text": '"x"', "fields": '{note: "x"}'}
    parts[name] = parts[name].replace('"', f'"{character}', 1)
    text = "- " + "\n  ".join(f"{key}: {value}" for key, value in parts.items())
    assert rejected(text)[0].split(": ")[1] in {"hidden-character", "yaml"}


def test_attack_hidden_character_in_markdown() -> None:
    """A direction override in a Markdown body is rejected with its line."""
    assert rejected(MARKDOWN + "a\u202eb\n", "q/haz.md")[0].startswith("q/haz.md:12: hidden-character")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- &a {id: REQ-1, type: task, title: T}\n- *a\n", id="alias"),
        pytest.param(
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nitems: [*c, *c]\n",
            id="alias bomb",
        ),
        pytest.param("[" * 5000 + "]" * 5000, id="nesting"),
        pytest.param("- !!python/object/apply:os.system [id]\n", id="tag that runs code"),
        pytest.param("- {id: REQ-1, id: REQ-2, type: task, title: T}\n", id="duplicate key"),
        pytest.param("- {id: REQ-1, type: task, title: T}\n---\n- {id: REQ-2}\n", id="two documents"),
        pytest.param("- id: REQ-1\n\ttitle: T\n", id="tab"),
        pytest.param(b"- {id: REQ-1, type: task, title: \xff}\n", id="not UTF-8"),
        pytest.param("- {id: REQ-1, type: task, title: T}\n".encode("utf-16"), id="UTF-16"),
        pytest.param("- {id: REQ-1, type: task, title: null}\n", id="no title"),
        pytest.param("- {id: REQ-1, type: task, title: '  '}\n", id="blank title"),
        pytest.param("- {id: REQ-1, type: task, title: T, fields: {a: {b: c}}}\n", id="nested field"),
        pytest.param("- {id: REQ-1, type: task, title: T, fields: {a: null}}\n", id="field without a value"),
        pytest.param("- {id: REQ-1, type: task, title: T, fields: {'a\\n': b}}\n", id="field name"),
        pytest.param("- {id: REQ-1, type: task, title: T, links: {affects: 'A B'}}\n", id="link to no ID"),
        pytest.param("- {id: REQ-1, type: task, title: T, links: {affects: 3}}\n", id="link to a number"),
        pytest.param("id: REQ-1\n", id="bare item"),
        pytest.param("just text\n", id="text"),
        pytest.param("", id="empty file"),
        pytest.param("items: 7\n", id="no list"),
        pytest.param("type: nonsense\nitems: []\n", id="unknown type"),
    ],
)
def test_attack_yaml(text: str | bytes) -> None:
    """What is not plainly written items is rejected with a place, never guessed at."""
    assert all(line.startswith("q/x.yaml") for line in rejected(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# A requirement\n", id="no front matter"),
        pytest.param("---\nid: REQ-1\ntype: task\ntitle: T\n", id="front matter never ends"),
        pytest.param("---\n---\nText\n", id="nothing in it"),
        pytest.param("---\nid: REQ-1\ntype: task\ntitle: T\ntext: A\n---\nB\n", id="two texts"),
        pytest.param(b"---\nid: REQ-1\ntype: task\ntitle: T\n---\n\xff\n", id="body not UTF-8"),
        pytest.param("---\n- {id: REQ-1, type: task, title: T}\n---\n", id="a list"),
    ],
)
def test_attack_markdown(text: str | bytes) -> None:
    """Markdown that is not one item is rejected with a place."""
    assert all(line.startswith("q/x.md") for line in rejected(text, "q/x.md"))


@given(st.binary(max_size=300), st.sampled_from(["a.md", "a.yaml"]))
def test_no_bytes_end_in_a_traceback(data: bytes, path: str) -> None:
    """Any bytes at all are either read or rejected with findings."""
    for prefix in (b"", b"---\n", b"- id: "):
        try:
            items, findings = read_native(path, prefix + data)
        except FindingsInInput as error:
            items, findings = [], list(error.findings)
        assert items or findings or data.strip() in {b"[]", b"items: []"}
