"""What became of findings: new, fixed and persisting by the word of a tool that looked twice, else not told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.detail import FindingDetail, Severity
from clausework.trace.finding_changes import FindingChange, FindingChanges, NotTold, Scan, finding_changes


def finding(fingerprint: str, severity: Severity = "high", **members: Any) -> FindingDetail:
    """Return a finding of Bandit."""
    told = {"path": "a.py", "line": 7, "tool": "Bandit", **members}
    return FindingDetail(fingerprint, "R1", severity, "said", "message", **told)


def scan(*findings: FindingDetail, complete: bool = True, **members: Any) -> Scan:
    """Return a static analysis by Bandit."""
    told = {"analysis": "static", "tools": ("Bandit 1.8",), "reader": "clausework.bandit 1", **members}
    return Scan(complete=complete, findings=findings, **told)


def fingerprints(changes: tuple[FindingChange, ...]) -> list[str]:
    """Return the fingerprints of changes."""
    return [one.fingerprint for one in changes]


def summary(changes: FindingChanges) -> tuple[list[str], ...]:
    """Return the fingerprints in each list."""
    lists = (changes.new, changes.fixed, changes.persisting, changes.appeared_untold, changes.gone_untold)
    return tuple(fingerprints(one) for one in lists)


def test_findings_are_new_fixed_or_persisting() -> None:
    """By their fingerprints, where one tool looked at both builds and finished."""
    changes = finding_changes([scan(finding("b"), finding("c"))], [scan(finding("a"), finding("b"))])
    assert summary(changes) == (["c"], ["a"], ["b"], [], [])
    assert changes.not_told == ()
    assert changes.severities["fixed"]["high"] == 1
    assert changes.severities["new"]["critical"] == 0


def test_a_clean_scan_fixes() -> None:
    """A tool that finished and found nothing says so of what it found before, whatever its version is now."""
    changes = finding_changes([scan(tools=("Bandit 1.9.0",))], [scan(finding("a"))])
    assert summary(changes) == ([], ["a"], [], [], [])


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ([], "it did not run in this build"),
        ([scan(tools=("Semgrep 1",))], "it did not run in this build"),
        ([scan(complete=False)], "it did not finish in this build"),
        ([scan(), scan(complete=False)], "it did not finish in this build"),
        ([scan(analysis="vulnerability")], "it did not run in this build"),
        (
            [scan(reader="clausework.bandit 2")],
            "its reports were read by another reader, or another version of it",
        ),
    ],
)
def test_a_tool_that_did_not_run_or_finish_fixes_nothing(now: list[Scan], reason: str) -> None:
    """Nor one that looked for something else, or whose findings another reader names otherwise."""
    changes = finding_changes(now, [scan(finding("a"))])
    assert changes.fixed == ()
    assert fingerprints(changes.gone_untold) == ["a"]
    told = [one.reason for one in changes.not_told if (one.analysis, one.tool) == ("static", "Bandit")]
    assert len(told) == 1
    assert told[0].startswith(reason)


def test_fewer_reports_than_before_fix_nothing() -> None:
    """A module whose report is missing was not looked at."""
    changes = finding_changes([scan(finding("a"))], [scan(finding("a")), scan(finding("b"))])
    assert summary(changes) == ([], [], ["a"], [], ["b"])
    assert changes.not_told == (NotTold("static", "Bandit", "it made 2 reports before and 1 now"),)


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ([], "it did not run in the build before"),
        ([scan(complete=False)], "it did not finish in the build before"),
        (
            [scan(reader="another")],
            "its reports were read by another reader, or another version of it, than before",
        ),
    ],
)
def test_what_may_have_been_there_before_is_not_new(before: list[Scan], reason: str) -> None:
    """It appeared, and it cannot be told whether it was there."""
    changes = finding_changes([scan(finding("a"))], before)
    assert summary(changes) == ([], [], [], ["a"], [])
    assert changes.not_told == (NotTold("static", "Bandit", reason),)


def test_an_incomplete_scan_still_shows_what_it_found() -> None:
    """What it found is there; what a complete scan before did not find is new."""
    changes = finding_changes(
        [scan(finding("a"), finding("c"), complete=False)], [scan(finding("a"), finding("b"))]
    )
    assert summary(changes) == (["c"], [], ["a"], [], ["b"])


def test_a_complete_scan_fixes_what_an_incomplete_one_had_found() -> None:
    """That the one before crashed does not make its findings doubtful."""
    changes = finding_changes([scan()], [scan(finding("a"), complete=False)])
    assert fingerprints(changes.fixed) == ["a"]


def test_severities_then_and_now_are_told() -> None:
    """A finding that persists may become graver, and may be suppressed."""
    now = [scan(finding("a", "critical"), finding("b", "low", suppressed=True))]
    changes = finding_changes(now, [scan(finding("a", "low"), finding("b", "low"))])
    first, second = changes.persisting
    assert (first.severity, first.severity_before, first.became_graver) == ("critical", "low", True)
    assert (second.suppressed, second.suppressed_before, second.became_graver) == (True, False, False)


def test_lists_are_gravest_first() -> None:
    """Then by analysis, tool, rule and place, whatever order reports come in."""
    grades: tuple[Severity, ...] = ("low", "critical", "none", "medium", "high")
    scans = [scan(finding(f"f{number}", severity)) for number, severity in enumerate(grades)]
    for now in (scans, scans[::-1]):
        new = finding_changes(now, [scan()]).new
        assert [one.severity for one in new] == ["critical", "high", "medium", "low", "none"]


def test_of_two_reports_the_graver_and_open_one_counts() -> None:
    """A finding that one report suppresses is open if another has it open."""
    now = [scan(finding("a", "high", suppressed=True)), scan(finding("a", "low"))]
    (one,) = finding_changes(now, [scan(), scan()]).new
    assert (one.severity, one.suppressed) == ("high", False)


def test_findings_of_several_analyses_in_one_report_are_kept_apart() -> None:
    """Each finding's own analysis counts; one that a tool did not make again this time fixes nothing."""
    trivy: dict[str, Any] = {"tools": ("Trivy 0.58",), "analysis": "vulnerability"}
    secret = finding("s", analysis="secret", tool="Trivy")
    cve = finding("v", analysis="vulnerability", tool="Trivy", path="", component="six", version="1.16")
    changes = finding_changes([scan(cve, **trivy)], [scan(cve, secret, **trivy)])
    assert summary(changes) == ([], [], ["v"], [], ["s"])
    assert changes.persisting[0].place == "six 1.16"
    assert changes.not_told == (NotTold("secret", "Trivy", "it did not run in this build"),)


def test_a_tool_is_known_by_the_name_that_its_findings_bear() -> None:
    """Names may hold spaces and digits, findings may name no tool where only one looked."""
    before = scan(finding("a", tool="Scan 2 Go"), tools=("Scan 2 Go 3.1",))
    assert fingerprints(finding_changes([scan(tools=("Scan 2 Go 4.0",))], [before]).fixed) == ["a"]
    nameless = scan(finding("a", tool=""), tools=("grype 0.8",))
    assert fingerprints(finding_changes([scan(tools=("grype 0.9",))], [nameless]).fixed) == ["a"]


def test_nothing_changes_where_nothing_was() -> None:
    """Two builds without scans have no findings, and no tool to tell of."""
    assert finding_changes([], []) == FindingChanges()


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")), st.booleans(), st.booleans())
def test_every_finding_is_in_exactly_one_list(now: str, before: str, done: bool, done_before: bool) -> None:
    """None is lost, none is told twice, and nothing is fixed by a scan that did not finish."""
    changes = finding_changes(
        [scan(*map(finding, now), complete=done)], [scan(*map(finding, before), complete=done_before)]
    )
    each = [fingerprint for one in summary(changes) for fingerprint in one]
    assert sorted(each) == sorted(set(now) | set(before))
    assert done or not changes.fixed
    assert done_before or not changes.new
