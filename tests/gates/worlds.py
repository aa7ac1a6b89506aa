"""Worlds of challenges, a little changed."""

from __future__ import annotations

from clausework.gates.challenge import ITEMS, World, but


def with_items(more: str) -> World:
    """Return the sound world with further items."""
    return but(items=ITEMS + more.encode() + b"\n")


def replaced(before: bytes, after: bytes) -> World:
    """Return the sound world with something in its items replaced, which must be there once."""
    assert ITEMS.count(before) == 1
    return but(items=ITEMS.replace(before, after))
