"""pip-audit: no severities, so every finding is grave; what could not be looked up is told."""

from __future__ import annotations

from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.pip_audit import PIP_AUDIT
from tests.evidence.vulnerability_reports import Report, assert_versions_do_not_move, hostile

REPORT = Report("pip_audit", PIP_AUDIT)

ARRAY = b'[{"name": "attrs", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": []}]}]'


def test_the_sample_gives_its_findings() -> None:
    """Package, version, identifiers and what mends it are taken; a missing severity is grave, with a remark."""
    (found,) = REPORT.findings()
    assert (found.rule, found.component, found.version, found.purl) == (
        "PYSEC-2026-1",
        "attrs",
        "1.0",
        "pkg:pypi/attrs@1.0",
    )
    assert found.ids == ("PYSEC-2026-1", "CVE-2026-0001", "GHSA-aaaa-bbbb-cccc")
    assert (found.severity, found.source_severity, found.fixed_in) == ("high", "", ("1.1",))
    read = REPORT.read()
    assert read.open_by_severity["high"] == 1
    assert any("counts as high" in remark for remark in read.remarks)


def test_what_was_skipped_was_not_evaluated() -> None:
    """A dependency that could not be looked up is told by name with the reason."""
    assert REPORT.read().not_evaluated == ("controller: Dependency not found on the index",)


def test_the_older_form_is_an_array() -> None:
    """The report was once the bare array, and is recognised by its first element."""
    (found,) = lines(ARRAY, FindingDetail)
    assert found.rule == "PYSEC-2026-1"


@pytest.mark.parametrize("data", [b"[]", b'{"dependencies": []}'])
def test_a_report_of_nothing_evaluated_nothing(data: bytes) -> None:
    """No dependency was looked at."""
    read = accepted(data, FindingsRead, as_format="pip_audit")
    assert read.not_evaluated == ("anything: the report names no package",)


def test_an_empty_array_is_of_no_format() -> None:
    """Nothing tells who wrote it."""
    assert rejected(b"[]").format == ""


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its component is updated in vain."""

    def change(document: Any) -> None:
        document["dependencies"][0]["version"] = "1.0.1"

    assert_versions_do_not_move(REPORT, change)


@pytest.mark.parametrize(
    "data",
    [
        b'{"dependencies": [{"name": "a"}]}',
        b'{"dependencies": [{"name": "a", "version": "1"}]}',
        b'{"dependencies": [{"name": "a", "vulns": []}]}',
        b'{"dependencies": [{"version": "1", "vulns": []}]}',
        b'{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": ""}]}]}',
        b'{"dependencies": [{"name": "a", "version": "1", "vulns": [{}]}]}',
        b'{"dependencies": {}}',
        b'{"fixes": []}',
        b"[1]",
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(data: bytes) -> None:
    """A dependency of which nothing is known is not a clean one."""
    REPORT.rejects(data)


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    REPORT.rejects(data)


def test_neighbours_are_not_claimed() -> None:
    """Other documents list dependencies too."""
    for data in (b'{"name": "app", "dependencies": {"a": {}}}', b'[{"name": "a", "version": "1"}]'):
        assert rejected(data).format == ""
