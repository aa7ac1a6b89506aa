"""What the rules are given and what they find."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.places import Place
from clausework.items.model import Item
from clausework.items.quality.ears import Clause
from clausework.items.quality.sentences import Sentence

Severity = Literal["grave", "middle", "light"]

EXCEPTION = "exception"
"""The rule's name in findings about what an item writes in its field ``quality_exceptions``."""


class Statement(msgspec.Struct, frozen=True):
    """An item with its sentences. ``clauses`` are those that require something, ``listed`` what stands in their lists.

    ``text`` is the item's text, or its title where it has no text.
    """

    item: Item
    text: str
    sentences: tuple[Sentence, ...]
    clauses: tuple[Clause, ...]
    listed: tuple[Sentence, ...]

    @property
    def required(self) -> tuple[Sentence, ...]:
        """The sentences that require something, and what stands in their lists."""
        return (*(clause.sentence for clause in self.clauses), *self.listed)


class Hit(msgspec.Struct, frozen=True):
    """What a rule finds in a statement: where in its text, why, and the sentence written better where that is clear."""

    start: int
    end: int
    reason: str
    suggestion: str = ""


class QualityFinding(msgspec.Struct, frozen=True, order=True):
    """One finding. ``line`` and ``column`` count from 1 within the item's text (0: not in the text).

    ``found`` are the words that were found, as they are written but for blanks.
    """

    document: str
    item: str
    line: int
    column: int
    rule: str
    found: str
    reason: str
    suggestion: str
    place: Place

    def __str__(self) -> str:
        words = f": '{self.found}'" if self.found else ""
        return f"{self.item} {self.rule}{words}: {self.reason}"


def one_line(text: str) -> str:
    """Return ``text`` with every run of blanks and line ends as one blank."""
    return " ".join(text.split())
