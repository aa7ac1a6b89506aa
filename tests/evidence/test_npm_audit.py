"""npm audit, both forms: totals are checked, errors are no report, and nothing is vulnerable by what is not told."""

from __future__ import annotations

from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.npm_audit import NPM_AUDIT, NPM_AUDIT_6
from tests.evidence.vulnerability_reports import Change, Report, assert_versions_do_not_move, hostile

REPORT = Report("npm_audit", NPM_AUDIT)
OLDER = Report("npm_audit", NPM_AUDIT_6)


def test_the_sample_gives_an_advisory_once() -> None:
    """A package that is vulnerable by another's advisory is no finding of its own."""
    (found,) = REPORT.findings()
    assert (found.rule, found.component, found.severity, found.source_severity) == (
        "GHSA-aaaa-bbbb-cccc",
        "ring",
        "high",
        "high",
    )
    assert found.ids == ("GHSA-aaaa-bbbb-cccc", "CWE-1333")
    assert found.cvss == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",)
    assert REPORT.read().tools == ("npm audit",)


def test_the_older_form_gives_each_version_once() -> None:
    """Version, identifiers and what mends it are taken; two ways to one version are one finding."""
    (found,) = lines(NPM_AUDIT_6, FindingDetail)
    assert (found.rule, found.component, found.version, found.purl) == (
        "CVE-2026-0001",
        "ring",
        "1.9.2",
        "pkg:npm/ring@1.9.2",
    )
    assert (found.ids, found.fixed_in, found.severity) == (
        ("146", "CVE-2026-0001", "CWE-94"),
        (">=1.10.2",),
        "critical",
    )


def test_a_package_that_is_vulnerable_by_what_is_not_listed_is_a_finding() -> None:
    """The advisory is not in the report, so that the package itself stands for it."""

    def change(document: Any) -> None:
        document["vulnerabilities"]["bell"]["via"] = ["gong"]

    found = REPORT.findings(change)
    assert [(one.component, one.severity) for one in found] == [("ring", "high"), ("bell", "high")]


def test_an_unknown_severity_is_grave() -> None:
    """A word that is not known is not passed over."""

    def change(document: Any) -> None:
        document["vulnerabilities"]["ring"]["via"][0].update(severity="odd", cvss=None)

    assert REPORT.findings(change)[0].severity == "high"
    assert REPORT.read(change).remarks


@pytest.mark.parametrize(
    ("report", "change"),
    [
        (REPORT, lambda document: document["vulnerabilities"].pop("bell")),
        (REPORT, lambda document: document["vulnerabilities"]["bell"].update(severity="low")),
        (OLDER, lambda document: document["advisories"].clear()),
        (OLDER, lambda document: document["metadata"]["vulnerabilities"].update(low=1)),
    ],
)
def test_totals_that_the_list_contradicts_are_rejected(report: Report, change: Change) -> None:
    """Entries were lost, added or changed."""
    assert "counts" in report.rejects(change)


@pytest.mark.parametrize("count", [1, 2])
def test_the_older_form_is_counted_by_ways_versions_or_advisories(count: int) -> None:
    """Tools that write it count differently; any one way must agree."""
    read = OLDER.read(lambda document: document["metadata"]["vulnerabilities"].update(critical=count))
    assert read.open_by_severity["critical"] == 1


@pytest.mark.parametrize(
    "data",
    [
        b'{"error": {"code": "ENOLOCK", "summary": "This command requires an existing lockfile."}}',
        b'{"message": "request failed", "error": {"code": "E503"}}',
    ],
)
def test_an_error_is_no_report(data: bytes) -> None:
    """Npm writes JSON when it made no audit too; it is recognised, and rejected with npm's words."""
    outcome = rejected(data)
    assert outcome.format == "npm_audit"
    assert "made no audit" in outcome.reason


def test_no_dependency_evaluated_nothing() -> None:
    """An audit of no packages proves nothing."""
    data = b"""{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"total": 0},
        "dependencies": {"total": 0}}}"""
    assert accepted(data, FindingsRead).not_evaluated == ("anything: no package was audited",)


def test_a_clean_audit_is_clean() -> None:
    """Packages were looked at and nothing was found."""
    data = b"""{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"total": 0},
        "dependencies": {"total": 12}}}"""
    read = accepted(data, FindingsRead)
    assert (sum(read.open_by_severity.values()), read.not_evaluated, read.complete) == (0, (), True)


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its package is updated in vain."""

    def change(document: Any) -> None:
        document["advisories"]["146"]["findings"][0]["version"] = "1.9.3"

    assert_versions_do_not_move(OLDER, change)


@pytest.mark.parametrize(
    ("report", "change"),
    [
        (REPORT, lambda document: document.update(auditReportVersion=3)),
        (REPORT, lambda document: document.pop("metadata")),
        (REPORT, lambda document: document.pop("vulnerabilities")),
        (REPORT, lambda document: document["vulnerabilities"]["ring"].pop("via")),
        (REPORT, lambda document: document["vulnerabilities"]["ring"]["via"][0].pop("severity")),
        (REPORT, lambda document: document["vulnerabilities"]["ring"].update(via="ring")),
        (OLDER, lambda document: document["advisories"]["146"].pop("module_name")),
        (OLDER, lambda document: document.update(advisories=[])),
        (OLDER, lambda document: document.update(metadata={"vulnerabilities": {"critical": "two"}})),
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(report: Report, change: Change) -> None:
    """A report without its parts is not a clean one."""
    report.rejects(change)


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    REPORT.rejects(data)
