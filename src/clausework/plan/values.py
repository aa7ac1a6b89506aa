"""The texts, names and numbers that a plan is made of, each with what it accepts."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from clausework.core.identities import Email, ItemId

Text = Annotated[str, msgspec.Meta(min_length=1, description="a text that is not empty")]
PersonAddress = Annotated[Email, msgspec.Meta(description="one person's e-mail address")]
Name = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$(?!\n)",
        max_length=100,
        description="a name of letters, digits, '_', '.' and '-'",
    ),
]
Identifier = Annotated[
    ItemId, msgspec.Meta(description="an ID of letters and digits, with single '.', '_' or '-' between them")
]
Day = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)", description="a date such as 2027-06-01"),
]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000, description="a whole number from 1 to 100000")]
Texts = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
Command = Text | Texts
"""A command: a list is run as it stands, a text by ``sh -ec``."""


def is_day(text: str) -> bool:
    """Tell whether ``text`` is a day of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_name(text: str) -> bool:
    """Tell whether ``text`` is a ``Name``."""
    try:
        msgspec.convert(text, Name)
    except msgspec.ValidationError:
        return False
    return True
