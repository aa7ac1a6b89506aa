"""What the rules on words share: patterns of phrases, the word behind, and a match as a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clausework.items.quality.model import Hit
from clausework.items.quality.sentences import Sentence

NEXT_WORD = re.compile(r"\W*([\w-]+)")


def any_of(phrases: Iterable[str]) -> str:
    """Return a pattern of any of ``phrases``, the longest first, their blanks of any length."""
    longest_first = sorted(sorted(phrases), key=len, reverse=True)
    return "|".join(re.escape(one).replace("\\ ", r"\s+") for one in longest_first)


def hit(sentence: Sentence, found: re.Match[str], reason: str, suggestion: str = "") -> Hit:
    """Return what was ``found`` in ``sentence`` as a finding, at its place in the item's text."""
    return Hit(sentence.start + found.start(), sentence.start + found.end(), reason, suggestion)
