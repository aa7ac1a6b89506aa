"""The records that a candidate rests on, and the evidence behind them, which stays in the ledger (clause 5.8.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausework.actions.workplace import Workplace
from clausework.core.errors import ClauseworkError
from clausework.ledger.records import Record
from clausework.ledger.records.adoption import Adoption
from clausework.ledger.records.archive import ArchivedFiles, NotInArchive, OfflineRebuild
from clausework.ledger.records.build import Build, BuildOutputs, Rebuild
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.gates import Promotion, Verdict
from clausework.ledger.records.release import Archive, Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Descriptor
from clausework.ledger.references import descriptors_of
from clausework.trace.evidence_of import evidence_of
from clausework.trace.readings import origin_of


def evidence_files(records: Sequence[Record], candidate: Record) -> tuple[Descriptor, ...]:
    """Return every file that a record about the candidate or its builds names, each digest once, in log order."""
    found: dict[str, Descriptor] = {}
    for record in records_behind(records, candidate):
        for one in descriptors_of(record.body):
            found.setdefault(one.sha256, one)
    return tuple(found.values())


def records_behind(records: Sequence[Record], candidate: Record) -> Iterator[Record]:
    """Yield the records that the candidate rests on: all of its builds, and all that belongs to no single build."""
    frozen: Candidate = candidate.body
    builds = set(frozen.builds)
    baselines = {frozen.item_baseline} | {
        one.body.item_baseline for one in records if isinstance(one.body, Build) and one.body.id in builds
    }
    about = {one.index for build in builds for one in _evidence(records, build)}
    for record in records:
        if record.index in about or _belongs(record, candidate, builds, baselines):
            yield record


def unreadable(workplace: Workplace, files: Sequence[Descriptor]) -> list[NotInArchive]:
    """Return the files of evidence that are not in the ledger, or not whole: each is read to its last byte."""
    missing = []
    for one in files:
        try:
            workplace.ledger.blobs.check(one.sha256)
        except ClauseworkError as error:
            missing.append(NotInArchive("evidence", one.name[:100], one.sha256, error.message[:200]))
    return missing


def _evidence(records: Sequence[Record], build: str) -> Iterator[Record]:
    found = evidence_of(records, build)
    yield found.record
    for several in (
        found.rebuilds,
        found.tests,
        found.outdated,
        found.red_tests,
        found.coverage,
        found.findings,
        found.sboms,
        found.rejections,
        found.others,
    ):
        yield from several


def _belongs(record: Record, candidate: Record, builds: set[str], baselines: set[str]) -> bool:
    """Tell whether a record is about the candidate, or about the project as a whole rather than another build."""
    body = record.body
    if isinstance(body, Build):
        return body.id in builds
    if isinstance(body, BuildOutputs | Rebuild | Verdict | Promotion):
        return body.build in builds
    if isinstance(body, ItemBaseline):
        return body.baseline in baselines
    if isinstance(body, ReleaseGate | Release):
        return body.candidate.sha256 == candidate.sha256
    if isinstance(body, Archive | ArchivedFiles | OfflineRebuild | Adoption):
        return False  # its own files are in the archive by name
    origin = origin_of(record)
    return origin is None or not origin.build or origin.build in builds
