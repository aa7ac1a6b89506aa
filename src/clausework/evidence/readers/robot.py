"""Reads the output of Robot Framework: its tests with their outcomes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.7.5).

The XML output of Robot Framework 3 to 7, and what ``rebot`` makes of it. Keywords are passed over as they stream by,
but for two things that the tests themselves do not tell: whether anything ran in them, and a suite's teardown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from clausework.evidence.detail import Case, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.case_tally import LONGEST_MESSAGE, CaseTally, Names, bounded
from clausework.evidence.readers.robot_held import HeldCases, Teardown
from clausework.evidence.readers.robot_statistics import Statistics, SuiteCount
from clausework.evidence.readers.robot_test import RobotTest
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

_DEEPEST_KEYWORD = 1000
_SCHEMAS = frozenset({"", "1", "2", "3", "4", "5"})
_STRUCTURE = frozenset({"robot", "suite", "test", "statistics"})


@dataclass(slots=True)
class _Suite:
    """A suite being read: its place, the tests that it counted, and where its cases begin."""

    id: str
    path: str
    file: str
    first_case: int
    count: SuiteCount = field(default_factory=SuiteCount)
    red: bool = False
    status: str = ""
    message: str = ""


class _Reading:
    """Holds the place in the document between two events.

    ``inside`` counts the open elements within one that is not looked into, such as a keyword; ``wanted`` names the
    element whose text is collected, and ``innermost`` holds while the keyword that opened last has called no other.
    """

    def __init__(self, parser: Parser, held: HeldCases) -> None:
        self.parser = parser
        self.held = held
        self.remarks = Remarks()
        self.names = Names()
        self.statistics = Statistics()
        self.generator = ""
        self.suites: list[_Suite] = []
        self.suites_seen = 0
        self.test: RobotTest | None = None
        self.inside = 0
        self.innermost = False
        self.opened = ""
        self.teardown: tuple[bool, str] | None = None
        self.wanted = ""
        self.text: list[str] = []
        self.text_length = 0
        self.section: list[str] = []
        self.rooted = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self.inside:
            self._go_deeper(name, attributes)
        elif self.section:
            self._open_statistic(name, attributes)
        elif self.test is not None:
            self._open_in_test(name, attributes)
        elif name == "suite":
            self._open_suite(attributes)
        elif self.suites:
            self._open_in_suite(name, attributes)
        else:
            self._open_at_top(name, attributes)

    def end(self, name: str) -> None:
        if self.wanted:
            self._close_text("".join(self.text))
        if self.inside:
            self.inside -= 1
        elif self.section:
            self.section.pop()
        elif name == "test":
            self._close_test()
        elif name == "suite":
            self._close_suite()

    def characters(self, text: str) -> None:
        if self.text_length < LONGEST_MESSAGE:
            self.text.append(text[:LONGEST_MESSAGE])
            self.text_length += len(text)

    def _go_deeper(self, name: str, attributes: Attributes) -> None:
        self.inside += 1
        if self.inside > _DEEPEST_KEYWORD:
            raise NestedTooDeeply(f"keywords nested deeper than {_DEEPEST_KEYWORD}")
        if name in _STRUCTURE:
            raise self._misplaced(name)
        if name == "kw":
            self.innermost = True
        elif name == "status":
            self._keyword_status(attributes.get("status", ""))
        elif name == "tag" and self.opened == "tags" and self.inside == 2:
            self._collect("tag")
        elif name == "msg" and self.opened == "errors" and attributes.get("level") != "WARN":
            self._collect("error")

    def _keyword_status(self, status: str) -> None:
        if self.inside == 2 and self.opened == "teardown" and status in {"FAIL", "SKIP"}:
            self.teardown = (status == "FAIL", "")
            self._collect("teardown")
        if self.innermost and self.test is not None:
            self.test.note_keyword(status)
        self.innermost = False

    def _open_at_top(self, name: str, attributes: Attributes) -> None:
        if not self.rooted:
            if name != "robot":
                raise WrongKind(
                    f"the root element is <{name[:60]}>, which an output of Robot Framework has not"
                )
            self._open_root(attributes)
        elif name == "statistics":
            self.section = [name]
        elif name in {"test", "robot"}:
            raise self._misplaced(name)
        else:
            self._pass_over(name)

    def _open_root(self, attributes: Attributes) -> None:
        self.rooted = True
        self.generator = attributes.get("generator", "")
        schema = attributes.get("schemaversion", "")
        if schema not in _SCHEMAS:
            raise WrongKind(f"the schema version '{schema[:20]}' is not known")
        if attributes.get("rpa") == "true":
            self.remarks.add("the report is of tasks, not of tests")

    def _open_suite(self, attributes: Attributes) -> None:
        if not self.rooted:
            raise WrongKind("the root element is <suite>, which an output of Robot Framework has not")
        if len(self.suites) >= DEEPEST:
            raise NestedTooDeeply(f"suites nested deeper than {DEEPEST}")
        if not self.suites and self.suites_seen:
            raise WrongKind("there is a second outermost suite")
        self.suites_seen += 1
        name = bounded(attributes.get("name", ""))
        around = self.suites[-1].path if self.suites else ""
        path = bounded(f"{around} > {name}" if around and name else name or around)
        file = bounded(attributes.get("source", ""))
        self.suites.append(_Suite(attributes.get("id", "")[:1000], path, file, self.held.count))

    def _open_in_suite(self, name: str, attributes: Attributes) -> None:
        if name == "test":
            self.test = RobotTest(attributes)
        elif name == "status":
            self.suites[-1].status = attributes.get("status", "")
            self._pass_over(name)
            self._collect("suite")
        elif name == "kw":
            self._pass_over(attributes.get("type", "").lower() or name)
        elif name in _STRUCTURE:
            raise self._misplaced(name)
        else:
            self._pass_over(name)

    def _open_in_test(self, name: str, attributes: Attributes) -> None:
        if name in _STRUCTURE or self.test is None:
            raise self._misplaced(name)
        self._pass_over(name)
        if name == "kw":
            self.innermost = True
        elif name == "tag":
            self._collect("tag")
        elif name == "status":
            if self.test.status is not None:
                raise ValueRejected("a test has two statuses")
            self.test.status = attributes
            self._collect("test")

    def _open_statistic(self, name: str, attributes: Attributes) -> None:
        if len(self.section) > DEEPEST or name in {"robot", "test"}:
            raise self._misplaced(name)
        if name == "stat" and self.section[-1] in {"total", "suite"}:
            self.statistics.open(self.section[-1], attributes)
            self._collect("stat")
        self.section.append(name)

    def _pass_over(self, name: str) -> None:
        self.inside, self.opened, self.innermost = 1, name, False

    def _misplaced(self, name: str) -> WrongKind:
        return WrongKind(f"a <{name}> stands where an output of Robot Framework has none")

    def _collect(self, what: str) -> None:
        self.wanted, self.text, self.text_length = what, [], 0
        self.parser.CharacterDataHandler = self.characters

    def _close_text(self, text: str) -> None:
        what, self.wanted = self.wanted, ""
        self.parser.CharacterDataHandler = None
        if what == "tag" and self.test is not None:
            self.test.note_tag(text.strip())
        elif what == "test" and self.test is not None:
            self.test.message = text.strip()[:LONGEST_MESSAGE]
        elif what == "suite":
            self.suites[-1].message = text.strip()[:LONGEST_MESSAGE]
        elif what == "teardown" and self.teardown is not None:
            self.teardown = (self.teardown[0], text.strip()[:LONGEST_MESSAGE])
        elif what == "error":
            self.remarks.add("the run reported an error of its own", text.strip()[:150])
        elif what == "stat":
            self.statistics.close(text.strip())

    def _close_test(self) -> None:
        test, self.test = self.test, None
        if test is None:
            raise self._misplaced("test")
        suite = self.suites[-1]
        case = test.case(suite.path, suite.file, self.remarks)
        suite.count.take(test.said)
        suite.red = suite.red or case.outcome in {"failed", "errored"}
        self.held.add(self.names.name_case(case))

    def _close_suite(self) -> None:
        suite = self.suites.pop()
        if self.teardown is not None:
            failed, message = self.teardown
            self.teardown = None
            if not self.generator.lower().startswith("rebot"):  # whose tests have it in their own status
                self.held.apply(Teardown(suite.first_case, self.held.count, failed, message))
                suite.count.torn_down(failed=failed)
                self.remarks.add("the teardown of a suite did not pass, and its tests with it", suite.path)
        if suite.status == "FAIL" and not suite.red and not suite.count.failed:
            self.remarks.add("a suite failed of which no test failed", suite.path)
            self.held.add(Case(suite.path, "", "", "errored", message=suite.message))
            suite.red = True
        self.statistics.note(suite.id, suite.count)
        if self.suites:
            self.suites[-1].count.absorb(suite.count)
            self.suites[-1].red = self.suites[-1].red or suite.red or bool(suite.count.failed)
        else:
            self.statistics.total = suite.count


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] == "robot" and "generator" in root[1]


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    parser = new_parser()
    with HeldCases() as held:
        reading = _Reading(parser, held)
        parser.StartElementHandler = reading.start
        parser.EndElementHandler = reading.end
        feed(parser, source.chunks())
        for remark in reading.statistics.check():
            reading.remarks.add(remark)
        tally = CaseTally(detail)
        for case in held.cases():
            tally.take(case)
    return TestsRead(tally.counts(), reading.remarks.all())


FORMAT = Format(
    "robot",
    2,
    "tests",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "Robot Framework output",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
