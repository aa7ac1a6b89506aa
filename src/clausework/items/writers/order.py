"""What all writers share: the order in which items are written, and what keeps them from being written."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from clausework.core.errors import InputRejected
from clausework.items.model import FieldValue, Item


class CannotBeWritten(InputRejected):
    """Items cannot be written so that they are read as they are: two share an ID, or a text holds half a character."""

    hint = "Mend the item that is named, then write them again."


def in_order(items: Iterable[Item]) -> list[Item]:
    """Return ``items`` sorted by ID; raises ``CannotBeWritten`` when two share one."""
    ordered = sorted(items, key=lambda item: item.id)
    for one, following in pairwise(ordered):
        if one.id == following.id:
            raise CannotBeWritten(f"Two items have the ID {one.id}.")
    return ordered


def several(value: FieldValue) -> tuple[str, ...]:
    """Return a field's texts, blank ones left out."""
    texts = (value,) if isinstance(value, str) else value
    return tuple(text for text in texts if text.strip())


def encoded(text: str) -> bytes:
    """Return ``text`` in UTF-8; raises ``CannotBeWritten`` for half a character."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        near = text[max(0, error.start - 40) : error.start]
        raise CannotBeWritten(f"A text holds half a character, behind {near!a}.") from error
