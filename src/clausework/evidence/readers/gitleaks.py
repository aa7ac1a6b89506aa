"""Reads the JSON report of Gitleaks 8: secrets in the source (clauses 5.1.12, 8.1; EN IEC 81001-5-1 5.5, 5.7).

What was found is never written into detail, remark or message: neither the secret nor the text around it.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter, FindingDetail
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.readers.finding_report import FindingReport, Paths, clipped, told, trace_of_secret
from clausework.evidence.severity import UNKNOWN
from clausework.evidence.source import Source, ValueRejected

_TOOL = "gitleaks"
_OPENING = (b'"RuleID"', b'"Description"')
_REDACTED = "REDACTED"


class _Leak(msgspec.Struct, frozen=True, rename="pascal"):
    rule_id: str = msgspec.field(name="RuleID")
    file: str = msgspec.field(name="File")
    description: str = ""
    start_line: int = 0
    secret: str = ""
    match: str = ""
    commit: str = ""
    entropy: float = 0.0
    fingerprint: str = ""
    symlink_file: str = ""


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    walk = JsonWalk(source)
    report = FindingReport(detail)
    paths = Paths(report.remarks)
    for _ in walk.elements():
        leak = walk.take(_Leak)
        if not leak.rule_id.strip():
            raise ValueRejected("a leak names no rule", offset=walk.offset())
        _take(report, paths, leak)
    walk.finish()
    report.made("secret")
    report.made_by("Gitleaks")
    return report.result()


def _take(report: FindingReport, paths: Paths, leak: _Leak) -> None:
    path = paths.of(leak.file)
    where = f" in commit {leak.commit[:40]}" if leak.commit else ""
    described = clipped(leak.description) or clipped(leak.rule_id)
    for hidden in (leak.secret, leak.match):
        if hidden and hidden in described:
            described = clipped(leak.rule_id)
    report.add(
        FindingDetail(
            _fingerprint(report, leak, path),
            clipped(leak.rule_id),
            UNKNOWN,
            "",
            told(f"{described}{where}"),
            path,
            max(leak.start_line, 0),
            "Gitleaks",
            analysis="secret",
        )
    )


def _fingerprint(report: FindingReport, leak: _Leak, path: str) -> str:
    """Return the fingerprint: with a commit Gitleaks' own, which names it; a commit's lines do not move.

    Without a commit Gitleaks' own is file, rule and line. The line is left out then, and what was found stands for it:
    a secret that takes another's place is another finding.
    """
    if leak.commit and leak.fingerprint:
        return report.fingerprints.of(_TOOL, leak.rule_id, leak.fingerprint)
    secret = leak.secret or leak.match
    what = f"{leak.entropy:.4f}" if _REDACTED in secret else trace_of_secret(secret, leak.rule_id, path)
    return report.fingerprints.of(_TOOL, leak.rule_id, path, what)


def _sniff(head: bytes, _name: str) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"[") or not start[1:].lstrip().startswith(b"{"):
        return False  # an empty array may be any tool's
    first = start[:20_000]
    return all(name in first for name in _OPENING) and b'"File"' in first


FORMAT = Format(
    "gitleaks",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Gitleaks JSON",
    ("5.1.12", "8.1", "81001-5-1 5.5", "81001-5-1 5.7"),
)
