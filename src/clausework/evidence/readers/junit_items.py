"""Which items a test case verifies: IDs that stand in properties, never ones guessed from a name."""

from __future__ import annotations

import re
from functools import lru_cache

from clausework.core.identities import is_item_id

Link = tuple[str, str]
"""The role in which the case verifies an item, and the item's ID."""

_SEPARATORS = re.compile(r"[\s,;]+")

_ROLES = {
    "verifies": "verifies",
    "requirement": "verifies",
    "requirements": "verifies",
    "req": "verifies",
    "covers": "verifies",
    "item": "verifies",
    "verifies_effectiveness": "verifies_effectiveness",
    "verifies_implementation": "verifies_implementation",
    "verifies_under_fault": "verifies_under_fault",
}
"""Property names that link a case to items, and the role each gives (ISO 14971 7.2 wants two of them)."""

_LINKING_ATTRIBUTES = frozenset(_ROLES) - {"item", "covers", "req"}


def is_link(property_name: str) -> bool:
    """Tell whether a property of this name links to items."""
    return property_name in _ROLES or property_name.lower() in _ROLES


def links_of(property_name: str, value: str) -> tuple[list[Link], list[str]]:
    """Return the links in a property's value, and the words in it that are no item's ID."""
    role = _ROLES[property_name.lower()]
    words = [word for word in _SEPARATORS.split(value) if word]
    return [(role, word) for word in words if is_item_id(word)], [
        word for word in words if not is_item_id(word)
    ]


@lru_cache(maxsize=256)
def linking_attributes(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of a case's attributes that link it to items, as older googletest writes its properties."""
    return tuple(name for name in names if name.lower() in _LINKING_ATTRIBUTES)
