"""The lines of a coverage report, held in eight bytes each until they are merged per file.

A line is packed into 64 bits: its number, whether it ran, how many of its branches were taken, how many it has.
Conditions (MC/DC) are packed alike.
"""

from __future__ import annotations

import posixpath
from array import array
from collections.abc import Container, Iterable
from itertools import groupby

import msgspec

from clausework.evidence.detail import DetailWriter, FileCoverage
from clausework.evidence.line_sets import LAST_LINE, ranges_of
from clausework.evidence.source import ValueRejected
from clausework.ledger.records.values import Ratio

MOST_LINES = 5_000_000
"""Lines of one report, each as often as it is listed; a larger one is refused."""

MOST_BRANCHES = 1_000_000
"""Branches, or conditions, of one line; more are refused."""

MOST_RANGED = 200_000
"""Lines of one file whose ranges are written; of a larger file only the ratios are, and it is not ``whole``."""

LONGEST_PATH = 1000
"""Characters of a file's path."""

_BITS = 20
_MASK = (1 << _BITS) - 1
_NUMBER = 2 * _BITS + 1
_HIT = 1 << 2 * _BITS
_NONE = array("Q")
_CONTROLS = {*map(chr, range(32)), "\x7f"}


class TooManyLines(ValueRejected):
    """A report has more lines than are held in memory."""


class Totals(msgspec.Struct, frozen=True):
    """Lines, branches and conditions (MC/DC), and how many of each were covered."""

    lines: int = 0
    lines_covered: int = 0
    branches: int = 0
    branches_covered: int = 0
    conditions: int = 0
    conditions_covered: int = 0

    def plus(self, other: Totals) -> Totals:
        """Return the sum of both."""
        if other is _NO_TOTALS:
            return self
        return Totals(
            self.lines + other.lines,
            self.lines_covered + other.lines_covered,
            self.branches + other.branches,
            self.branches_covered + other.branches_covered,
            self.conditions + other.conditions,
            self.conditions_covered + other.conditions_covered,
        )

    @property
    def line(self) -> Ratio:
        """How many of the lines ran."""
        return Ratio(self.lines_covered, self.lines)

    @property
    def branch(self) -> Ratio:
        """How many of the branches were taken."""
        return Ratio(self.branches_covered, self.branches)

    @property
    def mcdc(self) -> Ratio:
        """How many of the conditions were covered."""
        return Ratio(self.conditions_covered, self.conditions)


_NO_TOTALS = Totals()


def packed(number: int, *, hit: bool, covered: int = 0, total: int = 0) -> int:
    """Return a line as one number; raises ``ValueRejected`` for a line that cannot be.

    ``covered`` of ``total`` are the line's branches, or its conditions.
    """
    if not 0 <= number <= LAST_LINE:
        raise ValueRejected(f"line {number} is beyond {LAST_LINE}")
    if not 0 <= covered <= total <= MOST_BRANCHES:
        raise ValueRejected(f"line {number} covers {covered} of {total}")
    return number << _NUMBER | hit << 2 * _BITS | covered << _BITS | total


def totals_of(lines: Iterable[int]) -> Totals:
    """Return what packed lines come to."""
    values = tuple(lines)
    if not values:
        return _NO_TOTALS
    return Totals(
        len(values),
        sum([value >> 2 * _BITS & 1 for value in values]),
        sum([value & _MASK for value in values]),
        sum([value >> _BITS & _MASK for value in values]),
    )


def merged(same: list[int], *, cautious: bool = False) -> int:
    """Return the line that packed lines of one number come to; of branches the longest list counts.

    ``cautious``: a line ran only if all of them say so. Otherwise it ran if any does.
    """
    if len(same) == 1:
        return same[0]
    choose = min if cautious else max
    hit = choose([value & _HIT for value in same])
    total = max([value & _MASK for value in same])
    covered = choose([value >> _BITS & _MASK for value in same if value & _MASK == total])
    return same[0] >> _NUMBER << _NUMBER | hit | covered << _BITS | total


def checked_path(name: str) -> str:
    """Return ``name`` as it stands if it can name a file; raises ``ValueRejected``."""
    if not name.strip() or len(name) > LONGEST_PATH or _CONTROLS.intersection(name):
        raise ValueRejected(f"'{name[:60]!a}' names no file")
    return name


def below(folder: str, name: str) -> str:
    """Return the path of ``name`` in ``folder``; a name that is a whole path itself stays as it is."""
    if not folder or name.startswith(("/", "\\")) or name[1:2] == ":":
        return name
    return posixpath.join(folder.replace("\\", "/"), name)


class Files:
    """Lines by file, in the order in which files were first named.

    ``keep_worse`` notes a ratio that a report states of a file and that its lines do not explain: the worse counts.
    """

    def __init__(self) -> None:
        self._lines: dict[str, array[int]] = {}
        self._conditions: dict[str, array[int]] = {}
        self._extra: dict[str, array[int]] = {}
        self._stated: dict[str, list[tuple[Ratio | None, Ratio | None]]] = {}
        self._counted: dict[str, FileCoverage] = {}
        self._count = 0
        self._branches = False
        self.disagreeing = 0

    def add(
        self, path: str, lines: Iterable[int], conditions: Iterable[int] = (), branches: Iterable[int] = ()
    ) -> None:
        """Take packed ``lines`` of ``path``; raises ``TooManyLines``.

        ``conditions`` are lines packed with their conditions in the place of branches, ``branches`` those on lines that
        are not among ``lines``.
        """
        held = self._lines.setdefault(path, array("Q"))
        before = len(held)
        held.extend(lines)
        self._count += len(held) - before
        self._count += _extend(self._conditions, path, conditions) + _extend(self._extra, path, branches)
        if self._count > MOST_LINES:
            raise TooManyLines(f"more than {MOST_LINES} lines are listed")
        self._branches = (
            self._branches or path in self._extra or any(value & _MASK for value in held[before:])
        )

    def add_counted(self, path: str, line: Ratio, branch: Ratio) -> None:
        """Take a file of which only the counts are known."""
        self._counted[path] = FileCoverage(path, line, branch if branch.total else None, whole=False)

    def keep_worse(self, path: str, line: Ratio | None, branch: Ratio | None) -> None:
        """Note what a report states of a file that has been added."""
        self._stated.setdefault(path, []).append((line, branch))
        self._branches = self._branches or (branch is not None and branch.total > 0)

    def write(
        self,
        detail: DetailWriter,
        *,
        folder: str = "",
        cautious: bool = False,
        whole: bool = True,
        branches: bool | None = None,
        conditions: bool | None = None,
        without_branches: Container[str] = (),
        without_conditions: Container[str] = (),
    ) -> Totals:
        """Write each file's coverage, its path ``below`` the ``folder``; return the totals.

        ``cautious`` says that one file name may stand for several files: then a line ran only if all that is listed
        for it says so. ``branches`` and ``conditions`` tell whether they were measured (``None``: they were if any
        line has one); a file that has none then has a ratio of 0/0, but for those that were measured ``without``.
        """
        measured = (
            self._branches if branches is None else branches,
            bool(self._conditions) if conditions is None else conditions,
        )
        total = Totals()
        for path in self._lines:
            measures = (
                measured[0] and path not in without_branches,
                measured[1] and path not in without_conditions,
            )
            written = self._file(path, measures, cautious=cautious, whole=whole)
            total = total.plus(_as_totals(written))
            detail.add(msgspec.structs.replace(written, path=below(folder, path)) if folder else written)
        for counted in self._counted.values():
            total = total.plus(_as_totals(counted))
            detail.add(counted)
        return total

    def _file(self, path: str, measured: tuple[bool, bool], *, cautious: bool, whole: bool) -> FileCoverage:
        values = self._merged(self._lines[path], cautious=cautious)
        conditions = self._merged(self._conditions.get(path, _NONE), cautious=cautious)
        branches = [value for value in values if value & _MASK]
        if path in self._extra:
            branches = self._merged(array("Q", branches) + self._extra[path], cautious=cautious)
        of_lines, of_branches, of_conditions = totals_of(values), totals_of(branches), totals_of(conditions)
        line, own = of_lines.line, of_branches.branch if measured[0] or branches else None
        branch = own
        for stated_line, stated_branch in self._stated.get(path, ()):
            line, branch = _worse(line, stated_line) or line, _worse(branch, stated_branch)
        explained = line == of_lines.line and branch == own
        ranged = len(values) <= MOST_RANGED
        return FileCoverage(
            path,
            line,
            branch,
            uncovered=ranges_of(value >> _NUMBER for value in values if not value & _HIT) if ranged else (),
            covered=ranges_of(value >> _NUMBER for value in values if value & _HIT) if ranged else (),
            branches=_listed(branches) if ranged else (),
            mcdc=of_conditions.branch if measured[1] or conditions else None,
            conditions=_listed(conditions) if ranged else (),
            whole=whole and ranged and explained,
        )

    def _merged(self, lines: array[int], *, cautious: bool) -> list[int]:
        ordered = sorted(lines)
        if len({value >> _NUMBER for value in ordered}) == len(ordered):
            return ordered  # as most often, no line is listed twice
        values = []
        for _, group in groupby(ordered, lambda value: value >> _NUMBER):
            same = list(group)
            self.disagreeing += len(set(same)) > 1
            values.append(merged(same, cautious=cautious))
        return values


def _extend(held: dict[str, array[int]], path: str, values: Iterable[int]) -> int:
    """Add ``values`` to those of ``path``, if there are any; return how many there are."""
    new = array("Q", values)
    if new:
        held.setdefault(path, array("Q")).extend(new)
    return len(new)


def worse(one: Ratio, other: Ratio) -> Ratio:
    """Return the ratio that shows less covered; where one counts nothing at all, nothing of the other is covered."""
    if not one.total or not other.total:
        return Ratio(0, max(one.total, other.total))
    return other if other.covered * one.total < one.covered * other.total else one


def _worse(counted: Ratio | None, stated: Ratio | None) -> Ratio | None:
    return counted if counted is None or stated is None else worse(counted, stated)


def _listed(values: list[int]) -> tuple[tuple[int, int, int], ...]:
    return tuple(
        [(value >> _NUMBER, value >> _BITS & _MASK, value & _MASK) for value in values if value & _MASK]
    )


def _as_totals(written: FileCoverage) -> Totals:
    branch, mcdc = written.branch or Ratio(0, 0), written.mcdc or Ratio(0, 0)
    return Totals(
        written.line.total,
        written.line.covered,
        branch.total,
        branch.covered,
        mcdc.total,
        mcdc.covered,
    )
