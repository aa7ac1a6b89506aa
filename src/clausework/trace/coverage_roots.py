"""Whether two coverage reports name the same files from different folders.

Told by facts: all the files that one report has and the other has not must be found in the other, each at the same
place below another folder and with exactly the same executable lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec

LEAST_LINES = 5
"""Executable lines that two reports must have alike before they are held for the same files: fewer prove nothing."""

_Place = tuple[str, ...]


class Measured(msgspec.Struct, frozen=True):
    """How many executable lines a file has, and which (a set as a whole number; -1: not known)."""

    count: int
    lines: int


class Doubt(msgspec.Struct, frozen=True):
    """Files that two reports name from different folders, as pairs of names.

    ``same``: the one name is the end of the other, which is absolute (the first of each pair): they are one file.
    Otherwise they may be copies of each other as well.
    """

    pairs: tuple[tuple[str, str], ...]
    same: bool

    def __str__(self) -> str:
        one, other = self.pairs[0]
        more = f" and {len(self.pairs) - 1} more" if len(self.pairs) > 1 else ""
        return f"{one} and {other}{more}"


def doubts(reports: Sequence[frozenset[str]], files: Mapping[str, Measured]) -> tuple[Doubt, ...]:
    """Return which files of two ``reports`` are, or may be, the same; ``files`` tells of each what was measured."""
    found: dict[tuple[tuple[str, str], ...], Doubt] = {}
    for one, other in combinations(dict.fromkeys(reports), 2):
        alone, there = _told(one - other, files), _told(other - one, files)
        if len(alone) > len(there):
            alone, there = there, alone
        pairs = _alike(alone, there, files)
        if pairs:
            doubt = _doubt(pairs)
            found.setdefault(doubt.pairs, doubt)
    return tuple(found.values())


def _told(names: frozenset[str], files: Mapping[str, Measured]) -> list[str]:
    return sorted(name for name in names if files[name].count)


def _alike(
    alone: Sequence[str], there: Sequence[str], files: Mapping[str, Measured]
) -> list[tuple[str, str]]:
    """Return for each name ``alone`` the one ``there``, where one pair of folders explains all; else none."""
    by_name: dict[tuple[str, Measured], list[str]] = {}
    for name in there:
        by_name.setdefault((_last(name), files[name]), []).append(name)
    shifts: set[tuple[_Place, _Place]] | None = None
    for name in alone:
        possible = {_shift(name, other) for other in by_name.get((_last(name), files[name]), ())}
        shifts = possible if shifts is None else shifts & possible
        if not shifts:
            return []
    if not shifts or sum(files[name].count for name in alone) < LEAST_LINES:
        return []
    here, elsewhere = min(shifts)
    return [(name, "/".join((*elsewhere, *name.split("/")[len(here) :]))) for name in alone]


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _shift(name: str, other: str) -> tuple[_Place, _Place]:
    """Return the folders of two names that are left when the end that they share is taken away."""
    one, two = name.split("/"), other.split("/")
    while one and two and one[-1] == two[-1]:
        one.pop()
        two.pop()
    return tuple(one), tuple(two)


def _doubt(pairs: list[tuple[str, str]]) -> Doubt:
    """Return the pairs with the longer name first."""
    by_length = [sorted(pair, key=lambda name: (-len(name), name)) for pair in pairs]
    ordered = tuple(sorted((longer, shorter) for longer, shorter in by_length))
    return Doubt(ordered, all(_is_rest_of(shorter, longer) for longer, shorter in ordered))


def _is_rest_of(shorter: str, longer: str) -> bool:
    absolute = longer.startswith("/") or longer[1:2] == ":"
    return absolute and longer.endswith(f"/{shorter}") and not shorter.startswith("/")
