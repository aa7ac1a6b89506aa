"""Finds the IDs of items in the names of tests, where the plan says of which form they are.

``test_REQ_037_stops`` names REQ-037: case and the choice between ``_`` and ``-`` do not matter, as long as one item
alone has that ID. Words are looked up among the items, and only then held against the plan's patterns: the time that a
pattern takes is bounded by the length of an ID, not by what a test is called.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence

from clausework.core.errors import InputRejected

LONGEST_PATTERN = 200
MOST_PATTERNS = 50
MOST_REPETITIONS = 4
"""Quantifiers without a fixed number in one pattern: with more, a match could take too many tries."""

_WORD = re.compile(r"[A-Za-z0-9]+")
_QUANTIFIER = re.compile(r"\*|\+|\{[0-9]*,?[0-9]*\}")
_FIXED = re.compile(r"\{[0-9]+\}")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_REMEMBERED = 10_000


class PatternRefused(InputRejected):
    """A pattern for IDs cannot be used."""

    hint = "Write what an ID looks like, such as REQ-[0-9]+, without repeating what repeats already."


class IdsInNames:
    """Finds the IDs of ``items`` that have a form of ``patterns``."""

    def __init__(self, items: Iterable[str], patterns: Sequence[str]) -> None:
        self._patterns = compile_patterns(patterns)
        self._by_key: dict[str, str] = {}
        self._firsts: dict[str, int] = {}
        self._known: dict[str, bool] = {}
        ambiguous: dict[str, set[str]] = {}
        for item in items if patterns else ():
            key = _key(item)
            other = self._by_key.setdefault(key, item)
            if other != item:
                ambiguous.setdefault(key, {other}).add(item)
            words = _WORD.findall(key)
            self._firsts[words[0]] = max(len(words), self._firsts.get(words[0], 0))
        for key in ambiguous:
            del self._by_key[key]
        self.ambiguous = tuple(sorted(item for items in ambiguous.values() for item in items))
        """Items whose IDs differ only in case or in ``_`` and ``-``: none of them is found in a name."""

    def found_in(self, text: str) -> tuple[str, ...]:
        """Return the IDs that stand in ``text`` as whole words, the longest that fits each time."""
        lower = text.lower()
        if len(lower) != len(text):  # some letters become two: only those that an ID can have matter here
            lower = "".join(each.lower() if each.isascii() else each for each in text)
        if self._firsts.keys().isdisjoint(_WORD.findall(lower)):
            return ()
        found: dict[str, None] = {}
        end = 0
        for word in _WORD.finditer(lower):
            start = word.start()
            if start >= end and (most := self._firsts.get(word.group())):
                ends = [
                    word.end() for _, word in zip(range(most), _WORD.finditer(lower, start), strict=False)
                ]
                for last in reversed(ends):
                    item = self._by_key.get(lower[start:last].replace("_", "-"))
                    if item is not None and self._has_a_form(text[start:last]):
                        found[item] = None
                        end = last
                        break
        return tuple(found)

    def _has_a_form(self, spelled: str) -> bool:
        known = self._known.get(spelled)
        if known is None:
            known = any(pattern.fullmatch(spelled) for pattern in self._patterns)
            if len(self._known) < _REMEMBERED:
                self._known[spelled] = known
        return known


def _key(item: str) -> str:
    return item.lower().replace("_", "-")


def compile_patterns(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """Return ``patterns``, regular expressions of a whole ID whose case does not matter, compiled.

    Raises ``PatternRefused`` for one that is none, is too long, looks around or back, repeats what repeats, or has
    more than ``MOST_REPETITIONS`` quantifiers without a fixed number.
    """
    if len(patterns) > MOST_PATTERNS:
        raise PatternRefused(f"there are more than {MOST_PATTERNS} patterns for IDs")
    return tuple(map(_compile, patterns))


def _compile(pattern: str) -> re.Pattern[str]:
    if not pattern.strip() or len(pattern) > LONGEST_PATTERN:
        raise PatternRefused(f"a pattern for IDs has 1 to {LONGEST_PATTERN} characters: '{pattern[:60]}'")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(pattern, re.IGNORECASE | re.ASCII)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise PatternRefused(f"'{pattern[:60]}' is no regular expression: {error}") from error
    objection = _objection(pattern)
    if objection:
        raise PatternRefused(f"the pattern '{pattern[:60]}' {objection}")
    if compiled.fullmatch(""):
        raise PatternRefused(f"the pattern '{pattern[:60]}' is met by nothing at all")
    return compiled


def _objection(pattern: str) -> str:
    """Return why a pattern that compiles is refused all the same; empty where it is not."""
    repetitions = 0
    open_groups = [False]  # whether the group repeats or chooses in itself, the pattern as a whole first
    closed = False  # whether the group that just closed does
    at = 0
    while at < len(pattern):
        found = _QUANTIFIER.match(pattern, at)
        if found:
            if closed:
                return "repeats a group that repeats or chooses in itself"
            if not _FIXED.fullmatch(found.group()):
                repetitions += 1
                open_groups[-1] = True
        elif pattern[at] == "\\" and pattern[at + 1 : at + 2].isdigit():
            return "refers back to a group"
        elif pattern[at] == "(" and not _GROUP.match(pattern, at):
            return "looks around or sets a flag"
        closed = False
        if pattern[at] == "(":
            open_groups.append(False)
        elif pattern[at] == ")":
            closed = open_groups.pop()
            open_groups[-1] = open_groups[-1] or closed
        elif pattern[at] in "|?":
            open_groups[-1] = True
        at = _behind(pattern, at, found)
    if repetitions > MOST_REPETITIONS:
        return f"has more than {MOST_REPETITIONS} repetitions without a fixed number"
    return ""


def _behind(pattern: str, at: int, quantifier: re.Match[str] | None) -> int:
    """Return where what stands at ``at`` ends."""
    if quantifier:
        return quantifier.end()
    if pattern[at] == "\\":
        return at + 2
    found = (_GROUP if pattern[at] == "(" else _CLASS).match(pattern, at)
    return found.end() if found else at + 1
