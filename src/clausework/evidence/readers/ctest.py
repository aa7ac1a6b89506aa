"""Reads CTest's ``Test.xml``: tests with their outcomes (clauses 5.5.5, 5.6.3, 5.7.1; records 5.6.7, 5.7.5, 9.8).

Of a test that did not run, CTest counts as failed what it could not run; only a test that was disabled or that asked to
be skipped is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.readers.junit_case import LONGEST_MESSAGE, bounded
from clausework.evidence.readers.test_xml import (
    Cases,
    Marks,
    TotalsContradict,
    milliseconds,
    misplaced,
    walk,
)
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import Attributes, elements_in, root_of

_TEXTS = frozenset({"Name", "Path", "Value", "Label"})
_SKIPS = re.compile(r"disabled|skip_return_code=-?[0-9]+|skip_regular_expression_matched", re.IGNORECASE)
_STATUSES: dict[str, CaseOutcome] = {"passed": "passed", "failed": "failed", "notrun": "errored"}
_PLAIN_EXITS = frozenset({"", "completed", "failed"})
_TOLD = ("Fail Reason", "Exit Code", "Completion Status", "Exit Value")
_PLACES = ("Site", "Testing")


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.cases = Cases(detail)
        self.has_testing = False
        self.listed = 0
        self.lists = False
        self.tests = 0
        self.test: Attributes = {}
        self.marks = Marks()
        self.name = ""
        self.folder = ""
        self.measurement = ""
        self.measured: dict[str, str] = {}

    def open(self, path: Sequence[str], attributes: Attributes) -> None:
        name = path[-1]
        if len(path) <= len(_PLACES):
            self._open_place(path)
        elif name == "Test":
            self._open_test(path, attributes)
        elif name == "TestList":
            self.lists = True
        elif name == "NamedMeasurement":
            self.measurement = attributes.get("name", "")

    def close(self, path: Sequence[str], text: str) -> None:
        name, parent = path[-1], path[-2] if len(path) > 1 else ""
        if name == "Test" and parent == "Testing":
            self._close_test()
        elif name == "Name" and parent == "Test":
            self.name = text.strip()
        elif name == "Path" and parent == "Test":
            self.folder = text.strip()
        elif name == "Label" and parent == "Labels" and path[-3] == "Test":
            self.marks.add_word(text, self.cases.remarks)
        elif name == "Value" and parent == "NamedMeasurement":
            self._measure(self.measurement, text)
        elif name == "Site":
            self._close_site()

    def _open_place(self, path: Sequence[str]) -> None:
        name = path[-1]
        if len(path) == 1 and name != "Site":
            raise WrongKind(f"the root element is <{name[:60]}>, not <Site>")
        if name == "Testing":
            self.has_testing = True
        elif len(path) > 1 and name not in {"Subproject", "Labels"}:
            raise WrongKind(f"the site tells of <{name[:60]}>, not of <Testing>")

    def _open_test(self, path: Sequence[str], attributes: Attributes) -> None:
        if path[-2] == "TestList":
            self.listed += 1
            return
        if path[-2] != "Testing":
            raise misplaced(path, "Test.xml")
        self.test, self.marks, self.name, self.folder = attributes, Marks(), "", ""
        self.measured = {}

    def _measure(self, name: str, text: str) -> None:
        """Take a measurement: one of CTest's own, or one that the test printed and that names items."""
        if name == "Execution Time":
            milliseconds(text, "an execution time")
        if name in {*_TOLD, "Execution Time"}:
            if name in self.measured:
                raise ValueRejected(f"a test has the measurement '{name}' twice")
            self.measured[name] = text.strip()
        else:
            self.marks.add(name, text, self.cases.remarks)

    def _close_test(self) -> None:
        self.tests += 1
        if not self.name:
            raise ValueRejected("a test has no name")
        measured = self.measured
        told = [
            f"{name}: {measured[name]}" for name in _TOLD if measured.get(name, "Completed") != "Completed"
        ]
        outcome = self._outcome()
        links, tags = self.marks.of_case()
        folders = [folder for folder in self.folder.replace("\\", "/").split("/") if folder not in {"", "."}]
        self.cases.add(
            Case(
                bounded(" > ".join(folders)),
                bounded(self.name),
                "",
                outcome,
                milliseconds(measured.get("Execution Time", "")),
                "" if outcome == "passed" else "; ".join(told)[:LONGEST_MESSAGE],
                links,
                tags=tags,
            )
        )

    def _outcome(self) -> CaseOutcome:
        status = self.test.get("Status", "").strip().lower()
        outcome = _STATUSES.get(status)
        if outcome is None:
            self.cases.remarks.add("a test has a status that is not known and counts as errored", status[:60])
            return "errored"
        completion = self.measured.get("Completion Status", "")
        if status == "notrun" and _SKIPS.fullmatch(completion):
            return "skipped"
        exit_code = self.measured.get("Exit Code", "").lower()
        if exit_code not in _PLAIN_EXITS:
            if outcome == "passed":
                self.cases.remarks.add(
                    "a test has passed and did not end well; it counts as errored", self.name[:100]
                )
            return "errored"  # it timed out or crashed, and told nothing of what it tests
        if outcome == "passed" and exit_code == "failed":
            self.cases.remarks.add("a test has passed and failed and counts as failed", self.name[:100])
            return "failed"
        return outcome

    def _close_site(self) -> None:
        if not self.has_testing:
            raise WrongKind("the site tells nothing of <Testing>")
        if self.lists and self.listed != self.tests:
            raise TotalsContradict(f"the report lists {self.listed} tests but holds {self.tests}")


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] == "Site" and "Testing" in elements_in(head)


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    reading = _Reading(detail)
    walk(source, reading, _TEXTS)
    return reading.cases.read()


FORMAT = Format(
    "ctest",
    2,
    "tests",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "CTest Test.xml",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)
