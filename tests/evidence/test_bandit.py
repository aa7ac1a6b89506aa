"""Bandit's JSON: what is taken, its totals, and what it left out or could not analyse."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.bandit import BANDIT

RANKS = ("UNDEFINED", "LOW", "MEDIUM", "HIGH")


def issue(**members: Any) -> dict[str, Any]:
    """Return an issue of medium severity and high confidence."""
    return {
        "filename": "src/a.py",
        "issue_severity": "MEDIUM",
        "issue_confidence": "HIGH",
        "issue_text": "Possible hardcoded password.",
        "test_id": "B105",
        "test_name": "hardcoded_password_string",
        "line_number": 7,
        "line_range": [7],
        "code": "6 \n7 x = call(1)\n8 y = 2\n",
        **members,
    }


def bandit(*issues: dict[str, Any], counted: Any = None, totals: Any = (), **members: Any) -> bytes:
    """Return a report that lists ``issues`` and counts those in ``counted``, else the same."""
    each = issues if counted is None else counted
    ranks = {f"{of}.{rank}": 0.0 for of in ("SEVERITY", "CONFIDENCE") for rank in RANKS}
    ranks |= Counter(f"SEVERITY.{one['issue_severity']}" for one in each)
    ranks |= Counter(f"CONFIDENCE.{one['issue_confidence']}" for one in each)
    report = {
        "errors": [],
        "generated_at": "2026-11-20T06:00:00Z",
        "metrics": {"_totals": ranks | dict(totals)},
        "results": list(issues),
        **members,
    }
    return json.dumps(report).encode()


def test_the_sample_gives_its_findings() -> None:
    """Rule, severity, confidence, message, place and weakness of each issue are taken."""
    first, second = lines(BANDIT, FindingDetail)
    assert first.rule == "B602 subprocess_popen_with_shell_equals_true"
    assert (first.severity, first.source_severity) == ("high", "HIGH (confidence HIGH)")
    assert (first.path, first.line, first.tool) == ("pump/rate.py", 10, "Bandit")
    assert (first.ids, first.analysis) == (("CWE-78",), "static")
    assert second.severity == "low"
    read = accepted(BANDIT, FindingsRead)
    assert (read.analysis, read.tools, read.complete) == ("static", ("Bandit",), True)
    assert read.open_by_severity == {"critical": 0, "high": 1, "medium": 0, "low": 1, "none": 0}


def test_a_file_that_could_not_be_analysed_leaves_the_scan_incomplete() -> None:
    """An error means that a file was passed over."""
    read = accepted(
        bandit(errors=[{"filename": "a.py", "reason": "syntax error while parsing"}]), FindingsRead
    )
    assert not read.complete
    assert "a.py: syntax error" in read.remarks[0]


def test_an_undefined_severity_counts_as_high() -> None:
    """What Bandit does not rate is not taken as harmless."""
    (found,) = lines(bandit(issue(issue_severity="UNDEFINED")), FindingDetail)
    assert found.severity == "high"


@pytest.mark.parametrize(
    "totals",
    [
        {"SEVERITY.MEDIUM": 0},
        {"SEVERITY.MEDIUM": 2},
        {"SEVERITY.HIGH": 1, "CONFIDENCE.HIGH": 2},
        {"SEVERITY.MEDIUM": 2, "CONFIDENCE.HIGH": 2},
        {"SEVERITY.MEDIUM": -1},
        {"SEVERITY.MEDIUM": 1.5},
        {"SEVERITY.MEDIUM": 1e300},
        {"SEVERITY.MEDIUM": "1"},
        {"SEVERITY.MEDIUM": None},
    ],
)
def test_totals_that_the_issues_do_not_explain_are_refused(totals: dict[str, Any]) -> None:
    """Issues were lost, added or changed."""
    rejected(bandit(issue(), totals=totals), as_format="bandit")


@pytest.mark.parametrize("members", [{"metrics": {}}, {"metrics": None}, {"results": None}, {"errors": None}])
def test_a_report_without_totals_or_lists_is_refused(members: dict[str, Any]) -> None:
    """Nothing would show that the report is whole."""
    rejected(bandit(issue(), **members), as_format="bandit")


@pytest.mark.parametrize(
    ("left_out", "severities"),
    [
        ([{"issue_severity": "LOW"}, {"issue_severity": "LOW"}], ["low"]),
        ([{"issue_confidence": "LOW", "issue_severity": "HIGH"}], ["high"]),
        ([{"issue_confidence": "LOW"}], ["medium"]),
        ([{"issue_severity": "LOW"}, {"issue_confidence": "LOW", "issue_severity": "HIGH"}], ["low", "high"]),
    ],
)
def test_what_a_threshold_leaves_out_stays_open(
    left_out: list[dict[str, Any]], severities: list[str]
) -> None:
    """Bandit counts what its options -l and -i leave out; each severity of it is one open finding."""
    data = bandit(issue(), counted=[issue(), *(issue(**one) for one in left_out)])
    listed, *missing = lines(data, FindingDetail)
    assert listed.rule.startswith("B105")
    assert [one.severity for one in missing] == severities
    assert {one.rule for one in missing} == {"not listed"}
    assert accepted(data, FindingsRead).remarks


def test_what_was_said_of_some_that_are_not_listed_is_not_said_of_more() -> None:
    """Their number is part of the fingerprint, so that a disposition does not cover what came later."""
    low = issue(issue_severity="LOW")
    found = [lines(bandit(issue(), counted=[issue(), *[low] * many]), FindingDetail)[1] for many in (1, 1, 2)]
    assert found[0].fingerprint == found[1].fingerprint != found[2].fingerprint


def test_a_finding_keeps_its_fingerprint_when_the_code_moves() -> None:
    """Neither the line nor the lines around it are part of it."""
    moved = issue(line_number=70, line_range=[70], code="69 z = 3\n70 x = call(1)\n71 \n")
    (before,), (after,) = (lines(bandit(one), FindingDetail) for one in (issue(), moved))
    assert before.fingerprint == after.fingerprint
    assert after.line == 70


def test_equal_findings_are_told_apart_and_other_ones_differ() -> None:
    """Two equal findings stay two; another file, rule or line of code is another finding."""
    other = [issue(), issue(filename="b.py"), issue(test_id="B106"), issue(code="7 x = call(2)\n")]
    found = lines(bandit(issue(), *other), FindingDetail)
    assert found[1].fingerprint == f"{found[0].fingerprint}-2"
    assert len({one.fingerprint for one in found}) == 5


@pytest.mark.parametrize(
    "members",
    [{"issue_severity": "FATAL"}, {"issue_confidence": ""}, {"filename": None}, {"line_number": "7"}],
)
def test_an_issue_of_another_shape_is_refused(members: dict[str, Any]) -> None:
    """A word or a type that Bandit does not use ends the reading."""
    wrong = json.dumps({**json.loads(bandit(issue())), "results": [issue(**members)]}).encode()
    rejected(wrong, as_format="bandit")


def test_neighbours_are_not_claimed() -> None:
    """Semgrep's report has errors and results too, and a report with a member named twice is refused."""
    for data in (b'{"results": [], "errors": []}', b'{"metrics": {}, "errors": {}}'):
        assert rejected(data, "report.json").format == ""
    rejected(bandit(issue())[:-1] + b', "errors": []}', as_format="bandit")
