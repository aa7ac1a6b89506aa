"""Reads the JSON of ``npm audit``, of version 6 and of 7 and later: known vulnerabilities in npm packages.

Clauses 7.1.3, 8.1.2; EN IEC 81001-5-1 clause 9. pnpm and later Yarns write the older form too.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.npm_model import Advisory, Cvss, Totals, findings_of, identifier
from clausework.evidence.readers.vulnerability import Scan, Vulnerability, all_of, listed, rated
from clausework.evidence.source import Source, ValueRejected, WrongKind

_OLDER = frozenset({"actions", "advisories", "muted", "metadata", "runId"})
_VERSION = 2


class Failure(msgspec.Struct, frozen=True):
    """Why an audit was not made."""

    code: str | None = None
    summary: str | None = None
    detail: str | None = None
    message: str | None = None


class Via(msgspec.Struct, frozen=True, rename="camel"):
    """An advisory that a package is vulnerable by."""

    source: int | str
    name: str
    severity: str
    title: str | None = None
    url: str | None = None
    range: str | None = None
    cwe: tuple[str, ...] | str | None = None
    cvss: Cvss | None = None


class Entry(msgspec.Struct, frozen=True, rename="camel"):
    """A vulnerable package: by advisories of its own, or by the names of packages that it needs."""

    name: str
    severity: str
    via: tuple[Via | str, ...]
    nodes: tuple[str, ...] | None = None


class _Reading:
    """What an audit comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.totals: Totals | None = None
        self.version: int | None = None
        self.listed = False
        self.counted = (Counter[str](), Counter[str](), Counter[str]())
        self.names: set[str] = set()
        self.needed: dict[str, Entry] = {}

    def read(self) -> None:
        for member in self.walk.members():
            if member == "error":
                raise _failure(self.walk.take(dict[str, Any]))
            if member == "auditReportVersion":
                self.version = self.walk.take(int)
            elif member == "vulnerabilities":
                self.listed = True
                for name in self.walk.members():
                    self._take_entry(name, self.walk.take(Entry))
            elif member == "advisories":
                self.listed = True
                for _ in self.walk.members():
                    self._take_advisory(self.walk.take(Advisory))
            elif member == "muted":
                if all_of(self.walk, msgspec.Raw):
                    self.scan.remarks.add("the audit was told to pass over advisories")
            elif member == "metadata":
                self.totals = self.walk.take(Totals)
            else:
                self.walk.skip()
        self.walk.finish()
        self._close()

    def _take_entry(self, name: str, entry: Entry) -> None:
        self.names.add(name)
        self.counted[0][entry.severity] += 1
        own = [one for one in entry.via if isinstance(one, Via)]
        for via in own:
            self.scan.add(_finding(via))
        if not own:
            self.needed[name] = entry

    def _take_advisory(self, advisory: Advisory) -> None:
        by_path, by_version, by_advisory = self.counted
        found = advisory.findings or ()
        by_path[advisory.severity] += sum(len(one.paths or ()) for one in found)
        by_version[advisory.severity] += len(found)
        by_advisory[advisory.severity] += 1
        for finding in findings_of(advisory):
            self.scan.add(finding)

    def _close(self) -> None:
        if not self.listed or self.totals is None:
            raise WrongKind("there is no list of vulnerabilities or no count of them", offset=0)
        if self.version is None:
            self.totals.check(*self.counted)
        elif self.version != _VERSION:
            raise WrongKind(f"auditReportVersion is {self.version}; {_VERSION} is read", offset=0)
        else:
            self.totals.check(self.counted[0])
        for name, entry in self.needed.items():
            self._check_chain(name, entry)
        if not self.totals.looked_at():
            self.scan.leave_out("anything: no package was audited")

    def _check_chain(self, name: str, entry: Entry) -> None:
        """Make a finding of a package that is vulnerable by what the report does not list."""
        missing = [one for one in entry.via if isinstance(one, str) and one not in self.names]
        if not missing and entry.via:
            return
        severity, said = rated(entry.severity)
        self.scan.add(
            Vulnerability(
                id=f"vulnerable by {missing[0] if missing else 'what is not told'}",
                component=name,
                ecosystem="npm",
                message="the report does not list what makes the package vulnerable",
                severity=severity,
                source_severity=said,
            )
        )


def _finding(via: Via) -> Vulnerability:
    vector = (via.cvss.vector_string or "") if via.cvss else ""
    severity, said = rated(via.severity, vectors=(vector,) if vector else ())
    name = identifier(via.source, via.url)
    weaknesses = (via.cwe,) if isinstance(via.cwe, str) else via.cwe or ()
    return Vulnerability(
        id=name,
        component=via.name,
        ecosystem="npm",
        message=": ".join(part for part in (via.title, via.range) if part),
        ids=listed([name, *weaknesses]),
        cvss=listed([vector]),
        severity=severity,
        source_severity=said or via.severity,
    )


def _failure(told: dict[str, Any]) -> ValueRejected:
    why = next((str(told[name]) for name in ("summary", "message", "detail", "code") if told.get(name)), "")
    return ValueRejected(f"npm says that it made no audit: {why[:200]}", offset=0)


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head) or {}
    if "auditReportVersion" in members:
        return True
    if members.get("advisories", "").startswith("{"):
        return set(members) <= _OLDER
    return set(members) <= {"error", "message"} and '"code"' in members.get("error", "")


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("npm audit", detail)
    _Reading(JsonWalk(source), scan).read()
    return scan.result()


FORMAT = Format(
    "npm_audit",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "npm audit JSON",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
