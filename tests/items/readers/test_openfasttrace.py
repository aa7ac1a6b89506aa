"""OpenFastTrace's Markdown is read by its own keywords, and revisions that do not fit are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.foreign import adopt, with_roles
from clausework.items.model import ItemType, Link
from clausework.items.readers.openfasttrace import SOURCE
from clausework.items.source import ForeignItem, ForeignLink, SourceFile
from clausework.items.sources import source_named
from clausework.plan.model import ItemMapping

from .hostile import bent, read_without_raising
from .reading import items, told

SPECIFICATION = """\
# Pump

## Feature
`feat~alarm~1`

The pump alarms.

Needs: req

### Occlusion alarm
<a id="x"></a>
`req~alarm.occlusion~2`
Status: approved

The pump **shall** alarm:

```
req~not-an-item~1
Needs: nothing
```

Rationale:
Harm.

Comment:

Seen in the field.

Covers:

* [feat~alarm~1](#feature)

Needs: arch, utest
Tags: alarm, risk

Underlined title
----------------
`arch~alarm~1`

Description:
How it is built.

Covers:
- `req~alarm.occlusion~2`

Depends:
+ feat~alarm~1

Needs:
- dsn
- impl

# Forwarded
* `arch-->dsn, impl : req~alarm.occlusion~2`

<!-- oft:off -->
req~off~1
<!-- oft:on -->
req:old-style, v3
Text of the old one.

`req~rejected~1`
Status: rejected

Gone.
"""


def by_id(text: str, mapping: ItemMapping | None = None) -> dict[str, ForeignItem]:
    """Return the items of a specification in which nothing is wrong."""
    return {item.id: item for item in items(SOURCE, text, "a.md", mapping)}


def test_specification_items() -> None:
    """ID, title, description and the keywords' content are the item's; its ID has no revision in it."""
    item = by_id(SPECIFICATION)["req~alarm.occlusion"]
    assert (item.kind, item.title, item.place) == ("req", "Occlusion alarm", Place("a.md", 12, 1))
    assert item.text == "The pump **shall** alarm:\n\n```\nreq~not-an-item~1\nNeeds: nothing\n```"
    assert {name: value for name, value in item.fields.items() if value} == {
        "comment": "Seen in the field.",
        "needs": ("arch", "utest"),
        "rationale": "Harm.",
        "revision": "2",
        "source_id": "req~alarm.occlusion~2",
        "status": "approved",
        "tags": ("alarm", "risk"),
    }
    assert item.links == (ForeignLink("covers", "feat~alarm", Place("a.md", 31, 1)),)


def test_titles_lists_and_old_ids() -> None:
    """Underlined titles, lists with bullets, the keyword for descriptions and old IDs are read."""
    found = by_id(SPECIFICATION)
    arch = found["arch~alarm"]
    assert (arch.title, arch.text, arch.fields["needs"]) == (
        "Underlined title",
        "How it is built.",
        ("dsn", "impl"),
    )
    assert arch.fields["depends"] == ("feat~alarm~1",)
    assert (found["req~old-style"].text, found["req~old-style"].fields["revision"]) == (
        "Text of the old one.",
        "3",
    )


def test_forwarding() -> None:
    """What is handed on is an item that covers the original, so that what covers it leads on."""
    item = by_id(SPECIFICATION)["arch~alarm.occlusion"]
    assert item.fields["forwards_to"] == ("dsn", "impl")
    assert "handed on to: dsn, impl" in item.text
    assert [(link.name, link.target) for link in item.links] == [("covers", "req~alarm.occlusion")]


def test_excluded_and_rejected_items_are_none() -> None:
    """What is switched off, shown as code, or rejected is no item."""
    assert set(by_id(SPECIFICATION)) == {
        "feat~alarm",
        "req~alarm.occlusion",
        "arch~alarm",
        "arch~alarm.occlusion",
        "req~old-style",
    }


def test_adopted() -> None:
    """Artefact types have types of their own, roles follow from the two ends, a dependency is a field alone."""
    got = adopt(SOURCE, list(by_id(SPECIFICATION).values()), ItemMapping())
    linked, findings = with_roles(got.items, got.pending)
    assert (got.findings, findings) == ((), ())
    found = {item.id: item for item in linked}
    assert found["feat-alarm"].type is ItemType.USER_NEED
    requirement = found["req-alarm-occlusion"]
    assert requirement.links == (
        Link("allocated_to", "arch-alarm"),
        Link("allocated_to", "arch-alarm-occlusion"),
        Link("derives_from", "feat-alarm"),
    )
    assert requirement.says("source_id") == "req~alarm.occlusion~2"
    assert found["arch-alarm"].says("depends") == "feat~alarm~1"


def test_an_outdated_link_is_told() -> None:
    """A link to another revision than there is, is kept, and told as leading to what is not there."""
    text = SPECIFICATION.replace("[feat~alarm~1]", "[feat~alarm~2]")
    message = (
        "a.md:31:1: outdated-link: req~alarm.occlusion~2 covers feat~alarm~2, of which the revision is 1"
    )
    assert told(SOURCE, text, "a.md") == [message]
    read = SOURCE.read([SourceFile("a.md", text.encode())], ItemMapping())
    item = next(one for one in read.items if one.id == "req~alarm.occlusion")
    assert item.fields["outdated_links"] == ("feat~alarm~2",)
    assert [link.target for link in item.links] == ["feat~alarm"]


def test_an_entry_without_an_id_is_told() -> None:
    """An entry under 'Covers:' that names nothing is told."""
    text = "`req~a~1`\n\nCovers:\n* the feature\n* feat:b, v1\n"
    assert told(SOURCE, text, "a.md") == [
        "a.md:4:1: blank-link: req~a~1 covers 'the feature', which is no ID"
    ]


def test_dependencies_may_be_planned() -> None:
    """The plan may give dependencies a role."""
    mapping = ItemMapping(links={"depends": "derives_from"})
    text = "`feat~a~1`\n\nText\n\n`req~b~1`\n\nText\n\nDepends:\n* feat~a~1\n"
    got = adopt(SOURCE, list(by_id(text, mapping).values()), mapping)
    assert got.items[1].links == (Link("derives_from", "feat-a"),)


def test_two_revisions_of_one_item_have_one_id() -> None:
    """Two revisions side by side are two items with one ID, which is found when they are put together."""
    found = items(SOURCE, "`req~a~1`\n\nOne\n\n`req~a~2`\n\nTwo\n", "a.md")
    assert [item.id for item in found] == ["req~a", "req~a"]


def test_keywords_on_one_line() -> None:
    """References and texts that stand on the keyword's own line are read too."""
    text = "`feat~b~1`\nText\n\n`req~a~1`\n\nRationale: Because.\nCovers: feat~b~1\n"
    item = by_id(text)["req~a"]
    assert item.fields["rationale"] == "Because."
    assert [link.target for link in item.links] == ["feat~b"]


@pytest.mark.parametrize("line", ["req~4a~1", "req-a~1", "a ~b~1", "  text req~a~1 more", "req~a~1x"])
def test_what_is_no_id(line: str) -> None:
    """A line that does not begin with a whole ID begins no item."""
    assert by_id(line) == {}


def test_long_lines_and_wrong_encodings_are_told() -> None:
    """A line too long to be one, or bytes that are no text, are told with their place."""
    assert "a.md:1:1: openfasttrace: a line is longer" in told(SOURCE, "#x" + " " * 30_000 + "y", "a.md")[0]
    assert told(SOURCE, b"\xff", "a.md") == ["a.md:1: encoding: byte 0 is not UTF-8"]


def test_hostile_lines_take_no_time() -> None:
    """Lines made to be matched in many ways are read at once."""
    lines = [
        "#x" + " " * 9_000 + "y",
        "a~" * 9_000,
        "- " + "a~a." * 4_000,
        "a " * 9_000 + "-->",
        "`" * 19_000,
    ]
    assert by_id("\n".join(lines * 20)) == {}


def test_it_is_registered() -> None:
    """The plan's word for it is 'openfasttrace'."""
    assert source_named("openfasttrace") is SOURCE
    assert SOURCE.takes("a.markdown")
    assert not SOURCE.takes("a.rst")


@settings(max_examples=300, deadline=None)
@given(bent([SPECIFICATION.encode()]), st.binary(max_size=80))
def test_nothing_crashes(data: bytes, noise: bytes) -> None:
    """Whatever stands in a document, the reader tells findings and raises nothing."""
    read_without_raising(SOURCE, [SourceFile("a.md", data), SourceFile("b.md", noise)])
