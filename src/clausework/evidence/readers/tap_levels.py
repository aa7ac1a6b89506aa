"""The streams of test points in a TAP report, one within the other: the report's own and those of its subtests.

Each has a plan that its test points must meet, and each subtest is followed by a test point of its own, but for one
in braces, which stands behind its test point. A subtest that says its name only then is held until it does.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from clausework.evidence.detail import Case
from clausework.evidence.readers.case_tally import CaseTally, Names, bounded
from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import DEEPEST, NestedTooDeeply

STEP = 4
"""Spaces by which a subtest is indented."""

_MOST_HELD = 100_000


class PlanUnmet(ValueRejected):
    """A report has no plan, or another number of test points than its plan says."""


@dataclass(slots=True)
class Level:
    """One stream: how far it is indented, the names around its test points, where its cases go, what it came to.

    ``suite`` is as far as it is known. ``held`` takes the cases while it is not known whole; ``unnamed`` tells that
    this is the subtest that still lacks a name. ``ended`` is a subtest that waits for its own test point.
    """

    indent: int
    suite: str
    held: list[Case] | None = None
    unnamed: bool = False
    braces: bool = False
    versioned: bool = False
    plan: int | None = None
    plan_is_last: bool = False
    points: int = 0
    failed: bool = False
    ended: Level | None = None

    @property
    def complete(self) -> bool:
        """Whether all test points that the plan says were seen."""
        return (
            self.ended is None and self.plan is not None and (self.plan_is_last or self.points >= self.plan)
        )

    @property
    def fresh(self) -> bool:
        """Whether nothing stood in the stream yet."""
        return not self.versioned and not self.points and self.plan is None and self.ended is None


class Levels:
    """The streams that are open, the innermost last."""

    def __init__(self, tally: CaseTally) -> None:
        self._tally = tally
        self._names = Names()
        self._open = [Level(0, "")]

    @property
    def innermost(self) -> Level:
        """The stream in which the next test point stands, unless its indentation says otherwise."""
        return self._open[-1]

    @property
    def complete(self) -> bool:
        """Whether the report came to the end that its plan says."""
        return len(self._open) == 1 and self._open[0].complete

    def enter(self, indent: int, name: str | None) -> bool:
        """Open a subtest called ``name``, or close some, so that the innermost stream has ``indent``.

        Returns false where no stream can have it.
        """
        if indent == self.innermost.indent + STEP:
            if self.innermost.ended is not None:
                raise ValueRejected("a subtest is not followed by its own test point")
            self._push(name)
            return True
        if all(level.indent != indent for level in self._open):
            return False
        while self.innermost.indent > indent:
            if self.innermost.braces:
                raise ValueRejected("a subtest in braces does not end")
            self._close()
        return True

    def open_braces(self, name: str) -> None:
        """Open the subtest whose test point ``name`` ends in a brace."""
        self._push(name)
        self.innermost.braces = True

    def close_braces(self, indent: int) -> bool:
        """Close the subtest whose brace stands at ``indent``; returns false where there is none."""
        for number in range(len(self._open) - 1, 0, -1):
            if self._open[number].braces and self._open[number - 1].indent == indent:
                while len(self._open) > number:
                    self._close()
                return True
        return False

    def settle(self, name: str) -> bool:
        """Give the subtest that waits in the innermost stream its ``name``; tell whether a test in it failed."""
        level = self.innermost
        group, level.ended = level.ended, None
        if group is None:
            return False
        self._release(group, level, name)
        level.failed = level.failed or group.failed
        return group.failed

    def emit(self, level: Level, case: Case) -> None:
        """Write ``case`` of ``level``, or hold it while its place is not known."""
        if level.held is None:
            self._tally.take(self._names.name_case(case))
            return
        level.held.append(case)
        if len(level.held) > _MOST_HELD:
            raise ValueRejected(
                f"a subtest that is not named before it begins has more than {_MOST_HELD} tests"
            )

    def finish(self) -> None:
        """Close all and make sure that every plan is met; raises ``PlanUnmet``."""
        while len(self._open) > 1:
            if self.innermost.braces:
                raise ValueRejected("a subtest in braces does not end")
            self._close()
        self._check_whole(self._open[0])

    def break_off(self) -> None:
        """Write what is held, for the tests were broken off: a subtest without a name is called by its number."""
        while True:
            level = self._open[-1]
            if level.ended is not None:
                self.settle(str(level.points + 1))
            if len(self._open) == 1:
                return
            self._open.pop()
            self._release(level, self._open[-1], str(self._open[-1].points + 1))

    def _push(self, name: str | None) -> None:
        around = self.innermost
        if len(self._open) > DEEPEST:
            raise NestedTooDeeply(f"subtests nested deeper than {DEEPEST}")
        indent = around.indent + STEP
        if name is None:
            self._open.append(Level(indent, "", [], unnamed=True))
        else:
            self._open.append(Level(indent, _joined(around.suite, bounded(name)), around.held))

    def _close(self) -> None:
        level = self._open.pop()
        self._check_whole(level)
        if not level.braces:
            self.innermost.ended = level
        elif level.failed:
            self.innermost.failed = True

    def _check_whole(self, level: Level) -> None:
        where = f"the subtest '{level.suite[:100]}'" if level.indent else "it"
        if level.ended is not None:
            raise PlanUnmet(f"{where} ends behind a subtest without that subtest's own test point")
        if level.plan is None:
            raise PlanUnmet(f"{where} has no plan")
        if level.points != level.plan:
            raise PlanUnmet(f"{where} planned {level.plan} tests but holds {level.points}")

    def _release(self, group: Level, level: Level, name: str) -> None:
        if group.unnamed:
            around = _joined(level.suite, bounded(name))
            for case in group.held or ():
                self.emit(level, msgspec.structs.replace(case, suite=_joined(around, case.suite)))


def _joined(around: str, name: str) -> str:
    return bounded(f"{around} > {name}" if around and name else name or around)
