"""One test of a Robot Framework output: what it says of itself, and whether anything in it ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from clausework.evidence.detail import Case, CaseOutcome
from clausework.evidence.readers.case_tags import sort_words
from clausework.evidence.readers.case_tally import bounded, milliseconds
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes

_LONGEST_TAG = 1000
_MOST_TAGS = 1000
_NOT_RUN = frozenset({"NOT RUN", "NOT_RUN"})
_OUTCOMES: dict[str, CaseOutcome] = {
    "PASS": "passed",
    "FAIL": "failed",
    "SKIP": "skipped",
    **dict.fromkeys(_NOT_RUN, "skipped"),
}
_MERGED = "re-executed and results merged"


@dataclass(slots=True)
class RobotTest:
    """A test being read; ``ran`` once a keyword in it that calls no other was run, ``idle`` once one was not."""

    attributes: Attributes
    tags: list[str] = field(default_factory=list)
    status: Attributes | None = None
    message: str = ""
    ran: bool = False
    idle: bool = False

    def note_keyword(self, status: str) -> None:
        """Note the status of a keyword that calls no other."""
        if status in _NOT_RUN:
            self.idle = True
        else:
            self.ran = True

    def note_tag(self, tag: str) -> None:
        """Note a tag."""
        if len(self.tags) < _MOST_TAGS:
            self.tags.append(tag[:_LONGEST_TAG])

    @property
    def said(self) -> str:
        """The status that the test has in the file; raises ``ValueRejected`` where it has none."""
        if self.status is None:
            raise ValueRejected(f"the test '{self.attributes.get('name', '')[:100]}' has no status")
        return self.status.get("status", "")

    def case(self, suite: str, file: str, remarks: Remarks) -> Case:
        """Return the test as a case of the suite, whose source is ``file``."""
        name = bounded(self.attributes.get("name", ""))
        outcome, message = self._outcome(name, remarks)
        tagged = sort_words(self.tags, remarks)
        line = self.attributes.get("line", "")
        return Case(
            suite,
            name,
            "",
            outcome,
            self._duration(remarks),
            message,
            tagged.links,
            file,
            int(line) if line.isdecimal() and line.isascii() and len(line) < 10 else 0,
            tagged.tags,
        )

    def _outcome(self, name: str, remarks: Remarks) -> tuple[CaseOutcome, str]:
        """Return what the test comes to: what it says, unless it says that it passed and nothing in it ran."""
        outcome = _OUTCOMES.get(self.said)
        if outcome is None:
            remarks.add("a test has a status that is not known and counts as errored", self.said[:60])
            return "errored", self.message
        if outcome == "passed" and self.idle and not self.ran:
            remarks.add("a test passed of which no keyword ran, and counts as skipped", name[:100])
            return "skipped", self.message or "no keyword in it was run"
        if outcome == "failed" and self.status is not None and self.status.get("critical") == "no":
            remarks.add("a test failed that was called not critical, and counts as failed", name[:100])
        if outcome == "passed" and _MERGED in self.message and ">FAIL<" in self.message:
            remarks.add("a test passed only when it was run again", name[:100])
        return outcome, self.message

    def _duration(self, remarks: Remarks) -> int:
        """Return how long the test took in milliseconds, 0 where it is not told."""
        status = self.status or {}
        elapsed = status.get("elapsed", "")
        if elapsed:
            try:
                return milliseconds(float(elapsed) * 1000, "elapsed")
            except ValueError as error:
                raise ValueRejected(f"elapsed='{elapsed[:40]}' is not a duration") from error
        start, end = _time(status.get("starttime", "")), _time(status.get("endtime", ""))
        if start is None or end is None:
            return 0
        if end < start:
            remarks.add("a test ended before it began, and its duration is not taken")
            return 0
        return milliseconds((end - start).total_seconds() * 1000, "the time from start to end")


def _time(text: str) -> datetime | None:
    """Return a time as Robot Framework before 7 writes it: ``20240131 12:00:00.123``."""
    try:
        return datetime.strptime(text, "%Y%m%d %H:%M:%S.%f")  # noqa: DTZ007 - only differences are taken
    except ValueError:
        return None
