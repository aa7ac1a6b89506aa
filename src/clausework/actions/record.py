"""record: takes evidence files as they are, keeps their bytes, records what they say or why they cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from clausework.actions.evidence_target import EvidenceTarget
from clausework.actions.given_files import open_given, written_name
from clausework.actions.given_folders import files_under
from clausework.actions.manual_forms import held_against_protocol
from clausework.actions.recorded_before import replaced_by
from clausework.actions.workplace import Workplace
from clausework.core.clock import parse_timestamp, timestamp
from clausework.core.errors import InputRejected, Unavailable
from clausework.core.printable import printable
from clausework.evidence.format import (
    CoverageRead,
    FindingsRead,
    ProtectionRead,
    ProvenanceRead,
    Result,
    ReviewsRead,
    SbomRead,
    TestsRead,
    VexRead,
)
from clausework.evidence.reading import Accepted, Quarantined, read_evidence
from clausework.evidence.record import EvidenceBody, evidence_body, idempotency_of, rejection_body
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.records import PREDICATE_TYPES
from clausework.ledger.records.evidence import (
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
from clausework.ledger.records.values import Descriptor, Reference
from clausework.signatures.attestations import NotAttestations, NotVerified, verify_attestations
from clausework.trace.readings import reading_of

_MOST_NAMED = 50
_LARGEST_KEY = 1 << 20


class NotRecorded(Unavailable):
    """A file could not be read to its end, or what was derived from it could not be written."""

    hint = "See that the disk and the folder for temporary files have space, then record the file again."


class EvidenceRejected(InputRejected):
    """Some of the files could not be read whole. Their bytes are kept; nothing of them counts."""

    hint = (
        "Produce the named files again and record them under the same names. What no format reads is kept by --attach;"
        " what was given by mistake is set aside by 'clausework decide supersede'."
    )


class RecordedFile(msgspec.Struct, frozen=True):
    """What became of one file: its receipt, what it came to in a line, remarks, or why it was rejected."""

    path: str
    format: str
    accepted: bool
    existed: bool
    summary: str
    remarks: tuple[str, ...]
    index: int
    sha256: str
    size: int


class Recorded(msgspec.Struct, frozen=True):
    """All files of one call."""

    build: str
    files: tuple[RecordedFile, ...]

    def raise_rejected(self) -> None:
        """Raise ``EvidenceRejected`` naming every file that was not read whole."""
        rejected = [one for one in self.files if not one.accepted]
        if rejected:
            listing = "\n".join(f"  {one.path}: {one.summary}" for one in rejected[:_MOST_NAMED])
            more = len(rejected) - _MOST_NAMED
            listing += f"\n  and {more} more" if more > 0 else ""
            raise EvidenceRejected(f"{len(rejected)} of {len(self.files)} files were rejected:\n{listing}")


def record_files(
    workplace: Workplace,
    paths: Sequence[Path],
    target: EvidenceTarget,
    *,
    as_format: str | None = None,
    database_at: str = "",
    verify_with: Sequence[Path] = (),
    progress: Callable[[str, int, int], None] = lambda _path, _number, _count: None,
) -> Recorded:
    """Record every file under ``paths`` about ``target``.

    Each file has a record of its own, accepted or rejected; one that was recorded before is recognised.
    ``database_at`` is when the advisory data of a vulnerability scan was published, for reports that do not say (SARIF
    has no member for it); the record remarks that it was told, not read. ``verify_with`` are files of public keys in
    PEM: attestations that none of them signed are rejected, and the record names the keys. Raises ``NotATime``,
    ``EvidenceMissing``, ``KeyNotUsable``.
    """
    if database_at:
        database_at = timestamp(parse_timestamp(database_at))
    keys = tuple(_public_key(path) for path in verify_with)
    files = list(files_under(paths))
    recorded = []
    for number, path in enumerate(files):
        progress(str(path), number, len(files))
        recorded.append(_record(workplace, path, target, as_format, database_at, keys))
    return Recorded(target.origin.build, tuple(recorded))


def record_form(workplace: Workplace, path: Path, target: EvidenceTarget, name: str = "") -> RecordedFile:
    """Record the filled form of a manual test at ``path`` about ``target``, under ``name`` where that is another."""
    return _record(workplace, path, target, None, "", (), name)


def _record(
    workplace: Workplace,
    path: Path,
    target: EvidenceTarget,
    as_format: str | None,
    database_at: str,
    keys: tuple[bytes, ...],
    name: str = "",
) -> RecordedFile:
    try:
        with open_given(path) as stream:
            outcome = read_evidence(
                stream,
                name or written_name(path, workplace.root),
                workplace.ledger.blobs,
                as_format=as_format,
            )
    except OSError as error:
        raise NotRecorded(f"'{path}' cannot be taken in: {error.strerror}.") from error
    outcome = held_against_protocol(workplace, outcome, target, path)
    made = workplace.made()
    signers: tuple[str, ...] = ()
    if keys and isinstance(outcome, Accepted) and isinstance(outcome.result, ProvenanceRead):
        outcome, signers = _verified(workplace, outcome, keys)
    if isinstance(outcome, Accepted):
        outcome = _dated(outcome, database_at)
        body: EvidenceBody | Rejection = evidence_body(outcome, made, target.origin)
        raw, summary, remarks = outcome.reading.raw, _summary(outcome.result), outcome.reading.remarks
        form = outcome.format.name
        if signers and isinstance(body, Attestations):
            body = msgspec.structs.replace(body, verified_by=signers)
            summary += f", verified by {', '.join(one[:12] for one in signers)}"
            form = "+".join((form, *signers))
    else:
        body = rejection_body(outcome, made, target.origin)
        raw, remarks, form = outcome.raw, (), outcome.format
        at = f" (at byte {outcome.offset})" if outcome.offset >= 0 else ""
        summary = f"{outcome.reason}{at}"
    told = [form, raw.name, *_told_beside(target, outcome, database_at)]
    receipt = _append(workplace, target, body, told, raw)
    while receipt.existed and (later := replaced_by(workplace.snapshot().records, receipt.index, body)):
        receipt = _append(workplace, target, body, [*told, later], raw)
    if receipt.existed and isinstance(outcome, Accepted):
        _reread(workplace, receipt, outcome, target)
    return RecordedFile(
        path=name or printable(str(path)),
        format=form.partition("+")[0],
        accepted=isinstance(outcome, Accepted),
        existed=receipt.existed,
        summary=summary,
        remarks=remarks,
        index=receipt.index,
        sha256=raw.sha256,
        size=raw.size,
    )


def _append(
    workplace: Workplace,
    target: EvidenceTarget,
    body: EvidenceBody | Rejection,
    told: Sequence[str],
    raw: Descriptor,
) -> Receipt:
    """Append ``body``, unless the same bytes are recorded about the same thing with the same words ``told`` of them.

    The name is one of them: rules of evidence tell the reports of two platforms apart by it.
    """
    kind, level = PREDICATE_TYPES[type(body)], target.origin.level
    key = idempotency_of(kind, [target.anchor], level, "\0".join(told), raw.sha256)
    return workplace.ledger.append([Draft(target.about, body, key)])[0]


def _told_beside(
    target: EvidenceTarget, outcome: Accepted | Quarantined, database_at: str
) -> tuple[str, ...]:
    """Return what was said of a file when it was recorded and does not stand in it: said anew, it is new evidence."""
    configuration = target.origin.configuration
    dated = (
        isinstance(outcome, Accepted) and database_at and outcome.result.remarks[-1:] == _told(database_at)
    )
    return (*((configuration.sha256,) if configuration else ()), *((database_at,) if dated else ()))


def _public_key(path: Path) -> bytes:
    with open_given(path) as stream:
        return stream.read(_LARGEST_KEY)


def _verified(
    workplace: Workplace, accepted: Accepted, keys: tuple[bytes, ...]
) -> tuple[Accepted | Quarantined, tuple[str, ...]]:
    """Return the attestations with the keys that signed all of them, or why they are not what somebody signed."""
    raw = accepted.reading.raw
    try:
        with workplace.ledger.open_blob(raw.sha256) as stream:
            envelopes = verify_attestations(stream, keys)
    except (NotVerified, NotAttestations) as error:
        return Quarantined(raw, accepted.format.name, accepted.format.reader, error.message), ()
    return accepted, tuple(sorted({key for one in envelopes for key in one.keys}))


def _dated(accepted: Accepted, database_at: str) -> Accepted:
    """Return a vulnerability scan with the date of its data as it was told, where the report itself gives none."""
    result = accepted.result
    if (
        not database_at
        or not isinstance(result, FindingsRead)
        or result.analysis != "vulnerability"
        or result.database_at
    ):
        return accepted
    remarks = (*result.remarks, *_told(database_at))
    result = msgspec.structs.replace(result, database_at=database_at, remarks=remarks)
    reading = msgspec.structs.replace(accepted.reading, remarks=remarks)
    return msgspec.structs.replace(accepted, result=result, reading=reading)


def _told(database_at: str) -> tuple[str, ...]:
    return (f"the date of the advisory data, {database_at}, was told and not read",)


def _reread(workplace: Workplace, receipt: Receipt, accepted: Accepted, target: EvidenceTarget) -> None:
    """Append what a newer reader made of bytes that were recorded before."""
    reading = reading_of(workplace.record(receipt.index))
    if reading is None or reading.reader == accepted.reading.reader:
        return
    body = evidence_body(accepted, workplace.made(), target.origin)
    reread = Reread(
        workplace.made(),
        Reference(receipt.index, receipt.sha256),
        result=body if isinstance(body, TestResult) else None,
        coverage=body if isinstance(body, Coverage) else None,
        findings=body if isinstance(body, Findings) else None,
        sbom=body if isinstance(body, Sbom) else None,
        exploitability=body if isinstance(body, Exploitability) else None,
        attestations=body if isinstance(body, Attestations) else None,
        reviews=body if isinstance(body, ChangeReviews) else None,
        protection=body if isinstance(body, BranchProtection) else None,
    )
    key = idempotency_of(
        PREDICATE_TYPES[Reread],
        [receipt.sha256],
        target.origin.level,
        accepted.reading.reader,
        accepted.reading.raw.sha256,
    )
    workplace.ledger.append([Draft(target.about, reread, key)])


def _summary(result: Result) -> str:
    """Return what a file comes to in one line."""
    match result:
        case TestsRead(counts=counts):
            failed = counts.failed + counts.errored
            return f"{counts.cases} cases: {counts.passed} passed, {failed} failed, {counts.skipped} skipped"
        case CoverageRead(line=line, branch=branch, mcdc=mcdc):
            return (
                f"line {line}"
                + (f", branch {branch}" if branch else "")
                + (f", MC/DC {mcdc}" if mcdc else "")
            )
        case FindingsRead() as read:
            found = ", ".join(
                f"{count} {severity}" for severity, count in read.open_by_severity.items() if count
            )
            unfinished = "" if read.complete else "; the tool did not finish"
            left_out = f"; {len(read.not_evaluated)} not evaluated" if read.not_evaluated else ""
            return f"{', '.join(read.tools)}: {found or 'nothing open'}{left_out}{unfinished}"
        case SbomRead() as sbom:
            return f"{sbom.specification}: {sbom.component_count} components"
        case VexRead() as vex:
            said = ", ".join(
                f"{count} {status}" for status, count in vex.statements_by_status.items() if count
            )
            return f"{vex.author or 'somebody'} on exploitability: {said or 'nothing'}"
        case ProvenanceRead() as read:
            built = f" by {', '.join(read.builders)}" if read.builders else ""
            return f"{', '.join(read.predicate_types)} about {len(read.subjects)} digests{built}"
        case ReviewsRead() as reviews:
            return f"{reviews.changes} changes, {reviews.approved} approved by another than their author"
        case ProtectionRead() as read:
            guarded = sum(one.protected for one in read.branches)
            return f"{read.forge}: {guarded} of {len(read.branches)} named branches or patterns protected"
