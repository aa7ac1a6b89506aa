"""NUnit 3 results: outcomes, marks, totals, what fails outside the cases, and what is refused."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.nunit3 import NUNIT3


def run(inside: str, attributes: str = "") -> bytes:
    """Return a report of one fixture."""
    fixture = f"<test-suite type='TestFixture' name='Flow' classname='Pump.Flow'>{inside}</test-suite>"
    return f"<test-run id='2' {attributes}>{fixture}</test-run>".encode()


def case(inside: str = "", attributes: str = "result='Passed'", name: str = "n") -> str:
    """Return a test case."""
    return f"<test-case name='{name}' classname='Pump.Flow' {attributes}>{inside}</test-case>"


def only(inside: str = "", attributes: str = "result='Passed'") -> Case:
    """Return the one case of a report."""
    (found,) = lines(run(case(inside, attributes)), Case)
    return found


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Suites, class, outcome, message, duration, links and tags of each case are taken."""
    starts, stops, alarms, purges, weighs = lines(NUNIT3, Case)
    assert starts == Case(
        "Pump.Tests.dll > Flow",
        "Starts",
        "Pump.Flow",
        "passed",
        250,
        links=(
            ("verifies", "REQ-001"),
            ("verifies_implementation", "RCM-001"),
            ("verifies_implementation", "RCM-002"),
        ),
        tags=("bench", "slow"),
    )
    assert (stops.outcome, stops.message, stops.links) == ("failed", "still runs", (("verifies", "REQ-001"),))
    assert (alarms.outcome, alarms.message) == ("errored", "no bench")
    assert (purges.outcome, purges.message) == ("skipped", "no water")
    assert weighs.outcome == "skipped"
    assert accepted(NUNIT3, TestsRead) == TestsRead(TestCounts(5, 1, 1, 1, 2))


@pytest.mark.parametrize(
    ("attributes", "inside", "outcome"),
    [
        ("result='Passed'", "", "passed"),
        ("result='Failed'", "", "failed"),
        ("result='Failed' label='Error'", "", "errored"),
        ("result='Failed' label='Cancelled'", "", "errored"),
        ("result='Failed' label='Invalid'", "", "errored"),
        ("result='Skipped' label='Explicit'", "", "skipped"),
        ("result='Inconclusive'", "", "skipped"),
        ("result='Warning'", "", "skipped"),
        ("result='Purple'", "", "errored"),
        ("result='passed'", "", "errored"),
        ("result='Passed'", "<failure/>", "failed"),
    ],
)
def test_every_result_of_the_format_has_an_outcome(attributes: str, inside: str, outcome: str) -> None:
    """Only what says that it passed, and nothing else, passes."""
    assert only(inside, attributes).outcome == outcome


@pytest.mark.parametrize("result", ["Warning", "Purple"])
def test_a_result_that_could_be_missed_is_remarked_upon(result: str) -> None:
    """Warnings and unknown words are told."""
    assert accepted(run(case(attributes=f"result='{result}'")), TestsRead).remarks


def test_a_list_of_tests_is_no_report() -> None:
    """What the console writes with --explore has the same root and no results."""
    assert "no result" in rejected(run(case(attributes="runstate='Runnable'"))).reason


def test_nested_suites_are_joined_and_a_binary_goes_by_its_name() -> None:
    """The same case has the same identity on every machine."""
    data = (
        b"<test-run><test-suite type='Assembly' name='C:\\ci\\7\\Pump.Tests.dll'><test-suite name='Pump'>"
        b"<test-suite name='Rate'><test-case name='Rate(1)' fullname='Pump.Flow.Rate(1)' result='Passed'/>"
        b"</test-suite></test-suite></test-suite></test-run>"
    )
    assert lines(data, Case) == [Case("Pump.Tests.dll > Pump > Rate", "Rate(1)", "Pump.Flow", "passed")]


def test_a_fragment_of_one_assembly_is_read() -> None:
    """What the framework itself writes has a suite as its root."""
    data = (
        f"<test-suite type='Assembly' name='a.dll' testcasecount='1' total='1'>{case()}</test-suite>".encode()
    )
    assert lines(data, Case) == [Case("a.dll", "n", "Pump.Flow", "passed")]


@pytest.mark.parametrize(
    ("site", "cases"),
    [
        ("site='TearDown'", case(attributes="result='Passed'")),
        ("site='TearDown'", case(attributes="result='Failed'")),
        ("site='SetUp' label='Invalid'", ""),
        ("", case()),
    ],
)
def test_a_suite_that_failed_by_itself_is_a_case(site: str, cases: str) -> None:
    """A tear-down that failed, or a fixture that could not be built, does not pass with its cases."""
    data = (
        f"<test-run result='Failed'><test-suite name='Flow' result='Failed' {site}><failure><message>no bench"
        f"</message></failure>{cases}</test-suite></test-run>"
    ).encode()
    outside = [each for each in lines(data, Case) if not each.name]
    assert [(each.suite, each.message) for each in outside] == [("Flow", "no bench")]
    assert outside[0].outcome == ("errored" if "Invalid" in site else "failed")
    assert any("outside" in remark for remark in accepted(data, TestsRead).remarks)


def test_a_problem_of_a_suite_is_told_once() -> None:
    """Suites around it fail because of it, and suites within are blamed on it; neither is a case again."""
    data = (
        b"<test-run result='Failed(Child)'><test-suite name='a' result='Failed' site='Child'>"
        b"<test-suite name='b' result='Failed' site='SetUp'><reason><message>no constructor</message></reason>"
        b"<test-suite name='c' result='Failed' site='Parent'/></test-suite></test-suite></test-run>"
    )
    assert lines(data, Case) == [Case("a > b", "", "", "failed", message="no constructor")]


@pytest.mark.parametrize("result", ["Failed", "Cancelled", "Failed(Child)"])
def test_a_run_that_failed_without_a_failed_case_does_not_pass(result: str) -> None:
    """The run's own verdict is not passed over."""
    counts = accepted(run(case(), f"result='{result}'"), TestsRead).counts
    assert counts.failed + counts.errored == 1


@pytest.mark.parametrize(
    "totals",
    ["total='2'", "total='0'", "passed='0'", "failed='1'", "skipped='1'", "inconclusive='1'", "warnings='1'"],
)
def test_totals_that_contradict_the_cases_are_refused(totals: str) -> None:
    """A report that lost or gained cases is rejected, at the run and at each suite."""
    assert "holds" in rejected(run(case(), totals)).reason
    suite = f"<test-run><test-suite name='s' {totals}>{case()}</test-suite></test-run>".encode()
    assert "suite 's'" in rejected(suite).reason


def test_totals_may_leave_out_warnings_and_cases_that_were_filtered() -> None:
    """The first with a remark; how many cases a filter left out is not counted against the report."""
    data = run(case() + case(attributes="result='Warning'"), "total='1' passed='1' testcasecount='900'")
    assert any("total" in remark for remark in accepted(data, TestsRead).remarks)


@pytest.mark.parametrize("text", ["-1", "1.5", "NaN", "x", "9" * 12])
def test_what_is_no_count_is_refused(text: str) -> None:
    """Negative, fractional and huge counts are no counts."""
    assert "not a count" in rejected(run(case(), f"total='{text}'")).reason


@pytest.mark.parametrize(("text", "milliseconds"), [("", 0), ("0.4824", 482), ("1,5", 1500), ("5E-05", 0)])
def test_durations_are_taken_in_milliseconds(text: str, milliseconds: int) -> None:
    """Seconds become whole milliseconds."""
    assert only(attributes=f"result='Passed' duration='{text}'").duration_ms == milliseconds


@pytest.mark.parametrize("text", ["-1", "NaN", "inf", "1e99", "99999999999", "abc", "1_0", "1.2.3"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A duration that cannot be is a sign of a damaged report."""
    assert "duration" in rejected(run(case(attributes=f"result='Passed' duration='{text}'"))).reason
    assert "duration" in rejected(run(case(), f"duration='{text}'")).reason


def test_words_that_are_no_id_link_nothing() -> None:
    """A word that is no item's ID is told in a remark, and a category may carry a link."""
    properties = (
        "<properties><property name='VERIFIES' value='REQ-1 [x]'/><property name='Category' value='verifies:REQ-2'/>"
        "</properties>"
    )
    assert only(properties).links == (("verifies", "REQ-1"), ("verifies", "REQ-2"))
    assert "[x]" in accepted(run(case(properties)), TestsRead).remarks[0]


def test_marks_behind_a_suites_cases_are_not_applied_in_silence() -> None:
    """What stands too late is told."""
    late = case() + "<properties><property name='verifies' value='REQ-1'/></properties>"
    assert "behind" in accepted(run(late), TestsRead).remarks[0]


def test_more_marks_than_are_held_are_refused() -> None:
    """The memory that a case takes is bounded."""
    many = " ".join(f"REQ-{number}" for number in range(1001))
    data = run(case(f"<properties><property name='verifies' value='{many}'/></properties>"))
    assert "more than 1000" in rejected(data).reason


def test_a_message_is_bounded() -> None:
    """The first 1,000 characters of a message are kept."""
    found = only(f"<failure><message>{'x' * 90_000}</message></failure>", "result='Failed'")
    assert found.message == "x" * 1000


@pytest.mark.parametrize(
    "data",
    [
        b"<test-run><properties><test-case name='n' result='Passed'/></properties></test-run>",
        b"<test-run><test-case name='n' result='Passed'><test-case name='m' result='Failed'/></test-case></test-run>",
        b"<test-run><output><test-suite name='s'/></output></test-run>",
        b"<test-run><test-run/></test-run>",
    ],
)
def test_what_stands_where_it_cannot_is_refused(data: bytes) -> None:
    """A case hidden in another element is not passed over."""
    assert "stands where" in rejected(data).reason


@pytest.mark.parametrize("element", ["a", "test-suite"])
def test_nesting_bombs_are_refused(element: str) -> None:
    """Depth is bounded."""
    assert "nested deeper" in rejected(b"<test-run>" + f"<{element}>".encode() * 5000).reason


def test_entity_bombs_are_refused() -> None:
    """A document type is not read past."""
    data = (
        b"<!DOCTYPE test-run [<!ENTITY a 'x'>]><test-run><test-case name='&a;' result='Passed'/></test-run>"
    )
    assert "document type" in rejected(data).reason


def test_no_cases_are_accepted_as_no_cases() -> None:
    """A run of nothing is a whole report; it is for the gate to refuse it."""
    assert accepted(b"<test-run total='0' result='Inconclusive'/>", TestsRead).counts == TestCounts(
        0, 0, 0, 0, 0
    )
