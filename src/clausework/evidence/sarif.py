"""Reads SARIF 2.1.0: findings of analyses and scans (5.1.12, 5.5.3, 5.5.4, 7.1.3; 81001-5-1 5.5, 5.7).

A run proves that something was looked at only if it has results (an empty array will do) and its tool says
that it ran to its end. Everything else is recorded as not complete.
"""

from __future__ import annotations

import tempfile

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.formats import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.remarks import Remarks
from clausework.evidence.sarif_finding import FindingMaker
from clausework.evidence.sarif_model import Invocation, Message, Notification, Result
from clausework.evidence.sarif_tool import Tool
from clausework.evidence.source import Source, ValueRejected, WrongKind

_VERSION = "2.1.0"
_IN_MEMORY = 1 << 20
_SEVERITIES = ("critical", "high", "medium", "low", "none")


class _Reading:
    """What the runs of a file come to, as far as they were read."""

    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.detail = detail
        self.remarks = Remarks()
        self.runs = 0
        self.complete = True
        self.tools: list[str] = []
        self.analyses: list[str] = []
        self.open_by_severity = dict.fromkeys(_SEVERITIES, 0)
        self.suppressed = 0

    def incomplete(self, why: str, example: str = "") -> None:
        self.complete = False
        self.remarks.add(why, example)

    def read(self) -> None:
        version = ""
        for member in self.walk.members():
            if member == "version":
                version = self.walk.take(str)
            elif member == "runs" and self.walk.peek() == "[":
                for _ in self.walk.elements():
                    self.runs += 1
                    _Run(self).read()
            elif member == "inlineExternalProperties" and self.walk.peek() == "[":
                for _ in self.walk.elements():
                    self.read_references()
            else:
                self.walk.skip()
        self.walk.finish()
        if version != _VERSION:
            raise WrongKind(f"the version is '{version[:40]}'; SARIF {_VERSION} is read", offset=0)
        if not self.runs:
            self.incomplete("there is no run in it")

    def read_references(self) -> None:
        """Read an object of external properties; results in it would not be read."""
        for name in self.walk.members():
            if name == "results":
                self.incomplete("results stand outside the runs, where they are not read")
            self.walk.skip()

    def result(self) -> FindingsRead:
        analyses = sorted(set(self.analyses))
        if len(analyses) > 1:
            self.remarks.add(
                "runs of several kinds of analysis are in it, taken as static", ", ".join(analyses)
            )
        return FindingsRead(
            analysis=analyses[0] if len(analyses) == 1 else "static",
            tools=tuple(dict.fromkeys(self.tools)),
            complete=self.complete,
            open_by_severity=self.open_by_severity,
            suppressed=self.suppressed,
            remarks=self.remarks.all(),
        )


class _Run:
    """One run (3.14). Results that stand before their tool wait in a temporary file until it is known."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.walk = reading.walk
        self.tool = Tool()
        self.maker: FindingMaker | None = None
        self.reported = False

    def read(self) -> None:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
            for member in self.walk.members():
                if member == "tool":
                    self.tool.read(self.walk)
                    self.maker = FindingMaker(self.tool.name)
                elif member == "results" and self.walk.peek() == "[":
                    self.reported = True
                    for result in self.walk.each(Result):
                        if self.maker is None:
                            waiting.write(msgspec.json.encode(result) + b"\n")
                        else:
                            self._take(result, self.maker)
                else:
                    self._read_about(member)
            if self.maker is None:
                raise ValueRejected("a run does not name its tool", offset=self.walk.offset())
            waiting.seek(0)
            for line in waiting:
                self._take(msgspec.json.decode(line, type=Result), self.maker)
        self._close()

    def _read_about(self, member: str) -> None:
        if member == "invocations" and self.walk.peek() == "[":
            for _ in self.walk.elements():
                self._read_invocation(self.walk.take(Invocation))
        elif member == "externalPropertyFileReferences" and self.walk.peek() == "{":
            self.reading.read_references()
        else:
            self.walk.skip()

    def _read_invocation(self, invocation: Invocation) -> None:
        if invocation.execution_successful in {False, None}:
            self.reading.incomplete("the tool says that it did not run successfully")
        if invocation.process_start_failure_message:
            self.reading.incomplete("the tool did not start", invocation.process_start_failure_message[:200])
        for notifications in (
            invocation.tool_execution_notifications,
            invocation.tool_configuration_notifications,
        ):
            for notification in notifications or ():
                if notification.level == "error":
                    self.reading.incomplete(
                        "the tool reports a problem with its own running", _said(notification)
                    )

    def _take(self, result: Result, maker: FindingMaker) -> None:
        if result.baseline_state == "absent":
            self.reading.remarks.add(
                "results that the tool says are gone were left out", result.rule_id or ""
            )
            return
        finding = maker.make(result, self.tool.rule_of(result))
        self.reading.detail.add(finding)
        if finding.suppressed:
            self.reading.suppressed += 1
        else:
            self.reading.open_by_severity[finding.severity] += 1

    def _close(self) -> None:
        self.reading.tools.append(str(self.tool))
        self.reading.analyses.append(self.tool.analysis())
        if not self.reported:
            self.reading.incomplete("a run has no results: it did not report", str(self.tool))


def _said(notification: Notification) -> str:
    message: Message | None = notification.message
    return ((message.text or message.id or "") if message else "")[:200]


def _sniff(head: bytes, name: str) -> bool:
    members = first_members(head)
    if members is None:
        return False
    if "bomFormat" in members or not members.get("runs", "[").startswith(("[", "null")):
        return False
    schema = members.get("$schema", "").lower()
    return "runs" in members or "sarif" in schema or name.lower().endswith((".sarif", ".sarif.json"))


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    reading = _Reading(JsonWalk(source), detail)
    reading.read()
    return reading.result()


FORMAT = Format("sarif", 1, "findings", "application/sarif+json", (".sarif", ".sarif.json"), _sniff, _parse)
