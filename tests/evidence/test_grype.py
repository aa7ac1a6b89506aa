"""Grype: the tool's word, else CVSS, rates a match; ignored matches stay; the age of the data is told."""

from __future__ import annotations

from typing import Any

import pytest

from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, rejected
from tests.evidence.samples.grype import GRYPE
from tests.evidence.vulnerability_reports import Change, Report, assert_versions_do_not_move, hostile

REPORT = Report("grype", GRYPE)


def rate(own: Any, related: Any = None, cvss: Any = ()) -> Change:
    """Return a change of the severities that the first match gives."""

    def change(document: Any) -> None:
        match = document["matches"][0]
        match["vulnerability"].update(severity=own, cvss=list(cvss))
        match["relatedVulnerabilities"] = [{"id": "CVE-2026-0001", **(related or {})}]

    return change


def test_the_sample_gives_its_findings() -> None:
    """Component, identifiers, vectors and what mends it are taken; an ignored match is suppressed, with the reason."""
    found, ignored = REPORT.findings()
    assert (found.rule, found.component, found.version, found.purl, found.path) == (
        "GHSA-aaaa-bbbb-cccc",
        "attrs",
        "1.0",
        "pkg:pypi/attrs@1.0",
        "/app/requirements.txt",
    )
    assert (found.severity, found.source_severity, found.status) == ("high", "High", "fixed")
    assert found.ids == ("GHSA-aaaa-bbbb-cccc", "CVE-2026-0001")
    assert (found.fixed_in, found.cvss) == (("1.1",), ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",))
    assert (ignored.suppressed, ignored.suppression, ignored.severity) == (
        True,
        "not shipped: CVE-2026-0002",
        "low",
    )
    read = REPORT.read()
    assert (read.tools, read.suppressed, read.database_at) == (
        ("grype 0.90.0",),
        1,
        "2026-02-24T04:10:24.000Z",
    )


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        (rate("Unknown", cvss=[{"metrics": {"baseScore": 9.1}}]), "critical"),
        (rate("Unknown", {"cvss": [{"vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"}]}), "medium"),
        (rate("Unknown", {"severity": "Low"}), "low"),
        (rate("Unknown"), "high"),
        (rate(None), "high"),
    ],
)
def test_an_unknown_severity_is_told_by_cvss_or_is_grave(change: Change, severity: str) -> None:
    """The match's own CVSS counts first, then that of what it is related to, then their words."""
    assert REPORT.findings(change)[0].severity == severity


def test_older_versions_tell_the_age_of_their_data_one_level_higher() -> None:
    """The date is found where either wrote it."""

    def change(document: Any) -> None:
        document["descriptor"]["db"] = {"built": "2021-12-24T08:14:02Z", "error": None}

    read = REPORT.read(change)
    assert (read.database_at, read.complete) == ("2021-12-24T08:14:02.000Z", True)


@pytest.mark.parametrize(
    "database",
    [
        {"built": "2021-12-24T08:14:02Z", "error": "database is too old"},
        {"status": {"built": "2021-12-24T08:14:02Z", "valid": False}},
        {"status": {"built": "2021-12-24T08:14:02Z", "error": {"message": "no"}}},
    ],
)
def test_unsound_data_make_no_scan(database: Any) -> None:
    """A scan with data that the tool itself holds unsound is not complete."""
    assert not REPORT.read(lambda document: document["descriptor"].update(db=database)).complete


@pytest.mark.parametrize("database", [None, {}, {"built": "soon"}])
def test_data_of_unknown_age_have_no_date(database: Any) -> None:
    """What is no date is not taken as one."""
    assert REPORT.read(lambda document: document["descriptor"].update(db=database)).database_at == ""


def test_no_match_in_a_named_source_is_clean() -> None:
    """The report says what was scanned, if not how much of it."""
    read = REPORT.read(lambda document: document.update(matches=[], ignoredMatches=None))
    assert (read.not_evaluated, sum(read.open_by_severity.values())) == ((), 0)
    assert any("how many packages" in remark for remark in read.remarks)


def test_no_match_in_no_source_evaluated_nothing() -> None:
    """Nothing shows that anything was looked at."""
    assert accepted(b'{"matches": []}', FindingsRead, as_format="grype").not_evaluated


def test_control_characters_in_versions_are_left_out() -> None:
    """Versions are read off binaries, and have bytes in them that no reader of a report expects."""

    def change(document: Any) -> None:
        document["matches"][0]["artifact"]["version"] = "17.0.10+7\x00-J"

    assert REPORT.findings(change)[0].version == "17.0.10+7 -J"


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its component is updated in vain."""

    def change(document: Any) -> None:
        document["matches"][0]["artifact"]["version"] = "1.0.1"

    assert_versions_do_not_move(REPORT, change)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("matches"),
        lambda document: document.update(matches={}),
        lambda document: document["matches"][0].pop("artifact"),
        lambda document: document["matches"][0].pop("vulnerability"),
        lambda document: document["matches"][0]["vulnerability"].update(id=""),
        lambda document: document["matches"][0]["artifact"].update(name=""),
        lambda document: document["matches"][0]["artifact"].update(name=7),
        lambda document: document.update(ignoredMatches=7),
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(change: Change) -> None:
    """A match that cannot be attributed is not passed over."""
    REPORT.rejects(change)


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    REPORT.rejects(data)


def test_neighbours_are_not_claimed() -> None:
    """A search tool's matches are no scan."""
    assert rejected(b'{"matches": [{"line": 3}]}').format == ""
