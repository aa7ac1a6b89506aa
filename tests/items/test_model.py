"""Items are versioned by their content."""

from __future__ import annotations

import msgspec
import pytest

from clausework.core.places import Place
from clausework.items.model import ItemType, Link

from .making import item

CHANGES = [
    {"title": "Another"},
    {"text": "Another"},
    {"type": ItemType.USER_NEED},
    {"id": "REQ-2"},
    {"links": (Link("derives_from", "SYS-2"),)},
    {"fields": {"verification": "analysis"}},
]


def test_place_is_no_content() -> None:
    """An item that moves to another file or line is the same version of itself."""
    moved = msgspec.structs.replace(item("REQ-1"), place=Place("elsewhere.md", 9, 9))
    assert moved.content_hash == item("REQ-1").content_hash


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_every_part_is_content(change: dict[str, object]) -> None:
    """A change of anything that an item says makes another version of it."""
    assert msgspec.structs.replace(item("REQ-1"), **change).content_hash != item("REQ-1").content_hash


def test_content_hash_is_published() -> None:
    """The content hash is SHA-256 over sorted JSON, so that others can work it out."""
    hash_by_hand = "15dc75c56ca831a95eb111e33996498d72b0d31ee2b333d0ff0fe217ac4a8deb"
    one = item("REQ-1", text="X shall Y.", links={"derives_from": "SYS-1"}, fields={"a": ("1", "2")})
    assert one.content == (
        b'{"fields":{"a":["1","2"]},"id":"REQ-1","links":[{"role":"derives_from","target":"SYS-1"}],'
        b'"text":"X shall Y.","title":"Title of REQ-1","type":"software_requirement"}'
    )
    assert one.content_hash == hash_by_hand


def test_targets_and_fields() -> None:
    """Links are asked by role; a field with several texts is said as lines, an absent one as nothing."""
    one = item(
        "REQ-1", links={"derives_from": "SYS-1 SYS-2", "allocated_to": "ARCH-1"}, fields={"f": ("a", "b")}
    )
    assert one.targets("derives_from") == ("SYS-1", "SYS-2")
    assert (one.says("f"), one.says("g")) == ("a\nb", "")
