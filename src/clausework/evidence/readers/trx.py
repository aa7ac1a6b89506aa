"""Reads Visual Studio test results, TRX (clauses 5.5.5, 5.6.3, 5.7.1; records 5.6.7, 5.7.5, 9.8).

Written by MSTest, VSTest (``dotnet test --logger trx``) and the Microsoft Testing Platform. The rows of a data-driven
test are its cases. A run that ended badly although no case in it did is a case of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.junit_case import LONGEST_MESSAGE, bounded
from clausework.evidence.readers.test_xml import (
    Cases,
    Marks,
    misplaced,
    name_within,
    span_milliseconds,
    suite_path,
    walk,
)
from clausework.evidence.readers.trx_results import Definition, Definitions, Result, Waiting
from clausework.evidence.readers.trx_totals import check_counters
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import Attributes, root_of

_TEXTS = frozenset({"Message", "StdOut", "Text", "Key", "Value"})
_NAMESPACE = "TeamTest"
_OUTCOMES: dict[str, CaseOutcome] = {
    "passed": "passed",
    "failed": "failed",
    **dict.fromkeys(("error", "timeout", "aborted", "passedbutrunaborted", "notrunnable"), "errored"),
    **dict.fromkeys(("disconnected", "inprogress", "pending", "completed"), "errored"),
    **dict.fromkeys(("inconclusive", "notexecuted", "warning"), "skipped"),
}
"""A run that was aborted or a test that only completed says nothing of what was to be shown."""

_REMARKABLE = frozenset({"passedbutrunaborted", "completed", "warning"})
_ENDED_WELL = frozenset({"", "completed", "passed", "warning", "inconclusive", "notexecuted"})
_BAD_NEWS = frozenset({"error", "failed", "aborted", "timeout"})


@dataclass(slots=True)
class _Open:
    """A result being read, with what the results in it came to."""

    attributes: Attributes
    message: str = ""
    output: str = ""
    has_inner: bool = False
    problem_within: bool = False


@dataclass(slots=True)
class _Defined:
    """A definition being read."""

    attributes: Attributes
    class_name: str = ""
    key: str = ""
    marks: Marks = field(default_factory=Marks)


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter, waiting: Waiting) -> None:
        self.cases = Cases(detail)
        self.waiting = waiting
        self.definitions = Definitions()
        self.results: list[_Open] = []
        self.defined: _Defined | None = None
        self.counters: Attributes | None = None
        self.ended = ""
        self.news = ""
        self.bad_news = False
        self.news_outcome = ""
        self.everything: Counter[str] = Counter()
        self.innermost: Counter[str] = Counter()
        self.outermost: Counter[str] = Counter()
        self.problems = 0

    def open(self, path: Sequence[str], attributes: Attributes) -> None:
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        if not parent and name != "TestRun":
            raise WrongKind(f"the root element is <{name[:60]}>, not <TestRun>")
        if parent == "Results" or parent == "InnerResults":
            self._open_result(path, attributes)
        elif name == "UnitTestResult":
            raise misplaced(path, "TRX")
        elif parent == "TestDefinitions":
            self.defined = _Defined(attributes)
        elif self.defined is not None:
            self._define(name, attributes)
        elif name == "ResultSummary":
            self.ended = attributes.get("outcome", "").strip()
        elif name == "Counters" and parent == "ResultSummary":
            if self.counters is not None:
                raise ValueRejected("the report states its counters twice")
            self.counters = attributes
        elif name == "RunInfo":
            self.news_outcome = attributes.get("outcome", "").strip().lower()

    def close(self, path: Sequence[str], text: str) -> None:
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        if self.results:
            self._close_within_result(name, parent, text)
        elif parent == "TestDefinitions":
            self._close_definition()
        elif self.defined is not None:
            if name == "Key":
                self.defined.key = text.strip()
            elif name == "Value" and parent == "Property":
                self.defined.marks.add(self.defined.key, text, self.cases.remarks)
        elif name == "Text" and parent == "RunInfo" and self.news_outcome in _BAD_NEWS:
            self.bad_news = True
            self.news = self.news or text.strip()[:LONGEST_MESSAGE]

    def _open_result(self, path: Sequence[str], attributes: Attributes) -> None:
        inner = path[-2] == "InnerResults"
        if inner != bool(self.results) or (inner and len(path) < 5) or (not inner and len(path) != 3):
            raise misplaced(path, "TRX")
        if "testId" not in attributes and "testName" not in attributes:
            raise ValueRejected(f"a <{path[-1][:60]}> names no test")
        self.results.append(_Open(attributes))

    def _close_within_result(self, name: str, parent: str, text: str) -> None:
        result = self.results[-1]
        if parent in {"Results", "InnerResults"}:
            self._close_result(parent == "InnerResults")
        elif name == "Message" and parent == "ErrorInfo":
            result.message = result.message or text.strip()[:LONGEST_MESSAGE]
        elif name == "StdOut":
            result.output = result.output or text.strip()[:LONGEST_MESSAGE]

    def _close_result(self, inner: bool) -> None:  # noqa: FBT001 - told by the one caller
        result = self.results.pop()
        name = result.attributes.get("testName", "")
        outcome, word = self._outcome(result.attributes, name)
        problem = outcome in {"failed", "errored"}
        self.everything[word] += 1
        self.innermost[word] += not result.has_inner
        self.outermost[word] += not inner
        if inner:
            around = self.results[-1]
            around.has_inner = True
            around.problem_within = around.problem_within or problem or result.problem_within
        duration = span_milliseconds(result.attributes.get("duration", ""))
        if result.has_inner:
            if not problem or result.problem_within:
                return
            self.cases.remarks.add("a test did not pass although all of its rows did", name[:100])
        self.problems += problem
        message = result.message or (result.output if outcome == "skipped" else "")
        self.waiting.add(self._waiting(result.attributes, name, outcome, duration, message))

    def _waiting(
        self, attributes: Attributes, name: str, outcome: CaseOutcome, duration: int, message: str
    ) -> Result:
        """Return a result with the names of those around it; a row that has its test's name is told by its number."""
        around = [each.attributes.get("testName", "") for each in self.results]
        if around and name == around[-1] and attributes.get("dataRowInfo"):
            name = f"{name} [{attributes['dataRowInfo']}]"
        path = ""
        for each in around:
            path = suite_path(path, each)
        return Result(attributes.get("testId", ""), path, bounded(name), outcome, duration, message)

    def _outcome(self, attributes: Attributes, name: str) -> tuple[CaseOutcome, str]:
        """Return the outcome of a result, and the word under which the counters have it."""
        stated = attributes.get("outcome", "").strip()
        word = stated.lower()
        outcome = _OUTCOMES.get(word)
        if outcome is None:
            told = stated[:60] or name[:100]
            self.cases.remarks.add("a result has an outcome that is not known and counts as errored", told)
            return "errored", ""
        if word in _REMARKABLE:
            self.cases.remarks.add(f"results of outcome '{stated}' count as {outcome}", name[:100])
        return outcome, word

    def _define(self, name: str, attributes: Attributes) -> None:
        defined = self.defined
        if defined is None:
            return
        if name == "TestMethod":
            defined.class_name = _class_name(attributes.get("className", ""))
        elif name == "TestCategoryItem":
            defined.marks.add_word(attributes.get("TestCategory", ""), self.cases.remarks)

    def _close_definition(self) -> None:
        defined, self.defined = self.defined, None
        if defined is None:
            return
        links, tags = defined.marks.of_case()
        suite = suite_path("", defined.attributes.get("storage", ""))
        self.definitions.add(
            defined.attributes.get("id", ""), Definition(suite, bounded(defined.class_name), links, tags)
        )

    def finish(self) -> TestsRead:
        """Check what the report says of itself and write its cases."""
        remarks = self.cases.remarks
        if self.counters is None:
            remarks.add("the report states no counters")
        else:
            readings = (self.innermost, self.everything, self.outermost)
            for remark, example in check_counters(self.counters, readings):
                remarks.add(remark, example)
        for result in self.waiting.all():
            self._write(result)
        if self.ended.lower() not in _ENDED_WELL or self.bad_news:
            if not self.problems:
                self.cases.add_outside("", "errored", self.news or f"the run ended as '{self.ended[:60]}'")
            elif self.ended.lower() != "failed":
                remarks.add(f"the run ended as '{self.ended[:60]}'", self.news)
        return self.cases.read()

    def _write(self, result: Result) -> None:
        definition = self.definitions.of(result.test_id)
        if definition is None:
            self.cases.remarks.add("a result's test is not defined in the report", result.name[:100])
            definition = Definition()
        suite = f"{definition.suite} > {result.around}" if definition.suite and result.around else ""
        self.cases.add(
            Case(
                bounded(suite or definition.suite or result.around),
                name_within(definition.class_name, result.name),
                definition.class_name,
                result.outcome,
                result.duration_ms,
                result.message,
                definition.links,
                tags=definition.tags,
            )
        )


def _class_name(text: str) -> str:
    """Return a class's name without the assembly and version that Visual Studio appends."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == "," and depth == 0:
            return text[:place].strip()
    return text.strip()


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] == "TestRun" and _NAMESPACE in root[1].get("xmlns", _NAMESPACE)


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    with Waiting() as waiting:
        reading = _Reading(detail, waiting)
        walk(source, reading, _TEXTS)
        return reading.finish()


FORMAT = Format(
    "trx",
    2,
    "tests",
    "application/xml",
    (".trx", ".xml"),
    _sniff,
    _parse,
    "Visual Studio test results (TRX)",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
