"""Doorstop's documents are read as Doorstop itself reads them, stamps and all."""

from __future__ import annotations

from pathlib import Path

import pytest
from doorstop.core.builder import build
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.foreign import adopt
from clausework.items.model import Link
from clausework.items.read import collect_files
from clausework.items.readers.doorstop import SOURCE
from clausework.items.readers.doorstop_uid import uid_key
from clausework.items.source import ForeignItem, SourceFile, SourceRead
from clausework.items.sources import CollectedSource, read_collected, source_named
from clausework.plan.model import ItemMapping, PlannedItems

from .hostile import bent, read_without_raising

TREE = {
    "reqs/.doorstop.yml": """\
settings:
  digits: 3
  prefix: SYS
  sep: '-'
attributes:
  defaults:
    doc: {name: Pump}
  reviewed:
  - invented
  - weight
""",
    "reqs/SYS-001.yml": """\
active: true
derived: false
header: |
  Alarm
invented: by hand
level: 1.10
links: []
normative: true
ref: ''
references:
- keyword: alarm
  path: src/alarm.c
  sha: 1234567890123
  type: file
reviewed: null
text: |
  The pump **shall** alarm.

  At once.
weight: 2.50
""",
    "reqs/SYS-002.yml": "active: false\ntext: Later.\n",
    "reqs/SYS-003.yml": "level: 1.0\nnormative: false\nheader: |\n  Heading\n",
    "reqs/SYS-004.yml": "derived: true\nlevel: 2\ntext: |\n  Also.\n",
    "reqs/README.yml": "not: an item\n",
    "reqs/software/.doorstop.yml": "settings:\n  digits: 3\n  prefix: SRS\n  parent: SYS\n  itemformat: markdown\n",
    "reqs/software/SRS001.md": """\
---
active: true
derived: false
level: 1.1
links:
- SYS-001: STAMP
- sys4: false-stamp
- SYS-004
normative: true
ref: 'src/alarm.c'
reviewed: REVIEWED
safety: [high, 'yes']
---

# Alarm sound

The speaker **shall** sound.

# not a header
""",
    "reqs/software/SRS002.md": "---\nlevel: 1.2\n---\n\nNo header.\n",
    "reqs/software/SRS003.yml": "text: wrong format for this document\n",
    "reqs/software/notes.md": "prose\n",
}


def files_of(tree: dict[str, str]) -> list[SourceFile]:
    """Return a tree as files that were collected."""
    return [SourceFile(path, text.encode()) for path, text in sorted(tree.items()) if SOURCE.takes(path)]


def read(tree: dict[str, str], mapping: ItemMapping | None = None) -> SourceRead:
    """Return what is read of a tree."""
    return SOURCE.read(files_of(tree), mapping or ItemMapping())


def by_id(tree: dict[str, str]) -> dict[str, ForeignItem]:
    """Return the items of a tree in which nothing is wrong."""
    found = read(tree)
    assert [str(finding) for finding in found.findings] == []
    return {item.id: item for item in found.items}


def told(tree: dict[str, str]) -> list[str]:
    """Return the findings in a tree."""
    return [str(finding) for finding in read(tree).findings]


def one_document(**files: str) -> dict[str, str]:
    """Return a tree of one document with those items."""
    configured = {"r/.doorstop.yml": "settings: {prefix: REQ}\n"}
    return configured | {f"r/{name}.yml": text for name, text in files.items()}


def written(tree: dict[str, str], folder: Path) -> Path:
    """Write a tree under ``folder``."""
    for path, text in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_agrees_with_doorstop(tmp_path: Path) -> None:
    """Doorstop's own library finds the same items, texts, links, suspect links and changes since a review."""
    tree = build(cwd=str(written(TREE, tmp_path)), root=str(tmp_path))
    item = tree.find_item("SYS-001")
    stamps = {"STAMP": str(item.stamp()), "REVIEWED": "changed"}
    text = TREE["reqs/software/SRS001.md"]
    for name, value in stamps.items():
        text = text.replace(name, value)
    complete = TREE | {"reqs/software/SRS001.md": text}
    review = f"reviewed: {item.stamp(links=True)}"
    complete["reqs/SYS-001.yml"] = complete["reqs/SYS-001.yml"].replace("reviewed: null", review)
    theirs = build(cwd=str(written(complete, tmp_path)), root=str(tmp_path))
    files = collect_files(tmp_path, ["reqs"], SOURCE.takes)
    ours = {one.id: one for one in SOURCE.read(files, ItemMapping()).items}
    compared = 0
    for document in theirs.documents:
        for their in document:
            if not (their.active and their.normative):
                assert str(their.uid) not in ours
                continue
            own = ours.pop(str(their.uid))
            compared += 1
            assert own.kind == document.prefix
            assert own.text == str(their.text)
            assert own.title == str(their.header).strip()
            found = [(uid, item) for uid, item in their._get_parent_uid_and_item()]
            assert sorted(link.target for link in own.links) == sorted(str(item.uid) for _, item in found)
            suspect = {str(item.uid) for uid, item in found if str(uid.stamp) and uid.stamp != item.stamp()}
            assert set(own.fields.get("suspect_links", ())) == suspect
            was_reviewed = bool(str(their._data["reviewed"]))
            assert ("changed_since_review" in own.fields) == (was_reviewed and not their.reviewed)
    assert compared == 4
    assert ours == {}


def test_what_is_read_of_a_document() -> None:
    """Header, text, level, references and other attributes are kept as they are written."""
    item = by_id(TREE)["SYS-001"]
    assert (item.kind, item.title, item.text) == ("SYS", "Alarm", "The pump **shall** alarm.\n\nAt once.")
    assert item.fields["level"] == "1.10"
    assert item.fields["references"] == ("src/alarm.c: alarm",)
    assert item.fields["weight"] == "2.50"
    assert item.place == Place("reqs/SYS-001.yml", 1, 1)


def test_inactive_items_and_headings_are_none() -> None:
    """What is inactive or not normative is no item; a link to it leads nowhere, which is found."""
    assert set(by_id(TREE)) == {"SYS-001", "SYS-004", "SRS001", "SRS002"}
    tree = one_document(REQ001="active: false\n", REQ002="links: [REQ001]\n")
    planned = PlannedItems("doorstop", "r", ItemMapping(type="software_requirement"))
    found = read_collected([CollectedSource(planned, tuple(files_of(tree)))])
    assert [finding.rule for finding in found.findings] == ["L19-dangling-link"]


def test_markdown_item() -> None:
    """An item in Markdown has its header in its first heading alone, and the rest is its text."""
    item = by_id(TREE)["SRS001"]
    assert (item.title, item.text) == ("Alarm sound", "The speaker **shall** sound.\n\n# not a header")
    assert (item.fields["ref"], item.fields["safety"]) == ("src/alarm.c", ("high", "yes"))
    assert by_id(TREE)["SRS002"].title == ""


def test_links_name_the_item_that_is_there() -> None:
    """A link is led to the item that Doorstop finds: case, separator and leading zeros do not count."""
    item = by_id(TREE)["SRS001"]
    assert [(link.name, link.target) for link in item.links] == [
        ("parent", "SYS-001"),
        ("parent", "SYS-004"),
        ("parent", "SYS-004"),
    ]
    assert item.links[0].place == Place("reqs/software/SRS001.md", 6, 3)
    assert item.fields["suspect_links"] == ("SYS-001", "SYS-004")


@pytest.mark.parametrize(
    ("one", "other"), [("REQ001", "req-1"), ("A_B-2", "a_b.002"), ("REQ-ab", "REQ_ab"), ("R1", "R01")]
)
def test_uids_that_are_one(one: str, other: str) -> None:
    """UIDs differ by prefix, number and name alone."""
    assert uid_key(one) == uid_key(other) is not None


def test_links_with_stamps_of_every_form() -> None:
    """A link may be a UID, a UID with its stamp as mapping or as text, or stamped 'true'; none hides another."""
    tree = one_document(
        REQ001="text: a\n",
        REQ002="links:\n- REQ001\n- REQ003: true\n- 'REQ004:abc'\n- REQ005: null\n",
        REQ003="text: b\n",
        REQ004="text: c\n",
        REQ005="text: d\n",
    )
    item = by_id(tree)["REQ002"]
    assert [link.target for link in item.links] == ["REQ001", "REQ003", "REQ004", "REQ005"]
    assert item.fields["suspect_links"] == ("REQ004",)


def test_skipped_folders() -> None:
    """A document that Doorstop is told to skip, alone or with all below it, is not read."""
    assert set(by_id(TREE | {"reqs/software/.doorstop.skip": ""})) == {"SYS-001", "SYS-004"}
    assert by_id(TREE | {"reqs/.doorstop.skip-all": ""}) == {}


def test_attributes_by_the_plan() -> None:
    """The plan's columns say what an attribute holds."""
    tree = one_document(REQ001="text: a\nsource: REQ002\nsafety-class: B\n", REQ002="text: b\n")
    mapping = ItemMapping(
        columns={"Source": "links.derives_from", "safety-class": "safety_class"}, type="system_requirement"
    )
    got = adopt(SOURCE, read(tree, mapping).items, mapping)
    first = next(item for item in got.items if item.id == "REQ001")
    assert first.fields["safety_class"] == "B"
    assert first.links == (Link("derives_from", "REQ002"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text: [a\n", "r/REQ001.yml:2:1: yaml:"),
        ("- a\n- b\n", "r/REQ001.yml:1:1: doorstop: an item is a mapping of attributes"),
        ("links: REQ002\n", "r/REQ001.yml:1:8: doorstop: 'links' is a list"),
        ("links:\n- {REQ002: a, REQ003: b}\n", "r/REQ001.yml:2:3: doorstop: a link is one UID"),
        ("links:\n- [REQ002]\n", "r/REQ001.yml:2:3: doorstop: a link is one UID"),
        ("text: {a: b}\n", "r/REQ001.yml:1:7: doorstop: 'text' is a text"),
        ("references: a\n", "r/REQ001.yml:1:13: doorstop: 'references' is a list of mappings"),
        ("references: [{type: file}]\n", "r/REQ001.yml:1:14: doorstop: a reference has a 'path'"),
        ("text: a\ntext: b\n", "r/REQ001.yml:2:1: duplicate-key: 'text' is given twice"),
        ("a: &a [x, x]\nb: *a\n", "r/REQ001.yml:1:4: yaml: anchors and aliases are not taken here"),
        ("text: !!python/object:os.system a\n", "r/REQ001.yml:1:7: yaml: the tag"),
        ("text: \x01\n", "r/REQ001.yml:1:7: encoding:"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, expected: str) -> None:
    """A bad item is a finding with its place, never an item and never an exception."""
    found = read(one_document(REQ001=text))
    assert found.items == ()
    assert str(found.findings[0]).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("settings: [a]\n", "'settings' and 'attributes' are mappings"),
        ("settings: {prefix: [a]}\n", "'prefix' is a text"),
        ("settings: {itemformat: word}\n", "'word' is no format of items"),
        ("attributes: {reviewed: a}\n", "'reviewed' is a list of the names of attributes"),
        ("a: [\n", "yaml"),
    ],
)
def test_bad_configurations(text: str, expected: str) -> None:
    """A configuration that cannot be read is told."""
    assert expected in "".join(told({"r/.doorstop.yml": text}))


def test_included_defaults_do_not_matter() -> None:
    """Defaults for new items that a configuration includes from elsewhere change no item."""
    text = "settings: {prefix: REQ}\nattributes:\n  defaults: !include path/to/file.yml\n"
    assert set(by_id(one_document(REQ001="text: a\n") | {"r/.doorstop.yml": text})) == {"REQ001"}


def test_two_documents_of_one_prefix() -> None:
    """Two documents with one prefix are told: which document an item is of could not be said."""
    tree = one_document() | {"s/.doorstop.yml": "settings: {prefix: req}\n"}
    assert told(tree) == ["s/.doorstop.yml: doorstop: the prefix 'req' is also that of r/.doorstop.yml"]


def test_no_document_at_all() -> None:
    """A folder without a document is told; it would else be an empty set of items."""
    assert "there is no .doorstop.yml" in told({"r/REQ001.yml": "text: a\n"})[0]
    assert "there is no .doorstop.yml" in told({})[0]


def test_markdown_without_attributes() -> None:
    """Markdown without attributes before it is no item that Doorstop wrote, and is told."""
    tree = {"r/.doorstop.yml": "settings: {itemformat: markdown}\n", "r/REQ001.md": "Text\n---\n---\n"}
    assert "an item in Markdown begins with its attributes" in told(tree)[0]
    broken = tree | {"r/REQ001.md": "---\nlevel: [\n---\n"}
    assert told(broken)[0].startswith("r/REQ001.md:3:1: yaml:") or told(broken)[0].startswith(
        "r/REQ001.md:2:"
    )


def test_adopted_items() -> None:
    """With the plan's types the items are ours: a software requirement derives from its parent."""
    mapping = ItemMapping(types={"SYS": "system_requirement", "SRS": "software_requirement"})
    files = tuple(files_of(TREE))
    found = read_collected([CollectedSource(PlannedItems("doorstop", "reqs", mapping), files)])
    items = {item.id: item for item in found.items}
    assert items["SRS001"].links == (Link("derives_from", "SYS-001"), Link("derives_from", "SYS-004"))
    assert found.readers == ("clausework.doorstop 1",)
    assert [finding.rule for finding in found.findings] == ["repeated-link"]


def test_it_is_registered() -> None:
    """The plan's word for it is 'doorstop'; the hidden configuration is among what it takes."""
    assert source_named("doorstop") is SOURCE
    assert SOURCE.takes("r/.doorstop.yml")
    assert not SOURCE.takes("r/.hidden.yml")


GOOD = [text.encode() for text in TREE.values()]


@settings(max_examples=150, deadline=None)
@given(bent(GOOD), bent(GOOD), st.binary(max_size=60))
def test_nothing_crashes(configuration: bytes, item: bytes, noise: bytes) -> None:
    """Whatever stands in configuration and items, the reader tells findings and raises nothing."""
    for format_ in (b"yaml", b"markdown"):
        good = (
            b"settings: {prefix: R, itemformat: %s}\nattributes: {reviewed: [invented, weight]}\n" % format_
        )
        for first in (configuration, good):
            names = ["r/.doorstop.yml", "r/R1.md", "r/R1.yml", "r/R2.md", "r/R2.yml"]
            contents = [first, item, item, noise, noise]
            files = [SourceFile(name, data) for name, data in zip(names, contents, strict=True)]
            read_without_raising(SOURCE, files, ItemMapping(type="software_requirement"))
