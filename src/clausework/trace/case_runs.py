"""What the test reports about a build say of each of its cases, read in one pass (clauses 5.5.5, 5.6.3, 5.7.1, 9.8).

Where cases and items stand, which cases are flaky, and which vanished since another build all follow from it. It keeps
one small entry for each case, however often the case ran.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, Literal

import msgspec

from clausework.evidence.detail import Case, read_detail
from clausework.ledger.records import Record
from clausework.ledger.records.evidence import TestResult
from clausework.trace.evidence_rules import EvidenceRule
from clausework.trace.marked_cases import MarkedCases, with_markers
from clausework.trace.standing import RUN_AGAIN
from clausework.trace.test_links import Holds, Link, TestLinks

CaseKey = tuple[str, str]
"""A test level and the identity of a case."""

Presence = Literal["gone", "skipped", "ran"]

OpenBlob = Callable[[str], BinaryIO]

_STILL_THERE = "defect_of_the_test"
"""The one cause of a supersession after which a case counts as there: the test ran, and was wrong itself."""

_PASSED_OR_SKIPPED = frozenset({"passed", "skipped"})
_MOST: Mapping[Presence, int] = {"gone": 0, "skipped": 1, "ran": 2}


class Report(msgspec.Struct, frozen=True):
    """A reading of a test report about a build, or of one whose failures stand for it.

    ``cause`` is why its record was set aside, ``None`` while it stands. ``counts`` tells that what passed in it is
    evidence, ``own`` that it is not of another build. Of several readings of one record one ``speaks`` for it.
    """

    record: Record
    cause: str | None
    own: bool
    counts: bool
    speaks: bool

    @property
    def level(self) -> str:
        """The test level that the report was recorded with."""
        result: TestResult = self.record.body
        return result.clausework.origin.level


class CaseRuns:
    """What counts of one case: the places, in ``TestRuns.reports``, of the reports that say so, each once, in order.

    ``set_aside`` are those in which it failed for what was signed to be a failure of the infrastructure. ``message`` is
    what the newest failure says, ``said_before`` what others said instead, each once.
    """

    __slots__ = (
        *("case", "file", "linked", "links", "message", "passed", "red", "said_before", "set_aside"),
        "skipped",
    )

    def __init__(self, case: str) -> None:
        self.case = case
        self.passed: tuple[int, ...] = ()
        self.red: tuple[int, ...] = ()
        self.skipped: tuple[int, ...] = ()
        self.set_aside: tuple[int, ...] = ()
        self.message = ""
        self.said_before: tuple[str, ...] = ()
        self.links: tuple[Link, ...] = ()
        self.linked = False
        self.file = ""

    def take(self, case: Case, here: tuple[int]) -> None:
        """Take what a report at the place ``here`` says, which nobody set aside."""
        if case.outcome == "passed":
            self.passed = _and_here(self.passed, here)
        elif case.outcome == "skipped":
            self.skipped = _and_here(self.skipped, here)
        else:
            if self.red and self.message != case.message and self.message not in self.said_before:
                self.said_before = (*self.said_before, self.message)
            self.red = _and_here(self.red, here)
            self.message = case.message

    def link(self, links: tuple[Link, ...]) -> None:
        """Take what a report says that the case verifies."""
        self.links = tuple(dict.fromkeys((*self.links, *links))) if self.links else links


class RunsBeside:
    """What does not count of one case, and yet was seen: in which reports it passed and failed, and whether it ran."""

    __slots__ = ("failed", "passed", "present")

    def __init__(self) -> None:
        self.passed: tuple[int, ...] = ()
        self.failed: tuple[int, ...] = ()
        self.present: Presence = "gone"

    def take(self, case: Case, here: tuple[int], *, still_there: bool) -> None:
        """Take what a report at the place ``here`` says; ``still_there`` where it shows that the case is there."""
        if case.outcome == "passed":
            self.passed = _and_here(self.passed, here)
        elif case.outcome != "skipped":
            self.failed = _and_here(self.failed, here)
        if still_there:
            self.present = _more(self.present, "skipped" if case.outcome == "skipped" else "ran")


class TestRuns:
    """All that the reports say: the ``cases`` that count, by level and identity, and what was seen ``beside`` them.

    ``by_hand`` are the cases of runs of a protocol by a person, ``met`` the rules that passed cases meet.
    """

    __test__ = False

    def __init__(self, reports: Sequence[Report]) -> None:
        self.reports = reports
        self.cases: dict[CaseKey, CaseRuns] = {}
        self.beside: dict[CaseKey, RunsBeside] = {}
        self.by_hand: set[str] = set()
        self.met: set[EvidenceRule] = set()
        self._indexes: dict[tuple[int, ...], tuple[int, ...]] = {(): ()}
        self._whole = frozenset(_reading(one.record) for one in reports if one.counts)

    def indexes(self, places: tuple[int, ...]) -> tuple[int, ...]:
        """Return the indexes of the records at ``places`` among the reports, each once, in log order."""
        found = self._indexes.get(places)
        if found is None:
            found = tuple(sorted({self.reports[one].record.index for one in places}))
            self._indexes[places] = found
        return found

    def presence(self, key: CaseKey) -> Presence:
        """Tell whether the case ran, was only skipped, or is not there."""
        case, beside = self.cases.get(key), self.beside.get(key)
        found: Presence = beside.present if beside else "gone"
        if case is not None and (case.passed or case.red):
            return "ran"
        return _more(found, "skipped") if case is not None and case.skipped else found

    def failed_and_passed(self) -> Iterator[tuple[CaseKey, tuple[int, ...], tuple[int, ...]]]:
        """Yield each case that failed in one report and passed in one, counted or not, with the indexes of both."""
        failing = {key for key, one in self.cases.items() if one.red or one.set_aside}
        failing |= {key for key, one in self.beside.items() if one.failed}
        for key in sorted(failing):
            case, beside = self.cases.get(key), self.beside.get(key)
            passed = (*(case.passed if case else ()), *(beside.passed if beside else ()))
            failed = (*((*case.red, *case.set_aside) if case else ()), *(beside.failed if beside else ()))
            both = self._spoken(failed), self._spoken(passed)
            if all(both):
                yield key, *both

    def _spoken(self, places: tuple[int, ...]) -> tuple[int, ...]:
        return self.indexes(tuple(one for one in places if self.reports[one].speaks))

    def hold_all_of(self, record: Record) -> bool:
        """Tell whether every case of the ``record`` ran here: it is one of the reports that count, and skips none."""
        result: TestResult = record.body
        return not result.clausework.counts.skipped and _reading(record) in self._whole


def read_runs(
    tests: Sequence[Record],
    red_tests: Sequence[Record],
    superseded: Mapping[str, str],
    open_blob: OpenBlob,
    holds_for: Callable[[Record], Holds],
    test_links: TestLinks,
    marked: MarkedCases,
    uncounted: Collection[str] = (),
) -> TestRuns:
    """Return what the ``tests`` about a build and the ``red_tests`` that stand for it say of each case.

    ``superseded`` holds the digests of the records that a signed decision set aside, with the cause. ``holds_for``
    returns what tells whether an item reads now as it did when a record was made: a result about an older text is not
    about it. ``test_links`` and the ``marked`` comments of the build's source say what a case verifies. ``uncounted``
    holds the digests of the records of which only what failed counts.
    """
    runs = TestRuns(_reports(tests, red_tests, superseded, uncounted))
    for place, report in enumerate(runs.reports):
        _take_report(runs, place, open_blob, holds_for(report.record), test_links, marked)
    return runs


def _take_report(
    runs: TestRuns, place: int, open_blob: OpenBlob, holds: Holds, test_links: TestLinks, marked: MarkedCases
) -> None:
    report, here = runs.reports[place], (place,)
    result: TestResult = report.record.body
    level, file_name = report.level, result.clausework.reading.raw.name
    for case in cases_in(report.record, open_blob):
        identity = case.identity
        key = (level, identity)
        failed = case.outcome not in _PASSED_OR_SKIPPED
        if not (report.counts or (failed and report.cause in {None, RUN_AGAIN})):
            still_there = report.cause == _STILL_THERE and (failed or report.own)
            if case.outcome != "skipped" or still_there:
                beside = runs.beside.get(key) or runs.beside.setdefault(key, RunsBeside())
                beside.take(case, here, still_there=still_there)
            continue
        run = runs.cases.get(key)
        if run is None:
            run = runs.cases[key] = CaseRuns(identity)
        if result.clausework.manual is not None:
            runs.by_hand.add(identity)
        case = with_markers(case, marked)
        links = test_links.links_of(case, file_name, holds)
        run.link(links)
        run.linked = run.linked or test_links.name_an_item(links) or test_links.name_an_item(case.links)
        run.file = case.file or run.file
        if report.cause is None:
            run.take(case, here)
            runs.met.update(test_links.rules_met(case, file_name, holds))
        else:
            run.set_aside = _and_here(run.set_aside, here)


def cases_in(record: Record, open_blob: OpenBlob) -> Iterator[Case]:
    """Yield the cases of a test report, one by one."""
    with open_blob(_detail_of(record)) as stream:
        yield from read_detail(stream, Case)


def _reports(
    tests: Sequence[Record],
    red_tests: Sequence[Record],
    superseded: Mapping[str, str],
    uncounted: Collection[str],
) -> list[Report]:
    """Return each reading once, in log order: a red report of the build itself is in both."""
    each = {(one.index, _detail_of(one)): one for one in (*tests, *red_tests)}
    speaking = {one.index: _detail_of(one) for one in (*tests, *red_tests)}
    own = {one.sha256 for one in tests}.difference(uncounted)
    return [
        Report(
            one,
            superseded.get(one.sha256),
            own=one.sha256 in own,
            counts=one.sha256 in own and one.sha256 not in superseded,
            speaks=speaking[one.index] == detail,
        )
        for (_, detail), one in sorted(each.items())
    ]


def _detail_of(record: Record) -> str:
    result: TestResult = record.body
    return result.clausework.reading.detail.sha256


def _reading(record: Record) -> tuple[str, str]:
    return record.sha256, _detail_of(record)


def _and_here(places: tuple[int, ...], here: tuple[int]) -> tuple[int, ...]:
    if not places:
        return here
    return places if places[-1] == here[0] else places + here


def _more(one: Presence, other: Presence) -> Presence:
    return max(one, other, key=_MOST.__getitem__)
