"""OWASP Dependency-Check in JSON: the same findings as in XML."""

from __future__ import annotations

from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from tests.evidence.recording import lines
from tests.evidence.samples.dependency_check import DEPENDENCY_CHECK
from tests.evidence.samples.dependency_check_json import DEPENDENCY_CHECK_JSON
from tests.evidence.vulnerability_reports import Change, Report, assert_versions_do_not_move, hostile

REPORT = Report("dependency_check_json", DEPENDENCY_CHECK_JSON)


def entry(document: Any) -> Any:
    """Return the sample's first vulnerability."""
    return document["dependencies"][0]["vulnerabilities"][0]


def test_the_sample_gives_its_findings() -> None:
    """Package, severity, the vector made of words, and suppression are taken; the oldest source dates the data."""
    found, suppressed = REPORT.findings()
    assert (found.component, found.version, found.severity) == ("org.example/ring", "1.0", "critical")
    assert found.cvss == ("AV:N/AC:L/Au:N/C:C/I:C/A:C",)
    assert (suppressed.suppressed, suppressed.suppression) == (True, "not shipped")
    read = REPORT.read()
    assert (read.tools, read.database_at) == (("dependency-check 12.1.0",), "2026-01-30T09:15:51.000Z")


def test_both_forms_tell_one_finding() -> None:
    """A disposition given on the one report holds for the other."""
    other = lines(DEPENDENCY_CHECK, FindingDetail)
    assert [one.fingerprint for one in REPORT.findings()] == [one.fingerprint for one in other]


@pytest.mark.parametrize(
    ("members", "severity", "cvss"),
    [
        ({"severity": None}, "high", ("AV:N/AC:L/Au:N/C:C/I:C/A:C",)),
        ({"severity": "", "cvssv2": {"score": 5.0}}, "medium", ()),
        (
            {"severity": None, "cvssv2": None, "cvssv4": {"baseScore": 9.3, "vectorString": "CVSS:4.0/AV:N"}},
            "critical",
            ("CVSS:4.0/AV:N",),
        ),
        ({"severity": "Unknown", "cvssv2": None}, "high", ()),
    ],
)
def test_severity_is_taken_from_what_is_there(members: Any, severity: str, cvss: tuple[str, ...]) -> None:
    """The word counts first, then the newest score; without either it is grave."""
    found = REPORT.findings(lambda document: entry(document).update(members))[0]
    assert (found.severity, found.cvss) == (severity, cvss)


def test_the_tools_exceptions_make_the_scan_incomplete() -> None:
    """An analyser or an update that failed leaves things out; an empty list of them does not."""

    def change(*failures: Any) -> Change:
        return lambda document: document["scanInfo"].update(analysisExceptions=list(failures))

    assert not REPORT.read(change({"exception": {"message": "UpdateException"}})).complete
    assert REPORT.read(change()).complete


def test_no_dependency_evaluated_nothing() -> None:
    """A scan of no files proves nothing."""
    assert REPORT.read(lambda document: document.update(dependencies=[])).not_evaluated


def test_the_fingerprint_does_not_move_with_the_version() -> None:
    """A vulnerability persists when its file is updated in vain."""

    def change(document: Any) -> None:
        document["dependencies"][0]["packages"][0]["id"] = "pkg:maven/org.example/ring@1.1"

    assert_versions_do_not_move(REPORT, change)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("scanInfo"),
        lambda document: document.pop("dependencies"),
        lambda document: document["dependencies"][0].pop("fileName"),
        lambda document: document["dependencies"].append({}),
        lambda document: document["dependencies"][0].update(vulnerabilities={}),
        lambda document: entry(document).pop("name"),
        lambda document: entry(document).update(name=""),
        lambda document: entry(document).update(cvssv2=[]),
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(change: Change) -> None:
    """A vulnerability that cannot be attributed is not passed over."""
    REPORT.rejects(change)


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    REPORT.rejects(data)
