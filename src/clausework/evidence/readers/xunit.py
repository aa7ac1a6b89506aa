"""Reads xUnit.net XML: test cases with their outcomes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.6.7, 5.7.5, 9.8).

Versions 1 (root ``<assembly>`` with classes), 2 and 3 (root ``<assemblies>`` with collections). An error of an
assembly, such as in its clean-up, is a case of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.junit_case import LONGEST_MESSAGE, bounded, line_of
from clausework.evidence.readers.test_xml import (
    Cases,
    Marks,
    check_totals,
    milliseconds,
    misplaced,
    name_within,
    suite_path,
    walk,
)
from clausework.evidence.source import Source, WrongKind
from clausework.evidence.xml_events import Attributes, root_of

_TEXTS = frozenset({"message", "reason"})
_GROUPS = frozenset({"collection", "class"})
_TOTALLED = frozenset({"assembly", *_GROUPS})
_OUTCOMES: dict[str, CaseOutcome] = {
    "pass": "passed",
    "fail": "failed",
    "skip": "skipped",
    "notrun": "skipped",
}
_IDENTIFIER = re.compile(r"\s\(id: [0-9a-f]{16,}\)$")


@dataclass(slots=True)
class _Group:
    """An assembly, collection or class being read, and what it held so far by the words of the results."""

    path: str
    attributes: Attributes
    counted: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    message: str = ""


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.cases = Cases(detail)
        self.groups: list[_Group] = []
        self.case: Attributes = {}
        self.marks = Marks()
        self.message = ""
        self.has_failure = False
        self.error: Attributes = {}

    def open(self, path: Sequence[str], attributes: Attributes) -> None:
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        if not parent and name not in {"assemblies", "assembly"}:
            raise WrongKind(f"the root element is <{name[:60]}>, which xUnit.net reports do not have")
        if name in {"assemblies", *_TOTALLED}:
            self._open_group(path, attributes)
        elif name == "test":
            if parent not in _GROUPS:
                raise misplaced(path, "xUnit.net")
            self.case, self.marks, self.message, self.has_failure = attributes, Marks(), "", False
        elif name == "trait" and parent == "traits":
            self._trait(attributes)
        elif name == "failure" and parent == "test":
            self.has_failure = True
        elif name == "error" and parent == "errors":
            self.error, self.message = attributes, ""

    def close(self, path: Sequence[str], text: str) -> None:
        name = path[-1]
        parent = path[-2] if len(path) > 1 else ""
        if name in _TOTALLED:
            self._close_group()
        elif name == "test":
            self._close_case()
        elif (name, parent) == ("reason", "test") or (name, parent) == ("message", "failure"):
            self.message = self.message or text.strip()[:LONGEST_MESSAGE]
        elif name == "error" and parent == "errors":
            self._close_error()
        elif name == "failure" and parent in _GROUPS:
            self.groups[-1].errors += 1
            self.cases.add_outside(self.groups[-1].path, "failed", self.message)
            self.message = ""

    def _open_group(self, path: Sequence[str], attributes: Attributes) -> None:
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        right = {"assemblies": {""}, "assembly": {"", "assemblies"}}.get(name, {"assembly"})
        if parent not in right:
            raise misplaced(path, "xUnit.net")
        if name in _TOTALLED:
            around = self.groups[-1].path if self.groups else ""
            own = _IDENTIFIER.sub("", attributes.get("name", ""))
            self.groups.append(_Group(suite_path(around, own), attributes))

    def _trait(self, attributes: Attributes) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if not self.marks.add(name, value, self.cases.remarks):
            self.marks.tag(f"{name}={value}")

    def _close_case(self) -> None:
        attributes, group = self.case, self.groups[-1]
        class_name = attributes.get("type", "")
        name = name_within(class_name, attributes.get("name") or attributes.get("method", ""))
        word = attributes.get("result", "").strip().lower()
        outcome = _OUTCOMES.get(word)
        if outcome is None:
            self.cases.remarks.add(
                "a case has a result that is not known and counts as errored", word[:60] or name[:100]
            )
            outcome = "errored"
        elif outcome != "failed" and self.has_failure:
            self.cases.remarks.add("a case holds a failure and counts as failed", name[:100])
            outcome = "failed"
        group.counted[word] += 1
        links, tags = self.marks.of_case()
        self.cases.add(
            Case(
                group.path,
                bounded(name),
                bounded(class_name),
                outcome,
                milliseconds(attributes.get("time", "")),
                self.message,
                links,
                bounded(attributes.get("source-file", "")),
                line_of(attributes.get("source-line", "")),
                tags,
            )
        )
        self.message = ""

    def _close_error(self) -> None:
        if not self.groups:
            raise WrongKind("an <errors> stands outside an assembly")
        self.groups[-1].errors += 1
        name = " ".join(filter(None, (self.error.get("type", ""), self.error.get("name", ""))))
        self.cases.add_outside(self.groups[-1].path, "errored", self.message, name)
        self.message = ""

    def _close_group(self) -> None:
        group = self.groups.pop()
        what = f"'{group.path}'"
        milliseconds(group.attributes.get("time", ""), f"{what} has a time, which")
        counted = group.counted
        total, not_run = counted.total(), counted["notrun"]
        check_totals(
            what,
            group.attributes,
            {
                "total": (total, total - not_run),
                "passed": (counted["pass"],),
                "failed": (counted["fail"], counted["fail"] + group.errors),
                "skipped": (counted["skip"], counted["skip"] + not_run),
                "not-run": (not_run,),
                "errors": (group.errors,),
            },
            self.cases.remarks,
        )
        if self.groups:
            self.groups[-1].counted.update(counted)


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    if root is None or "xmlns" in root[1]:
        return False
    return root[0] == "assemblies" or (
        root[0] == "assembly" and {"total", "passed", "failed"} <= root[1].keys()
    )


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    reading = _Reading(detail)
    walk(source, reading, _TEXTS)
    return reading.cases.read()


FORMAT = Format(
    "xunit",
    2,
    "tests",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "xUnit.net XML",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
