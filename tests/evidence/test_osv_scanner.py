"""OSV-Scanner: a group is one finding, rated by vectors, scores or words; an empty report proves nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.osv_scanner import OSV_SCANNER
from tests.evidence.vulnerability_reports import Report, assert_versions_do_not_move, hostile

REPORT = Report("osv_scanner", OSV_SCANNER)


def package(document: Any) -> Any:
    """Return the first package of the sample."""
    return document["results"][0]["packages"][0]


def test_records_of_one_group_are_one_finding() -> None:
    """Two databases' records of one vulnerability are told once, with all that either says."""
    (found,) = REPORT.findings()
    assert (found.rule, found.component, found.version) == ("GHSA-aaaa-bbbb-cccc", "attrs", "1.0")
    assert found.ids == ("GHSA-aaaa-bbbb-cccc", "PYSEC-2026-1", "CVE-2026-0001", "CWE-125")
    assert (found.severity, found.purl, found.path) == ("critical", "pkg:pypi/attrs@1.0", "requirements.txt")
    assert found.source_severity == "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H (9.8)"
    assert (found.fixed_in, found.message) == (("1.1",), "Reads beyond the end.")
    read = REPORT.read()
    assert (read.analysis, read.tools, read.complete, read.not_evaluated) == (
        "vulnerability",
        ("osv-scanner",),
        True,
        (),
    )


@pytest.mark.parametrize(
    ("record", "group", "severity", "said"),
    [
        ({"severity": [{"type": "CVSS_V3", "score": "junk"}]}, {"max_severity": "7.1"}, "high", "CVSS 7.1"),
        ({}, {"max_severity": "4.0"}, "medium", "CVSS 4.0"),
        ({"database_specific": {"severity": "LOW"}}, {"max_severity": ""}, "low", "LOW"),
        ({"severity": [{"type": "Ubuntu", "score": "medium"}]}, {}, "medium", "medium"),
        ({"database_specific": {"severity": "WEIRD"}}, {}, "high", "WEIRD"),
        ({}, {}, "high", ""),
    ],
)
def test_severity_is_taken_from_what_is_there(
    record: dict[str, Any], group: dict[str, Any], severity: str, said: str
) -> None:
    """Without a CVSS vector the score of the group counts, then a word; without either it is grave, with a remark."""

    def change(document: Any) -> None:
        package(document)["vulnerabilities"] = [{"id": "X-1", **record}]
        package(document)["groups"] = [{"ids": ["X-1"], **group}]

    (found,) = REPORT.findings(change)
    assert (found.severity, found.source_severity) == (severity, said)
    assert any("severity" in remark for remark in REPORT.read(change).remarks) == (
        severity == "high" and "7" not in said
    )


def test_a_record_in_no_group_is_a_finding() -> None:
    """Older versions write no groups: nothing is lost for it."""
    found = REPORT.findings(lambda document: package(document).pop("groups"))
    assert [one.rule for one in found] == ["GHSA-aaaa-bbbb-cccc", "PYSEC-2026-1"]


@pytest.mark.parametrize(
    ("analysis", "status"), [({"called": True}, "called"), ({"called": False}, "not called"), ({}, "")]
)
def test_call_analysis_is_told_and_closes_nothing(analysis: dict[str, bool], status: str) -> None:
    """What is not called is a finding of the same severity, with a status."""

    def change(document: Any) -> None:
        package(document)["groups"][0]["experimentalAnalysis"] = {"GHSA-aaaa-bbbb-cccc": analysis}

    (found,) = REPORT.findings(change)
    assert (found.status, found.severity, found.suppressed) == (status, "critical", False)


@pytest.mark.parametrize("results", [[], None, [{"source": {"path": "a"}, "packages": []}]])
def test_a_report_that_names_no_package_evaluated_nothing(results: Any) -> None:
    """A scan of nothing cannot be told from a clean one, so neither counts."""
    read = accepted(json.dumps({"results": results}).encode(), FindingsRead, as_format="osv_scanner")
    assert read.complete
    assert "names no package" in read.not_evaluated[0]


def test_a_clean_package_is_looked_at() -> None:
    """With all packages listed, a clean scan is one."""
    read = REPORT.read(lambda document: document["results"][0]["packages"].pop(0))
    assert (sum(read.open_by_severity.values()), read.not_evaluated) == (0, ())


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its component is updated in vain."""

    def change(document: Any) -> None:
        package(document)["package"]["version"] = "1.0.1"

    assert_versions_do_not_move(REPORT, change)


@pytest.mark.parametrize(
    "data",
    [
        b'{"results": {}}',
        b'{"results": [{"packages": [{"package": {"name": "a"}}]}]}',
        b'{"results": [{"source": {"path": "a"}, "packages": [{"vulnerabilities": [{"id": "X"}]}]}]}',
        b'{"results": [{"source": {"path": "a"}, "packages": [{"package": {"name": ""}}]}]}',
        b'{"results": [{"source": {"path": "a"}, "packages": [{"package": {"name": "a"}, "vulnerabilities": {}}]}]}',
        b'{"results": [{"source": {"path": "a"}, "packages": [{"package": {"name": "a"}, "vulnerabilities": [{}]}]}]}',
        b'{"results": [{"check_id": "x", "path": "a.py"}]}',
        b"{}",
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(data: bytes) -> None:
    """A report of another shape is not read as a clean one."""
    REPORT.rejects(data)


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    REPORT.rejects(data)


def test_neighbours_are_not_claimed() -> None:
    """Other tools write results too."""
    assert rejected(b'{"results": [], "errors": [], "paths": {}}').format != "osv_scanner"
    assert rejected(b'{"results": [{"check_id": "x"}]}').format != "osv_scanner"
    assert len(lines(OSV_SCANNER, FindingDetail)) == 1
