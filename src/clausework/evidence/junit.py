"""Reads JUnit XML: test cases with their outcomes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.6.7, 5.7.5, 9.8).

The dialects of pytest, Surefire, googletest, Jest, CTest, Bazel and their like. What they share is read; a
status that is not understood makes a case errored, never passed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from clausework.evidence.detail import Case, DetailWriter
from clausework.evidence.formats import Format, TestsRead
from clausework.evidence.junit_bypass import Bypass
from clausework.evidence.junit_case import (
    LONGEST_MESSAGE,
    OTHER_RUNS,
    Problem,
    bounded,
    duration_of,
    line_of,
    outcome_of,
    problem_kind,
)
from clausework.evidence.junit_items import Link, is_link, links_of
from clausework.evidence.junit_runs import Run, properties_in
from clausework.evidence.junit_totals import Tally, check_totals
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind
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
_REMEMBERED = 10_000


@dataclass(slots=True)
class _Suite:
    """A suite being read: where it stands, what it says, what it held so far, what its properties link to."""

    path: str
    attributes: Attributes
    own: Tally = field(default_factory=Tally)
    nested: Tally = field(default_factory=Tally)
    links: list[Link] = field(default_factory=list)


class _Reading:
    """Holds the place in the document between two events.

    ``case`` holds the attributes of the open test case. ``inside`` counts the elements that are open within
    one that is not looked into, such as a log; ``text`` collects the characters of one whose text is wanted.
    """

    def __init__(self, parser: Parser, detail: DetailWriter) -> None:
        self.parser = parser
        self.detail = detail
        self.remarks = Remarks()
        self.suites: list[_Suite] = []
        self.case: Attributes | None = None
        self.links: list[Link] = []
        self.problems: list[Problem] = []
        self.inside = 0
        self.in_properties = False
        self.text: list[str] | None = None
        self.text_length = 0
        self.text_of: tuple[str, Attributes] = ("", {})
        self.durations = {"": 0}
        self.linked: dict[str, tuple[Link, ...]] = {}
        self.bypass = Bypass(parser, self.add_run)
        self.counts = dict.fromkeys(("passed", "failed", "errored", "skipped"), 0)

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
        if self.text is not None and self.text_length < LONGEST_MESSAGE:
            self.text.append(text[:LONGEST_MESSAGE])
            self.text_length += len(text)

    def add_run(self, run: Run) -> bool:
        """Add the cases of a run, unless something in them needs the parser's care; tell which."""
        suite = self.suites[-1]
        if suite.links:
            return False
        try:
            cases = self._cases_of(run, suite.path)
        except ValueRejected:
            return False  # the parser will come to the same, and knows the place
        for number, text in enumerate(run.properties):
            if text:
                links = self._links_in(text)
                if links is None:
                    return False
                cases[number] = msgspec.structs.replace(cases[number], links=links)
        self.detail.extend(cases)
        suite.own.cases += run.count
        self.counts["passed"] += run.count
        return True

    def _cases_of(self, run: Run, path: str) -> list[Case]:
        values = zip(
            run.of("name"),
            run.of("classname", "class"),
            map(self._duration, run.of("time")),
            run.of("file"),
            map(line_of, run.of("line")),
            strict=True,
        )
        return [
            Case(path, name, class_name, "passed", duration, "", (), file, line)
            for name, class_name, duration, file, line in values
        ]

    def _links_in(self, text: str) -> tuple[Link, ...] | None:
        """Return what the properties of a plain case link to; ``None`` where that needs a remark."""
        known = self.linked.get(text)
        if known is None:
            links: list[Link] = []
            for name, value in properties_in(text):
                found, unknown = links_of(name, value) if is_link(name) else ([], [])
                if unknown:
                    return None
                links += found
            known = tuple(dict.fromkeys(links))
            if len(self.linked) < _REMEMBERED:
                self.linked[text] = known
        return known

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
        self.text_of = (name, attributes)
        self.parser.CharacterDataHandler = self.characters

    def _open_property(self, element: str, attributes: Attributes) -> None:
        name = attributes.get("name", "")
        if element != "property" or not is_link(name):
            return
        if "value" in attributes:
            self._link(name, attributes["value"])
        else:
            self._collect("property", attributes)

    def _close_text(self, text: str) -> None:
        self.text = None
        self.parser.CharacterDataHandler = None
        name, attributes = self.text_of
        if name == "property":
            self._link(attributes["name"], text)
            return
        message = (attributes.get("message") or text.strip() or attributes.get("type", ""))[:LONGEST_MESSAGE]
        if self.case is not None:
            self.problems.append((name, message))
        elif name != "skipped" and OTHER_RUNS.get(name) != "flaky":
            self._problem_outside(name, message)

    def _link(self, name: str, value: str) -> None:
        links, unknown = links_of(name, value)
        for word in unknown:
            self.remarks.add(f"a property '{name[:40]}' names what is no item's ID", word[:60])
        if self.case is not None:
            self.links.extend(links)
            return
        suite = self.suites[-1]
        if suite.own.cases or suite.nested.cases:
            self.remarks.add("links that stand behind a suite's cases were not applied to them", suite.path)
        suite.links.extend(links)

    def _open_suite(self, name: str, attributes: Attributes) -> None:
        if self.case is not None or self.in_properties or (name == "testsuites" and self.suites):
            raise self._misplaced(name)
        if len(self.suites) >= DEEPEST:
            raise NestedTooDeeply(f"suites nested deeper than {DEEPEST}")
        own = bounded(attributes.get("name", "")) if name == "testsuite" else ""
        around = self.suites[-1].path if self.suites else ""
        path = f"{around} > {own}" if around and own else own or around
        links = list(self.suites[-1].links) if self.suites else []
        self.suites.append(_Suite(bounded(path), attributes, links=links))

    def _close_suite(self) -> None:
        suite = self.suites.pop()
        self._duration(suite.attributes.get("time", ""))
        inclusive = suite.nested
        inclusive.absorb(suite.own)
        what = f"suite '{suite.path}'" if suite.path else "a suite" if self.suites else "the report"
        for remark in check_totals(what, suite.attributes, suite.own, inclusive):
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
        self.counts["failed" if failed else "errored"] += 1
        self.detail.add(Case(suite.path, "", "", "failed" if failed else "errored", message=message))

    def _close_case(self) -> None:
        attributes, self.case = self.case, None
        if attributes is None:
            raise self._misplaced("testcase")
        self.bypass.case_closed(attributes)
        suite = self.suites[-1]
        suite.own.cases += 1
        case = self._case_of(attributes, suite.path)
        if self.problems or "status" in attributes or "result" in attributes:
            outcome, message = outcome_of(attributes, self.problems, suite.own, self.remarks)
            case = msgspec.structs.replace(case, outcome=outcome, message=message)
            self.problems = []
        if self.links or suite.links:
            case = msgspec.structs.replace(case, links=tuple(dict.fromkeys(suite.links + self.links)))
            self.links = []
        self.counts[case.outcome] += 1
        self.detail.add(case)

    def _case_of(self, attributes: Attributes, path: str) -> Case:
        """Return what the attributes of a case say of it, but for its outcome."""
        get = attributes.get
        return Case(
            path,
            bounded(get("name", "")),
            bounded(get("classname", get("class", ""))),
            "passed",
            self._duration(get("time", "")),
            "",
            (),
            bounded(get("file", "")),
            line_of(get("line", "")),
        )

    def _duration(self, text: str) -> int:
        """Return a duration in milliseconds; the same few stand in most cases and are read once."""
        duration = self.durations.get(text)
        if duration is None:
            duration = duration_of(text)
            if len(self.durations) < _REMEMBERED:
                self.durations[text] = duration
        return duration


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] in _ROOTS


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    parser = new_parser()
    reading = _Reading(parser, detail)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    feed(parser, reading.bypass.pieces(source), lambda: reading.bypass.left_out)
    counts = TestCounts(cases=sum(reading.counts.values()), **reading.counts)
    return TestsRead(counts, reading.remarks.all())


FORMAT = Format("junit", 1, "tests", "application/xml", (".xml",), _sniff, _parse)
