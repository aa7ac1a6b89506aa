"""Items and item files as the tests want them."""

from __future__ import annotations

from clausework.core.places import Place
from clausework.items.model import FieldValue, Item, ItemType, Link
from clausework.items.read import ItemSet, read_items
from clausework.items.source import SourceFile


def item(
    item_id: str,
    kind: ItemType = ItemType.SOFTWARE_REQUIREMENT,
    *,
    text: str = "",
    links: dict[str, str] | None = None,
    fields: dict[str, FieldValue] | None = None,
    place: Place | None = None,
) -> Item:
    """Return an item; ``links`` maps a role to targets with blanks between."""
    pairs = [Link(role, one) for role, targets in (links or {}).items() for one in targets.split()]
    at = place or Place(f"quality/{item_id}.yaml", 1, 1)
    return Item(item_id, kind, f"Title of {item_id}", text, tuple(sorted(pairs)), fields or {}, at)


def source(text: str | bytes, path: str = "quality/items.yaml") -> SourceFile:
    """Return an item file."""
    return SourceFile(path, text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes, path: str = "quality/items.yaml") -> ItemSet:
    """Return what is read from one item file."""
    return read_items([source(text, path)])
