"""From test records to what each case and each item stands at, for one build.

A case that failed in any record that nobody superseded is red, whatever passed later (no silent flip). A case that
was only skipped has not passed. A failure that was superseded as one of the infrastructure is not gone: the case has
to be run again and pass. An item is verified by a case that passed and never by one that did not.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import Literal, get_args

import msgspec

from clausework.trace.case_runs import CaseRuns, TestRuns
from clausework.trace.evidence_rules import EvidenceRule
from clausework.trace.test_links import TestLinks

CaseOutcome = Literal["passed", "red", "not_run_again", "skipped", "missing"]

_MOST_UNLINKED = 20
_LONGEST_MESSAGE = 400
_MOST_SAID = 20
_SYSTEM = "system"
_INTEGRATION = "integration"


class CaseStanding(msgspec.Struct, frozen=True):
    """A case at a test level: its identity, where it stands, and the records that say so (red ones, if any).

    ``message`` is what its newest failure says; ``said_before`` what others said instead, the first of them.
    """

    case: str
    level: str
    outcome: CaseOutcome
    records: tuple[int, ...]
    message: str = ""
    file: str = ""
    said_before: tuple[str, ...] = ()


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


def standing_of_tests(runs: TestRuns, test_links: TestLinks) -> TestStanding:
    """Return what the reports that were read into ``runs`` say together.

    Where a test case of the items has a rule that no passed case meets, the test is ``missing`` for all that it
    verifies.
    """
    counts: dict[str, dict[str, int]] = {}
    not_passed: list[CaseStanding] = []
    by_item: dict[_ItemKey, _CasesOfItem] = {}
    unlinked: dict[str, list[str]] = {}
    for (level, identity), run in runs.cases.items():
        outcome = _outcome_of(run, runs)
        of_level = counts.get(level) or counts.setdefault(level, dict.fromkeys(get_args(CaseOutcome), 0))
        of_level[outcome] += 1
        standing = None if outcome == "passed" else _standing(run, level, outcome, runs)
        if standing is not None:
            not_passed.append(standing)
        for role, item in run.links:
            key = (item, role, level)
            of_item = by_item.get(key) or by_item.setdefault(key, _CasesOfItem())
            of_item.take(run, standing)
        if not run.linked:
            unlinked.setdefault(level, []).append(identity)
    for rule in test_links.unmet(runs.met):
        _miss(rule, test_links, by_item)
    return TestStanding(
        counts,
        tuple(not_passed),
        tuple(_item_cases(key, found, runs) for key, found in sorted(by_item.items(), key=itemgetter(0))),
        {level: tuple(sorted(names)[:_MOST_UNLINKED]) for level, names in sorted(unlinked.items())},
        {level: len(names) for level, names in sorted(unlinked.items())},
        tuple(
            sorted(case for level, case in runs.cases if level == _INTEGRATION and case not in runs.by_hand)
        ),
    )


_ItemKey = tuple[str, str, str]


class _CasesOfItem:
    """The cases of an item in one role at one level, while they are gathered."""

    __slots__ = ("not_passed", "passed")

    def __init__(self) -> None:
        self.passed: list[CaseRuns] = []
        self.not_passed: list[CaseStanding] = []

    def take(self, run: CaseRuns, standing: CaseStanding | None) -> None:
        if standing is None:
            self.passed.append(run)
        else:
            self.not_passed.append(standing)


def _outcome_of(run: CaseRuns, runs: TestRuns) -> CaseOutcome:
    if run.red:
        return "red"
    aside = runs.indexes(run.set_aside)
    if run.passed and (not aside or runs.indexes(run.passed)[-1] > aside[-1]):
        return "passed"
    return "not_run_again" if aside else "skipped"


def _standing(run: CaseRuns, level: str, outcome: CaseOutcome, runs: TestRuns) -> CaseStanding:
    if outcome == "red":
        said, *before = dict.fromkeys(one[:_LONGEST_MESSAGE] for one in (run.message, *run.said_before))
        more = [f"and {len(before) - _MOST_SAID} more"] if len(before) > _MOST_SAID else []
        told = (*before[:_MOST_SAID], *more)
        return CaseStanding(run.case, level, outcome, runs.indexes(run.red), said, run.file, told)
    places = run.set_aside if outcome == "not_run_again" else run.skipped
    return CaseStanding(run.case, level, outcome, runs.indexes(places), file=run.file)


def _miss(rule: EvidenceRule, test_links: TestLinks, by_item: dict[_ItemKey, _CasesOfItem]) -> None:
    """Put the test that nobody ran as ``rule`` wants it among the cases of all that it stands for, at every level."""
    message = f"no passed case meets {rule.item}'s rule '{rule.text}'"
    for role, item in (("verifies", rule.item), *test_links.through(rule.item)):
        levels = {level for one, _, level in by_item if one == item} or {_SYSTEM}
        for level in levels:
            missing = CaseStanding(f"{rule.item}: {rule.text}", level, "missing", (), message)
            by_item.setdefault((item, role, level), _CasesOfItem()).not_passed.append(missing)


def _item_cases(key: _ItemKey, found: _CasesOfItem, runs: TestRuns) -> ItemCases:
    item, role, level = key
    passed = sorted(found.passed, key=attrgetter("case"))
    return ItemCases(
        item,
        role,
        level,
        tuple(one.case for one in passed),
        tuple(runs.indexes(one.passed) for one in passed),
        tuple(sorted(found.not_passed, key=attrgetter("case"))),
        tuple(one.file for one in passed) if any(one.file for one in passed) else (),
    )
