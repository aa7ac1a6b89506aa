"""The statistics at the end of a Robot Framework output against the tests that it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes

_COUNT = re.compile(r"[0-9]{1,9}")
_ALL = frozenset({"All Tests", "All Tasks"})
_MOST_SUITES = 100_000


class StatisticsContradict(ValueRejected):
    """A total of the report is not the number of its tests."""


@dataclass(slots=True)
class SuiteCount:
    """Tests by the status that Robot Framework counts them with."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def take(self, status: str) -> None:
        """Count a test with ``status``; what neither passed nor was skipped is counted as failed."""
        if status == "PASS":
            self.passed += 1
        elif status == "SKIP":
            self.skipped += 1
        else:
            self.failed += 1

    def torn_down(self, *, failed: bool) -> None:
        """Count what a teardown that failed, or was skipped, makes of the tests counted so far."""
        if failed:
            self.failed, self.passed = self.failed + self.passed, 0
        else:
            self.skipped, self.passed, self.failed = self.skipped + self.passed + self.failed, 0, 0

    def absorb(self, other: SuiteCount) -> None:
        """Add what ``other`` counted."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def text(self) -> str:
        """Return the numbers for a message."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


class Statistics:
    """What the report says it holds, beside what it held: of all tests, and of each suite by its ID."""

    def __init__(self) -> None:
        self.total: SuiteCount | None = None
        self._counted: dict[str, SuiteCount] = {}
        self._said: dict[str, SuiteCount] = {}
        self._all: SuiteCount | None = None
        self._open: tuple[str, str, SuiteCount] | None = None

    def note(self, suite: str, count: SuiteCount) -> None:
        """Note what the suite with that ID held; a repeated or missing ID is not compared."""
        if len(self._counted) < _MOST_SUITES:
            if suite in self._counted:
                suite = ""
            self._counted[suite] = count

    def open(self, section: str, attributes: Attributes) -> None:
        """Take the numbers of a ``<stat>``; its label follows."""
        numbers = [attributes.get(name, "0" if name == "skip" else "") for name in ("pass", "fail", "skip")]
        for number in numbers:
            if not _COUNT.fullmatch(number):
                raise ValueRejected(f"a statistic has '{number[:40]}', which is not a count")
        passed, failed, skipped = map(int, numbers)
        self._open = (section, attributes.get("id", ""), SuiteCount(passed, failed, skipped))

    def close(self, label: str) -> None:
        """Take the label of the ``<stat>`` that is open."""
        if self._open is None:
            return
        (section, suite, count), self._open = self._open, None
        if section == "total" and label in _ALL:
            self._all = count
        elif section == "suite" and suite and len(self._said) < _MOST_SUITES:
            self._said[suite] = count

    def check(self) -> Iterator[str]:
        """Yield remarks; raises ``StatisticsContradict`` where a total is not what the report holds."""
        if self._all is None:
            raise StatisticsContradict(
                "it has no statistics of all tests, which stand at the end of a whole report"
            )
        held = self.total or SuiteCount()
        if self._all != held:
            raise StatisticsContradict(f"it says that it has {self._all.text()}, but holds {held.text()}")
        for suite, said in self._said.items():
            counted = self._counted.get(suite)
            if counted is not None and counted != said:
                message = f"of the suite {suite[:60]} it says {said.text()}, but holds {counted.text()}"
                raise StatisticsContradict(message)
        if self.total is None:
            yield "it holds no suite"
