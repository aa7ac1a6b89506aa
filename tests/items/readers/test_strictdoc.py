"""StrictDoc's documents are read to the end in the grammars of its versions, or told line by line why not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.foreign import adopt, with_roles
from clausework.items.model import Link
from clausework.items.readers.strictdoc import SOURCE
from clausework.items.source import SourceFile
from clausework.items.sources import source_named
from clausework.plan.model import ItemMapping

from .hostile import bent, read_without_raising
from .reading import items, told

CURRENT = """\
[DOCUMENT]
MID: 0a
TITLE: Pump requirements
UID: DOC-1
VERSION: 1.0
PREFIX: SRS-
OPTIONS:
  ENABLE_MID: True
  MARKUP: Markdown
METADATA:
  AUTHOR: nobody

[GRAMMAR]
ELEMENTS:
- TAG: REQUIREMENT
  FIELDS:
  - TITLE: UID
    TYPE: String
    REQUIRED: True
  RELATIONS:
  - TYPE: Parent

[TEXT]
STATEMENT: >>>
Not an item.
[REQUIREMENT]
<<<

[[SECTION]]
MID: 0b
TITLE: Alarms

[REQUIREMENT]
MID: 0c
UID: SRS-1
LEVEL: 1.2
STATUS: Active
TAGS: a, b
TITLE: Occlusion alarm
STATEMENT: >>>
The pump shall alarm:

- loudly
  RELATIONS:
<<<
RATIONALE: Harm: see the risk file.
COMMENT: first
COMMENT: >>>
second
<<<
RELATIONS:
- TYPE: Parent
  VALUE: SYS-1
- TYPE: Parent
  VALUE: SYS-2
  ROLE: Refines
- TYPE: File
  VALUE: src/alarm.c
- TYPE: Child
  VALUE: SRS-2

[[REQUIREMENT]]
UID: SRS-2
STATEMENT: In one line.

[TEST_CASE]
UID: TC-1
TITLE: Alarm test
STATEMENT: Occlude.
RELATIONS:
- TYPE: Parent
  VALUE: SRS-2
  ROLE: Verifies

[[/REQUIREMENT]]

[[/SECTION]]
"""

OLDER = """\
[DOCUMENT]
TITLE: Old
REQ_PREFIX: SYS-

[FREETEXT]
[REQUIREMENT]
is only spoken of.
[/FREETEXT]

[SECTION]
TITLE: Chapter

[REQUIREMENT]
UID: SYS-1
REFS:
- TYPE: File
  VALUE: a.py
- TYPE: Parent
  VALUE: UN-1
TITLE: T
STATEMENT: S
COMMENT: C

[COMPOSITE_REQUIREMENT]
UID: SYS-2
STATEMENT: Composite.

[REQUIREMENT]
UID: SYS-3
STATEMENT: Inner.

[/COMPOSITE_REQUIREMENT]

[/SECTION]
"""


def test_current_grammar() -> None:
    """Requirements and nodes of own tags are items; their fields, relations and places are kept."""
    first, second, test = items(SOURCE, CURRENT, "d/a.sdoc")
    assert (first.id, first.kind, first.title) == ("SRS-1", "REQUIREMENT", "Occlusion alarm")
    assert first.text == "The pump shall alarm:\n\n- loudly\n  RELATIONS:"
    assert first.place == Place("d/a.sdoc", 33, 1)
    assert first.fields["RATIONALE"] == "Harm: see the risk file."
    assert first.fields["COMMENT"] == ("first", "second")
    assert first.fields["files"] == ("src/alarm.c",)
    assert first.fields["document"] == "Pump requirements"
    assert first.fields["LEVEL"] == "1.2"
    assert [(link.name, link.target) for link in first.links] == [("Parent", "SYS-1"), ("Refines", "SYS-2")]
    assert first.links[0].place == Place("d/a.sdoc", 52, 1)
    assert (second.id, second.text) == ("SRS-2", "In one line.")
    assert (test.id, test.kind) == ("TC-1", "TEST_CASE")


def test_a_child_is_a_parent_read_backwards() -> None:
    """A relation to a child becomes the child's to its parent, once, even where both ends say it."""
    _, second, _ = items(SOURCE, CURRENT, "a.sdoc")
    assert [(link.name, link.target) for link in second.links] == [("Parent", "SRS-1")]
    both = CURRENT.replace(
        "STATEMENT: In one line.\n", "STATEMENT: In one line.\nRELATIONS:\n- TYPE: Parent\n  VALUE: SRS-1\n"
    )
    _, second, _ = items(SOURCE, both, "a.sdoc")
    assert [(link.name, link.target) for link in second.links] == [("Parent", "SRS-1")]


def test_a_child_with_a_planned_role_stays_where_it_is() -> None:
    """Where the plan says what a role means, a relation to a child leads out of the node that has it."""
    text = CURRENT.replace(
        "- TYPE: Child\n  VALUE: SRS-2\n", "- TYPE: Child\n  VALUE: SRS-2\n  ROLE: Covers\n"
    )
    mapping = ItemMapping(links={"covers": "realised_by"})
    first, second, _ = items(SOURCE, text, "a.sdoc", mapping)
    assert ("Covers", "SRS-2") in [(link.name, link.target) for link in first.links]
    assert second.links == ()


def test_older_grammar() -> None:
    """REFS, FREETEXT, SECTION and composite requirements of older versions are read too."""
    first, second, third = items(SOURCE, OLDER, "a.sdoc")
    assert (first.id, first.fields["files"]) == ("SYS-1", ("a.py",))
    assert [(link.name, link.target) for link in first.links] == [("Parent", "UN-1")]
    assert (second.id, second.kind, third.id) == ("SYS-2", "REQUIREMENT", "SYS-3")


def test_windows_line_ends_change_nothing() -> None:
    """The same document with other line ends and a byte order mark is the same items."""
    other = b"\xef\xbb\xbf" + CURRENT.replace("\n", "\r\n").encode()
    assert items(SOURCE, other, "a.sdoc") == items(SOURCE, CURRENT, "a.sdoc")


def test_adopted() -> None:
    """With the plan's type for REQUIREMENT, roles follow from the two ends; texts and sections are left out."""
    mapping = ItemMapping(types={"requirement": "software_requirement"})
    text = CURRENT.replace("[[SECTION]]\nMID: 0b\n", "[[SECTION]]\nUID: SEC-1\n")
    got = adopt(SOURCE, items(SOURCE, text, "a.sdoc", mapping), mapping)
    assert got.findings == ()
    linked, _ = with_roles(got.items, got.pending)
    links = {item.id: item.links for item in linked}
    assert links["SRS-2"] == (Link("derives_from", "SRS-1"),)
    assert links["TC-1"] == (Link("verifies", "SRS-2"),)
    assert "SEC-1" not in links


def test_a_requirement_without_uid_is_told() -> None:
    """A requirement that cannot be linked is told, unless the plan leaves its tag out; a text needs none."""
    text = OLDER.replace("UID: SYS-1\n", "")
    assert told(SOURCE, text, "a.sdoc") == ["a.sdoc:13:1: item-id: [REQUIREMENT] 'T' has no UID"]
    ignored = ItemMapping(types={"Requirement": "ignore"})
    assert told(SOURCE, text, "a.sdoc", ignored) == []


def test_included_documents_must_be_there() -> None:
    """A document that takes in another is whole only with it."""
    text = "[DOCUMENT]\nTITLE: A\n\n[DOCUMENT_FROM_FILE]\nFILE: parts/b.sdoc\n"
    assert told(SOURCE, text, "d/a.sdoc") == [
        "d/a.sdoc:4:1: strictdoc: 'parts/b.sdoc' is taken in, and was not read"
    ]
    files = [SourceFile("d/a.sdoc", text.encode()), SourceFile("d/parts/b.sdoc", OLDER.encode())]
    found = SOURCE.read(files, ItemMapping())
    assert (found.findings, len(found.items)) == ((), 3)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[DOCUMENT]\nMID: 0a", "TITLE: x", "a.sdoc:1:1: strictdoc: a document begins with [DOCUMENT]"),
        ("STATUS: Active", "Status", "a.sdoc:37:1: strictdoc: 'Status' is no field of [REQUIREMENT]"),
        ("[[/SECTION]]\n", "", "a.sdoc:29:1: strictdoc: [SECTION] is not closed"),
        ("[[/REQUIREMENT]]", "[[/SECTION]]", "[/SECTION] closes what is not open, within [REQUIREMENT]"),
        ("[TEST_CASE]", "[[TEST_CASE]", "is bracketed unevenly"),
        ("second\n<<<", "second\n<<< x", "a.sdoc:50:1: strictdoc: something follows the end of a text"),
        ("- TYPE: File", "- TYPE: Sibling", "'Sibling' is no type of relations"),
        (
            "- TYPE: File\n  VALUE: src/alarm.c",
            "- TYPE: File\n  VALUE: a\n  VALUE: b",
            "a relation has two VALUE",
        ),
        ("- TYPE: Parent\n  VALUE: SYS-1", "  VALUE: SYS-1", "a relation begins with '- TYPE: '"),
        ("STATUS: Active", "UID: SRS-9", "a.sdoc:37:1: strictdoc: [REQUIREMENT] has two UID"),
        ("VERSION: 1.0", "just words", "'just words' is no field of a document"),
    ],
)
def test_what_the_grammar_lacks_is_told(old: str, new: str, expected: str) -> None:
    """A document that is not well written gives no items, and its line is told."""
    assert old in CURRENT
    found = SOURCE.read([SourceFile("a.sdoc", CURRENT.replace(old, new).encode())], ItemMapping())
    assert found.items == ()
    assert expected in str(found.findings[0])


def test_a_text_that_does_not_end() -> None:
    """A document that is cut off within a text is told at the text's beginning."""
    cut = CURRENT[: CURRENT.index("- loudly")]
    assert told(SOURCE, cut, "a.sdoc") == ["a.sdoc:40:1: strictdoc: the text of STATEMENT does not end"]


def test_wrong_encoding() -> None:
    """What is not UTF-8 is told with its line."""
    assert told(SOURCE, CURRENT.encode().replace(b"loudly", b"l\xff"), "a.sdoc") == [
        "a.sdoc:43: encoding: byte 510 is not UTF-8"
    ]


def test_deep_nesting_is_refused() -> None:
    """Sections within sections beyond all use are told."""
    deep = "[DOCUMENT]\nTITLE: A\n\n" + "[[SECTION]]\nTITLE: B\n\n" * 200
    assert "nested deeper than" in told(SOURCE, deep, "a.sdoc")[0]


def test_hidden_characters_are_told() -> None:
    """What would not be shown is told when the items are adopted."""
    text = CURRENT.replace("In one line.", "In one \u202eline.")
    got = adopt(SOURCE, items(SOURCE, text, "a.sdoc"), ItemMapping(type="software_requirement"))
    assert {finding.rule for finding in got.findings} == {"hidden-character"}


def test_it_is_registered() -> None:
    """The plan's word for it is 'strictdoc'; it takes .sdoc files."""
    assert source_named("strictdoc") is SOURCE
    assert SOURCE.takes("a/b.SDOC")
    assert not SOURCE.takes("a/b.sgra")


def test_every_cut_is_told_or_ends_between_elements() -> None:
    """A document that is cut off within a text or a section is told; nothing else of it changes."""
    whole = items(SOURCE, OLDER, "a.sdoc")
    for length in range(len(OLDER)):
        read = SOURCE.read([SourceFile("a.sdoc", OLDER[:length].encode())], ItemMapping())
        assert read.findings or len(read.items) < len(whole) or OLDER[length:].strip() == ""


@settings(max_examples=300, deadline=None)
@given(bent([CURRENT.encode(), OLDER.encode()]), st.binary(max_size=80))
def test_nothing_crashes(data: bytes, noise: bytes) -> None:
    """Whatever stands in a document, the reader tells findings and raises nothing."""
    read_without_raising(
        SOURCE,
        [SourceFile("a.sdoc", data), SourceFile("b.sdoc", noise)],
        ItemMapping(type="software_requirement"),
    )
