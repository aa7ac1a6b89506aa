"""Who and what carries an identifier: people by e-mail address, items by ID."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from clausework.core.errors import UsageFault

_ITEM_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*")
_END = r"$(?!\n)"  # Python's $ also matches before a last line break
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")

ItemId = Annotated[str, msgspec.Meta(pattern=rf"^{_ITEM_ID.pattern}{_END}", max_length=100)]
"""An item's ID, such as ``REQ-037``: letters, digits, and single ``.``, ``_`` or ``-`` between them."""

Email = Annotated[str, msgspec.Meta(pattern=rf"^{_EMAIL.pattern}{_END}", max_length=254)]
"""A person's unique, never reassigned account name (21 CFR 11.100(a)), in lower case."""


class NotAnEmail(UsageFault):
    """A text that should be a person's e-mail address is not one."""

    hint = "Give the address of one person, such as quality@example.com."


def is_item_id(text: str) -> bool:
    """Tell whether ``text`` has the form of an item's ID."""
    return len(text) <= 100 and _ITEM_ID.fullmatch(text) is not None


def parse_email(text: str) -> str:
    """Return ``text`` as the account name it denotes, in lower case; raises ``NotAnEmail``."""
    address = text.strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise NotAnEmail(f"'{text}' is not an e-mail address.")
    return address
