"""Reads Cobertura XML, as coverage.py, gcovr and others write it: structural coverage (clauses 5.5.3, 5.5.5).

Lines and conditions are counted from the ``<line>`` elements themselves, merged per file. The totals that the
root states are compared with them, for a report whose totals and lines disagree has lost lines.
"""

from __future__ import annotations

import re

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import CoverageRead, Format
from clausework.evidence.readers.cobertura_lines import Classes
from clausework.evidence.readers.cobertura_totals import check_totals
from clausework.evidence.readers.coverage_lines import checked_path
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

_DOCTYPES = ("coverage-01.dtd", "coverage-02.dtd", "coverage-03.dtd", "coverage-04.dtd")
"""Cobertura's own document types, which most tools name; nothing of them is fetched."""

_NUMBER = re.compile(r"[0-9]{1,8}")
_HITS = re.compile(r"[0-9]{1,20}")
_CONDITIONS = re.compile(r"[0-9]{1,3}(?:\.[0-9]+)?\s*% \(([0-9]{1,6})/([0-9]{1,6})\)")
_LONGEST_SOURCE = 10_000
_NO_CONDITIONS = (0, 0)


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.remarks = Remarks()
        self.classes = Classes()
        self.root: Attributes = {}
        self.sources: set[str] = set()
        self.source: list[str] = []
        self.path: list[str] = []
        self.file_name: str | None = None
        self.in_methods = 0

    def start(self, name: str, attributes: Attributes) -> None:
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {DEEPEST}")
        if len(self.path) == 1:
            if name != "coverage":
                raise WrongKind(f"the root element is <{name[:60]}>, not <coverage>")
            self.root = attributes
        elif name == "line":
            self._line(attributes)
        elif name == "class":
            self._open_class(attributes)
        elif name == "methods":
            self.in_methods += 1
        elif name == "source":
            self.source = []
            self.parser.CharacterDataHandler = self.text

    def text(self, text: str) -> None:
        if self.path[-1] == "source":
            self.source.append(text)
            if sum(map(len, self.source)) > _LONGEST_SOURCE:
                raise self._wrong(f"a <source> is longer than {_LONGEST_SOURCE} characters")

    def end(self, name: str) -> None:
        self.path.pop()
        if name == "source":
            if "source" not in self.path:
                self.parser.CharacterDataHandler = None
            self.sources.add("".join(self.source).strip())
        elif name == "class":
            self.classes.close_class()
            self.file_name = None
        elif name == "methods":
            self.in_methods -= 1

    def _open_class(self, attributes: Attributes) -> None:
        name = attributes.get("filename", "")
        if self.file_name is not None or "classes" not in self.path[1:-1]:
            raise self._wrong("a <class> stands where Cobertura has none")
        self.file_name = checked_path(name)
        self.classes.open_class(name)

    def _line(self, attributes: Attributes) -> None:
        if self.file_name is None or self.path[-2] != "lines":
            raise self._wrong("a <line> stands outside a class's lines")
        number, hits = attributes.get("number", ""), attributes.get("hits", "")
        if not _NUMBER.fullmatch(number) or not _HITS.fullmatch(hits):
            raise self._wrong(f"number='{number[:30]}' hits='{hits[:30]}' is not a line and how often it ran")
        conditions = _NO_CONDITIONS
        if attributes.get("branch", "false").lower() == "true":
            conditions = self._conditions(number, attributes.get("condition-coverage", ""))
        self.classes.add(int(number), conditions, hit=int(hits) > 0, in_method=self.in_methods > 0)

    def _conditions(self, number: str, text: str) -> tuple[int, int]:
        found = _CONDITIONS.fullmatch(text.strip())
        if not found:
            raise self._wrong(f"line {number} has branches but condition-coverage='{text[:40]}'")
        covered, total = int(found[1]), int(found[2])
        if covered > total:
            raise self._wrong(f"line {number} covers {covered} of {total} conditions")
        return covered, total

    def _wrong(self, what: str) -> ValueRejected:
        where = f" in {self.file_name}" if self.file_name else ""
        return ValueRejected(f"{what}{where}")


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    if root is None or root[0] != "coverage":
        return False
    return not root[1] or "line-rate" in root[1] or "lines-valid" in root[1]


def _parse(source: Source, detail: DetailWriter) -> CoverageRead:
    parser = new_parser(_DOCTYPES)
    reading = _Reading(parser)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    feed(parser, source.chunks())
    classes, several = reading.classes, len(reading.sources) > 1
    stated = reading.root.get("branches-valid", "0").strip()
    totals, disagreeing = classes.write(
        detail, frozenset(reading.sources), branches=stated.isdecimal() and int(stated) > 0
    )
    check_totals(reading.root, (totals, classes.as_listed, classes.as_elements))
    if several:
        reading.remarks.add(
            "several source folders are named, so that a file's name may stand for several files: "
            "this report is not merged with others"
        )
    if disagreeing:
        taken = "not run" if several else "run"
        reading.remarks.add(
            f"{disagreeing} lines are listed more than once, differently; they are taken as {taken}"
        )
    return CoverageRead(totals.line, totals.branch if totals.branches else None, reading.remarks.all())


FORMAT = Format(
    "cobertura",
    2,
    "coverage",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "Cobertura XML",
    ("5.5.3", "5.5.5"),
)
