"""What a condition of the release gate is: clauses, the classes it applies to, a judgement of the release facts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from clausework.gates.check import Judgement
from clausework.release.facts import ReleaseFacts


class Condition(msgspec.Struct, frozen=True):
    """One condition of the release gate; it applies to the safety classes named."""

    name: str
    title: str
    clauses: tuple[str, ...]
    classes: str
    judge: Callable[[ReleaseFacts], Judgement]


JUDGES = ("quality", "release_authority")
"""Roles in which verification and validation as a whole are judged: not by the developer in that role (5.8.1)."""


def members(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return a field that may be one text or several as several."""
    return (value,) if isinstance(value, str) else value
