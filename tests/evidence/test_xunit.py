"""xUnit.net XML of versions 1 to 3: outcomes, traits, totals, and what is refused."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.xunit import XUNIT


def report(*tests: str, totals: str = "", assembly: str = "") -> bytes:
    """Return a report of one collection."""
    return (
        f"<assemblies><assembly name='/ci/a.dll' {assembly}><errors/><collection name='Flow' {totals}>{''.join(tests)}"
        "</collection></assembly></assemblies>"
    ).encode()


def case(attributes: str = "result='Pass'", inside: str = "") -> str:
    """Return a test."""
    return f"<test name='Pump.Flow.n' type='Pump.Flow' method='n' {attributes}>{inside}</test>"


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Suites, class, name, outcome, message, duration, place, links and tags of each test are taken."""
    cleanup, starts, stops, purges = lines(XUNIT, Case)
    assert starts == Case(
        "Pump.Tests.dll > Test collection for Pump.Flow",
        "Starts",
        "Pump.Flow",
        "passed",
        10,
        links=(("verifies", "REQ-001"),),
        file="/src/Flow.cs",
        line=12,
        tags=("slow", "Owner=pump team"),
    )
    assert (stops.name, stops.outcome, stops.message) == ("Stops “quickly”", "failed", "still runs")
    assert (purges.outcome, purges.message) == ("skipped", "no water")
    assert (cleanup.suite, cleanup.outcome, cleanup.message) == ("Pump.Tests.dll", "errored", "disk full")
    assert accepted(XUNIT, TestsRead).counts == TestCounts(4, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("attributes", "inside", "outcome"),
    [
        ("result='Pass'", "", "passed"),
        ("result='Fail'", "", "failed"),
        ("result='Skip'", "", "skipped"),
        ("result='NotRun'", "", "skipped"),
        ("result='Purple'", "", "errored"),
        ("", "", "errored"),
        ("result='Pass'", "<failure/>", "failed"),
        ("result='Skip'", "<failure/>", "failed"),
        ("result='Pass'", "<warnings><warning>w</warning></warnings>", "passed"),
    ],
)
def test_every_result_of_the_format_has_an_outcome(attributes: str, inside: str, outcome: str) -> None:
    """Only what says that it passed passes."""
    data = report(case(attributes, inside))
    assert [each.outcome for each in lines(data, Case)] == [outcome]
    assert bool(accepted(data, TestsRead).remarks) == (outcome == "errored" or bool("<failure" in inside))


def test_version_1_has_classes_and_an_assembly_as_root() -> None:
    """A class whose fixture failed has a failure of its own, which is a case."""
    data = (
        b"<assembly name='C:\\ci\\a.dll' total='1' passed='1' failed='0' skipped='0'><class name='Pump.Flow' total='1'>"
        b"<test name='Pump.Flow.n' type='Pump.Flow' method='n' result='Pass' time='0.006'/>"
        b"<failure><message>no bench</message></failure></class></assembly>"
    )
    passed, failed = lines(data, Case)
    assert passed == Case("a.dll > Pump.Flow", "n", "Pump.Flow", "passed", 6)
    assert (failed.suite, failed.outcome, failed.message) == ("a.dll > Pump.Flow", "failed", "no bench")


def test_a_collection_goes_without_the_identifier_of_version_3() -> None:
    """The identifier depends on where the assembly lay; the same test keeps its identity without."""
    name = f"Test collection for Pump.Flow (id: {'ab' * 32})"
    data = report(case()).replace(b"'Flow'", f"'{name}'".encode())
    assert lines(data, Case)[0].suite == "a.dll > Test collection for Pump.Flow"


@pytest.mark.parametrize(("text", "milliseconds"), [("0.014", 14), ("0,288", 288), ("1,234", 1234), ("", 0)])
def test_durations_may_have_a_comma(text: str, milliseconds: int) -> None:
    """Version 2.0 writes numbers as people of the machine's culture do, never with grouped thousands."""
    assert lines(report(case(f"result='Pass' time='{text}'")), Case)[0].duration_ms == milliseconds


@pytest.mark.parametrize("text", ["-1", "1,2,3", "NaN", "1e99", "x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """On tests, collections and assemblies alike."""
    rejected(report(case(f"result='Pass' time='{text}'")))
    rejected(report(case(), totals=f"time='{text}'"))
    rejected(report(case(), assembly=f"time='{text}'"))


TESTS = (case(), case("result='Fail'"), case("result='Skip'"), case("result='NotRun'"))


@pytest.mark.parametrize(
    ("totals", "remarks"),
    [
        ("total='4' passed='1' failed='1' skipped='1' not-run='1'", 0),
        ("total='3' passed='1' failed='1' skipped='1'", 1),
        ("total='4' passed='1' failed='1' skipped='2'", 1),
    ],
)
def test_totals_that_the_tests_explain_are_accepted(totals: str, remarks: int) -> None:
    """Tests that were not run are among the total or not, the latter with a remark."""
    assert len(accepted(report(*TESTS, totals=totals), TestsRead).remarks) == remarks
    assert len(accepted(report(*TESTS, assembly=totals), TestsRead).remarks) == remarks


@pytest.mark.parametrize(
    "totals",
    ["total='5'", "total='2'", "passed='2'", "failed='0'", "skipped='0'", "not-run='0'", "total='x'"],
)
def test_totals_that_contradict_the_tests_are_refused(totals: str) -> None:
    """A report that lost or gained tests is rejected."""
    rejected(report(*TESTS, totals=totals))
    rejected(report(*TESTS, assembly=totals))


def test_errors_are_counted_too() -> None:
    """An assembly that says that it has errors and tells none is rejected."""
    assert "errors" in rejected(report(case(), assembly="errors='1'")).reason


@pytest.mark.parametrize(
    "data",
    [
        b"<assemblies><test name='n' result='Pass'/></assemblies>",
        b"<assemblies><assembly name='a'><test name='n' result='Pass'/></assembly></assemblies>",
        b"<assemblies><collection name='c'/></assemblies>",
        b"<assemblies><assemblies/></assemblies>",
        report(case("result='Pass'", "<output><test name='m' result='Fail'/></output>")),
    ],
)
def test_what_stands_where_it_cannot_is_refused(data: bytes) -> None:
    """A test hidden in another element is not passed over."""
    assert "stands where" in rejected(data).reason


@pytest.mark.parametrize(
    "data",
    [
        b"<assembly xmlns='urn:schemas-microsoft-com:asm.v1' manifestVersion='1.0'/>",
        b"<assembly xmlns='http://maven.apache.org/ASSEMBLY/2.2.0'><id>bin</id></assembly>",
        b"<assembly name='a'/>",
    ],
)
def test_other_assemblies_are_not_taken_for_reports(data: bytes) -> None:
    """Manifests and packaging descriptors share the name of the root."""
    assert rejected(data).format == ""


def test_errors_outside_an_assembly_are_refused() -> None:
    """What belongs to nothing cannot be attributed."""
    rejected(b"<assemblies><errors><error type='x'/></errors></assemblies>")


def test_nesting_bombs_and_entities_are_refused() -> None:
    """Depth is bounded, and a document type is not read past."""
    assert "nested deeper" in rejected(b"<assemblies>" + b"<a>" * 5000).reason
    assert "document type" in rejected(b"<!DOCTYPE assemblies><assemblies/>").reason


def test_no_tests_are_accepted_as_no_tests() -> None:
    """It is for the gate to refuse a run of nothing."""
    assert accepted(b"<assemblies/>", TestsRead).counts.cases == 0
