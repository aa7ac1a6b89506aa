"""Reads SARIF 2.1.0: findings of analyses and scans (5.1.12, 5.5.3, 5.5.4, 7.1.3; 81001-5-1 5.5, 5.7).

A run proves that something was looked at only if it has results (an empty array will do) and its tool says
that it ran to its end. Everything else is recorded as not complete.
"""

from __future__ import annotations

import tempfile
from typing import IO

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.finding_report import FindingReport
from clausework.evidence.readers.sarif_finding import FindingMaker
from clausework.evidence.readers.sarif_model import Conversion, Invocation, Message, Notification, Result
from clausework.evidence.readers.sarif_places import Places
from clausework.evidence.readers.sarif_taxa import Taxonomies, taxa_of
from clausework.evidence.readers.sarif_tool import Tool
from clausework.evidence.source import Source, ValueRejected, WrongKind

_VERSION = "2.1.0"
_IN_MEMORY = 1 << 20
_LENGTH = 4
_BASELINE_STATES = frozenset({"new", "unchanged", "updated"})
_SUPPRESSION_STATES = frozenset({"accepted", "underReview", "rejected"})


class _Reading:
    """What the runs of a file come to, as far as they were read."""

    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.report = FindingReport(detail)
        self.runs = 0
        self.seen: dict[int, int] = {}

    def read(self) -> FindingsRead:
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
            self.report.incomplete("there is no run in it")
        return self.report.result()

    def read_references(self) -> None:
        """Read an object of external properties; results in it would not be read."""
        for name in self.walk.members():
            if name == "results":
                self.report.incomplete("results stand outside the runs, where they are not read")
            self.walk.skip()


class _Run:
    """One run (3.14).

    A result that can be told only by what stands behind it, and all after that one, wait in a temporary file.
    """

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.report = reading.report
        self.walk = reading.walk
        self.tool = Tool()
        self.places = Places(self.report.remarks)
        self.taxonomies = Taxonomies()
        self.maker = FindingMaker(self.tool, self.places, self.taxonomies, reading.seen)
        self.reported = False
        self.found = False

    def read(self) -> None:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
            for member in self.walk.members():
                if member == "tool":
                    self.tool.read(self.walk)
                elif member == "results" and self.walk.peek() == "[":
                    self.reported = True
                    self._read_results(waiting)
                else:
                    self._read_about(member)
            if not self.tool.name:
                raise ValueRejected("a run does not name its tool", offset=self.walk.offset())
            waiting.seek(0)
            while size := waiting.read(_LENGTH):
                result = msgspec.json.decode(waiting.read(int.from_bytes(size, "big")), type=Result)
                self._take(result)
        self._close()

    def _read_results(self, waiting: IO[bytes]) -> None:
        wait = not self.tool.name or self.taxonomies.wants_more(self.tool.references)
        for result in self.walk.each(Result):
            wait = wait or self.places.wants_more(result)
            if not wait and result.taxa:
                wait = self.taxonomies.wants_more(taxa_of(result))
            if wait:
                kept = msgspec.json.encode(
                    result
                )  # what is not read in it stands as it stood, line breaks and all
                waiting.write(len(kept).to_bytes(_LENGTH, "big") + kept)
            else:
                self._take(result)

    def _read_about(self, member: str) -> None:
        first = self.walk.peek()
        if member == "invocations" and first == "[":
            for _ in self.walk.elements():
                self._read_invocation(self.walk.take(Invocation))
        elif member == "conversion" and first == "{":
            invocation = self.walk.take(Conversion).invocation
            if invocation is not None:
                self._read_invocation(invocation)
        elif member == "originalUriBaseIds" and first == "{":
            self.places.read_bases(self.walk)
        elif member == "artifacts" and first == "[":
            self.places.read_artifacts(self.walk)
        elif member == "versionControlProvenance" and first == "[":
            for revision in self.places.read_provenance(self.walk):
                self.report.looked_at("commit", revision)
        elif member == "taxonomies" and first == "[":
            self.taxonomies.read(self.walk)
        elif member == "externalPropertyFileReferences" and first == "{":
            self.reading.read_references()
        else:
            self.walk.skip()

    def _read_invocation(self, invocation: Invocation) -> None:
        if invocation.working_directory and invocation.working_directory.uri:
            self.places.add_root(invocation.working_directory.uri)
        if invocation.execution_successful in {False, None}:
            self.report.incomplete("the tool says that it did not run successfully")
        if invocation.process_start_failure_message:
            self.report.incomplete("the tool did not start", invocation.process_start_failure_message)
        for notifications in (
            invocation.tool_execution_notifications,
            invocation.tool_configuration_notifications,
        ):
            for notification in notifications or ():
                if notification.level == "error":
                    self.report.incomplete(
                        "the tool reports a problem with its own running", _said(notification)
                    )

    def _take(self, result: Result) -> None:
        if result.baseline_state == "absent":
            self.report.remarks.add("results that the tool says are gone were left out", result.rule_id or "")
            return
        if result.baseline_state and result.baseline_state not in _BASELINE_STATES:
            self.report.remarks.add(
                "results of a baseline state that SARIF has not are taken as found", result.baseline_state
            )
        for suppression in result.suppressions or ():
            status = suppression.status or suppression.state or "accepted"
            if status not in _SUPPRESSION_STATES:
                self.report.remarks.add("suppressions of a status that SARIF has not close nothing", status)
        self.found = True
        self.report.add(self.maker.make(result))

    def _close(self) -> None:
        self.report.made_by(str(self.tool))
        if self.tool.analysis or not self.found:
            self.report.made(self.tool.analysis or "static")
        if not self.reported:
            self.report.incomplete("a run has no results: it did not report", str(self.tool))


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
    return _Reading(JsonWalk(source), detail).read()


FORMAT = Format(
    "sarif",
    3,
    "findings",
    "application/sarif+json",
    (".sarif", ".sarif.json"),
    _sniff,
    _parse,
    "SARIF 2.1.0",
    ("5.1.12", "5.5.3", "7.1.3", "81001-5-1 5.7"),
)
