"""What trace answers with: a matrix, the records that an item's rows rest on, and what confirms each result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from clausework.actions.workplace import Workplace
from clausework.evidence.tree_lines import read_tree
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.decisions import Decision
from clausework.ledger.records.evidence import TestResult
from clausework.reports.matrix_report import MatrixOf
from clausework.trace.confirmation import TestSources, confirmation
from clausework.trace.matrix import Matrix, MatrixRow, UnitRow
from clausework.trace.readings import reading_of


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


class Confirmed(msgspec.Struct, frozen=True):
    """One result behind an item: the case, its source file at the build's commit, and the confirmation's digest.

    ``test_source`` is git's ID of the source file's content, empty where the report does not name the file.
    """

    role: str
    level: str
    case: str
    outcome: str
    test_source: str
    confirmation: str


class Traced(msgspec.Struct, frozen=True):
    """The answer: the matrix, or an item's rows with the records that they rest on and the checkpoint over these."""

    of: MatrixOf
    records: tuple[ProvenRecord, ...]
    confirmations: tuple[Confirmed, ...]
    checkpoint: str


def rows_of(matrix: Matrix, item: str) -> list[MatrixRow | UnitRow]:
    """Return the item's own rows, in which its tests stand."""
    every: tuple[MatrixRow | UnitRow, ...] = (*matrix.rows, *matrix.units)
    return [row for row in every if row.id == item]


def confirmations_of(
    workplace: Workplace,
    build: Build,
    rows: Sequence[MatrixRow | UnitRow],
    record_at: Callable[[int], Record],
) -> tuple[Confirmed, ...]:
    """Return the confirmations behind ``rows``; ``record_at`` gives the records that they rest on."""
    sources = TestSources(
        read_tree(workplace.ledger.read_blob(build.tree.sha256)) if build.tree else {}, build.folder
    )
    confirmed = []
    for row in rows:
        sha256 = row.sha256 if isinstance(row, MatrixRow) else ""
        for test in row.tests:
            source = sources.of(test.case, test.file)
            reports = [
                reading.raw.sha256
                for number in test.records
                if (reading := reading_of(record_at(number))) is not None
            ]
            digest = confirmation(sha256, test.role, test.case, source, test.outcome, reports)
            confirmed.append(Confirmed(test.role, test.level, test.case, test.outcome, source, digest))
    return tuple(confirmed)


def proven_record(record: Record, run: str, proof: tuple[str, ...]) -> ProvenRecord:
    """Return a record behind an answer; ``run`` is that of the build that it is about, a build's own is its own."""
    reading = reading_of(record)
    body = record.body
    made = body.clausework.made if isinstance(body, TestResult) else body.made
    if isinstance(body, Build):
        run = f"{body.run.provider} {body.run.id}"
    return ProvenRecord(
        index=record.index,
        kind=type(body).__name__,
        at=made.at,
        by=made.actor if isinstance(body, Decision) else "pipeline",
        run=run,
        raw_name=reading.raw.name if reading else "",
        raw_sha256=reading.raw.sha256 if reading else "",
        statement_sha256=record.sha256,
        proof=proof,
    )
