"""GitLab's security reports: kinds of scan, how they ended, and what each kind's findings are told by."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from clausework.evidence.formats import format_named
from clausework.evidence.reading import Accepted, read_evidence
from clausework.ledger.memory import MemoryBlobs
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.gitlab_report import GITLAB

SCANNER = {"id": "s", "name": "Scanner", "version": "1.2", "vendor": {"name": "GitLab"}}
PACKAGE = {"package": {"name": "libc6"}, "version": "2.28-10"}


def found(**members: Any) -> dict[str, Any]:
    """Return a vulnerability."""
    return {
        "id": "1",
        "name": "Weakness",
        "severity": "High",
        "location": {"file": "src/a.c", "start_line": 7},
        "identifiers": [{"type": "rule", "name": "R1", "value": "R1"}],
        **members,
    }


def gitlab(*vulnerabilities: dict[str, Any], scan: Any = (), kind: str = "sast", **members: Any) -> bytes:
    """Return a report of a scan that ended well."""
    told = {"type": kind, "status": "success", "scanner": SCANNER, **dict(scan)} if scan is not None else None
    report = {"version": "15.0.0", "vulnerabilities": list(vulnerabilities), "remediations": [], "scan": told}
    return json.dumps(
        {name: value for name, value in {**report, **members}.items() if value is not None}
    ).encode()


def the_one(kind: str, **members: Any) -> FindingDetail:
    """Return the finding of one vulnerability of a kind of scan."""
    (one,) = lines(gitlab(found(**members), kind=kind), FindingDetail)
    return one


def test_the_sample_gives_its_finding() -> None:
    """The first identifier is the rule; severity, name, place and weaknesses are taken, and the scanner."""
    (one,) = lines(GITLAB, FindingDetail)
    assert (one.rule, one.severity, one.source_severity) == ("strcpy", "high", "High")
    assert (one.path, one.line, one.component, one.ids) == ("src/alarm.c", 12, "raise_alarm", ("CWE-120",))
    assert (one.message, one.tool, one.analysis) == ("Out-of-bounds write", "Flawfinder", "static")
    read = accepted(GITLAB, FindingsRead)
    assert (read.analysis, read.tools, read.complete) == ("static", ("Flawfinder 2.0.19",), True)


@pytest.mark.parametrize(
    ("kind", "analysis"),
    [
        ("sast", "static"),
        ("secret_detection", "secret"),
        ("dast", "dynamic"),
        ("api_fuzzing", "dynamic"),
        ("coverage_fuzzing", "dynamic"),
        ("dependency_scanning", "vulnerability"),
        ("container_scanning", "vulnerability"),
        ("cluster_image_scanning", "vulnerability"),
    ],
)
def test_the_kind_of_scan_is_the_analysis(kind: str, analysis: str) -> None:
    """Also where nothing was found, and wherever in the report the scan stands."""
    assert accepted(gitlab(kind=kind), FindingsRead).analysis == analysis
    turned = dict(reversed(json.loads(gitlab(found(), kind=kind)).items()))
    read = accepted(json.dumps(turned).encode(), FindingsRead)
    assert (read.analysis, read.remarks) == (analysis, ())
    assert the_one(kind).analysis == analysis


@pytest.mark.parametrize(
    "scan",
    [
        {"status": "failure"},
        {"status": ""},
        {"status": "canceled"},
        {"messages": [{"level": "fatal", "value": "Out of memory"}]},
        {"scanner": None},
        {"scanner": {"id": "", "name": ""}},
    ],
)
def test_a_scan_that_did_not_succeed_is_incomplete(scan: dict[str, Any]) -> None:
    """So is one of which it is not known who looked."""
    read = accepted(gitlab(found(), scan=scan), FindingsRead)
    assert not read.complete
    assert read.remarks


def test_a_warning_of_the_scan_is_remarked_upon() -> None:
    """It does not make the scan incomplete."""
    read = accepted(gitlab(scan={"messages": [{"level": "warn", "value": "Slow"}]}), FindingsRead)
    assert read.complete
    assert "Slow" in read.remarks[0]


@pytest.mark.parametrize(
    ("members", "analysis"),
    [
        ({}, "static"),
        ({"category": "container_scanning"}, "vulnerability"),
        ({"location": {"file": "go.sum", "dependency": PACKAGE}}, "vulnerability"),
        ({"location": {"image": "a:1", "dependency": {"package": {}}}}, "vulnerability"),
        ({"location": {"hostname": "http://pump.example", "path": "/a"}}, "dynamic"),
        ({"location": {"file": "a", "commit": {"sha": "0000000"}}}, "secret"),
    ],
)
def test_an_old_report_without_a_scan_is_told_by_its_findings(members: dict[str, Any], analysis: str) -> None:
    """Its scanner is named by them too."""
    data = gitlab(found(scanner=SCANNER, **members), scan=None, version="2.3")
    read = accepted(data, FindingsRead)
    assert (read.analysis, read.tools, read.complete) == (analysis, ("Scanner 1.2",), True)
    assert "does not say what was scanned" in read.remarks[0]


def test_an_empty_report_without_a_scan_proves_nothing() -> None:
    """It is not known who looked for what."""
    read = accepted(gitlab(scan=None, version="2.3"), FindingsRead)
    assert not read.complete
    assert read.tools == ()


@pytest.mark.parametrize(
    ("members", "severity"),
    [
        ({"severity": "Critical"}, "critical"),
        ({"severity": "Medium"}, "medium"),
        ({"severity": "Low"}, "low"),
        ({"severity": "Info"}, "none"),
        ({"severity": "Unknown"}, "high"),
        ({"severity": None}, "high"),
        ({"severity": "Odd"}, "high"),
        (
            {
                "severity": "Unknown",
                "cvss_vectors": [{"vendor": "NVD", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            },
            "critical",
        ),
    ],
)
def test_severities_are_put_on_one_scale(members: dict[str, Any], severity: str) -> None:
    """An unknown one is that of the CVSS vector, else it counts as high."""
    one = the_one("container_scanning", **members)
    assert one.severity == severity
    assert len(one.cvss) == len(members.get("cvss_vectors", ()))


def test_a_likely_false_positive_stays_open() -> None:
    """A flag is a program's guess."""
    data = gitlab(
        found(flags=[{"type": "flagged-as-likely-false-positive", "origin": "x", "description": "y"}])
    )
    read = accepted(data, FindingsRead)
    assert read.open_by_severity["high"] == 1
    assert "flagged-as-likely-false-positive" in read.remarks[0]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("sast", {"file": "a.c", "start_line": 7}, {"file": "a.c", "start_line": 70}),
        ("sast", {"file": "a.c"}, {"file": "./a.c"}),
        (
            "container_scanning",
            {"image": "example/pump:1@sha256:ab", "dependency": PACKAGE},
            {"image": "example/pump:2", "dependency": {**PACKAGE, "version": "3"}},
        ),
        (
            "dast",
            {"hostname": "http://10.0.0.7:80", "method": "GET", "param": "", "path": "/v1"},
            {"hostname": "http://localhost", "method": "GET", "param": "", "path": "/v1"},
        ),
    ],
)
def test_a_finding_keeps_its_fingerprint(kind: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """When code moves, a version that is no better is raised, or the program runs elsewhere."""
    assert the_one(kind, location=before).fingerprint == the_one(kind, location=after, id="2").fingerprint


def test_equal_findings_are_told_apart_and_other_ones_differ() -> None:
    """Two equal findings stay two; another file, identifier or name is another finding."""
    others = [
        found(),
        found(location={"file": "b.c"}),
        found(identifiers=[{"type": "rule", "name": "R2", "value": "R2"}]),
        found(name="Other"),
    ]
    each = lines(gitlab(found(), *others), FindingDetail)
    assert each[1].fingerprint == f"{each[0].fingerprint}-2"
    assert len({one.fingerprint for one in each}) == 5


def test_no_secret_reaches_the_detail_and_another_secret_is_another_finding() -> None:
    """What was found tells findings apart and is not written."""
    secret = "correct-horse"
    members = {"raw_source_code_extract": secret, "name": f"Found {secret}"}
    blobs = MemoryBlobs()
    data = gitlab(found(**members), kind="secret_detection")
    outcome = read_evidence(io.BytesIO(data), "gl.json", blobs)
    assert isinstance(outcome, Accepted)
    assert (
        secret.encode()
        not in blobs.open(outcome.reading.detail.sha256).read() + repr(outcome.result).encode()
    )
    one, other = (
        the_one("secret_detection", raw_source_code_extract=each, location={"file": "a", "start_line": line})
        for each, line in ((secret, 1), ("another", 1))
    )
    moved = the_one(
        "secret_detection", raw_source_code_extract=secret, location={"file": "a", "start_line": 9}
    )
    assert one.fingerprint == moved.fingerprint
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    "data",
    [
        gitlab(kind="palm_reading"),
        gitlab(found(identifiers=[])),
        gitlab(found(identifiers=None)),
        gitlab(found(location=None)),
        gitlab(found(severity=3)),
        gitlab(vulnerabilities={}),
        gitlab(vulnerabilities=None),
        gitlab(found())[:-1] + b', "scan": {}}',
    ],
)
def test_another_shape_is_refused(data: bytes) -> None:
    """A kind of scan that GitLab does not have, and findings without identifier or place, are not read."""
    rejected(data, as_format="gitlab_report")


def test_a_report_whose_findings_fill_the_head_is_recognised() -> None:
    """What stands behind the findings is not needed for it."""
    data = gitlab(*(found(description="x" * 2000) for _ in range(100)), scan=None, version="2.3")
    assert accepted(data, FindingsRead).open_by_severity["high"] == 100


@pytest.mark.parametrize(
    "data",
    [
        b'{"vulnerabilities": []}',
        b'{"bomFormat": "CycloneDX", "version": 1, "vulnerabilities": [], "scan": {}}',
        b'{"document": {}, "version": "2.0", "vulnerabilities": [], "scan": {}}',
        b'{"auditReportVersion": 2, "vulnerabilities": {}, "version": "1", "scan": {}}',
        b'{"vulnerabilities": {"found": false, "count": 0, "list": []}, "version": "1", "scan": {}}',
    ],
)
def test_neighbours_are_not_claimed(data: bytes) -> None:
    """Many tools list vulnerabilities; a list alone, though empty, may be any tool's."""
    assert not format_named("gitlab_report").sniff(data, "report.json")
