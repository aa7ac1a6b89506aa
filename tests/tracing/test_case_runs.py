"""One pass over the reports says what three said before: which cases are flaky, there, skipped or gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.detail import CaseOutcome
from clausework.ledger.records import Record
from clausework.trace.case_runs import TestRuns, read_runs
from clausework.trace.marked_cases import MarkedCases
from clausework.trace.test_changes import changes_since, flaky_of, vanished_of
from clausework.trace.test_links import always, compile_links
from tests.tracing.making import build, detail_blobs, digest, in_log, origin_at, results

Outcomes = tuple[tuple[str, CaseOutcome], ...]
Report = tuple[Outcomes, str | None, bool, bool]
"""The cases of a report, why it was set aside, whether it is of the build itself, and whether its passes count."""

BUILD = build("this")
LINKS = compile_links((), ())
CAUSES = ("infrastructure", "defect_of_the_test", "defect_of_the_tool", "recorded_by_mistake")

cases = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(("passed", "failed", "errored", "skipped"))), max_size=4
).map(tuple)
reports = st.lists(
    st.tuples(cases, st.none() | st.sampled_from(CAUSES), st.booleans(), st.booleans()), max_size=5
)


def failed(outcome: str) -> bool:
    """Tell whether a case that came to this failed."""
    return outcome in {"failed", "errored"}


def logged(given_reports: Sequence[Report]) -> list[Record]:
    """Return the reports as records."""
    return in_log(
        *(
            results(origin_at(BUILD), raw=str(number), red=any(failed(o) for _, o in one[0]))
            for number, one in enumerate(given_reports)
        )
    )


def runs_of(given_reports: Sequence[Report]) -> TestRuns:
    """Read the reports as a gate does: foreign ones are there for what failed in them."""
    records = logged(given_reports)
    own = [one for one, (_, _, is_own, _) in zip(records, given_reports, strict=True) if is_own]
    return read_runs(
        own,
        [one for one in records if one.body.result == "FAILED"],
        {digest(f"record {n}"): one[1] for n, one in enumerate(given_reports) if one[1] is not None},
        detail_blobs({str(number): one[0] for number, one in enumerate(given_reports)}),
        lambda _record: always,
        LINKS,
        MarkedCases(()),
        {digest(f"record {n}") for n, one in enumerate(given_reports) if not one[3]},
    )


def read(given_reports: Sequence[Report]) -> list[tuple[int, Report]]:
    """Return the reports that are read at all: those of the build, and others in which something failed."""
    return [
        (number, one)
        for number, one in enumerate(given_reports)
        if one[2] or any(failed(o) for _, o in one[0])
    ]


@given(reports)
def test_flaky_is_what_failed_and_passed_in_whatever_report(given_reports: list[Report]) -> None:
    """PROPERTY a case is called flaky by every report about the source, set aside or not, counted or not."""
    expected = {}
    for name in "abc":
        red = [n for n, one in read(given_reports) if any(c == name and failed(o) for c, o in one[0])]
        green = [n for n, one in read(given_reports) if (name, "passed") in one[0]]
        if red and green:
            expected[name] = (tuple(red), tuple(green))
    found = {
        one.case.rpartition("/")[2]: (one.failed, one.passed) for one in flaky_of(runs_of(given_reports))
    }
    assert found == expected


def present(given_reports: Sequence[Report], name: str) -> str:
    """Say in plain words what ``presence`` must come to."""
    seen = set()
    for _, (outcomes, cause, is_own, counts) in read(given_reports):
        if cause not in {None, "defect_of_the_test"}:
            continue
        seen |= {
            "skipped" if outcome == "skipped" else "ran"
            for case, outcome in outcomes
            if case == name and (failed(outcome) or (is_own and counts))
        }
    return "ran" if "ran" in seen else "skipped" if seen else "gone"


@given(reports)
def test_a_case_is_there_by_reports_that_count_and_by_what_failed(given_reports: list[Report]) -> None:
    """PROPERTY what passed counts in the build's own reports; a wrong test was there."""
    runs = runs_of(given_reports)
    for name in "abc":
        assert runs.presence(("unit", f"suite/class/{name}")) == present(given_reports, name)


@given(reports, reports)
def test_vanished_cases_are_told_whatever_is_read_only_once(before: list[Report], now: list[Report]) -> None:
    """PROPERTY a report that both builds share is not read again for the earlier one, and nothing vanishes by that."""
    runs = runs_of(now)
    opened: list[str] = []
    blobs = detail_blobs({str(number): one[0] for number, one in enumerate(now)})

    def open_blob(sha256: str) -> BinaryIO:
        opened.append(sha256)
        return blobs(sha256)

    shared = vanished_of(logged(now), (), runs, open_blob)
    assert all(runs.presence(key) != "ran" for key in shared)
    whole = [one for one in logged(now) if runs.hold_all_of(one)]
    assert len(opened) == len(now) - len(whole)
    earlier = detail_blobs({str(number): one[0] for number, one in enumerate(before)})
    told = changes_since("b", "", vanished_of(logged(before), (), runs_of([]), earlier), runs_of([]))
    assert {one.case.rpartition("/")[2] for one in told.vanished} == {
        name for outcomes, *_ in before for name, outcome in outcomes if outcome != "skipped"
    }


def test_two_readings_of_one_report_make_no_case_flaky() -> None:
    """A newer reader that sees less is no second run: what was red stays red, and is not called flaky for it."""
    (first,) = logged([((("a", "failed"),), None, True, True)])
    again = results(origin_at(BUILD), raw="again")
    newer = msgspec.structs.replace(first, body=again)
    blobs = detail_blobs({"0": (("a", "failed"),), "again": (("a", "passed"),)})
    runs = read_runs([first, newer], [first], {}, blobs, lambda _: always, LINKS, MarkedCases(()))
    assert flaky_of(runs) == ()
    (case,) = runs.cases.values()
    assert (len(case.red), len(case.passed)) == (1, 1)
