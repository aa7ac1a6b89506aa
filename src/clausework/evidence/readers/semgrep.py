"""Reads the JSON report of Semgrep and Opengrep: static analysis (5.1.12, 5.5.3; EN IEC 81001-5-1 5.5, 5.7)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from clausework.evidence.detail import DetailWriter, FindingDetail, Severity
from clausework.evidence.fingerprints import without_place
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.finding_report import FindingReport, Paths, clipped, is_absolute, told
from clausework.evidence.source import Source, WrongKind

_TOOL = "semgrep"
_WITHHELD = "requires login"
_SEVERITIES: dict[str, Severity] = {
    "ERROR": "high",
    "WARNING": "medium",
    "INFO": "low",
    "INVENTORY": "none",
}
_CWE = re.compile(r"CWE-\d+", re.IGNORECASE)
_CVE = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})", re.IGNORECASE)

_PARTIAL = frozenset(
    {"PartialParsing", "Incompatible rule", "IncompatibleRule", "Missing plugin", "MissingPlugin"}
)
"""Warnings that leave a file analysed but for some lines, or that name a rule this version is not meant to know."""

_NOT_LOOKED_AT = frozenset(
    {
        "analysis_failed_parser_or_internal_error",
        "exceeded_size_limit",
        "too_big",
        "too_many_matches",
        "insufficient_permissions",
        "nonexistent_file",
    }
)
"""Reasons for which a file is skipped that nobody asked for; files are left out for the others on purpose."""


class _Position(msgspec.Struct, frozen=True):
    line: int = 0


class _Package(msgspec.Struct, frozen=True):
    package: str = ""
    version: str = ""


class _Match(msgspec.Struct, frozen=True):
    found_dependency: _Package | None = None


class _SupplyChain(msgspec.Struct, frozen=True):
    dependency_match: _Match | None = None


class _Extra(msgspec.Struct, frozen=True):
    message: str = ""
    severity: str = ""
    metadata: dict[str, Any] | None = None
    lines: str = ""
    fingerprint: str = ""
    is_ignored: bool | None = None
    sca_info: _SupplyChain | None = None


class _Result(msgspec.Struct, frozen=True):
    check_id: str
    path: str
    extra: _Extra
    start: _Position = _Position()


class _Error(msgspec.Struct, frozen=True):
    level: str = ""
    type: Any = ""
    message: str | None = None
    long_msg: str | None = None
    short_msg: str | None = None
    path: str | None = None
    rule_id: str | None = None

    @property
    def kind(self) -> str:
        """Its type, which is a text or a list that begins with one."""
        first = self.type[0] if isinstance(self.type, list) and self.type else self.type
        return first if isinstance(first, str) else ""

    @property
    def said(self) -> str:
        """What went wrong where."""
        what = self.message or self.long_msg or self.short_msg or self.kind
        return f"{self.path or self.rule_id or ''}: {what}".removeprefix(": ")


class _Skipped(msgspec.Struct, frozen=True):
    path: str = ""
    reason: str = ""


class _Reading:
    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.report = FindingReport(detail)
        self.paths = Paths(self.report.remarks)
        self.version = ""
        self.scanned = -1
        self.found = 0
        self.seen: set[str] = set()

    def read(self) -> FindingsRead:
        self.report.made("static")
        for member in self.walk.members():
            self.seen.add(member)
            self._read_member(member)
        self.walk.finish()
        missing = {"results", "errors"} - self.seen
        if missing:
            raise WrongKind(f"Semgrep's {', '.join(sorted(missing))} are missing", offset=0)
        self.report.made_by(f"Semgrep {self.version}")
        if not self.scanned and not self.found:
            self.report.incomplete("Semgrep looked at no file")
        if self.scanned < 0:
            self.report.remarks.add(
                "it does not say which files were looked at, as new versions of Semgrep do"
            )
        return self.report.result()

    def _read_member(self, member: str) -> None:
        if member == "results":
            for _ in self.walk.elements():
                self._take(self.walk.take(_Result))
        elif member == "errors":
            for _ in self.walk.elements():
                self._take_error(self.walk.take(_Error))
        elif member == "version":
            self.version = self.walk.take_text()[:100]
        elif member == "paths" and self.walk.peek() == "{":
            self._read_paths()
        elif member == "skipped_rules" and self.walk.peek() == "[":
            for _ in self.walk.elements():
                rule = self.walk.take(dict[str, Any])
                self.report.left_out(f"rule {rule.get('rule_id', '')}")
        else:
            self.walk.skip()

    def _read_paths(self) -> None:
        for name in self.walk.members():
            if name == "scanned" and self.walk.peek() == "[":
                self.scanned = 0
                for _ in self.walk.elements():
                    self.walk.take(str)
                    self.scanned += 1
            elif name == "skipped" and self.walk.peek() == "[":
                for _ in self.walk.elements():
                    self._take_skipped(self.walk.take(_Skipped))
            else:
                self.walk.skip()

    def _take_skipped(self, skipped: _Skipped) -> None:
        if skipped.reason.lower() in _NOT_LOOKED_AT:
            self.report.left_out(f"{skipped.path} ({skipped.reason})")
        else:
            self.report.remarks.add(f"files are left out ({skipped.reason[:80]})", skipped.path)

    def _take_error(self, error: _Error) -> None:
        if error.level not in {"warn", "warning", "info"}:
            self.report.incomplete("Semgrep reports an error", error.said)
        elif error.level == "info" or error.kind in _PARTIAL:
            self.report.remarks.add("Semgrep could not parse all of a file or rule", error.said)
        else:
            self.report.left_out(error.said)

    def _take(self, result: _Result) -> None:
        self.found += 1
        extra = result.extra
        path = self.paths.of(result.path)
        metadata = extra.metadata or {}
        package = _package(extra.sca_info)
        severity = _SEVERITIES.get(extra.severity) or self.report.severity_of(extra.severity, result.check_id)
        confidence = metadata.get("confidence")
        self.report.add(
            FindingDetail(
                self._fingerprint(result, path, package),
                clipped(result.check_id),
                severity,
                f"{extra.severity} (confidence {confidence})"
                if isinstance(confidence, str)
                else extra.severity,
                told(extra.message),
                path,
                max(result.start.line, 0),
                "Semgrep",
                bool(extra.is_ignored),
                "ignored by a comment in the source" if extra.is_ignored else "",
                package.package,
                _identifiers(metadata),
                "vulnerability" if extra.sca_info else "static",
                package.version,
            )
        )

    def _fingerprint(self, result: _Result, path: str, package: _Package) -> str:
        own = result.extra.fingerprint
        if own and own != _WITHHELD and not is_absolute(path):
            # it holds the path, the rule and the matched code, and an ordinal behind the last underscore
            return self.report.fingerprints.of(_TOOL, result.check_id, path, own.rsplit("_", 1)[0])
        text = result.extra.lines
        if not text.strip() or text.strip() == _WITHHELD:
            text = without_place(result.extra.message)
        return self.report.fingerprints.of(_TOOL, result.check_id, path, text, package.package)


def _package(found: _SupplyChain | None) -> _Package:
    match = found.dependency_match if found else None
    package = match.found_dependency if match else None
    return _Package(clipped(package.package), clipped(package.version)) if package else _Package()


def _identifiers(metadata: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for name, pattern in (
        ("cwe", _CWE),
        ("cve", _CVE),
        ("sca-vuln-database-identifier", _CVE),
        ("ghsa", _CVE),
    ):
        value = metadata.get(name)
        texts = value if isinstance(value, list) else [value]
        found += [one for text in texts if isinstance(text, str) for one in pattern.findall(text[:1000])]
    return tuple(dict.fromkeys(found))


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or "metrics" in members or not members.get("results", "[").startswith("["):
        return False
    if '"check_id"' in members.get("results", ""):
        return "check_type" not in members
    return members.get("errors", "").startswith("[") and '"scanned"' in members.get("paths", "")


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    return _Reading(JsonWalk(source), detail).read()


FORMAT = Format(
    "semgrep",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Semgrep JSON",
    ("5.1.12", "5.5.3", "81001-5-1 5.5", "81001-5-1 5.7"),
)
