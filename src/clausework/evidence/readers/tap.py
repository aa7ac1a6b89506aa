"""Reads TAP, the Test Anything Protocol, versions 12 to 14 (clauses 5.5.5, 5.6.3, 5.7.1; records 5.7.5).

Each test point is a case, that of a subtest as a whole too. The plan tells the end: without one, or with another
number of test points than it says, a report is not whole.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.case_lines import blocks_of_lines, text_of
from clausework.evidence.readers.case_tags import links_within, sort_words
from clausework.evidence.readers.case_tally import LONGEST_MESSAGE, CaseTally, bounded
from clausework.evidence.readers.tap_levels import STEP, Level, Levels, PlanUnmet
from clausework.evidence.readers.tap_lines import (
    BAIL_OUT,
    PLAN,
    PRAGMA,
    SUBTEST,
    VERSION,
    Point,
    is_plan_like,
    point_of,
    unescaped,
)
from clausework.evidence.readers.tap_yaml import BEGIN, YamlBlock
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, Unreadable, ValueRejected
from clausework.evidence.xml_events import DEEPEST

_LINES_LOOKED_AT = 50
_DEEPEST_INDENT = STEP * DEEPEST


class _Reading:
    """Holds the place in the report between two lines.

    ``announced`` has the names of subtests by the indentation of the comments that say them, ``last`` the test point
    to which a YAML block may still add, ``yaml`` that block while it is open.
    """

    def __init__(self, detail: DetailWriter) -> None:
        self.tally = CaseTally(detail)
        self.levels = Levels(self.tally)
        self.remarks = Remarks()
        self.announced: dict[int, str] = {}
        self.last: tuple[Level, Case] | None = None
        self.yaml: YamlBlock | None = None
        self.strict = False
        self.bailed_out = False

    def take(self, line: str) -> None:
        """Take the next line, without its end."""
        if self.yaml is not None:
            self._take_yaml(self.yaml, line)
            return
        content = line.strip(" ")
        indent = len(line) - len(line.lstrip(" "))
        if not content:
            return
        if content[0] == "#":
            found = SUBTEST.fullmatch(content)
            if found and indent <= _DEEPEST_INDENT:
                self.announced[indent] = unescaped(found.group(1) or "")
        elif self.last is not None and content.startswith("---") and BEGIN.fullmatch(line):
            self.yaml = YamlBlock(indent)
        else:
            self._take_statement(indent, content.rstrip())

    def finish(self) -> None:
        """Make sure that the report is whole."""
        if self.yaml is not None:
            raise Unreadable("it ends within a YAML block")
        self._emit_last()
        if not self.bailed_out:
            self.levels.finish()

    def _take_yaml(self, block: YamlBlock, line: str) -> None:
        within = line[block.indent :].rstrip()
        if line[: block.indent].strip():
            raise Unreadable("a YAML block does not end")
        if within != "...":
            block.take(within)
            return
        self.yaml = None
        if self.last is not None:
            level, case = self.last
            self.last = (level, self._with_block(case, block))

    def _with_block(self, case: Case, block: YamlBlock) -> Case:
        file, line = block.place
        tagged = sort_words(block.words, self.remarks)
        return msgspec.structs.replace(
            case,
            duration_ms=block.duration_ms or case.duration_ms,
            message=case.message or ("" if case.outcome == "passed" else block.message),
            links=tuple(dict.fromkeys((*case.links, *tagged.links))),
            tags=tagged.tags,
            file=file,
            line=line,
        )

    def _take_statement(self, indent: int, content: str) -> None:
        bail_out = BAIL_OUT.fullmatch(content)
        point = point_of(content)
        if bail_out:
            self._bail_out(bail_out.group(1).strip())
        elif content == "}" and self._close_braces(indent):
            pass
        elif point is None and not is_plan_like(content) and not VERSION.fullmatch(content):
            self._take_other(content)
        elif self.bailed_out:
            raise ValueRejected("a test point, a plan or a version stands behind the bail-out")
        elif not self._enter(indent):
            if point is not None and point.number:
                raise ValueRejected(f"a test point is indented by {indent}, where no subtest is")
            self._take_other(content)
        elif point is not None:
            self._take_point(self.levels.innermost, point)
        elif is_plan_like(content):
            self._take_plan(self.levels.innermost, content)
        elif self.levels.innermost.fresh:
            self.levels.innermost.versioned = True
        else:
            raise ValueRejected("a version stands where a second report would begin")

    def _enter(self, indent: int) -> bool:
        """Open or close subtests until the innermost stream has ``indent``; tell whether there is such a one.

        Several are opened at once where the first that a subtest has is a subtest: comments have announced them all.
        """
        if indent == self.levels.innermost.indent:
            return True
        self._emit_last()
        steps = range(self.levels.innermost.indent + STEP, indent + 1, STEP)
        if len(steps) > 1 and all({at - STEP, at} & self.announced.keys() for at in steps[:-1]):
            for at in steps[:-1]:
                if not self.levels.enter(at, self._name_of(at)):
                    return False
        return self.levels.enter(indent, self._name_of(indent))

    def _name_of(self, indent: int) -> str | None:
        """Return the name that was announced of a subtest at ``indent``, by a comment before it or at its beginning."""
        if indent <= self.levels.innermost.indent:
            return None
        name = self.announced.pop(indent - STEP, None)
        return self.announced.pop(indent, None) if name is None else name

    def _close_braces(self, indent: int) -> bool:
        self._emit_last()
        return not self.bailed_out and self.levels.close_braces(indent)

    def _take_other(self, content: str) -> None:
        pragma = PRAGMA.fullmatch(content)
        if pragma:
            for word in pragma.group(1).split(","):
                if word.strip()[1:] == "strict":
                    self.strict = word.strip().startswith("+")
        elif self.bailed_out or self.levels.complete:
            raise ValueRejected("something that is no comment follows the end of the report")
        elif self.strict:
            raise ValueRejected("a line is not TAP, which 'pragma +strict' forbids")
        else:
            self.remarks.add("lines that are not TAP were passed over", content[:60])

    def _take_plan(self, level: Level, content: str) -> None:
        found = PLAN.fullmatch(content)
        if found is None:
            raise ValueRejected(f"'{content[:40]}' is no plan, which begins with 1")
        if level.plan is not None or level.ended is not None:
            raise ValueRejected("a plan stands where there can be none")
        self._emit_last()
        level.plan = int(found.group(1))
        level.plan_is_last = level.points > 0 or not level.plan
        if level.plan_is_last and level.points != level.plan:
            raise PlanUnmet(f"the plan says {level.plan} tests, but there are {level.points}")
        if not level.plan:
            self.remarks.add("a plan says that no test is run", (found.group(2) or "").strip()[:100])

    def _take_point(self, level: Level, point: Point) -> None:
        self._emit_last()
        self.announced = {at: name for at, name in self.announced.items() if at < level.indent}
        level.points += 1
        if level.plan_is_last:
            raise PlanUnmet("a test point follows the plan that ended the tests")
        if level.plan is not None and level.points > level.plan:
            raise PlanUnmet(f"{level.plan} tests were planned, but there are more")
        if point.number and point.number != level.points:
            raise ValueRejected(f"a test point has the number {point.number}, where {level.points} is next")
        name = bounded(point.name or str(level.points))
        outcome = self._outcome(point, name)
        if self.levels.settle(name) and outcome == "passed":
            self.remarks.add(
                "a subtest says ok, though a test in it failed, and counts as failed", name[:100]
            )
            outcome = "failed"
        level.failed = level.failed or outcome == "failed"
        links = tuple(dict.fromkeys(links_within(point.name, self.remarks)))
        reason = point.reason[:LONGEST_MESSAGE]
        self.last = (level, Case(level.suite, name, "", outcome, point.duration_ms, reason, links))
        if point.group:
            self._emit_last()
            self.levels.open_braces(name)

    def _outcome(self, point: Point, name: str) -> CaseOutcome:
        if point.directive == "todo":
            if point.ok:
                self.remarks.add("a test is marked TODO, passed, and counts as passed", name[:100])
                return "passed"
            self.remarks.add("a test is marked TODO, did not pass, and counts as skipped", name[:100])
            return "skipped"
        if not point.ok:
            if point.directive:
                self.remarks.add("a test is marked SKIP but not ok, and counts as failed", name[:100])
            return "failed"
        return "skipped" if point.directive else "passed"

    def _bail_out(self, reason: str) -> None:
        self._emit_last()
        if not self.bailed_out:
            self.levels.break_off()
            message = reason[:LONGEST_MESSAGE]
            self.tally.take(Case("", "Bail out!", "", "errored", message=message))
            self.remarks.add("the tests were broken off", reason[:100])
        self.bailed_out = True

    def _emit_last(self) -> None:
        if self.last is not None:
            (level, case), self.last = self.last, None
            self.levels.emit(level, case)


def _sniff(head: bytes, _name: str) -> bool:
    lines = head.decode("utf-8-sig", "ignore").splitlines()[:_LINES_LOOKED_AT]
    said = [line.rstrip() for line in lines if line.strip() and not line.startswith("#")]
    if any(VERSION.fullmatch(line) for line in said):
        return True
    if not said:
        return False
    point = point_of(said[0])
    return PLAN.fullmatch(said[0]) is not None or (point is not None and point.number == 1)


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    reading = _Reading(detail)
    for start, block in blocks_of_lines(source):
        at = start
        for line in text_of(block, start).split("\n"):
            try:
                reading.take(line.removesuffix("\r"))
            except Unreadable as error:
                error.offset = at
                raise
            at += len(line.encode()) + 1
    reading.finish()
    return TestsRead(reading.tally.counts(), reading.remarks.all())


FORMAT = Format(
    "tap",
    2,
    "tests",
    "text/x-tap",
    (".tap", ".t"),
    _sniff,
    _parse,
    "TAP",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
