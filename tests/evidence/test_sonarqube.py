"""SonarQube's issues and hotspots: severities on both scales, what a person set aside, and pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.sonarqube import SONARQUBE


def issue(**members: Any) -> dict[str, Any]:
    """Return an open issue."""
    return {
        "key": "k",
        "rule": "c:S1",
        "severity": "MAJOR",
        "component": "pump:src/a.c",
        "project": "pump",
        "line": 7,
        "hash": "h1",
        "status": "OPEN",
        "message": "Mend this.",
        **members,
    }


def page(*issues: dict[str, Any], total: int | None = None, name: str = "issues", **members: Any) -> bytes:
    """Return a page of ``issues``, by default the only one."""
    count = len(issues) if total is None else total
    paging = {"pageIndex": 1, "pageSize": 100, "total": count}
    return json.dumps({"paging": paging, name: list(issues), **members}).encode()


def the_one(**members: Any) -> FindingDetail:
    """Return the finding of one issue."""
    (found,) = lines(page(issue(**members)), FindingDetail)
    return found


def test_the_sample_gives_its_findings() -> None:
    """Rule, the gravest severity of both scales, place and what a person said are taken."""
    first, second = lines(SONARQUBE, FindingDetail)
    assert (first.rule, first.severity, first.source_severity) == ("c:S1234", "high", "MAJOR, HIGH")
    assert (first.path, first.line, first.tool, first.analysis) == ("src/rate.c", 12, "SonarQube", "static")
    assert (second.suppressed, second.suppression) == (True, "RESOLVED: FALSE-POSITIVE")
    read = accepted(SONARQUBE, FindingsRead)
    assert (read.tools, read.complete, read.suppressed) == (("SonarQube",), True, 1)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("BLOCKER", "critical"),
        ("CRITICAL", "high"),
        ("MAJOR", "medium"),
        ("MINOR", "low"),
        ("INFO", "none"),
        ("", "high"),
        ("STRANGE", "high"),
    ],
)
def test_severities_are_put_on_one_scale(word: str, severity: str) -> None:
    """SonarQube's CRITICAL is second; what is not known counts as high."""
    assert the_one(severity=word).severity == severity


@pytest.mark.parametrize(
    ("members", "suppressed"),
    [
        ({"status": "CONFIRMED"}, False),
        ({"status": "REOPENED"}, False),
        ({"status": "RESOLVED", "resolution": "WONTFIX"}, True),
        ({"status": "RESOLVED", "resolution": "FALSE-POSITIVE"}, True),
        ({"status": "RESOLVED", "issueStatus": "ACCEPTED", "resolution": "WONTFIX"}, True),
        ({"status": "RESOLVED", "resolution": "FIXED"}, True),
        ({"issueStatus": "FALSE_POSITIVE", "status": "OPEN"}, True),
        ({"status": "DREAMT_OF"}, False),
        ({"status": ""}, False),
    ],
)
def test_what_a_person_set_aside_is_suppressed(members: dict[str, Any], suppressed: bool) -> None:
    """It is not open, and what was said is kept; a status that is not known leaves an issue open."""
    found = the_one(**members)
    assert found.suppressed is suppressed
    assert bool(found.suppression) is suppressed


def test_an_issue_that_is_gone_is_left_out_with_a_remark() -> None:
    """A closed issue was not found again."""
    read = accepted(page(issue(status="CLOSED", resolution="FIXED")), FindingsRead)
    assert not any(read.open_by_severity.values())
    assert "gone" in read.remarks[0]


@pytest.mark.parametrize(
    ("members", "left", "suppressed"),
    [
        ({"status": "TO_REVIEW"}, 1, False),
        ({"status": "REVIEWED", "resolution": "SAFE"}, 1, True),
        ({"status": "REVIEWED", "resolution": "ACKNOWLEDGED"}, 1, False),
        ({"status": "REVIEWED", "resolution": "FIXED"}, 0, False),
    ],
)
def test_hotspots_are_open_until_they_are_reviewed_as_safe(
    members: dict[str, Any], left: int, suppressed: bool
) -> None:
    """A hotspot that a person acknowledged is a weakness that they know of."""
    spot = {
        "key": "h",
        "component": "pump:a.c",
        "project": "pump",
        "ruleKey": "c:S2",
        "vulnerabilityProbability": "HIGH",
        "message": "Look at this.",
        **members,
    }
    found = lines(page(spot, name="hotspots"), FindingDetail)
    assert [(one.rule, one.severity, one.suppressed) for one in found] == [
        ("c:S2", "high", suppressed)
    ] * left


def test_a_page_is_not_all() -> None:
    """Issues on other pages are not in it: it proves nothing alone, and says how many it has."""
    read = accepted(page(issue(), total=9), FindingsRead)
    assert not read.complete
    assert "1 of 9" in read.remarks[0]


@pytest.mark.parametrize(
    "data",
    [
        page(issue(), issue(), total=1),
        json.dumps({"total": 3, "paging": {"total": 1, "pageIndex": 1}, "issues": [issue()]}).encode(),
        json.dumps({"issues": [issue()]}).encode(),
        page(issue(), hotspots=[]),
        page(name="others"),
        page(issue(rule="")),
        page(issue(component=None)),
        page(issue(line="7")),
        page(issue(impacts=[{}])),
    ],
)
def test_wrong_totals_and_other_shapes_are_refused(data: bytes) -> None:
    """More issues than are counted, two counts, none, and issues without a rule or place are not read."""
    rejected(data, as_format="sonarqube")


def test_a_finding_keeps_its_fingerprint_when_the_code_moves() -> None:
    """The digest of its line stands for it, else its message; neither the line's number nor the server's key does."""
    assert the_one().fingerprint == the_one(line=70, key="other").fingerprint
    assert the_one(hash="").fingerprint == the_one(hash="", line=70).fingerprint


def test_equal_findings_are_told_apart_and_other_ones_differ() -> None:
    """Two equal findings stay two; another file, rule or line of code is another finding."""
    others = [issue(), issue(component="pump:b.c"), issue(rule="c:S2"), issue(hash="h2")]
    found = lines(page(issue(), *others), FindingDetail)
    assert found[1].fingerprint == f"{found[0].fingerprint}-2"
    assert len({one.fingerprint for one in found}) == 5


def test_neighbours_are_not_claimed() -> None:
    """A list of issues of an issue tracker is none of SonarQube's."""
    assert rejected(b'{"total": 1, "issues": [{"key": "A-1"}]}', "r.json").format == ""
