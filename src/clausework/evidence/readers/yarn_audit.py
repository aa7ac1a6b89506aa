"""Reads the JSON Lines of ``yarn audit`` of Yarn 1: known vulnerabilities in npm packages.

Clauses 7.1.3, 8.1.2; EN IEC 81001-5-1 clause 9. An advisory stands in the report once for each way to its package; the
summary at the end counts those ways, and shows that the report is whole.
"""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, ValueTooLarge, first_members
from clausework.evidence.readers.npm_model import Advisory, Totals, findings_of
from clausework.evidence.readers.vulnerability import Scan
from clausework.evidence.source import Source, ValueRejected, WrongKind

_MOST_FOUND = 100_000
_PASSED_OVER = frozenset(
    {"auditAction", "info", "step", "progressStart", "progressTick", "progressFinish", "activityStart"}
)


T = TypeVar("T")


class Row(msgspec.Struct, frozen=True):
    """One line: what it is, and what it holds."""

    type: str
    data: msgspec.Raw = msgspec.Raw(b"null")


class Way(msgspec.Struct, frozen=True):
    """An advisory by one way to its package."""

    advisory: Advisory


class _Reading:
    """What an audit comes to, as far as it was read."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.counted: Counter[str] = Counter()
        self.found: set[tuple[str, str]] = set()
        self.totals: Totals | None = None

    def take(self, row: Row) -> None:
        if row.type == "auditAdvisory":
            self._take_advisory(_decoded(row, Way).advisory)
        elif row.type == "auditSummary":
            if self.totals is not None:
                raise ValueRejected("there are two summaries")
            self.totals = _decoded(row, Totals)
        elif row.type in {"warning", "info"}:
            self.scan.remarks.add(f"the tool gives a {row.type}", str(msgspec.json.decode(row.data))[:200])
        elif row.type == "error":
            self.scan.incomplete("the tool reports an error", str(msgspec.json.decode(row.data)))
        elif row.type not in _PASSED_OVER:
            raise ValueRejected(f"a line is of the type '{row.type[:40]}', which is not known")

    def _take_advisory(self, advisory: Advisory) -> None:
        self.counted[advisory.severity] += 1
        for finding in findings_of(advisory):
            key = (f"{finding.id} {finding.component}", finding.version)
            if key not in self.found:
                if len(self.found) >= _MOST_FOUND:
                    raise ValueTooLarge(f"there are more than {_MOST_FOUND} vulnerabilities")
                self.found.add(key)
                self.scan.add(finding)

    def close(self) -> None:
        if self.totals is None:
            raise WrongKind("there is no summary: the audit did not come to its end", offset=0)
        self.totals.check(self.counted)
        if not self.totals.looked_at():
            self.scan.leave_out("anything: no package was audited")


def _decoded(row: Row, into: type[T]) -> T:
    try:
        return msgspec.json.decode(row.data, type=into)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueRejected(f"a line of type '{row.type}' is not as it should be: {error}") from error


def _sniff(head: bytes, _name: str) -> bool:
    kind = (first_members(head) or {}).get("type", "")
    if kind.startswith('"audit'):
        return True
    return kind.startswith(('"info"', '"warning"', '"error"')) and (
        b'"auditAdvisory"' in head or b'"auditSummary"' in head
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("yarn audit", detail)
    walk, reading = JsonWalk(source), _Reading(scan)
    while walk.peek():
        reading.take(walk.take(Row))
    reading.close()
    return scan.result()


FORMAT = Format(
    "yarn_audit",
    1,
    "findings",
    "application/jsonl",
    (".jsonl", ".json"),
    _sniff,
    _parse,
    "Yarn 1 audit JSON Lines",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
