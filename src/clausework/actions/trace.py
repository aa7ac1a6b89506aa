"""trace: the matrix of a build or release, or one item with its tests, outcomes, runs, commit, digests and proof."""

from __future__ import annotations

import msgspec

from clausework.actions.current_build import current_build
from clausework.actions.matrix import matrix_of_build
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.gates.folding import fold_facts
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.decisions import Decision
from clausework.ledger.records.evidence import TestResult
from clausework.ledger.records.release import Candidate, Release
from clausework.release.candidate import release_of
from clausework.trace.matrix import MatrixRow
from clausework.trace.readings import origin_of, reading_of


class ReleaseUnknown(UsageFault):
    """No such version was released."""

    hint = "'clausework status' lists the released versions."


class ItemNotTraced(UsageFault):
    """The item is not in the baseline of that build, or is of a type that has no row in the matrix."""

    hint = "Name a software requirement or a risk control; 'clausework trace' without an ID shows all."


class ProvenRecord(msgspec.Struct, frozen=True):
    """A record behind an answer: what it is, digests, and where the signed log holds it."""

    index: int
    kind: str
    at: str
    by: str
    run: str
    raw_name: str
    raw_sha256: str
    statement_sha256: str
    proof: tuple[str, ...]


class Traced(msgspec.Struct, frozen=True):
    """The answer: version and build, rows, the records that they rest on, the checkpoint that covers these."""

    version: str
    build: str
    software_item: str
    commit: str
    rows: tuple[MatrixRow, ...]
    records: tuple[ProvenRecord, ...]
    checkpoint: str


def trace(
    workplace: Workplace,
    *,
    item: str | None = None,
    version: str | None = None,
    build_id: str | None = None,
    software_item: str | None = None,
) -> tuple[Traced, ...]:
    """Return the matrix of a release's builds, or of one build; with ``item``, its row alone with proofs.

    Raises ``ReleaseUnknown``, ``ItemNotTraced``, ``BuildUnknown``.
    """
    snapshot = workplace.snapshot()
    if version is None:
        builds = [current_build(workplace, snapshot, build_id, software_item).body]
        baseline = ""
    else:
        candidate = _candidate_of(snapshot, version)
        by_id = {one.body.id: one.body for one in snapshot.records if isinstance(one.body, Build)}
        builds = [by_id[one] for one in candidate.builds]
        baseline = candidate.item_baseline
    traced = tuple(
        _trace_build(workplace, snapshot, build, item, version or "", baseline) for build in builds
    )
    if item is not None and not any(one.rows for one in traced):
        raise ItemNotTraced(f"'{item}' has no row in the matrix of {version or builds[0].id[:12]}.")
    return tuple(one for one in traced if one.rows or item is None)


def _candidate_of(snapshot: Snapshot, version: str) -> Candidate:
    released = release_of(snapshot.records, version)
    if released is None:
        known = ", ".join(one.body.version for one in snapshot.records if isinstance(one.body, Release))
        raise ReleaseUnknown(f"Version {version} was not released; released: {known or 'none'}.")
    candidate: Candidate = snapshot.records[released.body.candidate.index].body
    return candidate


def _trace_build(
    workplace: Workplace, snapshot: Snapshot, build: Build, item: str | None, version: str, baseline: str
) -> Traced:
    facts = fold_facts(
        snapshot,
        workplace.ledger,
        build.id,
        at=workplace.now(),
        version=version,
        item_baseline=baseline,
    )
    rows = matrix_of_build(facts).rows
    if item is not None:
        rows = tuple(row for row in rows if row.id == item)
    proven: tuple[ProvenRecord, ...] = ()
    if item is not None:
        numbers = {number for row in rows for test in row.tests for number in test.records}
        numbers |= {number for row in rows for number in row.reviews} | {facts.build.record}
        proven = tuple(_proven(workplace, snapshot, snapshot.records[number]) for number in sorted(numbers))
    return Traced(
        version,
        build.id,
        build.software_item,
        build.commit,
        rows,
        proven,
        workplace.ledger.checkpoint().note.decode(),
    )


def _proven(workplace: Workplace, snapshot: Snapshot, record: Record) -> ProvenRecord:
    reading = reading_of(record)
    body = record.body
    made = body.clausework.made if isinstance(body, TestResult) else body.made
    run = ""
    if isinstance(body, Build):
        run = f"{body.run.provider} {body.run.id}"
    elif reading is not None:
        run = _run_of(snapshot, record)
    return ProvenRecord(
        index=record.index,
        kind=type(body).__name__,
        at=made.at,
        by=made.actor if isinstance(body, Decision) else "pipeline",
        run=run,
        raw_name=reading.raw.name if reading else "",
        raw_sha256=reading.raw.sha256 if reading else "",
        statement_sha256=record.sha256,
        proof=tuple(workplace.ledger.proof(record.index)),
    )


def _run_of(snapshot: Snapshot, record: Record) -> str:
    origin = origin_of(record)
    for one in snapshot.records:
        if origin and isinstance(one.body, Build) and one.body.id == origin.build:
            return f"{one.body.run.provider} {one.body.run.id}"
    return ""
