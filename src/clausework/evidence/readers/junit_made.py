"""Makes cases of what stands in a JUnit report: of one case's attributes, or of a run of plain ones."""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import Case
from clausework.evidence.readers.junit_case import bounded, duration_of, line_of
from clausework.evidence.readers.junit_items import Link
from clausework.evidence.readers.junit_runs import Run, properties_in
from clausework.evidence.readers.test_xml import Marks
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes

_REMEMBERED = 10_000

Marked = tuple[tuple[Link, ...], tuple[str, ...]]
"""The items that a case links to, and its tags."""


class CaseMaker:
    """Makes cases; the few durations and properties that stand in most of them are read once."""

    def __init__(self) -> None:
        self._durations = {"": 0}
        self._marked: dict[str, Marked] = {}

    def of_attributes(self, attributes: Attributes, path: str) -> Case:
        """Return what the attributes of a case in the suite ``path`` say of it, but for its outcome."""
        get = attributes.get
        return Case(
            path,
            bounded(get("name", "")),
            bounded(get("classname", get("class", ""))),
            "passed",
            self.duration(get("time", "")),
            "",
            (),
            bounded(get("file", "")),
            line_of(get("line", "")),
        )

    def of_run(self, run: Run, path: str, around: Marks) -> list[Case] | None:
        """Return the cases of a run in the suite ``path``, which says ``around`` of them all.

        ``None`` where something in them needs the parser's care.
        """
        links, tags = around.of_case()
        values = zip(
            run.of("name"),
            run.of("classname", "class"),
            run.of("time"),
            run.of("file"),
            map(line_of, run.of("line")),
            strict=True,
        )
        try:
            cases = [
                Case(path, name, class_name, "passed", self.duration(time), "", links, file, line, tags)
                for name, class_name, time, file, line in values
            ]
            for number, text in enumerate(run.properties):
                if text:
                    marked = self._marks_in(text)
                    if marked is None:
                        return None
                    cases[number] = with_marks(cases[number], marked, around)
        except ValueRejected:
            return None  # the parser will come to the same, and knows the place
        return cases

    def duration(self, text: str) -> int:
        """Return a duration in milliseconds; raises ``ValueRejected``."""
        duration = self._durations.get(text)
        if duration is None:
            duration = duration_of(text)
            if len(self._durations) < _REMEMBERED:
                self._durations[text] = duration
        return duration

    def _marks_in(self, text: str) -> Marked | None:
        """Return what the properties of a plain case say; ``None`` where that needs a remark."""
        known = self._marked.get(text)
        if known is None:
            marks, remarks = Marks(), Remarks()
            for name, value in properties_in(text):
                marks.add(name, value, remarks)
            if remarks.all():
                return None
            known = marks.of_case()
            if len(self._marked) < _REMEMBERED:
                self._marked[text] = known
        return known


def with_marks(case: Case, own: Marked, around: Marks) -> Case:
    """Return ``case`` with the items and tags of its suite and its own."""
    links, tags = own
    if around.links:
        links = tuple(dict.fromkeys((*around.links, *links)))
    if around.tags:
        tags = tuple(dict.fromkeys((*around.tags, *tags)))
    return msgspec.structs.replace(case, links=links, tags=tags)
