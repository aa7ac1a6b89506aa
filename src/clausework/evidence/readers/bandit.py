"""Reads the JSON report of Bandit: static analysis of Python (clauses 5.1.12, 5.5.3; EN IEC 81001-5-1 5.5, 5.7).

Bandit counts what it found before it leaves out what is below the severity or confidence that it was asked to report,
so its totals tell what is missing. That stays open, as one finding for each severity.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from clausework.evidence.detail import DetailWriter, FindingDetail, Severity
from clausework.evidence.fingerprints import without_place
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.finding_report import FindingReport, Paths, clipped, told
from clausework.evidence.severity import UNKNOWN
from clausework.evidence.source import Source, ValueRejected, WrongKind

_TOOL = "bandit"
_RANKS = ("UNDEFINED", "LOW", "MEDIUM", "HIGH")
_SEVERITIES: dict[str, Severity] = {"HIGH": "high", "MEDIUM": "medium", "LOW": "low", "UNDEFINED": UNKNOWN}
_NUMBERED = re.compile(r"^\s*(\d+)(?:\s|$)", re.MULTILINE)


class _Weakness(msgspec.Struct, frozen=True):
    id: int | None = None


class _Issue(msgspec.Struct, frozen=True):
    filename: str
    issue_severity: str
    issue_confidence: str
    issue_text: str
    test_id: str
    line_number: int = 0
    line_range: tuple[int, ...] = ()
    test_name: str = ""
    code: str = ""
    issue_cwe: _Weakness | None = None


class _Error(msgspec.Struct, frozen=True):
    filename: str = ""
    reason: str = ""


class _Reading:
    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.report = FindingReport(detail)
        self.paths = Paths(self.report.remarks)
        self.severities: Counter[str] = Counter()
        self.confidences: Counter[str] = Counter()
        self.totals: dict[str, float] | None = None
        self.seen: set[str] = set()

    def read(self) -> FindingsRead:
        for member in self.walk.members():
            self.seen.add(member)
            if member == "results":
                for _ in self.walk.elements():
                    self._take(self.walk.take(_Issue))
            elif member == "errors":
                for _ in self.walk.elements():
                    error = self.walk.take(_Error)
                    self.report.incomplete(
                        "Bandit could not analyse a file", f"{error.filename}: {error.reason}"
                    )
            elif member == "metrics" and self.walk.peek() == "{":
                self._read_metrics()
            else:
                self.walk.skip()
        self.walk.finish()
        missing = {"results", "errors", "metrics"} - self.seen
        if missing:
            raise WrongKind(f"Bandit's {', '.join(sorted(missing))} are missing", offset=0)
        if self.totals is None:
            raise ValueRejected("Bandit's totals are missing, so that nothing shows that the report is whole")
        self._compare(self.totals)
        self.report.made("static")
        self.report.made_by("Bandit")
        return self.report.result()

    def _read_metrics(self) -> None:
        for name in self.walk.members():
            if name == "_totals":
                self.totals = self.walk.take(dict[str, float])
            else:
                self.walk.skip()

    def _take(self, issue: _Issue) -> None:
        for rank in (issue.issue_severity, issue.issue_confidence):
            if rank not in _RANKS:
                raise ValueRejected(f"'{rank[:40]}' is no severity or confidence of Bandit")
        self.severities[issue.issue_severity] += 1
        self.confidences[issue.issue_confidence] += 1
        severity = _SEVERITIES[issue.issue_severity]
        if issue.issue_severity == "UNDEFINED":
            self.report.remarks.add(f"findings of undefined severity are taken as {UNKNOWN}", issue.test_id)
        path = self.paths.of(issue.filename)
        text = _flagged(issue) or without_place(issue.issue_text)
        self.report.add(
            FindingDetail(
                self.report.fingerprints.of(_TOOL, issue.test_id, path, text),
                clipped(f"{issue.test_id} {issue.test_name}"),
                severity,
                f"{issue.issue_severity} (confidence {issue.issue_confidence})",
                told(issue.issue_text),
                path,
                max(issue.line_number, 0),
                "Bandit",
                ids=(f"CWE-{issue.issue_cwe.id}",) if issue.issue_cwe and issue.issue_cwe.id else (),
                analysis="static",
            )
        )

    def _compare(self, totals: dict[str, float]) -> None:
        by_severity = _counts(totals, "SEVERITY")
        by_confidence = _counts(totals, "CONFIDENCE")
        short_severity = _shortfall(by_severity, self.severities)
        short_confidence = _shortfall(by_confidence, self.confidences)
        if sum(short_severity.values()) != sum(short_confidence.values()):
            raise ValueRejected("Bandit's totals by severity and by confidence do not agree")
        if not short_severity:
            return
        if not (
            _below_a_threshold(short_severity, self.severities)
            or _below_a_threshold(short_confidence, self.confidences)
            or (
                _starts_above(by_severity, self.severities) and _starts_above(by_confidence, self.confidences)
            )
        ):
            raise ValueRejected(
                f"Bandit counts {sum(by_severity.values())} findings, {sum(self.severities.values())} are"
                " listed, and no threshold of severity or confidence explains which"
            )
        for rank, missing in short_severity.items():
            self._stand_in(rank, missing)

    def _stand_in(self, rank: str, missing: int) -> None:
        self.report.remarks.add(
            "findings that Bandit counts are not listed, for it was asked to report only graver or surer ones;"
            " they stay open",
            f"{missing} of severity {rank}",
        )
        self.report.add(
            FindingDetail(
                self.report.fingerprints.of(_TOOL, "not listed", rank, str(missing)),
                "not listed",
                _SEVERITIES[rank],
                rank,
                f"Bandit counts {missing} more of severity {rank} than the report lists (its options -l or -i).",
                tool="Bandit",
                analysis="static",
            )
        )


def _flagged(issue: _Issue) -> str:
    """Return the lines of code that are meant, without their numbers and without those around them."""
    meant = {str(number) for number in issue.line_range} or {str(issue.line_number)}
    lines = (
        line for line in issue.code.splitlines() if (found := _NUMBERED.match(line)) and found[1] in meant
    )
    return "\n".join(_NUMBERED.sub("", line) for line in lines)


def _counts(totals: dict[str, float], of: str) -> dict[str, int]:
    counts = {}
    for rank in _RANKS:
        value = totals.get(f"{of}.{rank}")
        if value is None:
            raise ValueRejected(f"Bandit's totals lack {of}.{rank}")
        if value < 0 or value != value // 1 or value > 1e9:
            raise ValueRejected(f"Bandit's total {of}.{rank} is {value}, which is no number of findings")
        counts[rank] = int(value)
    return counts


def _shortfall(totals: dict[str, int], listed: Counter[str]) -> dict[str, int]:
    for rank, total in totals.items():
        if listed[rank] > total:
            raise ValueRejected(f"Bandit counts {total} findings of rank {rank} and lists {listed[rank]}")
    return {rank: total - listed[rank] for rank, total in totals.items() if total > listed[rank]}


def _below_a_threshold(shortfall: dict[str, int], listed: Counter[str]) -> bool:
    """Tell whether leaving out all that is below one rank explains ``shortfall``."""
    highest = max(_RANKS.index(rank) for rank in shortfall)
    return not any(listed[rank] for rank in _RANKS[: highest + 1])


def _starts_above(totals: dict[str, int], listed: Counter[str]) -> bool:
    """Tell whether the lowest rank that was found is not listed at all."""
    lowest = next(rank for rank in _RANKS if totals[rank])
    return not listed[lowest]


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None:
        return False
    metrics = members.get("metrics", "")
    return members.get("errors", "").startswith("[") and (
        "_totals" in metrics or ("generated_at" in members and metrics.startswith("{"))
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    return _Reading(JsonWalk(source), detail).read()


FORMAT = Format(
    "bandit",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Bandit JSON",
    ("5.1.12", "5.5.3", "81001-5-1 5.5", "81001-5-1 5.7"),
)
