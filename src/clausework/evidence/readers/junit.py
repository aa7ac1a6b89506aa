"""Reads JUnit XML: test cases with their outcomes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.6.7, 5.7.5, 9.8).

The dialects of pytest, Surefire, googletest, Jest, CTest, Bazel and their like. What they share is read; a
status that is not understood makes a case errored, never passed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from clausework.evidence.detail import Case, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.junit_bypass import Bypass
from clausework.evidence.readers.junit_case import (
    LONGEST_MESSAGE,
    OTHER_RUNS,
    Problem,
    bounded,
    outcome_of,
    problem_kind,
)
from clausework.evidence.readers.junit_items import linking_attributes
from clausework.evidence.readers.junit_made import CaseMaker, with_marks
from clausework.evidence.readers.junit_runs import Run
from clausework.evidence.readers.junit_totals import Tally, check_totals
from clausework.evidence.readers.junit_written import CaseWriter
from clausework.evidence.readers.test_xml import LONGEST_TEXT, Marks
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, WrongKind
from clausework.evidence.xml_events import (
    DEEPEST,
    Attributes,
    NestedTooDeeply,
    Parser,
    feed,
    new_parser,
    root_of,
)
from clausework.ledger.records.evidence import TestCounts

_ROOTS = frozenset({"testsuites", "testsuite"})
_LOGS = frozenset({"system-out", "system-err"})
_PYTEST, _PYTEST_ROOT = "pytest", "pytest tests"
"""How pytest calls its suite, unless told otherwise, and since version 8 its report."""


@dataclass(slots=True)
class _Suite:
    """A suite being read: where it stands, what it says, what it held so far, what its properties say of its cases."""

    path: str
    attributes: Attributes
    own: Tally = field(default_factory=Tally)
    nested: Tally = field(default_factory=Tally)
    marks: Marks = field(default_factory=Marks)
    by_pytest: bool = False


class _Reading:
    """Holds the place in the document between two events.

    ``case`` holds the attributes of the open test case. ``inside`` counts the elements that are open within
    one that is not looked into, such as a log; ``text`` collects the characters of one whose text is wanted.
    """

    def __init__(self, parser: Parser, detail: DetailWriter) -> None:
        self.parser = parser
        self.remarks = Remarks()
        self.written = CaseWriter(detail, self.remarks)
        self.suites: list[_Suite] = []
        self.case: Attributes | None = None
        self.marks: Marks | None = None
        self.problems: list[Problem] = []
        self.inside = 0
        self.in_properties = False
        self.text: list[str] | None = None
        self.text_length = self.text_limit = 0
        self.text_of: tuple[str, Attributes] = ("", {})
        self.made = CaseMaker()
        self.bypass = Bypass(parser, self.add_run)

    def start(self, name: str, attributes: Attributes) -> None:
        if self.inside:
            self._go_deeper(name)
        elif name in _LOGS and self.suites:
            self.inside = 1
        elif name == "testcase":
            if self.case is not None or not self.suites or self.in_properties:
                raise self._misplaced(name)
            self.case = attributes
        elif name in _ROOTS:
            self._open_suite(name, attributes)
        elif not self.suites:
            raise WrongKind(f"the root element is <{name[:60]}>, which JUnit XML does not have")
        elif name == "properties" and not self.in_properties:
            self.in_properties = True
        else:
            self.inside = 1
            if self.in_properties:
                self._open_property(name, attributes)
            else:
                self._open_other(name, attributes)

    def end(self, name: str) -> None:
        if self.inside:
            self.inside -= 1
            if not self.inside and self.text is not None:
                self._close_text("".join(self.text))
        elif name == "testcase":
            self._close_case()
        elif name == "properties":
            self.in_properties = False
        else:
            self._close_suite()

    def characters(self, text: str) -> None:
        if self.text is not None and self.text_length < self.text_limit:
            self.text.append(text[: self.text_limit])
            self.text_length += len(text)

    def add_run(self, run: Run) -> bool:
        """Add the cases of a run, unless something in them needs the parser's care; tell which."""
        suite = self.suites[-1]
        cases = self.made.of_run(run, suite.path, suite.marks)
        if cases is None:
            return False
        if not suite.by_pytest:
            self.written.extend(cases)
        elif not self.written.extend_of_pytest(cases):
            return False
        suite.own.cases += run.count
        return True

    def _go_deeper(self, name: str) -> None:
        self.inside += 1
        if self.inside > DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {DEEPEST}")
        if name == "testcase" or name in _ROOTS or problem_kind(name):
            raise self._misplaced(name)

    def _open_other(self, name: str, attributes: Attributes) -> None:
        kind = problem_kind(name)
        if kind:
            self._collect(kind, attributes)
        elif self.case is not None:
            self.remarks.add("a case holds an element that is not known", f"<{name[:60]}>")

    def _misplaced(self, name: str) -> WrongKind:
        return WrongKind(f"a <{name}> stands where JUnit XML has none")

    def _collect(self, name: str, attributes: Attributes) -> None:
        self.text, self.text_length = [], 0
        self.text_limit = LONGEST_TEXT + 1 if name == "property" else LONGEST_MESSAGE
        self.text_of = (name, attributes)
        self.parser.CharacterDataHandler = self.characters

    def _open_property(self, element: str, attributes: Attributes) -> None:
        if element != "property" or "name" not in attributes:
            return
        if "value" in attributes:
            self._mark(attributes["name"], attributes["value"])
        else:
            self._collect("property", attributes)

    def _close_text(self, text: str) -> None:
        self.text = None
        self.parser.CharacterDataHandler = None
        name, attributes = self.text_of
        if name == "property":
            self._mark(attributes["name"], text)
            return
        message = (attributes.get("message") or text.strip() or attributes.get("type", ""))[:LONGEST_MESSAGE]
        if self.case is not None:
            self.problems.append((name, message))
        elif name != "skipped" and OTHER_RUNS.get(name) != "flaky":
            self._problem_outside(name, message)

    def _mark(self, name: str, value: str) -> None:
        """Take a property of the open case, or of the suite for all cases that follow in it."""
        if self.case is not None:
            self.marks = self.marks or Marks()
            self.marks.add(name, value, self.remarks)
            return
        suite = self.suites[-1]
        if suite.marks.add(name, value, self.remarks) and (suite.own.cases or suite.nested.cases):
            self.remarks.add("links that stand behind a suite's cases were not applied to them", suite.path)

    def _open_suite(self, name: str, attributes: Attributes) -> None:
        if self.case is not None or self.in_properties or (name == "testsuites" and self.suites):
            raise self._misplaced(name)
        if len(self.suites) >= DEEPEST:
            raise NestedTooDeeply(f"suites nested deeper than {DEEPEST}")
        own = bounded(attributes.get("name", "")) if name == "testsuite" else ""
        around = self.suites[-1].path if self.suites else ""
        path = f"{around} > {own}" if around and own else own or around
        marks = Marks(self.suites[-1].marks if self.suites else None)
        by_pytest = own == _PYTEST or (
            bool(self.suites) and self.suites[0].attributes.get("name") == _PYTEST_ROOT
        )
        self.suites.append(_Suite(bounded(path), attributes, marks=marks, by_pytest=by_pytest))

    def _close_suite(self) -> None:
        self.written.finish()
        suite = self.suites.pop()
        self.made.duration(suite.attributes.get("time", ""))
        inclusive = suite.nested
        inclusive.absorb(suite.own)
        what = f"suite '{suite.path}'" if suite.path else "a suite" if self.suites else "the report"
        by_pytest = suite.by_pytest
        for remark in check_totals(what, suite.attributes, suite.own, inclusive, by_pytest=by_pytest):
            self.remarks.add(remark)
        if self.suites:
            self.suites[-1].nested.absorb(inclusive)

    def _problem_outside(self, name: str, message: str) -> None:
        """Record what failed in a suite outside its cases, such as its set-up, as a case without a name."""
        suite = self.suites[-1]
        failed = name in {"failure", "rerunFailure"}
        suite.own.cases += 1
        suite.own.outside += 1
        self.remarks.add("a suite reports a problem outside its cases", suite.path)
        self.written.add(Case(suite.path, "", "", "failed" if failed else "errored", message=message))

    def _close_case(self) -> None:
        attributes, self.case = self.case, None
        if attributes is None:
            raise self._misplaced("testcase")
        self.bypass.case_closed(attributes)
        suite = self.suites[-1]
        suite.own.cases += 1
        case = self.made.of_attributes(attributes, suite.path)
        for name in linking_attributes(tuple(attributes)):
            self._link_by_attribute(name, attributes[name])
        if self.problems or "status" in attributes or "result" in attributes:
            outcome, message = outcome_of(attributes, self.problems, suite.own, self.remarks)
            case = msgspec.structs.replace(case, outcome=outcome, message=message)
            self.problems = []
        if self.marks is not None or suite.marks.links or suite.marks.tags:
            own = self.marks.of_case() if self.marks is not None else ((), ())
            case, self.marks = with_marks(case, own, suite.marks), None
        if not suite.by_pytest:
            self.written.add(case)
        elif self.written.add_of_pytest(case):
            suite.own.cases -= 1

    def _link_by_attribute(self, name: str, value: str) -> None:
        self.marks = self.marks or Marks()
        self.marks.add(name, value, self.remarks)


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] in _ROOTS


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    parser = new_parser()
    reading = _Reading(parser, detail)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    feed(parser, reading.bypass.pieces(source), lambda: reading.bypass.left_out)
    counts = reading.written.counts
    read = TestCounts(sum(counts.values()), **counts)
    return TestsRead(read, reading.remarks.all())


FORMAT = Format(
    "junit",
    3,
    "tests",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "JUnit XML",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
