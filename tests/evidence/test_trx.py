"""TRX: outcomes, definitions that stand behind the results, data-driven tests, counters, and what is refused."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Case
from clausework.evidence.format import TestsRead
from clausework.evidence.readers import trx_results
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.trx import TRX

XMLNS = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"
DEFINED = "<UnitTest id='1' storage='/ci/a.dll'><TestMethod className='Pump.Flow' name='n'/></UnitTest>"


def result(outcome: str = "outcome='Passed'", inside: str = "", name: str = "n", more: str = "") -> str:
    """Return a result."""
    return f"<UnitTestResult testId='1' testName='{name}' {outcome} {more}>{inside}</UnitTestResult>"


def run(
    *results: str, counters: str | None = None, summary: str = "outcome='Completed'", news: str = ""
) -> bytes:
    """Return a report."""
    counted = "" if counters is None else f"<Counters {counters}/>"
    return (
        f"<TestRun xmlns='{XMLNS}'><Results>{''.join(results)}</Results><TestDefinitions>{DEFINED}</TestDefinitions>"
        f"<ResultSummary {summary}>{counted}{news}</ResultSummary></TestRun>"
    ).encode()


def rows(*outcomes: str, outer: str = "Passed", name: str = "n") -> str:
    """Return a data-driven test with a row of each outcome."""
    inner = "".join(
        result(
            f"outcome='{outcome}'", name=name, more=f"resultType='DataDrivenDataRow' dataRowInfo='{number}'"
        )
        for number, outcome in enumerate(outcomes)
    )
    return result(
        f"outcome='{outer}'", f"<InnerResults>{inner}</InnerResults>", more="resultType='DataDrivenTest'"
    )


def test_the_sample_gives_its_cases_and_counts() -> None:
    """Class, suite, links and tags come from the definitions, all else from the results before them."""
    starts, stops, purges = lines(TRX, Case)
    assert starts == Case(
        "pump.tests.dll",
        "Starts",
        "Pump.Flow",
        "passed",
        1250,
        links=(("verifies", "REQ-001"), ("verifies", "REQ-002")),
        tags=("slow",),
    )
    assert (stops.class_name, stops.outcome, stops.message) == ("Pump.Flow", "failed", "still runs")
    assert (purges.outcome, purges.message) == ("skipped", "no water")
    assert accepted(TRX, TestsRead) == TestsRead(TestCounts(3, 1, 1, 0, 1))


def test_definitions_may_stand_before_the_results() -> None:
    """Visual Studio itself writes them first."""
    start, end = TRX.index(b"  <TestDefinitions>"), TRX.index(b"  <ResultSummary")
    moved = TRX.replace(TRX[start:end], b"").replace(b"  <Results>", TRX[start:end] + b"  <Results>")
    assert lines(moved, Case) == lines(TRX, Case)


@pytest.mark.parametrize(
    ("outcome", "becomes"),
    [
        ("Passed", "passed"),
        ("Failed", "failed"),
        ("Error", "errored"),
        ("Timeout", "errored"),
        ("Aborted", "errored"),
        ("PassedButRunAborted", "errored"),
        ("NotRunnable", "errored"),
        ("Disconnected", "errored"),
        ("InProgress", "errored"),
        ("Pending", "errored"),
        ("Completed", "errored"),
        ("Inconclusive", "skipped"),
        ("NotExecuted", "skipped"),
        ("Warning", "skipped"),
        ("Purple", "errored"),
        ("", "errored"),
    ],
)
def test_every_outcome_of_the_format_is_mapped(outcome: str, becomes: str) -> None:
    """Only Passed passes."""
    found = lines(run(result(f"outcome='{outcome}'")), Case)
    assert [each.outcome for each in found] == [becomes]


@pytest.mark.parametrize("outcome", ["Purple", "PassedButRunAborted", "Completed", "Warning"])
def test_outcomes_that_could_be_missed_are_remarked_upon(outcome: str) -> None:
    """What is not known, or near to a pass, is told."""
    remarks = accepted(run(result(f"outcome='{outcome}'"), counters="total='1'"), TestsRead).remarks
    assert any(outcome in remark for remark in remarks)


def test_a_result_without_an_outcome_did_not_pass() -> None:
    """Visual Studio leaves out the outcome where it is the worst."""
    assert lines(run(result("")), Case)[0].outcome == "errored"


def test_rows_are_the_cases_of_a_data_driven_test() -> None:
    """A row that has its test's name is told by its number; the test is its suite."""
    found = lines(run(rows("Passed", "Failed", outer="Failed"), rows("Passed", name="n (2)")), Case)
    assert [(each.suite, each.name, each.outcome) for each in found] == [
        ("a.dll > n", "n [0]", "passed"),
        ("a.dll > n", "n [1]", "failed"),
        ("a.dll > n", "n (2)", "passed"),
    ]


def test_a_test_that_failed_although_its_rows_passed_is_a_case() -> None:
    """What failed around the rows, such as a clean-up, does not pass with them."""
    data = run(rows("Passed", "Passed", outer="Failed"), counters="total='3' passed='2' failed='1'")
    assert [each.outcome for each in lines(data, Case)] == ["passed", "passed", "failed"]
    assert any("rows" in remark for remark in accepted(data, TestsRead).remarks)


@pytest.mark.parametrize(
    ("counters", "remarks"),
    [
        ("total='3' executed='3' passed='2' failed='1'", 0),
        ("total='5' executed='5' passed='3' failed='2'", 1),
        ("total='2' executed='2' passed='1' failed='1'", 1),
    ],
)
def test_counters_may_count_rows_or_tests_or_both(counters: str, remarks: int) -> None:
    """VSTest counted the test around its rows too, until that was mended; MSTest counts tests only."""
    data = run(
        rows("Passed", "Failed", outer="Failed"),
        rows("Passed"),
        counters=counters,
        summary="outcome='Failed'",
    )
    assert len(accepted(data, TestsRead).remarks) == remarks


RESULTS = (result(), result("outcome='Failed'"), result("outcome='NotExecuted'"), result("outcome='Timeout'"))


@pytest.mark.parametrize(
    ("counters", "remarks"),
    [
        ("total='4' executed='3' passed='1' failed='1' timeout='1' notExecuted='1'", 0),
        ("total='4' executed='3' passed='1' failed='1' timeout='1' notExecuted='0'", 1),
        ("total='4' executed='2' passed='1' failed='2' notExecuted='1'", 2),
    ],
)
def test_counters_that_the_results_explain_are_accepted(counters: str, remarks: int) -> None:
    """VSTest never counts what was not executed; that and other readings of known tools are told."""
    data = run(*RESULTS, counters=counters, summary="outcome='Failed'")
    assert len(accepted(data, TestsRead).remarks) == remarks


@pytest.mark.parametrize(
    "counters",
    [
        "total='5'",
        "total='3'",
        "total='0'",
        "passed='2'",
        "passed='0'",
        "failed='0'",
        "timeout='0'",
        "executed='9'",
        "notExecuted='2'",
        "inProgress='1'",
        "aborted='1'",
        "total='x'",
        "total='-4'",
    ],
)
def test_counters_that_contradict_the_results_are_refused(counters: str) -> None:
    """A report that lost or gained results is rejected."""
    rejected(run(*RESULTS, counters=counters))


def test_a_report_without_counters_is_remarked_upon() -> None:
    """Nothing but its end shows that it is whole."""
    assert accepted(run(result()), TestsRead).remarks == ("the report states no counters",)


@pytest.mark.parametrize(
    ("summary", "news"),
    [
        ("outcome='Failed'", ""),
        ("outcome='Error'", ""),
        ("outcome='Aborted'", ""),
        ("outcome='Purple'", ""),
        (
            "outcome='Completed'",
            "<RunInfos><RunInfo outcome='Error'><Text>host crashed</Text></RunInfo></RunInfos>",
        ),
    ],
)
def test_a_run_that_ended_badly_does_not_pass_with_its_cases(summary: str, news: str) -> None:
    """A host that crashed after some tests passed leaves a report in which all passed."""
    data = run(result(), counters="total='1'", summary=summary, news=news)
    assert accepted(data, TestsRead).counts == TestCounts(2, 1, 0, 1, 0)
    if news:
        assert lines(data, Case)[1].message == "host crashed"


def test_a_run_that_ended_badly_and_has_failures_is_remarked_upon() -> None:
    """The failures make it red; how it ended is told."""
    data = run(result("outcome='Failed'"), counters="total='1'", summary="outcome='Aborted'")
    assert accepted(data, TestsRead).remarks == ("the run ended as 'Aborted'",)
    warned = run(
        result(),
        counters="total='1'",
        news="<RunInfos><RunInfo outcome='Warning'><Text>w</Text></RunInfo></RunInfos>",
    )
    assert accepted(warned, TestsRead).counts.cases == 1


def test_a_result_whose_test_is_not_defined_is_remarked_upon() -> None:
    """It has no class, and no links that a definition might have."""
    data = run(result().replace("testId='1'", "testId='2'"), counters="total='1'")
    assert lines(data, Case) == [Case("", "n", "", "passed")]
    assert any("not defined" in remark for remark in accepted(data, TestsRead).remarks)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("", 0), ("00:00:00.0768910", 77), ("01:02:03", 3_723_000), ("1.00:00:00", 86_400_000)],
)
def test_durations_are_time_spans(text: str, milliseconds: int) -> None:
    """Days, hours, minutes and seconds become whole milliseconds."""
    assert lines(run(result(more=f"duration='{text}'")), Case)[0].duration_ms == milliseconds


@pytest.mark.parametrize("text", ["-00:00:01", "1.5", "NaN", "99999.00:00:00", "00:00", "x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A duration that cannot be is a sign of a damaged report."""
    assert "duration" in rejected(run(result(more=f"duration='{text}'"))).reason


def test_generic_classes_and_categories_are_read() -> None:
    """A version in a class's name does not change a case's identity; a category may carry a link."""
    definition = (
        "<UnitTest id='1'><TestCategory><TestCategoryItem TestCategory='verifies_implementation:RCM-1'/></TestCategory>"
        "<TestMethod className='Pump.Box`1[[System.Int32, mscorlib]], Pump, Version=1.2.0.0' name='n'/></UnitTest>"
    )
    (found,) = lines(run(result()).replace(DEFINED.encode(), definition.encode()), Case)
    assert found.class_name == "Pump.Box`1[[System.Int32, mscorlib]]"
    assert found.links == (("verifies_implementation", "RCM-1"),)


@pytest.mark.parametrize(
    "data",
    [
        run().replace(b"<ResultSummary", b"<UnitTestResult testId='1' outcome='Failed'/><ResultSummary"),
        run(result(inside="<Output><UnitTestResult testId='1' outcome='Failed'/></Output>")),
        run(result(inside="<Results><UnitTestResult testId='1'/></Results>")),
        f"<TestRun xmlns='{XMLNS}'><A><Results><UnitTestResult testId='1'/></Results></A></TestRun>".encode(),
        f"<TestRun xmlns='{XMLNS}'><InnerResults><UnitTestResult testId='1'/></InnerResults></TestRun>".encode(),
    ],
)
def test_results_where_there_are_none_are_refused(data: bytes) -> None:
    """A result hidden in another element is not passed over."""
    assert "stands where" in rejected(data).reason


def test_what_says_two_things_is_refused() -> None:
    """Counters twice, or a result of no test."""
    rejected(run(result(), counters="total='1'/><Counters total='2'"))
    assert "names no test" in rejected(run("<UnitTestResult outcome='Passed'/>")).reason


def test_more_definitions_than_are_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that a report takes is bounded."""
    monkeypatch.setattr(trx_results, "MOST_DEFINITIONS", 1)
    two = DEFINED + DEFINED.replace("id='1'", "id='2'")
    assert "more than 1 tests" in rejected(run(result()).replace(DEFINED.encode(), two.encode())).reason


def test_many_results_wait_outside_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results come back from the temporary file as they went in."""
    monkeypatch.setattr(trx_results, "_IN_MEMORY", 1)
    data = run(*(result(name=f"n{number}\\n") for number in range(50)), counters="total='50'")
    assert [each.name for each in lines(data, Case)] == [f"n{number}\\n" for number in range(50)]


def test_another_test_run_is_not_taken_for_trx() -> None:
    """The namespace tells."""
    assert rejected(b"<TestRun xmlns='urn:other'/>").format == ""


def test_nesting_bombs_and_entities_are_refused() -> None:
    """Depth is bounded, and a document type is not read past."""
    assert "nested deeper" in rejected(b"<TestRun>" + b"<a>" * 5000).reason
    assert "document type" in rejected(b"<!DOCTYPE TestRun><TestRun/>").reason
