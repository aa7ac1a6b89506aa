"""record: takes evidence files as they are, keeps their bytes, records what they say or why they cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from clausework.actions.current_build import build_subjects, current_build
from clausework.actions.given_files import FileUnreadable, open_given, written_name
from clausework.actions.workplace import Workplace
from clausework.core.clock import parse_timestamp, timestamp
from clausework.core.errors import InputRejected, Unavailable, UsageFault
from clausework.core.printable import printable
from clausework.evidence.formats import CoverageRead, FindingsRead, Result, SbomRead, TestsRead
from clausework.evidence.reading import Accepted, read_evidence
from clausework.evidence.record import EvidenceBody, evidence_body, idempotency_of, rejection_body
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.records import PREDICATE_TYPES, Subject, subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.evidence import Coverage, Findings, Rejection, Reread, Sbom, TestResult
from clausework.ledger.records.values import Origin, Reference
from clausework.trace.builds import outputs_of
from clausework.trace.readings import reading_of

_MOST_NAMED = 50
_MOST_SUBJECTS = 100

Level = Literal["", "unit", "integration", "system"]


class EvidenceMissing(UsageFault):
    """A path that was given is not there, holds no file, or holds something that is none."""

    hint = "Name report files, or a folder that holds them."


class NotRecorded(Unavailable):
    """A file could not be read to its end, or what was derived from it could not be written."""

    hint = "See that the disk and the folder for temporary files have space, then record the file again."


class TooManySubjects(UsageFault):
    """One record cannot name so many digests."""

    hint = "Record the file about its build, or in several calls."


class EvidenceRejected(InputRejected):
    """Some of the files could not be read whole. Their bytes are kept; nothing of them counts."""

    hint = "Produce the named files again and record them under the same names."


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
    *,
    level: Level = "",
    as_format: str | None = None,
    build_id: str | None = None,
    software_item: str | None = None,
    subjects: Sequence[str] = (),
    database_at: str = "",
    progress: Callable[[str, int, int], None] = lambda _path, _number, _count: None,
) -> Recorded:
    """Record every file under ``paths`` about the current build, or about the digests ``subjects``.

    Each file has a record of its own, accepted or rejected; one that was recorded before is recognised.
    ``database_at`` is when the advisory data of a vulnerability scan was published, for reports that do not say (SARIF
    has no member for it); the record remarks that it was told, not read. Raises ``NotATime``.
    """
    if database_at:
        database_at = timestamp(parse_timestamp(database_at))
    files = list(_files(paths))
    snapshot = workplace.snapshot()
    if len(subjects) > _MOST_SUBJECTS:
        raise TooManySubjects(f"{len(subjects)} digests are named; {_MOST_SUBJECTS} are the most.")
    if subjects:
        about = tuple(subject("subject", digest) for digest in subjects)
        origin = Origin(software_item=software_item or "", level=level)
    else:
        build: Build = current_build(workplace, snapshot, build_id, software_item).body
        digests = [output.artefact.sha256 for output in outputs_of(snapshot.records, build.id)]
        about = build_subjects(build, digests)
        origin = Origin(build.software_item, build.id, build.source_tree, build.commit, level)
    recorded = []
    for number, path in enumerate(files):
        progress(str(path), number, len(files))
        recorded.append(_record(workplace, path, about, origin, as_format, database_at))
    return Recorded(origin.build, tuple(recorded))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield every file, and leave none out in silence: what cannot be taken stops the call before it records."""
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - a name that the system cannot have is no folder, and no error here
            yield from _files_in(path)
        elif os.path.lexists(path):
            open_given(path).close()
            yield path
        else:
            raise EvidenceMissing(f"'{path}' is not there.")


def _files_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_refuse_folder):
        folders.sort()
        for name in [*folders, *names]:
            if Path(place, name).is_symlink():
                raise EvidenceMissing(
                    f"'{Path(place, name)}' is a link, and a folder is taken without its links.",
                    hint="Name the file that it leads to.",
                )
        found += [Path(place, name) for name in sorted(names)]
    if not found:
        raise EvidenceMissing(f"The folder '{folder}' holds no file.")
    for path in found:
        open_given(path).close()
    return found


def _refuse_folder(error: OSError) -> None:
    raise FileUnreadable(f"'{error.filename}' cannot be read: {error.strerror}.") from error


def _record(
    workplace: Workplace,
    path: Path,
    about: tuple[Subject, ...],
    origin: Origin,
    as_format: str | None,
    database_at: str,
) -> RecordedFile:
    try:
        with open_given(path) as stream:
            outcome = read_evidence(
                stream, written_name(path, workplace.root), workplace.ledger.blobs, as_format=as_format
            )
    except OSError as error:
        raise NotRecorded(f"'{path}' cannot be taken in: {error.strerror}.") from error
    made = workplace.made()
    if isinstance(outcome, Accepted):
        outcome = _dated(outcome, database_at)
        body: EvidenceBody | Rejection = evidence_body(outcome, made, origin)
        raw, summary, remarks = outcome.reading.raw, _summary(outcome.result), outcome.reading.remarks
        form = outcome.format.name
    else:
        body = rejection_body(outcome, made, origin)
        raw, remarks, form = outcome.raw, (), outcome.format
        at = f" (at byte {outcome.offset})" if outcome.offset >= 0 else ""
        summary = f"{outcome.reason}{at}"
    anchor = origin.build or ",".join(one.digest["sha256"] for one in about)
    key = idempotency_of(PREDICATE_TYPES[type(body)], [anchor], origin.level, form, raw.sha256)
    receipt = workplace.ledger.append([Draft(about, body, key)])[0]
    if receipt.existed and isinstance(outcome, Accepted):
        _reread(workplace, receipt, outcome, about, origin)
    return RecordedFile(
        path=printable(str(path)),
        format=form,
        accepted=isinstance(outcome, Accepted),
        existed=receipt.existed,
        summary=summary,
        remarks=remarks,
        index=receipt.index,
        sha256=raw.sha256,
        size=raw.size,
    )


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
    remarks = (*result.remarks, f"the date of the advisory data, {database_at}, was told and not read")
    result = msgspec.structs.replace(result, database_at=database_at, remarks=remarks)
    reading = msgspec.structs.replace(accepted.reading, remarks=remarks)
    return msgspec.structs.replace(accepted, result=result, reading=reading)


def _reread(
    workplace: Workplace, receipt: Receipt, accepted: Accepted, about: tuple[Subject, ...], origin: Origin
) -> None:
    """Append what a newer reader made of bytes that were recorded before."""
    reading = reading_of(workplace.record(receipt.index))
    if reading is None or reading.reader == accepted.reading.reader:
        return
    body = evidence_body(accepted, workplace.made(), origin)
    reread = Reread(
        workplace.made(),
        Reference(receipt.index, receipt.sha256),
        result=body if isinstance(body, TestResult) else None,
        coverage=body if isinstance(body, Coverage) else None,
        findings=body if isinstance(body, Findings) else None,
        sbom=body if isinstance(body, Sbom) else None,
    )
    key = idempotency_of(
        PREDICATE_TYPES[Reread],
        [receipt.sha256],
        origin.level,
        accepted.reading.reader,
        accepted.reading.raw.sha256,
    )
    workplace.ledger.append([Draft(about, reread, key)])


def _summary(result: Result) -> str:
    """Return what a file comes to in one line."""
    match result:
        case TestsRead(counts=counts):
            failed = counts.failed + counts.errored
            return f"{counts.cases} cases: {counts.passed} passed, {failed} failed, {counts.skipped} skipped"
        case CoverageRead(line=line, branch=branch):
            return f"line {line}" + (f", branch {branch}" if branch else "")
        case FindingsRead() as read:
            found = ", ".join(
                f"{count} {severity}" for severity, count in read.open_by_severity.items() if count
            )
            unfinished = "" if read.complete else "; the tool did not finish"
            return f"{', '.join(read.tools)}: {found or 'nothing open'}{unfinished}"
        case SbomRead() as sbom:
            return f"{sbom.specification}: {sbom.component_count} components"
