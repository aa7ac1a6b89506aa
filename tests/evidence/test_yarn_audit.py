"""Yarn 1: lines of JSON whose summary shows that they are all there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.yarn_audit import YARN_AUDIT
from tests.evidence.vulnerability_reports import hostile

ROWS = YARN_AUDIT.split(b"\n")


def written(*rows: bytes) -> bytes:
    """Return a report of ``rows``."""
    return b"\n".join(rows)


def test_an_advisory_by_two_ways_is_one_finding() -> None:
    """What the lines repeat for each way is told once."""
    (found,) = lines(YARN_AUDIT, FindingDetail)
    assert (found.rule, found.component, found.version, found.severity) == (
        "GHSA-aaaa-bbbb-cccc",
        "ring",
        "0.0.10",
        "low",
    )
    assert found.ids == ("GHSA-aaaa-bbbb-cccc", "CVE-2026-0001", "CWE-471")


@pytest.mark.parametrize(
    "rows", [ROWS[:2], ROWS[1:], [ROWS[2]], [*ROWS, ROWS[2]], [ROWS[0], *ROWS], [b'{"type": "odd"}', *ROWS]]
)
def test_lines_that_the_summary_contradicts_are_rejected(rows: list[bytes]) -> None:
    """A report that was cut, joined or is of lines that are not known is not read."""
    assert rejected(written(*rows)).format == "yarn_audit" or rows == [b'{"type": "odd"}', *ROWS]
    rejected(written(*rows), as_format="yarn_audit")


def test_an_error_makes_no_audit() -> None:
    """The tool's own error makes the scan incomplete."""
    read = accepted(written(b'{"type": "error", "data": "no network"}', *ROWS), FindingsRead)
    assert not read.complete


def test_no_dependency_evaluated_nothing() -> None:
    """Without a lock file the tool reports success, of nothing."""
    summary: dict[str, Any] = {"vulnerabilities": {"low": 0}, "dependencies": 0, "totalDependencies": 0}
    data = written(
        b'{"type": "info", "data": "No lockfile found."}',
        json.dumps({"type": "auditSummary", "data": summary}).encode(),
    )
    read = accepted(data, FindingsRead)
    assert read.not_evaluated
    assert any("No lockfile" in remark for remark in read.remarks)


def test_a_line_of_another_shape_is_rejected() -> None:
    """An advisory that cannot be read is not passed over."""
    rejected(written(b'{"type": "auditAdvisory", "data": {"advisory": {"id": 1}}}', ROWS[2]))


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    rejected(data, as_format="yarn_audit")
