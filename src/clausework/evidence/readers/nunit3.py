"""Reads NUnit 3 results: test cases with their outcomes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.6.7, 5.7.5, 9.8).

Written by NUnit's console, NUnitLite, Unity's test runner and the loggers of VSTest. A suite that failed although no
case in it did, such as in its tear-down, is a case of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.junit_case import LONGEST_MESSAGE, bounded
from clausework.evidence.readers.test_xml import (
    Cases,
    Marks,
    check_totals,
    class_and_name,
    milliseconds,
    misplaced,
    suite_path,
    walk,
)
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import Attributes, root_of

_TEXTS = frozenset({"message"})
_ROOTS = frozenset({"test-run", "test-suite"})
_WORD = re.compile(r"[A-Za-z]*")
_ERRORS = frozenset({"Error", "Cancelled", "Invalid"})
_OUTCOMES: dict[str, CaseOutcome] = {
    "Passed": "passed",
    "Failed": "failed",
    "Skipped": "skipped",
    "Inconclusive": "skipped",
    "Warning": "skipped",
}
"""A case that is inconclusive proved nothing; one with warnings passed only where its author is asked."""


@dataclass(slots=True)
class _Suite:
    """A suite being read, or the whole run: its attributes, what it held so far, what it says of its cases.

    ``blamed`` is set where a suite in it failed because of it.
    """

    path: str
    attributes: Attributes
    marks: Marks
    counted: Counter[str] = field(default_factory=Counter)
    message: str = ""
    problems: int = 0
    blamed: bool = False


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.cases = Cases(detail)
        self.suites: list[_Suite] = []
        self.case: Attributes | None = None
        self.marks = Marks()
        self.message = ""
        self.has_failure = False

    def open(self, path: Sequence[str], attributes: Attributes) -> None:
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        if not parent and name not in _ROOTS:
            raise WrongKind(f"the root element is <{name[:60]}>, which NUnit 3 results do not have")
        if name in _ROOTS:
            self._open_suite(path, attributes)
        elif name == "test-case":
            if parent not in _ROOTS:
                raise misplaced(path, "NUnit 3")
            self._open_case(attributes)
        elif name == "property" and parent == "properties":
            self._property(attributes)
        elif name == "failure" and parent == "test-case":
            self.has_failure = True

    def close(self, path: Sequence[str], text: str) -> None:
        name = path[-1]
        if name == "test-case":
            self._close_case()
        elif name in _ROOTS:
            self._close_suite()
        elif name == "message" and path[-2] in {"failure", "reason"}:
            if path[-3] == "test-case":
                self.message = self.message or text.strip()[:LONGEST_MESSAGE]
            elif self.suites and path[-3] in _ROOTS:
                self.suites[-1].message = self.suites[-1].message or text.strip()[:LONGEST_MESSAGE]

    def _open_suite(self, path: Sequence[str], attributes: Attributes) -> None:
        if len(path) > 1 and (path[-1] == "test-run" or path[-2] not in _ROOTS):
            raise misplaced(path, "NUnit 3")
        around = self.suites[-1] if self.suites else None
        own = attributes.get("name", "") if path[-1] == "test-suite" else ""
        where = suite_path(around.path if around else "", own)
        self.suites.append(_Suite(where, attributes, Marks(around.marks if around else None)))

    def _open_case(self, attributes: Attributes) -> None:
        self.case = attributes
        self.marks = Marks(self.suites[-1].marks)
        self.message = ""
        self.has_failure = False

    def _property(self, attributes: Attributes) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        suite = self.suites[-1]
        marks = self.marks if self.case is not None else suite.marks
        if marks.add(name, value, self.cases.remarks) and self.case is None and suite.counted.total():
            self.cases.remarks.add(
                "marks that stand behind a suite's cases were not applied to them", suite.path
            )

    def _close_case(self) -> None:
        attributes, self.case = self.case or {}, None
        suite = self.suites[-1]
        full = attributes.get("fullname", "")
        class_name = attributes.get("classname") or class_and_name(full)[0]
        name = attributes.get("name") or class_and_name(full)[1]
        outcome, kind = self._outcome(attributes, name)
        suite.counted[kind] += 1
        suite.problems += outcome in {"failed", "errored"}
        duration = milliseconds(attributes.get("duration") or attributes.get("time", ""))
        links, tags = self.marks.of_case()
        self.cases.add(
            Case(
                suite.path,
                bounded(name),
                bounded(class_name),
                outcome,
                duration,
                self.message,
                links,
                tags=tags,
            )
        )

    def _outcome(self, attributes: Attributes, name: str) -> tuple[CaseOutcome, str]:
        """Return the outcome of a case, and the word under which NUnit's totals count it."""
        stated = attributes.get("result", "").strip()
        if not stated:
            raise ValueRejected(
                f"the case '{name[:100]}' has no result; a list of tests is no report of them"
            )
        remarks = self.cases.remarks
        outcome = _OUTCOMES.get(stated)
        if outcome is None:
            remarks.add("a case has a result that is not known and counts as errored", stated[:60])
            return "errored", "failed"
        if stated == "Failed" and attributes.get("label", "") in _ERRORS:
            return "errored", "failed"
        if outcome == "passed" and self.has_failure:
            remarks.add("a case says that it passed and holds a failure; it counts as failed", name[:100])
            return "failed", "passed"
        if stated == "Warning":
            remarks.add("a case gave warnings and does not count as passed", name[:100])
            return "skipped", "warnings"
        return outcome, stated.lower()

    def _close_suite(self) -> None:
        suite = self.suites.pop()
        what = f"suite '{suite.path}'" if suite.path and self.suites else "the run"
        milliseconds(suite.attributes.get("duration", ""), f"{what} has a duration, which")
        counted = suite.counted
        total = counted.total()
        check_totals(
            what,
            suite.attributes,
            {
                "total": (total, total - counted["warnings"]),
                "passed": (counted["passed"],),
                "failed": (counted["failed"],),
                "warnings": (counted["warnings"],),
                "inconclusive": (counted["inconclusive"],),
                "skipped": (counted["skipped"],),
            },
            self.cases.remarks,
        )
        self._problem_outside(suite)
        if self.suites:
            self.suites[-1].counted.update(counted)
            self.suites[-1].problems += suite.problems

    def _problem_outside(self, suite: _Suite) -> None:
        """Record what failed in a suite itself, unless its cases tell of it."""
        result, site = suite.attributes.get("result", "").strip(), suite.attributes.get("site", "")
        stated = _WORD.match(result)
        word = stated[0] if stated else ""
        failed = word == "Failed" or suite.blamed
        if not failed and (not result or word in _OUTCOMES):
            return
        if suite.problems and site != "TearDown":
            return
        if site == "Parent" and self.suites:
            self.suites[-1].blamed = True
            return
        errored = word != "Failed" or suite.attributes.get("label", "") in _ERRORS
        suite.problems += 1
        self.cases.add_outside(suite.path, "errored" if errored else "failed", suite.message)


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    if root is None:
        return False
    return root[0] == "test-run" or (root[0] == "test-suite" and "testcasecount" in root[1])


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    reading = _Reading(detail)
    walk(source, reading, _TEXTS)
    return reading.cases.read()


FORMAT = Format(
    "nunit3",
    2,
    "tests",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "NUnit 3 results",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
