"""From test records to what each case and each item stands at, for one build.

A case that failed in any record that nobody superseded is red, whatever passed later (no silent flip). A case that
was only skipped has not passed. A failure that was superseded as one of the infrastructure is not gone: the case has
to be run again and pass. An item is verified by a case that passed and never by one that did not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Literal, get_args

import msgspec

from clausework.evidence.detail import Case, read_detail
from clausework.ledger.records import Record
from clausework.ledger.records.evidence import TestResult

CaseOutcome = Literal["passed", "red", "not_run_again", "skipped"]

RUN_AGAIN = "infrastructure"
"""The cause of a supersession that says nothing about the case itself: only another run of it can."""


class CaseStanding(msgspec.Struct, frozen=True):
    """A case at a test level: its identity, where it stands, and the records that say so (red ones, if any)."""

    case: str
    level: str
    outcome: CaseOutcome
    records: tuple[int, ...]
    message: str = ""


class ItemCases(msgspec.Struct, frozen=True):
    """The cases that verify an item in one role at one level: which passed, in which records, and which did not."""

    item: str
    role: str
    level: str
    passed: tuple[str, ...]
    passed_records: tuple[tuple[int, ...], ...]
    not_passed: tuple[CaseStanding, ...]

    @property
    def records(self) -> tuple[int, ...]:
        """The records in which any of the cases stands."""
        found = {index for indexes in self.passed_records for index in indexes}
        return tuple(sorted(found | {index for one in self.not_passed for index in one.records}))


class TestStanding(msgspec.Struct, frozen=True):
    """All that a build's tests say: cases that are not passed, counts by level and outcome, and cases by item."""

    __test__ = False

    counts: dict[str, dict[str, int]]
    not_passed: tuple[CaseStanding, ...]
    items: tuple[ItemCases, ...]


class _Fold:
    """What is known of one case while records are read in log order."""

    __slots__ = ("links", "message", "passed", "red", "set_aside", "skipped")

    def __init__(self) -> None:
        self.passed: list[int] = []
        self.red: list[int] = []
        self.skipped: list[int] = []
        self.set_aside: list[int] = []
        self.message = ""
        self.links: set[tuple[str, str]] = set()

    def take(self, case: Case, index: int, links: Iterable[tuple[str, str]]) -> None:
        self.links.update(links)
        if case.outcome == "passed":
            self.passed.append(index)
        elif case.outcome == "skipped":
            self.skipped.append(index)
        else:
            self.red.append(index)
            self.message = case.message

    def take_set_aside(self, index: int, links: Iterable[tuple[str, str]]) -> None:
        self.links.update(links)
        self.set_aside.append(index)

    def standing(self, identity: str, level: str) -> CaseStanding:
        if self.red:
            return CaseStanding(identity, level, "red", _distinct(self.red), self.message[:400])
        if self.passed:
            return CaseStanding(identity, level, "passed", _distinct(self.passed))
        if self.set_aside:
            return CaseStanding(identity, level, "not_run_again", _distinct(self.set_aside))
        return CaseStanding(identity, level, "skipped", _distinct(self.skipped))


def _distinct(indexes: list[int]) -> tuple[int, ...]:
    return tuple(sorted(set(indexes)))


def standing_of_tests(
    tests: Sequence[Record],
    red_tests: Sequence[Record],
    superseded: Mapping[str, str],
    open_blob: Callable[[str], BinaryIO],
    link_holds: Callable[[Record, str], bool],
) -> TestStanding:
    """Return what the ``tests`` about a build and the ``red_tests`` that stand for it say together.

    ``superseded`` holds the digests of the records that a signed decision set aside, with the cause. ``link_holds``
    tells whether an item reads now as it did when a record was made: a result about an older text is not about it.
    """
    cases: dict[tuple[str, str], _Fold] = {}
    about = {record.sha256 for record in tests}
    for record in _in_log_order(tests, red_tests):
        cause = superseded.get(record.sha256)
        if cause is not None and cause != RUN_AGAIN:
            continue
        result: TestResult = record.body
        for case in _cases_of(result, open_blob):
            red = case.outcome not in {"passed", "skipped"}
            if red or (cause is None and record.sha256 in about):
                fold = cases.setdefault((result.clausework.origin.level, case.identity), _Fold())
                links = [link for link in case.links if link_holds(record, link[1])]
                if cause is None:
                    fold.take(case, record.index, links)
                else:
                    fold.take_set_aside(record.index, links)
    return _standing_of(cases)


def _in_log_order(tests: Sequence[Record], red_tests: Sequence[Record]) -> list[Record]:
    """Return each reading once: a red report of the build itself is in both."""
    each = {(one.index, one.body.clausework.reading.detail.sha256): one for one in (*tests, *red_tests)}
    return [each[key] for key in sorted(each)]


def _cases_of(result: TestResult, open_blob: Callable[[str], BinaryIO]) -> Iterator[Case]:
    with open_blob(result.clausework.reading.detail.sha256) as stream:
        yield from read_detail(stream, Case)


def _standing_of(cases: dict[tuple[str, str], _Fold]) -> TestStanding:
    counts: dict[str, dict[str, int]] = {}
    not_passed: list[CaseStanding] = []
    by_item: dict[tuple[str, str, str], list[CaseStanding]] = {}
    for (level, identity), fold in cases.items():
        standing = fold.standing(identity, level)
        of_level = counts.setdefault(level, dict.fromkeys(get_args(CaseOutcome), 0))
        of_level[standing.outcome] += 1
        if standing.outcome != "passed":
            not_passed.append(standing)
        for role, item in fold.links:
            by_item.setdefault((item, role, level), []).append(standing)
    items = tuple(_item_cases(key, standings) for key, standings in sorted(by_item.items()))
    return TestStanding(counts, tuple(not_passed), items)


def _item_cases(key: tuple[str, str, str], standings: Iterable[CaseStanding]) -> ItemCases:
    item, role, level = key
    ordered = sorted(standings, key=lambda one: one.case)
    passed = [one for one in ordered if one.outcome == "passed"]
    return ItemCases(
        item,
        role,
        level,
        tuple(one.case for one in passed),
        tuple(one.records for one in passed),
        tuple(one for one in ordered if one.outcome != "passed"),
    )
