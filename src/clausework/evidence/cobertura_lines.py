"""The lines of a Cobertura report, held in eight bytes each until they are merged per file."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from itertools import groupby

import msgspec

from clausework.evidence.detail import DetailWriter, FileCoverage
from clausework.evidence.source import ValueRejected
from clausework.ledger.records.values import Ratio

MOST_LINES = 5_000_000
"""Lines of one report; a larger one is refused."""

MOST_LINES_OF_A_CLASS = 250_000
"""Lines of one class, which are held apart until it ends."""

_MOST_RANGES = 200
_HALF = 20  # bits for the covered conditions and for all conditions; then one for the hit, then the number
_MASK = (1 << _HALF) - 1


class TooManyLines(ValueRejected):
    """A report has more lines than are held in memory."""


class Covered(msgspec.Struct, frozen=True):
    """How many of a line's conditions were covered."""

    covered: int
    total: int


class Line(msgspec.Struct, frozen=True):
    """Whether a line ran, and what of its conditions was covered, where it has any."""

    hit: bool
    conditions: Covered | None = None


class Totals(msgspec.Struct, frozen=True):
    """Lines and conditions, and how many of them were covered."""

    lines: int = 0
    lines_covered: int = 0
    conditions: int = 0
    conditions_covered: int = 0

    def plus(self, other: Totals) -> Totals:
        """Return the sum of both."""
        return Totals(
            self.lines + other.lines,
            self.lines_covered + other.lines_covered,
            self.conditions + other.conditions,
            self.conditions_covered + other.conditions_covered,
        )


def _totals(packed: Collection[int]) -> Totals:
    return Totals(
        len(packed),
        sum([value >> 2 * _HALF & 1 for value in packed]),
        sum([value & _MASK for value in packed]),
        sum([value >> _HALF & _MASK for value in packed]),
    )


class Files:
    """Lines by file.

    ``as_elements`` totals the line elements of classes; ``as_listed`` counts each class's lines, those of its
    methods included, once.
    """

    def __init__(self) -> None:
        self.as_elements = Totals()
        self.as_listed = Totals()
        self._files: dict[str, array[int]] = {}
        self._name = ""
        self._class: dict[int, int] = {}
        self._elements = array("Q")
        self._count = 0

    def open_class(self, file_name: str) -> None:
        """Begin a class that stands in ``file_name``."""
        self._name = file_name
        self._class = {}

    def add(self, number: int, line: Line, *, in_method: bool) -> None:
        """Take a line of the open class, whose methods may list its lines as well; raises ``TooManyLines``."""
        conditions = line.conditions or Covered(0, 0)
        packed = (
            number << (2 * _HALF + 1) | line.hit << 2 * _HALF | conditions.covered << _HALF | conditions.total
        )
        self._count += 1
        if self._count > MOST_LINES:
            raise TooManyLines(f"more than {MOST_LINES} lines are listed")
        if len(self._class) >= MOST_LINES_OF_A_CLASS:
            raise TooManyLines(f"a class lists more than {MOST_LINES_OF_A_CLASS} lines")
        if not in_method:
            self._elements.append(packed)
        known = self._class.get(number)
        self._class[number] = packed if known is None else _merged([known, packed], cautious=False)

    def close_class(self) -> None:
        """End the open class."""
        self.as_elements = self.as_elements.plus(_totals(self._elements))
        self.as_listed = self.as_listed.plus(_totals(self._class.values()))
        self._files.setdefault(self._name, array("Q")).extend(self._class.values())
        self._class = {}
        self._elements = array("Q")

    def write(self, detail: DetailWriter, *, cautious: bool) -> tuple[Totals, int]:
        """Write each file's coverage; return the totals and how many lines were listed with different counts.

        ``cautious`` says that one file name may stand for several files: then a line ran only if all that is
        listed for it says so. Otherwise a line ran if anything listed for it says so.
        """
        all_files = Totals()
        disagreeing = 0
        for path, packed in self._files.items():
            values = []
            for same in _by_number(packed):
                values.append(_merged(same, cautious=cautious))
                disagreeing += len(set(same)) > 1
            own = _totals(values)
            all_files = all_files.plus(own)
            missed = [value >> (2 * _HALF + 1) for value in values if not value >> 2 * _HALF & 1]
            branch = Ratio(own.conditions_covered, own.conditions) if own.conditions else None
            detail.add(FileCoverage(path, Ratio(own.lines_covered, own.lines), branch, _ranges(missed)))
        return all_files, disagreeing


def _by_number(packed: array[int]) -> Iterator[list[int]]:
    for _, same in groupby(sorted(packed), lambda value: value >> (2 * _HALF + 1)):
        yield list(same)


def _merged(same: list[int], *, cautious: bool) -> int:
    """Return the line that packed lines of one number come to; of conditions the longest list counts."""
    if len(same) == 1:
        return same[0]
    choose = min if cautious else max
    number = same[0] >> (2 * _HALF + 1)
    hit = choose(value >> 2 * _HALF & 1 for value in same)
    total = max(value & _MASK for value in same)
    covered = choose(value >> _HALF & _MASK for value in same if value & _MASK == total)
    return number << (2 * _HALF + 1) | hit << 2 * _HALF | covered << _HALF | total


def _ranges(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges[:_MOST_RANGES])
