"""Reads JaCoCo's XML report: lines and branches of Java and its kin (clauses 5.5.3, 5.5.5).

A line ran if any of its instructions did, as JaCoCo counts. Lines and branches are counted from the lines of the source
files; the counters of files, packages, groups and of the report are compared with them.
"""

from __future__ import annotations

import re

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import CoverageRead, Format
from clausework.evidence.readers.coverage_lines import Files, checked_path, packed, totals_of
from clausework.evidence.readers.jacoco_counts import Counted, CountersContradict, compare
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import (
    DEEPEST,
    Attributes,
    NestedTooDeeply,
    elements_in,
    feed,
    new_parser,
    root_of,
)
from clausework.ledger.records.values import Ratio

_DOCTYPES = ("report.dtd",)
"""JaCoCo's own document type, which its reports name; nothing of it is fetched."""

_WITHIN = {
    "group": {"report", "group"},
    "package": {"report", "group"},
    "class": {"package"},
    "method": {"class"},
    "sourcefile": {"package"},
    "line": {"sourcefile"},
    "counter": {"report", "group", "package", "class", "method", "sourcefile"},
}
_OF_A_LINE = (("nr", ""), ("mi", ""), ("ci", ""), ("mb", "0"), ("cb", "0"))
_FIRST = frozenset({"sessioninfo", "group", "package", "counter"})
_LINE = re.compile(r"([0-9]{1,9}) ([0-9]{1,9}) ([0-9]{1,9}) ([0-9]{1,9}) ([0-9]{1,9})")
_COUNTED = {"report", "group", "package", "class", "method", "sourcefile"}


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self) -> None:
        self.remarks = Remarks()
        self.files = Files()
        self.path: list[str] = []
        self.counted: list[Counted] = []
        self.names: list[str] = []
        self.lines: list[int] = []
        self.without_file: list[Counted] = []
        self.report = Counted("", {})
        self.instructions = self.placed = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if len(self.path) >= DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {DEEPEST}")
        if not self.path and name != "report":
            raise WrongKind(f"the root element is <{name[:60]}>, not <report>")
        if name in _WITHIN and self.path[-1] not in _WITHIN[name]:
            raise ValueRejected(f"a <{name}> stands in a <{self.path[-1][:60]}>")
        self.path.append(name)
        if name == "counter":
            self.counted[-1].state(attributes)
        elif name == "line":
            self._line(attributes)
        elif name in _COUNTED:
            self._open(name, attributes)

    def _open(self, name: str, attributes: Attributes) -> None:
        own = attributes.get("name", "")
        element = Counted(own[:200], {})
        if name == "report":
            self.report = element
        elif name == "sourcefile":
            self.lines, self.instructions = [], 0
        elif name == "package":
            self.without_file = []
        elif name == "class" and not attributes.get("sourcefilename"):
            self.without_file.append(element)
        self.names.append(own)
        self.counted.append(element)

    def end(self, name: str) -> None:
        self.path.pop()
        if name not in _COUNTED:
            return
        element = self.counted.pop()
        if name == "sourcefile":
            self._source_file(element)
        elif name == "package":
            self._package(element)
        elif name in {"group", "report"}:
            for kind, found in _found(element):
                compare(element, kind, found)
        self.names.pop()
        if name in {"sourcefile", "package", "group"}:
            self.counted[-1].take(element)

    def _line(self, attributes: Attributes) -> None:
        told = " ".join([attributes.get(name, default) for name, default in _OF_A_LINE])
        found = _LINE.fullmatch(told)
        if not found:
            raise ValueRejected(f"a <line> of {self.counted[-1].name} has nr, mi, ci, mb, cb '{told[:100]}'")
        number, missed, ran, not_taken, taken = map(int, found.groups())
        self.instructions += missed + ran
        if missed or ran:
            self.lines.append(packed(number, hit=ran > 0, covered=taken, total=taken + not_taken))

    def _source_file(self, element: Counted) -> None:
        path = checked_path("/".join(name for name in self.names[1:] if name))
        totals = totals_of(self.lines)
        element.line, element.branch = totals.line, totals.branch
        compare(element, "LINE", element.line)
        stated, found = element.of("BRANCH"), element.branch
        self.files.add(path, self.lines)
        if "BRANCH" in element.stated and stated != found:
            if stated.total < found.total or stated.covered < found.covered:
                raise CountersContradict(f"{path} says {stated} branches are covered but lists {found}")
            self.remarks.add("branches stand on no line; the worse of both counts is taken", path)
            self.files.keep_worse(path, None, stated)
        if "INSTRUCTION" in element.stated and element.of("INSTRUCTION").total < self.instructions:
            raise CountersContradict(f"{path} lists more instructions than it counts")
        self.placed += self.instructions

    def _package(self, element: Counted) -> None:
        """Compare a package's counters with its source files, and with its classes that name none."""
        if any(kind in element.stated and element.of(kind) != found for kind, found in _found(element)):
            for unplaced in self.without_file:
                self._class_without_file(unplaced)
                element.take(unplaced)
        for kind, found in _found(element):
            compare(element, kind, found)

    def _class_without_file(self, unplaced: Counted) -> None:
        line, branch = unplaced.of("LINE"), unplaced.of("BRANCH")
        if line.total or branch.total:
            path = "/".join([*(name for name in self.names[1:-1] if name), f"{unplaced.name}.class"])
            self.remarks.add("classes name no source file; they count under their own name", path)
            self.files.add_counted(checked_path(path), line, branch)

    def finish(self) -> bool:
        """Return whether branches were measured; raises ``ValueRejected`` for a report without totals."""
        if self.report.line.total and "LINE" not in self.report.stated:
            raise ValueRejected("the report states no total of lines")
        total = self.report.of("INSTRUCTION").total
        if total > self.placed:
            self.remarks.add(
                f"{total - self.placed} of {total} instructions stand on no line and are not counted"
            )
        return "BRANCH" in self.report.stated or self.report.branch.total > 0


def _found(element: Counted) -> tuple[tuple[str, Ratio], ...]:
    return ("LINE", element.line), ("BRANCH", element.branch)


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    if root is None or root[0] != "report":
        return False
    if b"report.dtd" in head[:1000]:
        return True
    return root[1].keys() <= {"name"} and not _FIRST.isdisjoint(elements_in(head))


def _parse(source: Source, detail: DetailWriter) -> CoverageRead:
    parser = new_parser(_DOCTYPES)
    reading = _Reading()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    feed(parser, source.chunks())
    branches = reading.finish()
    totals = reading.files.write(detail, branches=branches)
    return CoverageRead(totals.line, totals.branch if totals.branches else None, reading.remarks.all())


FORMAT = Format(
    "jacoco",
    1,
    "coverage",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "JaCoCo XML",
    ("5.5.3", "5.5.5"),
)
