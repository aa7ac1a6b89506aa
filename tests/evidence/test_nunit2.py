"""NUnit 2 results: outcomes of all its versions, marks, totals, and what is refused."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.nunit2 import NUNIT2

RAN = "executed='True' success='True'"
FAILED = "executed='True' success='False'"
IGNORED = "executed='False'"


def report(*cases: str, totals: str = "", suite: str = "") -> bytes:
    """Return a report of one fixture."""
    return (
        f"<test-results name='a' {totals}><test-suite name='Flow' {suite}><results>{''.join(cases)}</results>"
        "</test-suite></test-results>"
    ).encode()


def case(attributes: str = RAN, inside: str = "", name: str = "Pump.Flow.n") -> str:
    """Return a test case."""
    return f"<test-case name='{name}' {attributes}>{inside}</test-case>"


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Suites, class, outcome, message, duration, links and tags of each case are taken."""
    starts, stops, alarms, purges = lines(NUNIT2, Case)
    assert starts == Case(
        "Pump.Tests.dll > Pump > Flow",
        "Starts",
        "Pump.Flow",
        "passed",
        146,
        links=(("verifies", "REQ-001"), ("verifies_effectiveness", "RCM-002")),
        tags=("bench", "slow"),
    )
    assert (stops.class_name, stops.name) == ("Pump.Flow", 'Stops(1.5,"a.b")')
    assert (stops.outcome, stops.message) == ("failed", "still runs")
    assert (alarms.outcome, alarms.message) == ("errored", "no bench")
    assert (purges.outcome, purges.message) == ("skipped", "no water")
    assert accepted(NUNIT2, TestsRead) == TestsRead(TestCounts(4, 1, 1, 1, 1))


@pytest.mark.parametrize(
    ("attributes", "outcome"),
    [
        (RAN, "passed"),
        (FAILED, "failed"),
        (IGNORED, "skipped"),
        ("success='True'", "passed"),
        ("executed='True' result='Success' success='True'", "passed"),
        ("executed='True' result='Failure' success='False'", "failed"),
        ("executed='True' result='Error' success='False'", "errored"),
        ("executed='True' result='Cancelled' success='False'", "errored"),
        ("executed='False' result='NotRunnable'", "errored"),
        ("executed='False' result='Ignored'", "skipped"),
        ("executed='False' result='Skipped'", "skipped"),
        ("executed='True' result='Inconclusive' success='False'", "skipped"),
        ("executed='True' result='Success' success='False'", "failed"),
        ("executed='False' result='Success'", "failed"),
        ("executed='True' result='Purple' success='True'", "errored"),
        ("executed='True' success='Turue'", "errored"),
        ("executed='perhaps' success='True'", "errored"),
        ("executed='True'", "errored"),
        ("", "errored"),
    ],
)
def test_every_outcome_of_the_format_is_told_apart(attributes: str, outcome: str) -> None:
    """A case passes only if all that it says of itself says so."""
    data = report(case(attributes))
    assert [each.outcome for each in lines(data, Case)] == [outcome]
    contradicts = "result='Success'" in attributes and outcome != "passed"
    assert bool(accepted(data, TestsRead).remarks) == (contradicts or attributes in _UNKNOWN)


_UNKNOWN = {
    "executed='True' result='Purple' success='True'",
    "executed='True' success='Turue'",
    "executed='perhaps' success='True'",
    "executed='True'",
    "",
}


def test_a_failure_within_a_case_counts() -> None:
    """A case that says that it succeeded and holds a failure has failed."""
    data = report(case(RAN, "<failure><message>no</message></failure>"))
    assert [(each.outcome, each.message) for each in lines(data, Case)] == [("failed", "no")]


@pytest.mark.parametrize(
    ("full", "class_name", "name"),
    [
        ("A.B.c", "A.B", "c"),
        ('A.B.c("x.y",1.5)', "A.B", 'c("x.y",1.5)'),
        ('A.B("1.2").c', 'A.B("1.2")', "c"),
        ("A.B`1[System.Int32].c", "A.B`1[System.Int32]", "c"),
        ("c", "", "c"),
        ("A.c(", "", "A.c("),
        ("", "", ""),
    ],
)
def test_the_class_stands_before_the_last_point(full: str, class_name: str, name: str) -> None:
    """Points within arguments divide nothing."""
    (found,) = lines(report(case(name=full.replace('"', "&quot;"))), Case)
    assert (found.class_name, found.name) == (class_name, name)


@pytest.mark.parametrize(
    ("suite", "cases", "outcome"),
    [
        ("executed='True' success='False'", case(), "errored"),
        ("executed='True' result='Failure'", case(), "failed"),
        ("executed='True' result='Error'", "", "errored"),
        ("executed='False' result='NotRunnable'", "", "errored"),
        ("executed='True' result='Purple'", "", "errored"),
    ],
)
def test_a_suite_that_failed_by_itself_is_a_case(suite: str, cases: str, outcome: str) -> None:
    """A tear-down that failed does not pass with the cases of its fixture."""
    found = [each for each in lines(report(cases, suite=suite), Case) if not each.name]
    assert [(each.suite, each.outcome) for each in found] == [("Flow", outcome)]


@pytest.mark.parametrize(
    "totals",
    [
        "total='3' errors='0' failures='1' not-run='1' ignored='1'",
        "total='4' failures='1' not-run='1'",
        "total='3' errors='1' failures='0' not-run='1'",
        "total='3'",
        "failures='1'",
        "total=''",
    ],
)
def test_totals_that_the_cases_explain_are_accepted(totals: str) -> None:
    """Of NUnit's own totals and of converters', which count cases that were not run."""
    assert (
        accepted(report(case(), case(), case(FAILED), case(IGNORED), totals=totals), TestsRead).counts.cases
        == 4
    )


@pytest.mark.parametrize(
    "totals",
    [
        "total='5'",
        "total='2'",
        "failures='0'",
        "failures='1' errors='1'",
        "errors='3'",
        "not-run='0'",
        "invalid='1'",
    ],
)
def test_totals_that_contradict_the_cases_are_refused(totals: str) -> None:
    """A report that lost or gained cases is rejected."""
    data = report(case(), case(), case(FAILED), case(IGNORED), totals=totals)
    assert "holds" in rejected(data).reason


def test_totals_in_another_way_are_remarked_upon() -> None:
    """Failures and errors told apart otherwise than in the cases, and cases that were not run among the total."""
    failed = case("executed='True' result='Error' success='False'")
    remarks = accepted(
        report(failed, case(IGNORED), totals="total='2' errors='0' failures='1'"), TestsRead
    ).remarks
    assert any("'total'" in remark for remark in remarks)
    assert any("failures and errors" in remark for remark in remarks)


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "9" * 12])
def test_what_is_no_count_is_refused(text: str) -> None:
    """Negative, fractional and huge counts are no counts."""
    assert "not a count" in rejected(report(case(), totals=f"total='{text}'")).reason
    assert "not a count" in rejected(report(case(), totals=f"failures='{text}'")).reason


@pytest.mark.parametrize("text", ["-1", "NaN", "1e99", "abc"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """On cases and suites alike."""
    rejected(report(case(f"{RAN} time='{text}'")))
    rejected(report(case(), suite=f"time='{text}'"))


def test_a_category_may_carry_a_link_and_late_marks_are_told() -> None:
    """A category is a tag, or a link where it is written as one."""
    late = "<categories><category name='verifies:REQ-1'/><category name='slow'/></categories>"
    (found,) = lines(report(case(RAN, late)), Case)
    assert (found.links, found.tags) == ((("verifies", "REQ-1"),), ("slow",))
    data = (
        f"<test-results><test-suite name='s'><results>{case()}</results>{late}</test-suite></test-results>"
    ).encode()
    assert "behind" in accepted(data, TestsRead).remarks[0]


@pytest.mark.parametrize(
    "data",
    [
        b"<test-results><test-case name='n' executed='True' success='True'/></test-results>",
        b"<test-results><results><test-case name='n'/></results></test-results>",
        b"<test-results><test-suite name='s'><test-case name='n'/></test-suite></test-results>",
        b"<test-results><environment><test-suite name='s'/></environment></test-results>",
        report(case(RAN, "<results><test-suite name='s'/></results>")),
    ],
)
def test_what_stands_where_it_cannot_is_refused(data: bytes) -> None:
    """A case hidden in another element is not passed over."""
    assert "stands where" in rejected(data).reason


def test_nesting_bombs_and_entities_are_refused() -> None:
    """Depth is bounded, and a document type is not read past."""
    assert "nested deeper" in rejected(b"<test-results>" + b"<a>" * 5000).reason
    data = b"<!DOCTYPE t SYSTEM 'x.dtd'><test-results/>"
    assert "document type" in rejected(data).reason
