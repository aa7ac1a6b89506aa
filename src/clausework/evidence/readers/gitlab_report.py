"""Reads GitLab's security reports of every kind of scan (clauses 5.1.12, 5.5.3, 7.1.3; EN IEC 81001-5-1 5.7).

All kinds share one shape, of which ``scan`` says the kind, the tool and whether it finished. Versions before 3 may lack
it; then the findings tell the kind, and a report without findings tells none.
"""

from __future__ import annotations

import tempfile
from typing import IO

import msgspec

from clausework.evidence.detail import DetailWriter, FindingDetail, Severity
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.finding_report import FindingReport, clipped, is_absolute, told
from clausework.evidence.readers.gitlab_vulnerability import (
    ANALYSES,
    Scanner,
    Vulnerability,
    analysis_of,
    place_of,
    told_apart_by,
)
from clausework.evidence.severity import UNKNOWN, severity_of_vectors
from clausework.evidence.source import Source, ValueRejected, WrongKind

_TOOL = "gitlab"
_UNKNOWN = frozenset({"", "unknown", "undefined"})
_IN_MEMORY = 1 << 20
_OF_EACH = (b'"identifiers"', b'"location"', b'"severity"')


class _Message(msgspec.Struct, frozen=True):
    level: str = ""
    value: str = ""


class _Scan(msgspec.Struct, frozen=True):
    type: str
    status: str = ""
    scanner: Scanner | None = None
    analyzer: Scanner | None = None
    messages: tuple[_Message, ...] | None = None


class _Reading:
    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.report = FindingReport(detail)
        self.version = ""
        self.scan: _Scan | None = None
        self.listed = False
        self.kinds: set[str] = set()

    def read(self) -> FindingsRead:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
            self._read_members(waiting)
            self.walk.finish()
            if not self.listed:
                raise WrongKind("it has no list of vulnerabilities", offset=0)
            waiting.seek(0)
            for line in waiting:
                self._take(msgspec.json.decode(line, type=Vulnerability))
        if self.scan is None:
            self._without_scan()
        else:
            self._close(self.scan)
        read = self.report.result()
        if not read.tools:
            self.report.incomplete("it names no scanner: it is not known who looked")
            read = self.report.result()
        return read

    def _read_members(self, waiting: IO[bytes]) -> None:
        """Read all but the vulnerabilities, which wait: ``scan`` stands behind them and says what they are."""
        for member in self.walk.members():
            if member == "vulnerabilities":
                self.listed = True
                for _ in self.walk.elements():
                    found = self.walk.take(Vulnerability)
                    if not found.rule:
                        raise ValueRejected("a vulnerability has no identifier", offset=self.walk.offset())
                    waiting.write(msgspec.json.encode(found) + b"\n")
            elif member == "version":
                self.version = self.walk.take_text()[:40]
            elif member == "scan" and self.walk.peek() == "{":
                self.scan = self.walk.take(_Scan)
                if self.scan.type not in ANALYSES:
                    raise ValueRejected(f"'{self.scan.type[:60]}' is no type of scan that GitLab has")
            else:
                self.walk.skip()

    def _close(self, scan: _Scan) -> None:
        self.report.made(ANALYSES[scan.type])
        scanner = scan.scanner or scan.analyzer
        if scanner is not None:
            self.report.made_by(f"{scanner.name or scanner.id} {scanner.version}")
        if scan.status != "success":
            self.report.incomplete("the scan was not successful", f"status '{scan.status}'")
        for message in scan.messages or ():
            if message.level in {"fatal", "error"}:
                self.report.incomplete("the scan reports an error", message.value)
            elif message.level == "warn":
                self.report.remarks.add("the scan warns", message.value[:200])

    def _without_scan(self) -> None:
        self.report.remarks.add(
            "it does not say what was scanned, by what and with which end, as newer reports do",
            f"version {self.version}" if self.version else "",
        )
        if not self.kinds:
            self.report.incomplete("it is empty and says nothing of a scan")

    def _take(self, found: Vulnerability) -> None:
        analysis = self._analysis(found)
        severity, said = self._severity(found)
        path, around = place_of(found)
        package, version = found.package
        if is_absolute(path) and analysis != "dynamic":
            self.report.remarks.add("paths are absolute", path)
        tool = clipped(found.scanner.name or found.scanner.id) if found.scanner else ""
        if found.scanner and self.scan is None:
            self.report.made_by(f"{tool} {found.scanner.version}")
        for flag in found.flags or ():
            self.report.remarks.add(f"findings are flagged as {flag.type[:60]}; they stay open", found.rule)
        self.report.add(
            FindingDetail(
                self.report.fingerprints.of(_TOOL, found.rule, *told_apart_by(found, analysis)),
                found.rule,
                severity,
                said,
                told(found.rule if _shows_secret(found) else found.title),
                path,
                max(found.location.start_line or 0, 0),
                tool or self._scanner(),
                component=package or around,
                ids=found.ids,
                analysis=analysis,
                version=version,
                cvss=tuple(one.vector[:200] for one in (found.cvss_vectors or ())[:10]),
            )
        )

    def _analysis(self, found: Vulnerability) -> str:
        """Return what kind of scan found ``found``: its own category, else the scan's type, else what its place is."""
        own = (found.category or "").lower() in ANALYSES
        analysis = analysis_of(found) if own or self.scan is None else ANALYSES[self.scan.type]
        self.kinds.add(analysis)
        return analysis

    def _scanner(self) -> str:
        scanner = (self.scan.scanner or self.scan.analyzer) if self.scan else None
        return clipped(scanner.name or scanner.id) if scanner else ""

    def _severity(self, found: Vulnerability) -> tuple[Severity, str]:
        word = (found.severity or "").strip()
        if word.lower() not in _UNKNOWN:
            return self.report.severity_of(word, f"{found.rule} says '{word[:40]}'"), clipped(word)
        scored = severity_of_vectors(one.vector[:200] for one in found.cvss_vectors or ())
        if scored:
            return scored
        self.report.remarks.add(f"findings without a known severity are taken as {UNKNOWN}", found.rule)
        return UNKNOWN, clipped(word)


def _shows_secret(found: Vulnerability) -> bool:
    secret = (found.raw_source_code_extract or "").strip()
    return bool(secret) and secret in found.title


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or members.keys() & {
        "bomFormat",
        "runs",
        "document",
        "SchemaVersion",
        "auditReportVersion",
    }:
        return False
    if not members.get("vulnerabilities", "[").startswith("["):
        return False
    if all(name in head for name in _OF_EACH) and "vulnerabilities" in members:
        return True
    if "vulnerabilities" in members:
        return "version" in members and bool({"remediations", "scan"} & members.keys())
    return "scan" in members and bool({"remediations", "@generated"} & members.keys())


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    return _Reading(JsonWalk(source), detail).read()


FORMAT = Format(
    "gitlab_report",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "GitLab security reports",
    ("5.1.12", "5.5.3", "7.1.3", "81001-5-1 5.7"),
)
