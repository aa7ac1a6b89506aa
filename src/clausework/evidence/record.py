"""From a file that was read to the body of its record; pure: the same file gives the same body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import Defect
from clausework.evidence.format import (
    CoverageRead,
    FindingsRead,
    ProtectionRead,
    ProvenanceRead,
    ReviewsRead,
    SbomRead,
    TestsRead,
    VexRead,
)
from clausework.evidence.reading import Accepted, Quarantined
from clausework.ledger.records.evidence import (
    Attestations,
    ChangeReviews,
    Coverage,
    Exploitability,
    Findings,
    Rejection,
    ResourceDescriptor,
    Sbom,
    TestCounts,
    TestEvidence,
    TestResult,
)
from clausework.ledger.records.protection import BranchProtection, GuardedBranch
from clausework.ledger.records.values import Made, Origin

EvidenceBody = (
    TestResult | Coverage | Findings | Sbom | Exploitability | Attestations | ChangeReviews | BranchProtection
)

_MOST_NAMED = 20


class UnknownResult(Defect):
    """A reader returned what no record is made of."""


def evidence_body(accepted: Accepted, made: Made, origin: Origin) -> EvidenceBody:
    """Return the body of the record of an accepted file about ``origin``."""
    reading = accepted.reading
    match accepted.result:
        case TestsRead(counts=counts, manual=manual):
            raw = ResourceDescriptor(reading.raw.name, {"sha256": reading.raw.sha256}, reading.raw.media_type)
            evidence = TestEvidence(made, origin, reading, counts, manual.run if manual else None)
            return TestResult(overall(counts), (raw,), evidence)
        case CoverageRead(line=line, branch=branch, mcdc=mcdc):
            return Coverage(made, origin, reading, line, branch, mcdc)
        case FindingsRead() as read:
            return Findings(
                made,
                origin,
                reading,
                analysis=read.analysis,
                tools=read.tools,
                complete=read.complete,
                open_by_severity=read.open_by_severity,
                suppressed=read.suppressed,
                database_at=read.database_at,
                not_evaluated=read.not_evaluated[:_MOST_NAMED],
                not_evaluated_count=len(read.not_evaluated),
                targets=read.targets[:_MOST_NAMED],
            )
        case SbomRead() as sbom:
            return Sbom(
                made,
                origin,
                reading,
                specification=sbom.specification,
                serial=sbom.serial,
                component_count=sbom.component_count,
                main_component=sbom.main_component,
            )
        case VexRead() as vex:
            return Exploitability(
                made,
                origin,
                reading,
                author=vex.author,
                issued_at=vex.issued_at,
                statements_by_status=vex.statements_by_status,
            )
        case ProvenanceRead() as read:
            return Attestations(
                made,
                origin,
                reading,
                predicate_types=read.predicate_types,
                builders=read.builders,
                attested=read.subjects,
                key_ids=read.key_ids,
            )
        case ReviewsRead() as read:
            return ChangeReviews(made, origin, reading, changes=read.changes, approved=read.approved)
        case ProtectionRead() as read:
            return BranchProtection(made, origin, reading, read.forge, read.whole, _guarded(read))
    raise UnknownResult(f"A reader returned a {type(accepted.result).__name__}.")


def _guarded(read: ProtectionRead) -> tuple[GuardedBranch, ...]:
    """Return what the record names of an export: all branches that fit, each with the first of long lists."""
    return tuple(
        GuardedBranch(
            one.pattern,
            one.protected,
            one.reviews,
            one.checks[:_MOST_NAMED],
            one.pushers[:_MOST_NAMED],
            one.bypassers[:_MOST_NAMED],
            one.force_push,
            one.deletion,
        )
        for one in read.branches
    )


def overall(counts: TestCounts) -> Literal["PASSED", "WARNED", "FAILED"]:
    """Return the in-toto word for a report: ``PASSED`` only where every case, and at least one, passed."""
    if counts.failed or counts.errored:
        return "FAILED"
    return "PASSED" if counts.passed and counts.passed == counts.cases else "WARNED"


def rejection_body(quarantined: Quarantined, made: Made, origin: Origin) -> Rejection:
    """Return the body of the record of a file that was not read whole."""
    raw = quarantined.raw
    return Rejection(
        made,
        origin,
        format=quarantined.format,
        reader=quarantined.reader,
        raw_sha256=raw.sha256,
        raw_size=raw.size,
        name=raw.name,
        reason=quarantined.reason,
        offset=quarantined.offset,
    )


def idempotency_of(kind: str, subjects: Iterable[str], level: str, form: str, raw_sha256: str) -> str:
    """Return the digest under which the same bytes about the same subjects are recorded once.

    ``kind`` is the predicate type, ``subjects`` the digests that the evidence is about in any order. Neither
    time nor reader version is in it: recording a file again is no new evidence.
    """
    return sha256_of(
        canonical_json(
            {
                "kind": kind,
                "subjects": sorted(set(subjects)),
                "level": level,
                "format": form,
                "raw": raw_sha256,
            }
        )
    )
