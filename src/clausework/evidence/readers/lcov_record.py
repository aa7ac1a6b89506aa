"""One section of an LCOV tracefile: what it lists of a file, and the totals that it states."""

from __future__ import annotations

import re
from typing import Literal

from clausework.evidence.readers.coverage_lines import MOST_LINES, TooManyLines, packed
from clausework.evidence.source import ValueRejected
from clausework.ledger.records.values import Ratio

Dialect = Literal["", "Istanbul", "LLVM", "gcovr", "coverage.py"]

MOST_ENTRIES = MOST_LINES
"""Lines, branches and conditions of one section."""

_COUNT = r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE]\+?[0-9]{1,3})?"
_LINE = re.compile(rf"([0-9]{{1,9}}),({_COUNT})(?:,[^,]{{1,100}})?")
_BRANCH = re.compile(rf"([0-9]{{1,9}}),([A-Za-z]{{0,5}}[0-9]{{1,10}},.{{1,2000}}),(-|{_COUNT})")
_CONDITION = re.compile(rf"([0-9]{{1,9}}),([0-9]{{1,9}}),([tf]),(-|{_COUNT}),([0-9]{{1,9}})(?:,.*)?")
_TOTAL = re.compile(r"[0-9]{1,9}")
TOTALS = ("LF", "LH", "BRF", "BRH", "MCF", "MCH", "FNF", "FNH")
LISTS = ("DA", "BRDA", "MCDC")


class TotalsContradict(ValueRejected):
    """A section's own totals cannot be explained by what it lists."""


class Section:
    """One section, from ``SF`` to ``end_of_record``; the same line or branch listed again counts once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[int, bool] = {}
        self.branches: dict[int, dict[str, bool]] = {}
        self.conditions: dict[int, dict[tuple[str, ...], bool]] = {}
        self.stated: dict[str, int] = {}
        self.order: dict[str, int] = {}
        self.negative = 0
        self._entries = 0

    def seen(self, kind: str) -> None:
        """Note where in the section a kind of entry stands first."""
        self.order.setdefault(kind, len(self.order))

    def take(self, kind: str, value: str) -> None:
        """Take one entry of a kind that is in ``LISTS`` or ``TOTALS``; raises ``ValueRejected``."""
        self.order.setdefault(kind, len(self.order))
        if kind == "DA":
            self._line(value)
        elif kind == "BRDA":
            self._branch(value)
        elif kind == "MCDC":
            self._condition(value)
        else:
            self._total(kind, value)
        self._entries += 1
        if self._entries > MOST_ENTRIES:
            raise TooManyLines(f"{self.path} lists more than {MOST_ENTRIES} entries")

    def _line(self, value: str) -> None:
        found = _LINE.fullmatch(value)
        if not found:
            raise self._wrong("DA", value)
        number = int(found[1])
        self.lines[number] = self._ran(found[2]) or self.lines.get(number, False)

    def _branch(self, value: str) -> None:
        found = _BRANCH.fullmatch(value)
        if not found:
            raise self._wrong("BRDA", value)
        taken = self.branches.setdefault(int(found[1]), {})
        taken[found[2]] = self._ran(found[3]) or taken.get(found[2], False)

    def _condition(self, value: str) -> None:
        found = _CONDITION.fullmatch(value)
        if not found:
            raise self._wrong("MCDC", value)
        covered = self.conditions.setdefault(int(found[1]), {})
        which = (found[2], found[5], found[3])
        covered[which] = self._ran(found[4]) or covered.get(which, False)

    def _total(self, kind: str, value: str) -> None:
        if not _TOTAL.fullmatch(value):
            raise self._wrong(kind, value)
        if self.stated.setdefault(kind, int(value)) != int(value):
            raise TotalsContradict(f"{self.path} states {kind} twice: {self.stated[kind]} and {value}")

    def _ran(self, count: str) -> bool:
        if count.isdigit():
            return int(count) > 0
        if count.startswith("-"):
            self.negative += count != "-" and float(count) < 0
            return False
        return float(count) > 0

    def _wrong(self, kind: str, value: str) -> ValueRejected:
        return ValueRejected(f"'{kind}:{value[:60]}' in {self.path[:200]} is not an entry of that kind")

    @property
    def line(self) -> Ratio:
        """How many lines ran, by what is listed."""
        return Ratio(sum(self.lines.values()), len(self.lines))

    @property
    def branch(self) -> Ratio:
        """How many branches were taken, by what is listed."""
        return _counted(self.branches)

    @property
    def mcdc(self) -> Ratio:
        """How many conditions were shown to act on their own, by what is listed."""
        return _counted(self.conditions)

    def packed_lines(self) -> list[int]:
        """Return the lines with their branches."""
        return [
            packed(number, hit=ran, covered=sum(taken.values()), total=len(taken))
            for number, ran in self.lines.items()
            for taken in (self.branches.get(number, {}),)
        ]

    def packed_conditions(self) -> list[int]:
        """Return the lines with conditions."""
        return [
            packed(number, hit=False, covered=sum(covered.values()), total=len(covered))
            for number, covered in self.conditions.items()
        ]

    def packed_branches(self) -> list[int]:
        """Return the branches on lines that are not listed: they are in no line's count, and count all the same."""
        return [
            packed(number, hit=False, covered=sum(taken.values()), total=len(taken))
            for number, taken in self.branches.items()
            if number not in self.lines
        ]

    def dialect(self, *, named_test: bool) -> Dialect:
        """Tell by the order of its entries who wrote the section, where it is one known to miscount.

        Istanbul states the functions' totals before their counts and the lines' before the branches. LLVM lists
        branches behind lines, states the lines' totals last and names no test. gcovr states the lines that ran before
        the lines. Older coverage.py lists no functions, and all lines that ran before those that did not.
        """
        place = self.order
        if "LF" not in place or "DA" not in place:
            return ""
        last = len(place)
        functions, lines, branches = (place.get(kind, last) for kind in ("FNF", "LF", "BRF"))
        if functions == last:
            return "coverage.py" if "FN" not in place and place["DA"] < lines and self._ran_first() else ""
        if place.get("LH", last) < lines and functions < place["DA"]:
            return "gcovr"
        if functions < lines < branches < last and functions < place.get("FNDA", last):
            return "Istanbul"
        if not named_test and functions < place["DA"] < lines and not lines < branches < last:
            return "LLVM" if place["DA"] < branches else ""
        return ""

    def _ran_first(self) -> bool:
        """Whether no line that ran is listed behind one that did not."""
        ran = list(self.lines.values())
        return ran == sorted(ran, reverse=True)

    def leave_out_line_zero(self) -> bool:
        """Take back an entry for line 0, which no file has, where the totals do not count it."""
        if 0 in self.lines and self.stated.get("LF") == len(self.lines) - 1:
            del self.lines[0]
            return True
        return False


def _counted(entries: dict[int, dict[str, bool]] | dict[int, dict[tuple[str, ...], bool]]) -> Ratio:
    return Ratio(
        sum(sum(each.values()) for each in entries.values()), sum(len(each) for each in entries.values())
    )
