"""What became of the test cases between two builds: gone, skipped since, and those that pass only now and then.

Clauses 5.6.6, 5.7.3, 6.3.1. A test that failed cannot be made to go away by deleting it: it is named until a person
says why it is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from clausework.evidence.detail import Case
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.evidence import TestResult
from clausework.trace.case_runs import CaseKey, OpenBlob, TestRuns, cases_in
from clausework.trace.releases import Released

Seen = Literal["passed", "red", "skipped"]


class Ran(msgspec.Struct, frozen=True):
    """What a case came to, the worst that any report says, and the items that it names itself."""

    seen: Seen
    items: frozenset[str]


Cases = Mapping[CaseKey, Ran]
"""Cases of an earlier build by level and identity."""

LinksOf = Callable[[Case, str], Iterable[tuple[str, str]]]
"""Returns what a case verifies, as pairs of role and item; the second argument is the name of the report's file."""


def _own_links(case: Case, _file_name: str) -> Iterable[tuple[str, str]]:
    return case.links


_WORST: Mapping[Seen, int] = {"skipped": 0, "passed": 1, "red": 2}


class VanishedCase(msgspec.Struct, frozen=True):
    """A case that an earlier build ran: level, identity, what it came to then, the items that it named.

    ``skipped`` tells that it is still there, and did not run.
    """

    level: str
    case: str
    was: Seen
    skipped: bool
    items: tuple[str, ...] = ()


class FlakyCase(msgspec.Struct, frozen=True):
    """A case that failed and passed on the same source tree: the records of both."""

    level: str
    case: str
    failed: tuple[int, ...]
    passed: tuple[int, ...]


class TestChanges(msgspec.Struct, frozen=True):
    """What an earlier build ran and this one did not; ``version`` is the release that had the build, if one did."""

    __test__ = False

    build: str
    version: str
    vanished: tuple[VanishedCase, ...]

    def of(self, level: str) -> tuple[VanishedCase, ...]:
        """Return the cases of one level."""
        return tuple(one for one in self.vanished if one.level == level)


def vanished_of(
    tests: Iterable[Record],
    set_aside: Collection[str],
    now: TestRuns,
    open_blob: OpenBlob,
    links_of: LinksOf = _own_links,
) -> Cases:
    """Return what those cases of the ``tests`` came to that are not there ``now``, or only skipped.

    Records in ``set_aside`` show only that a case was there. ``links_of`` says what a case of a file verifies.
    """
    found: dict[CaseKey, Ran] = {}
    for record in tests:
        if now.hold_all_of(record):
            continue
        result: TestResult = record.body
        aside = record.sha256 in set_aside
        name, level = result.clausework.reading.raw.name, result.clausework.origin.level
        for case in cases_in(record, open_blob):
            key = (level, case.identity)
            if now.presence(key) != "ran":
                earlier = found.get(key, Ran("skipped", frozenset()))
                seen = max(_seen(case, aside=aside), earlier.seen, key=_WORST.__getitem__)
                found[key] = Ran(seen, earlier.items | {item for _, item in links_of(case, name)})
    return found


def changes_since(build: str, version: str, vanished: Cases, now: TestRuns) -> TestChanges:
    """Return those of the cases that are gone or skipped ``now`` that passed or failed before."""
    return TestChanges(
        build,
        version,
        tuple(
            VanishedCase(
                level, case, ran.seen, now.presence((level, case)) == "skipped", tuple(sorted(ran.items))
            )
            for (level, case), ran in sorted(vanished.items())
            if ran.seen != "skipped"
        ),
    )


def flaky_of(runs: TestRuns) -> tuple[FlakyCase, ...]:
    """Return the cases that failed in one report about the source and passed in another, superseded or not."""
    return tuple(FlakyCase(*key, failed, passed) for key, failed, passed in runs.failed_and_passed())


def build_before(records: Sequence[Record], build: Build) -> Build | None:
    """Return the newest earlier build of the software item on its release line that is of another commit."""
    own = next(one.index for one in records if isinstance(one.body, Build) and one.body.id == build.id)
    return next(
        (
            one.body
            for one in reversed(records[:own])
            if isinstance(one.body, Build)
            and (one.body.software_item, one.body.line) == (build.software_item, build.line)
            and one.body.commit != build.commit
        ),
        None,
    )


def repeated(before: Sequence[Released], narrowed: Collection[str]) -> tuple[Released, ...]:
    """Return those of the releases ``before`` a version (newest first) whose tests it repeats.

    It is the last one; behind one whose regression was ``narrowed``, the one before it too: what was left out once is
    asked again.
    """
    found: list[Released] = []
    for one in before:
        found.append(one)
        if one.version not in narrowed:
            break
    return tuple(found)


def _seen(case: Case, *, aside: bool) -> Seen:
    if case.outcome == "skipped":
        return "skipped"
    return "passed" if case.outcome == "passed" or aside else "red"
