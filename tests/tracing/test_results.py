"""Where cases and items stand: a red never disappears by itself, and the order of records does not matter."""

from collections.abc import Sequence
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.detail import CaseOutcome as ReportedOutcome
from clausework.trace.case_runs import read_runs
from clausework.trace.item_fact import ItemFact
from clausework.trace.marked_cases import MarkedCases
from clausework.trace.matrix import Traced, matrix_of
from clausework.trace.results import CaseOutcome, CaseStanding, ItemCases, TestStanding, standing_of_tests
from clausework.trace.standing import RUN_AGAIN
from clausework.trace.test_links import always, compile_links
from tests.tracing.making import build, detail_blobs, digest, in_log, origin_at, results

Report = tuple[tuple[tuple[str, ReportedOutcome], ...], str | None]

BUILD = build("this")
CAUSES = ("infrastructure", "defect_of_the_test", "defect_of_the_tool", "recorded_by_mistake")

cases = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(("passed", "failed", "errored", "skipped"))),
    max_size=4,
).map(tuple)
reports = st.lists(st.tuples(cases, st.none() | st.sampled_from(CAUSES)), max_size=4)


def _stand(given: Sequence[Report], *, foreign: Sequence[Report] = ()) -> TestStanding:
    """Return where the cases of ``given`` stand; ``foreign`` are reports of other builds, of which red alone counts."""
    every = [*given, *foreign]
    records = in_log(
        *(
            results(origin_at(BUILD), raw=str(number), red=any(o in {"failed", "errored"} for _, o in one))
            for number, (one, _) in enumerate(every)
        )
    )
    own, others = records[: len(given)], records[len(given) :]
    red = [one for one in (*own, *others) if one.body.result == "FAILED"]
    superseded = {
        digest(f"record {number}"): cause for number, (_, cause) in enumerate(every) if cause is not None
    }
    blobs = detail_blobs({str(number): one for number, (one, _) in enumerate(every)})
    links = compile_links((), ())
    runs = read_runs(own, red, superseded, blobs, lambda _record: always, links, MarkedCases(()))
    return standing_of_tests(runs, links)


def _outcomes(standing: TestStanding) -> dict[str, str]:
    return {one.case.rpartition("/")[2]: one.outcome for one in standing.not_passed}


@given(reports)
def test_a_red_is_red_until_its_record_is_superseded(given: list[Report]) -> None:
    """Exactly the cases that failed in a record that nobody superseded stand as red."""
    expected = {
        name
        for report, cause in given
        if cause is None
        for name, outcome in report
        if outcome in {"failed", "errored"}
    }
    assert {name for name, one in _outcomes(_stand(given)).items() if one == "red"} == expected


@given(reports, reports)
def test_further_green_reports_take_no_red_away(given: list[Report], more: list[Report]) -> None:
    """Attack: the tests are run until they pass; what was red stays red."""
    before = {name for name, one in _outcomes(_stand(given)).items() if one == "red"}
    after = {name for name, one in _outcomes(_stand([*given, *more])).items() if one == "red"}
    assert before <= after


@given(reports.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_reports_does_not_matter(both: tuple[list[Report], list[Report]]) -> None:
    """Where a case stands does not depend on which report came first.

    A failure of the infrastructure is another matter: what failed by it has to be run again, later.
    """
    one, other = (_stand([report for report in given if report[1] != RUN_AGAIN]) for given in both)
    assert _outcomes(one) == _outcomes(other)
    assert one.counts == other.counts


def _model(given: Sequence[Report]) -> dict[str, str]:
    """Return where cases stand, worked out case by case from what was said of each."""
    said: dict[str, set[tuple[str, str | None]]] = {}
    newest: dict[tuple[str, str], int] = {}
    for number, (report, cause) in enumerate(given):
        for name, outcome in report:
            said_now = "red" if outcome in {"failed", "errored"} else outcome
            said.setdefault(name, set()).add((said_now, cause))
            if (said_now, cause) in {("passed", None), ("red", RUN_AGAIN)}:
                newest[name, said_now] = number
    standing = {}
    for name, found in said.items():
        if ("red", None) in found:
            standing[name] = "red"
        elif newest.get((name, "passed"), -1) > newest.get((name, "red"), -1):
            continue
        elif ("red", RUN_AGAIN) in found:
            standing[name] = "not_run_again"
        elif ("skipped", None) in found:
            standing[name] = "skipped"
    return standing


@given(reports)
def test_cases_stand_as_the_rules_say(given: list[Report]) -> None:
    """Red before passed, a later pass before owed a run, owed a run before skipped; what was set aside is not there."""
    assert _outcomes(_stand(given)) == _model(given)


@given(reports, reports)
def test_other_builds_bring_their_red_cases_and_nothing_else(
    given: list[Report], foreign: list[Report]
) -> None:
    """A red report of the same source tree brings its red cases; its green ones prove nothing here."""
    alone, together = _stand(given), _stand(given, foreign=foreign)
    for level, counts in together.counts.items():
        assert counts["passed"] <= alone.counts.get(level, {}).get("passed", 0)


def test_supersession_for_another_cause_owes_nothing() -> None:
    """A defective test that was taken out need not pass; the record that says so is signed."""
    assert _outcomes(_stand([((("a", "failed"),), "defect_of_the_test"), ((("b", "passed"),), None)])) == {}


def test_a_superseded_green_report_proves_nothing() -> None:
    """A green report that was recorded by mistake is gone from the counts."""
    assert _stand([((("a", "passed"),), "recorded_by_mistake")]).counts == {}


def _matrix_outcome(*outcomes: CaseOutcome, reviews: Sequence[int] = ()) -> str:
    item = ItemFact("REQ-1", "software_requirement", "Stop", digest("text"), (), {})
    found = [CaseStanding(str(number), "system", one, (1,)) for number, one in enumerate(outcomes)]
    passed = [one for one in found if one.outcome == "passed"]
    cases = ItemCases(
        "REQ-1",
        "verifies",
        "system",
        tuple(one.case for one in passed),
        tuple(one.records for one in passed),
        tuple(one for one in found if one.outcome != "passed"),
    )
    return matrix_of([item], Traced([cases], {"REQ-1": reviews})).rows[0].outcome


@given(st.lists(st.sampled_from(get_args(CaseOutcome)), max_size=4), st.lists(st.just(7), max_size=1))
def test_matrix_shows_an_item_verified_only_by_passed_cases_or_a_review(
    outcomes: list[CaseOutcome], reviews: list[int]
) -> None:
    """One red makes a row failed; one case that has not passed, or none and no review, leaves it not verified."""
    shown = _matrix_outcome(*outcomes, reviews=reviews)
    if "red" in outcomes:
        assert shown == "failed"
    else:
        verified = set(outcomes) <= {"passed"} and bool(outcomes or reviews)
        assert shown == ("verified" if verified else "not_verified")


def test_a_case_counts_for_the_item_in_the_role_and_level_that_it_names() -> None:
    """Attack: a unit test, or a test of something else about the item, is shown as its system test."""
    items = [ItemFact("RC-1", "risk_control_measure", "Stop", digest("text"), (("controls", "SIT-1"),), {})]
    unrelated = ItemCases("RC-1", "mentions", "unit", ("a",), ((1,),), ())
    (row,) = matrix_of(items, Traced([unrelated])).rows
    assert (row.tests, row.outcome) == ((), "not_verified")
