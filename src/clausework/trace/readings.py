"""Evidence as it is read now: each file's newest reading, and beside it every earlier reading that was red.

A newer reader may see more in the same bytes, or less. Where it sees less, what was red stays until a person
supersedes the record: a new version of a reader is no way round a red result (clauses 5.6.8, 5.7.2, 9.8).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from clausework.ledger.records import Record
from clausework.ledger.records.evidence import (
    Attachment,
    Attestations,
    ChangeReviews,
    Coverage,
    Exploitability,
    Findings,
    Rejection,
    Reread,
    Sbom,
    TestResult,
)
from clausework.ledger.records.protection import BranchProtection
from clausework.ledger.records.values import Origin, Reading

EvidenceBody = (
    TestResult | Coverage | Findings | Sbom | Exploitability | Attestations | ChangeReviews | BranchProtection
)
_Read = Coverage | Findings | Sbom | Exploitability | Attestations | ChangeReviews | BranchProtection


def origin_of(record: Record) -> Origin | None:
    """Return what an evidence record says that it is about; ``None`` for records of other kinds."""
    body = record.body
    if isinstance(body, TestResult):
        return body.clausework.origin
    if isinstance(body, _Read | Rejection | Attachment):
        return body.origin
    return None


def reading_of(record: Record) -> Reading | None:
    """Return how an evidence record's file was read; ``None`` for records of other kinds."""
    body = record.body
    if isinstance(body, TestResult):
        return body.clausework.reading
    if isinstance(body, _Read):
        return body.reading
    return None


def rereads(records: Iterable[Record]) -> dict[str, tuple[Record, ...]]:
    """Return the later readings by the digest of the record whose file they read again, in log order."""
    found: dict[str, list[Record]] = {}
    for record in records:
        if isinstance(record.body, Reread):
            found.setdefault(record.body.replaces.sha256, []).append(record)
    return {sha256: tuple(later) for sha256, later in found.items()}


def readings(
    chosen: Iterable[Record], later: dict[str, tuple[Record, ...]], kind: type[EvidenceBody]
) -> tuple[Record, ...]:
    """Return the ``chosen`` records of ``kind`` as they are read now.

    Each stands under its own index and digest whichever reading it shows, so that superseding it sets the file
    aside whole. A record comes again, with an earlier reading, where that was red.
    """
    current: list[Record] = []
    for record in chosen:
        if isinstance(record.body, kind):
            bodies = [record.body, *_bodies(record, later.get(record.sha256, ()), kind)]
            shown = [*(body for body in bodies[:-1] if is_red(body)), bodies[-1]]
            current += [msgspec.structs.replace(record, body=body) for body in shown]
    return tuple(current)


def is_red(body: EvidenceBody) -> bool:
    """Tell whether the reading shows a failed case, an open finding, or a tool that did not finish."""
    if isinstance(body, TestResult):
        return body.result == "FAILED"
    if isinstance(body, Findings):
        return (
            not body.complete
            or any(body.open_by_severity.values())
            or body.suppressed > 0
            or body.not_evaluated_count > 0
        )
    return False


def _bodies(record: Record, later: Iterable[Record], kind: type[EvidenceBody]) -> list[EvidenceBody]:
    """Return the bodies that read the same bytes about the same build and level; any other is no rereading."""
    bodies: list[EvidenceBody] = []
    for one in later:
        reread: Reread = one.body
        body = (
            reread.result
            or reread.coverage
            or reread.findings
            or reread.sbom
            or reread.exploitability
            or reread.attestations
            or reread.reviews
            or reread.protection
        )
        if body is not None and isinstance(body, kind):
            again = msgspec.structs.replace(record, body=body)
            if _identity(again) == _identity(record):
                bodies.append(body)
    return bodies


def _identity(record: Record) -> tuple[str, ...]:
    origin, reading = origin_of(record), reading_of(record)
    if origin is None or reading is None:
        return ()
    return (origin.software_item, origin.build, origin.source_tree, origin.level, reading.raw.sha256)
