"""Reads NUnit 2 results: test cases with their outcomes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.6.7, 5.7.5, 9.8).

Written by NUnit 2.2 to 2.6, by NUnit 3 on demand, and by converters. Before 2.5 a case says only whether it was
executed and succeeded; a word that is neither makes it errored, never passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.junit_case import LONGEST_MESSAGE, bounded
from clausework.evidence.readers.test_xml import (
    Cases,
    Marks,
    TotalsContradict,
    check_totals,
    class_and_name,
    count_of,
    milliseconds,
    misplaced,
    suite_path,
    walk,
)
from clausework.evidence.source import Source, WrongKind
from clausework.evidence.xml_events import Attributes, root_of

_TEXTS = frozenset({"message"})
_NO_SUCCESS = "success='False'"
"""What stands for a failure or an error, before NUnit told them apart in each case."""

_OUTCOMES: dict[str, CaseOutcome] = {
    "Success": "passed",
    "Passed": "passed",
    "Failure": "failed",
    "Failed": "failed",
    _NO_SUCCESS: "failed",
    "Error": "errored",
    "Cancelled": "errored",
    "NotRunnable": "errored",
    "Inconclusive": "skipped",
    "Ignored": "skipped",
    "Skipped": "skipped",
}
"""A case that cannot be run is an error of whoever wrote it; one that is inconclusive proved nothing."""

_NOT_RUN = frozenset({"Ignored", "Skipped", "NotRunnable"})


@dataclass(slots=True)
class _Suite:
    """A suite being read: what it says of its cases, and how many cases and problems it held so far."""

    path: str
    attributes: Attributes
    marks: Marks
    cases: int = 0
    problems: int = 0
    message: str = ""


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.cases = Cases(detail)
        self.root: Attributes = {}
        self.suites: list[_Suite] = []
        self.case: Attributes | None = None
        self.marks = Marks()
        self.message = ""
        self.has_failure = False
        self.counted: Counter[str] = Counter()

    def open(self, path: Sequence[str], attributes: Attributes) -> None:
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        if not parent:
            if name != "test-results":
                raise WrongKind(f"the root element is <{name[:60]}>, not <test-results>")
            self.root = attributes
        elif name == "test-suite":
            self._open_suite(path, attributes)
        elif name == "test-case":
            if parent != "results" or path[-3] != "test-suite":
                raise misplaced(path, "NUnit 2")
            self.case, self.message, self.has_failure = attributes, "", False
            self.marks = Marks(self.suites[-1].marks)
        elif name == "failure" and parent == "test-case":
            self.has_failure = True
        elif self.suites and parent in {"properties", "categories"}:
            self._mark(name, attributes)

    def close(self, path: Sequence[str], text: str) -> None:
        name = path[-1]
        if name == "test-case":
            self._close_case()
        elif name == "test-suite":
            self._close_suite()
        elif name == "message" and len(path) > 3 and path[-2] in {"failure", "reason"}:
            if path[-3] == "test-case":
                self.message = self.message or text.strip()[:LONGEST_MESSAGE]
            elif path[-3] == "test-suite":
                self.suites[-1].message = self.suites[-1].message or text.strip()[:LONGEST_MESSAGE]
        elif name == "test-results":
            self._check_totals()

    def _open_suite(self, path: Sequence[str], attributes: Attributes) -> None:
        if path[-2] not in {"test-results", "results"} or self.case is not None:
            raise misplaced(path, "NUnit 2")
        around = self.suites[-1] if self.suites else None
        where = suite_path(around.path if around else "", attributes.get("name", ""))
        self.suites.append(_Suite(where, attributes, Marks(around.marks if around else None)))

    def _mark(self, element: str, attributes: Attributes) -> None:
        suite, remarks = self.suites[-1], self.cases.remarks
        marks = suite.marks if self.case is None else self.marks
        if element == "property":
            taken = marks.add(attributes.get("name", ""), attributes.get("value", ""), remarks)
        else:
            taken = element == "category"
            marks.add_word(attributes.get("name", "") if taken else "", remarks)
        if taken and self.case is None and suite.cases:
            remarks.add("marks that stand behind a suite's cases were not applied to them", suite.path)

    def _close_case(self) -> None:
        attributes, self.case = self.case or {}, None
        suite = self.suites[-1]
        class_name, name = class_and_name(attributes.get("name", ""))
        outcome, word = self._outcome(attributes)
        self.counted[word] += 1
        suite.cases += 1
        suite.problems += outcome in {"failed", "errored"}
        links, tags = self.marks.of_case()
        self.cases.add(
            Case(
                suite.path,
                bounded(name),
                bounded(class_name),
                outcome,
                milliseconds(attributes.get("time", "")),
                self.message,
                links,
                tags=tags,
            )
        )

    def _outcome(self, attributes: Attributes) -> tuple[CaseOutcome, str]:
        """Return the outcome of a case, and the word of NUnit 2.5 under which the totals count it."""
        remarks, name = self.cases.remarks, attributes.get("name", "")[:100]
        word = attributes.get("result", "").strip() or _word_of(attributes)
        outcome = _OUTCOMES.get(word)
        if outcome is None:
            remarks.add("a case has an outcome that is not known and counts as errored", word[:60] or name)
            return "errored", "Error"
        if outcome == "passed" and _word_of(attributes, "Success") != "Success":
            remarks.add("a case says both that it succeeded and that it did not; it counts as failed", name)
            return "failed", "Failure"
        if outcome == "passed" and self.has_failure:
            remarks.add("a case says that it succeeded and holds a failure; it counts as failed", name)
            return "failed", word
        return outcome, "Failure" if word == "Failed" else word

    def _close_suite(self) -> None:
        suite = self.suites.pop()
        milliseconds(suite.attributes.get("time", ""), f"suite '{suite.path}' has a time, which")
        word = suite.attributes.get("result", "").strip() or _word_of(suite.attributes, "Success")
        if not suite.problems and _OUTCOMES.get(word, "errored") in {"failed", "errored"}:
            suite.problems += 1
            self.cases.add_outside(
                suite.path, "failed" if word in {"Failure", "Failed"} else "errored", suite.message
            )
        if self.suites:
            self.suites[-1].cases += suite.cases
            self.suites[-1].problems += suite.problems

    def _check_totals(self) -> None:
        """Hold the totals of the report against its cases.

        NUnit's own ``total`` leaves out cases that were not run; converters count them.
        """
        counted = self.counted
        total = counted.total()
        not_run = sum(counted[word] for word in _NOT_RUN)
        check_totals(
            "the report",
            self.root,
            {
                "total": (total - not_run, total),
                "not-run": (not_run,),
                "inconclusive": (counted["Inconclusive"],),
                "ignored": (counted["Ignored"], counted["Ignored"] + counted["NotRunnable"]),
                "skipped": (counted["Skipped"], not_run),
                "invalid": (counted["NotRunnable"],),
            },
            self.cases.remarks,
        )
        self._check_problems()

    def _check_problems(self) -> None:
        """Hold failures and errors against the cases: together where cases do not tell them apart."""
        counted = self.counted
        failures, errors = (
            count_of("the report", self.root, "failures"),
            count_of("the report", self.root, "errors"),
        )
        failed = counted["Failure"] + counted[_NO_SUCCESS]
        errored = counted["Error"] + counted["Cancelled"]
        if failures is None and errors is None:
            return
        stated, held = (failures or 0) + (errors or 0), failed + errored
        if failures is None or errors is None:
            right = stated in {held, failed if errors is None else errored}
        else:
            right = stated in {held, held + counted["NotRunnable"]}
            if right and not counted[_NO_SUCCESS] and (failures, errors) != (failed, errored):
                self.cases.remarks.add(
                    "totals tell failures and errors apart in another way than the cases do"
                )
        if not right:
            raise TotalsContradict(f"the report says that {stated} cases failed but holds {held} that did")


def _word_of(attributes: Attributes, default: str = "") -> str:
    """Return the word of NUnit 2.5 for what ``executed`` and ``success`` say; ``default`` where they say nothing."""
    executed = attributes.get("executed", "").strip().lower()
    success = attributes.get("success", "").strip().lower()
    if not executed and not success:
        return default
    if executed == "false":
        return "Ignored"
    if executed not in {"", "true"}:
        return f"executed='{executed}'"
    return {"true": "Success", "false": _NO_SUCCESS}.get(success, f"success='{success}'")


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] == "test-results"


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    reading = _Reading(detail)
    walk(source, reading, _TEXTS)
    return reading.cases.read()


FORMAT = Format(
    "nunit2",
    2,
    "tests",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "NUnit 2 results",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
