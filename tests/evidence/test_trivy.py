"""Trivy: both schemas and clusters; what a vendor says counts; a report without targets proves nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.trivy import TRIVY
from tests.evidence.vulnerability_reports import Change, Report, assert_versions_do_not_move, hostile

REPORT = Report("trivy", TRIVY)


def known(document: Any) -> Any:
    """Return the sample's one vulnerability."""
    return document["Results"][1]["Vulnerabilities"][0]


def result(**members: Any) -> Change:
    """Return a change that leaves one result with ``members``."""
    return lambda document: document.update(Results=[members])


def test_the_sample_gives_its_findings() -> None:
    """Package, file, identifiers, vectors, status and what mends it are taken."""
    (found,) = REPORT.findings()
    assert (found.rule, found.component, found.version, found.purl, found.path) == (
        "CVE-2026-0001",
        "attrs",
        "1.0",
        "pkg:pypi/attrs@1.0",
        "app/requirements.txt",
    )
    assert (found.severity, found.source_severity, found.status) == ("critical", "CRITICAL", "fixed")
    assert found.ids == ("CVE-2026-0001", "GHSA-aaaa-bbbb-cccc", "CWE-125")
    assert (found.fixed_in, found.cvss) == (("1.1", "2.0"), ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",))
    read = REPORT.read()
    assert (read.analysis, read.tools, read.database_at) == ("vulnerability", ("Trivy 0.69.1",), "")


@pytest.mark.parametrize(
    ("changed", "severity"),
    [
        ({"Severity": "LOW"}, "low"),
        ({"Severity": "UNKNOWN"}, "critical"),
        ({"Severity": "UNKNOWN", "CVSS": None}, "high"),
        ({"Severity": None, "CVSS": {"nvd": {"V2Vector": "AV:N/AC:L/Au:N/C:P/I:P/A:P"}}}, "high"),
        ({"Severity": "", "CVSS": {"redhat": {"V40Score": 5.1}}}, "medium"),
    ],
)
def test_the_tools_word_rates_and_cvss_where_it_has_none(changed: Any, severity: str) -> None:
    """A vendor rates what it ships; an unknown severity is never harmless."""
    assert REPORT.findings(lambda document: known(document).update(changed))[0].severity == severity


@pytest.mark.parametrize("results", [None, []])
def test_a_report_without_targets_evaluated_nothing(results: Any) -> None:
    """Trivy names each target that it recognised; where there is none, nothing was looked at."""
    read = REPORT.read(lambda document: document.update(Results=results))
    assert "names no target" in read.not_evaluated[0]


def test_a_target_without_findings_is_clean() -> None:
    """Something was looked at, and nothing was found."""
    read = REPORT.read(result(Target="app (debian 12.1)", Class="os-pkgs", Type="debian"))
    assert (sum(read.open_by_severity.values()), read.not_evaluated) == (0, ())


def test_the_first_schema_is_an_array() -> None:
    """Old reports are an array of targets, with null where there is nothing."""
    data = b"""[{"Target": "a (debian 10)", "Vulnerabilities": null}, {"Target": "b", "Type": "debian",
      "Vulnerabilities": [{"VulnerabilityID": "CVE-1", "PkgName": "apt", "InstalledVersion": "1.8",
       "Severity": "LOW"}]}]"""
    (found,) = lines(data, FindingDetail)
    assert (found.rule, found.component, found.purl) == ("CVE-1", "apt", "pkg:deb/debian/apt@1.8")


def test_a_clusters_resources_are_read_and_what_failed_is_told() -> None:
    """Each resource has results of its own; one that could not be scanned was not evaluated."""
    target = json.loads(TRIVY)["Results"][1]
    data = json.dumps(
        {
            "ClusterName": "bench",
            "Resources": [
                {"Namespace": "default", "Kind": "Pod", "Name": "pump", "Results": [target]},
                {"Namespace": "default", "Kind": "Pod", "Name": "display", "Error": "image not found"},
            ],
        }
    ).encode()
    assert len(lines(data, FindingDetail)) == 1
    assert accepted(data, FindingsRead).not_evaluated == ("display: image not found",)


def test_misconfigurations_secrets_and_licences_are_findings() -> None:
    """Each says what looked; a rule that is kept is none, an excepted one is suppressed."""
    change = result(
        Target="Dockerfile",
        Class="config",
        Type="dockerfile",
        MisconfSummary={"Successes": 1, "Failures": 1, "Exceptions": 1},
        Misconfigurations=[
            {"ID": "DS002", "Severity": "HIGH", "Status": "FAIL", "CauseMetadata": {"StartLine": 3}},
            {"ID": "DS003", "Severity": "HIGH", "Status": "PASS"},
            {"ID": "DS004", "Severity": "HIGH", "Status": "EXCEPTION"},
        ],
        Secrets=[
            {"RuleID": "aws-key", "Severity": "CRITICAL", "Title": "AWS key", "StartLine": 7, "Match": "****"}
        ],
        Licenses=[{"Name": "GPL-2.0", "Severity": "HIGH", "PkgName": "ring", "Category": "restricted"}],
    )
    found = REPORT.findings(change)
    assert [(one.rule, one.analysis, one.suppressed) for one in found] == [
        ("DS002", "configuration", False),
        ("DS004", "configuration", True),
        ("aws-key", "secret", False),
        ("GPL-2.0", "licence", False),
    ]
    assert (found[0].line, found[2].severity, "****" in found[2].message) == (3, "critical", False)


@pytest.mark.parametrize(
    ("kinds", "analysis"),
    [
        (["config"], "configuration"),
        (["secret"], "secret"),
        (["license", "license-file"], "licence"),
        (["config", "lang-pkgs"], "vulnerability"),
        (["secret", "config"], "configuration"),
    ],
)
def test_the_analysis_is_what_was_looked_for(kinds: list[str], analysis: str) -> None:
    """A search for other things is no search for vulnerabilities; a mixed report counts as one."""
    results = [{"Target": kind, "Class": kind} for kind in kinds]
    assert REPORT.read(lambda document: document.update(Results=results)).analysis == analysis


def test_what_was_set_aside_is_suppressed_with_its_reason() -> None:
    """An ignore file or a VEX document hides nothing."""

    def change(document: Any) -> None:
        target = document["Results"][1]
        target["ExperimentalModifiedFindings"] = [
            {
                "Type": "vulnerability",
                "Status": "not_affected",
                "Statement": "never called",
                "Source": "vex.json",
                "Finding": target.pop("Vulnerabilities")[0],
            }
        ]

    (found,) = REPORT.findings(change)
    assert (found.suppressed, found.suppression) == (True, "not_affected: never called: vex.json")
    assert REPORT.read(change).suppressed == 1


def test_findings_may_stand_before_the_name_of_their_target() -> None:
    """Members have no order."""
    data = b"""{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Vulnerabilities": [{"VulnerabilityID": "CVE-1",
      "PkgName": "ring", "Severity": "LOW"}], "Target": "lock", "Class": "lang-pkgs"}]}"""
    assert lines(data, FindingDetail)[0].path == "lock"


def test_an_images_tag_is_not_part_of_the_fingerprint() -> None:
    """The target of an image's packages has its tag in it, which each build changes."""

    def change(name: str) -> Change:
        return result(
            Target=f"app:{name} (debian 12)",
            Class="os-pkgs",
            Type="debian",
            Vulnerabilities=[{"VulnerabilityID": "CVE-1", "PkgName": "apt", "Severity": "LOW"}],
        )

    first, second = REPORT.findings(change("1.0")), REPORT.findings(change("1.1"))
    assert first[0].fingerprint == second[0].fingerprint
    assert first[0].path != second[0].path


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its package is updated in vain."""
    assert_versions_do_not_move(REPORT, lambda document: known(document).update(InstalledVersion="1.0.1"))


def test_a_summary_that_the_list_contradicts_is_rejected() -> None:
    """Misconfigurations were lost."""
    change = result(Target="Dockerfile", Class="config", MisconfSummary={"Failures": 2}, Misconfigurations=[])
    assert "counts 2 failures and lists 0" in REPORT.rejects(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(SchemaVersion=3),
        lambda document: document.pop("SchemaVersion"),
        lambda document: document.update(Results={}),
        lambda document: document["Results"].append({"Class": None}),
        lambda document: known(document).pop("VulnerabilityID"),
        lambda document: known(document).pop("PkgName"),
        lambda document: known(document).update(Severity=9),
        lambda document: document["Results"][1].update(Vulnerabilities={}),
        lambda document: document["Results"][1].update(ExperimentalModifiedFindings=[{"Type": "odd"}]),
        lambda document: document["Results"][1].update(
            ExperimentalModifiedFindings=[{"Type": "vulnerability", "Finding": {}}]
        ),
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(change: Change) -> None:
    """A finding that cannot be read is not passed over."""
    REPORT.rejects(change)


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    REPORT.rejects(data)


@pytest.mark.parametrize("data", [b"null", b'{"SchemaVersion": 2}', b'[{"Target": "x"}]'])
def test_neighbours_are_not_claimed(data: bytes) -> None:
    """What does not tell that it is Trivy's is of no format; the oldest versions wrote ``null`` for nothing."""
    assert rejected(data).format == ""
