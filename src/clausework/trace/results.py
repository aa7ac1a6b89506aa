"""From test records to what each case and each item stands at, for one build.

A case that failed in any record that nobody superseded is red, whatever passed later (no silent flip). A case that
was only skipped has not passed. A failure that was superseded as one of the infrastructure is not gone: the case has
to be run again and pass. An item is verified by a case that passed and never by one that did not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Literal, get_args

import msgspec

from clausework.evidence.detail import Case, read_detail
from clausework.ledger.records import Record
from clausework.ledger.records.evidence import TestResult
from clausework.trace.evidence_rules import EvidenceRule
from clausework.trace.marked_cases import MarkedCases, with_markers
from clausework.trace.standing import RUN_AGAIN
from clausework.trace.test_links import TestLinks

CaseOutcome = Literal["passed", "red", "not_run_again", "skipped", "missing"]

_MOST_UNLINKED = 20
_SYSTEM = "system"
_INTEGRATION = "integration"


class CaseStanding(msgspec.Struct, frozen=True):
    """A case at a test level: its identity, where it stands, and the records that say so (red ones, if any)."""

    case: str
    level: str
    outcome: CaseOutcome
    records: tuple[int, ...]
    message: str = ""
    file: str = ""


class ItemCases(msgspec.Struct, frozen=True):
    """The cases that verify an item in one role at one level: which passed, in which records, and which did not.

    ``passed_places`` are the source files of those that passed, as their reports name them, in the same order.
    """

    item: str
    role: str
    level: str
    passed: tuple[str, ...]
    passed_records: tuple[tuple[int, ...], ...]
    not_passed: tuple[CaseStanding, ...]
    passed_places: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[int, ...]:
        """The records in which any of the cases stands."""
        found = {index for indexes in self.passed_records for index in indexes}
        return tuple(sorted(found | {index for one in self.not_passed for index in one.records}))


class TestStanding(msgspec.Struct, frozen=True):
    """All that a build's tests say: cases that are not passed, counts by level and outcome, and cases by item.

    ``unlinked`` holds by level the first of the cases that name no item, ``unlinked_counts`` how many there are.
    ``integration`` names the integration tests that a machine ran, whose procedures are evaluated (5.6.5).
    """

    __test__ = False

    counts: dict[str, dict[str, int]]
    not_passed: tuple[CaseStanding, ...]
    items: tuple[ItemCases, ...]
    unlinked: dict[str, tuple[str, ...]] = {}
    unlinked_counts: dict[str, int] = {}
    integration: tuple[str, ...] = ()


class _Fold:
    """What is known of one case while records are read in log order."""

    __slots__ = ("file", "linked", "links", "message", "passed", "red", "set_aside", "skipped")

    def __init__(self) -> None:
        self.passed: list[int] = []
        self.red: list[int] = []
        self.skipped: list[int] = []
        self.set_aside: list[int] = []
        self.message = ""
        self.links: set[tuple[str, str]] = set()
        self.linked = False
        self.file = ""

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
            return CaseStanding(identity, level, "red", _distinct(self.red), self.message[:400], self.file)
        ran_since = not self.set_aside or max(self.passed, default=-1) > max(self.set_aside)
        if self.passed and ran_since:
            return CaseStanding(identity, level, "passed", _distinct(self.passed), file=self.file)
        if self.set_aside:
            return CaseStanding(identity, level, "not_run_again", _distinct(self.set_aside), file=self.file)
        return CaseStanding(identity, level, "skipped", _distinct(self.skipped), file=self.file)


def _distinct(indexes: list[int]) -> tuple[int, ...]:
    return tuple(sorted(set(indexes)))


def standing_of_tests(
    tests: Sequence[Record],
    red_tests: Sequence[Record],
    superseded: Mapping[str, str],
    open_blob: Callable[[str], BinaryIO],
    link_holds: Callable[[Record, str], bool],
    test_links: TestLinks,
    marked: MarkedCases,
    uncounted: Collection[str] = (),
) -> TestStanding:
    """Return what the ``tests`` about a build and the ``red_tests`` that stand for it say together.

    ``superseded`` holds the digests of the records that a signed decision set aside, with the cause. ``link_holds``
    tells whether an item reads now as it did when a record was made: a result about an older text is not about it.
    ``test_links`` and the ``marked`` comments of the build's source say what a case verifies. Where a test case of
    the items has a rule that no passed case meets, the test is ``missing`` for all that it verifies. ``uncounted``
    holds the digests of the records of which only what failed counts.
    """
    cases: dict[tuple[str, str], _Fold] = {}
    by_hand: set[str] = set()
    met: set[EvidenceRule] = set()
    about = {record.sha256 for record in tests}.difference(uncounted)
    for record in _in_log_order(tests, red_tests):
        cause = superseded.get(record.sha256)
        if cause is not None and cause != RUN_AGAIN:
            continue
        result: TestResult = record.body
        file_name = result.clausework.reading.raw.name
        holds = functools.partial(link_holds, record)
        for case in _cases_of(result, open_blob):
            red = case.outcome not in {"passed", "skipped"}
            if red or (cause is None and record.sha256 in about):
                fold = cases.setdefault((result.clausework.origin.level, case.identity), _Fold())
                if result.clausework.manual is not None:
                    by_hand.add(case.identity)
                case = with_markers(case, marked)
                links = test_links.links_of(case, file_name, holds)
                fold.linked = fold.linked or test_links.name_an_item((*links, *case.links))
                fold.file = case.file or fold.file
                if cause is None:
                    fold.take(case, record.index, links)
                    met.update(test_links.rules_met(case, file_name, holds))
                else:
                    fold.take_set_aside(record.index, links)
    standing = _standing_of(cases, test_links, test_links.unmet(met))
    named = (case for level, case in cases if level == _INTEGRATION and case not in by_hand)
    return msgspec.structs.replace(standing, integration=tuple(sorted(named)))


def _in_log_order(tests: Sequence[Record], red_tests: Sequence[Record]) -> list[Record]:
    """Return each reading once: a red report of the build itself is in both."""
    each = {(one.index, one.body.clausework.reading.detail.sha256): one for one in (*tests, *red_tests)}
    return [each[key] for key in sorted(each)]


def _cases_of(result: TestResult, open_blob: Callable[[str], BinaryIO]) -> Iterator[Case]:
    with open_blob(result.clausework.reading.detail.sha256) as stream:
        yield from read_detail(stream, Case)


def _standing_of(
    cases: dict[tuple[str, str], _Fold], test_links: TestLinks, unmet: Sequence[EvidenceRule]
) -> TestStanding:
    counts: dict[str, dict[str, int]] = {}
    not_passed: list[CaseStanding] = []
    by_item: dict[tuple[str, str, str], list[CaseStanding]] = {}
    for (level, identity), fold in cases.items():
        standing = fold.standing(identity, level)
        of_level = counts.get(level) or counts.setdefault(level, dict.fromkeys(get_args(CaseOutcome), 0))
        of_level[standing.outcome] += 1
        if standing.outcome != "passed":
            not_passed.append(standing)
        for role, item in fold.links:
            by_item.setdefault((item, role, level), []).append(standing)
    for rule in unmet:
        _miss(rule, test_links, by_item)
    items = tuple(_item_cases(key, standings) for key, standings in sorted(by_item.items()))
    unlinked: dict[str, list[str]] = {}
    for (level, identity), fold in cases.items():
        if not fold.linked:
            unlinked.setdefault(level, []).append(identity)
    return TestStanding(
        counts,
        tuple(not_passed),
        items,
        {level: tuple(sorted(names)[:_MOST_UNLINKED]) for level, names in sorted(unlinked.items())},
        {level: len(names) for level, names in sorted(unlinked.items())},
    )


def _miss(
    rule: EvidenceRule, test_links: TestLinks, by_item: dict[tuple[str, str, str], list[CaseStanding]]
) -> None:
    """Put the test that nobody ran as ``rule`` wants it among the cases of all that it stands for, at every level."""
    message = f"no passed case meets {rule.item}'s rule '{rule.text}'"
    for role, item in (("verifies", rule.item), *test_links.through(rule.item)):
        levels = {level for one, _, level in by_item if one == item} or {_SYSTEM}
        for level in levels:
            missing = CaseStanding(f"{rule.item}: {rule.text}", level, "missing", (), message)
            by_item.setdefault((item, role, level), []).append(missing)


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
        tuple(one.file for one in passed) if any(one.file for one in passed) else (),
    )
