"""Checks an archive's file offline, from its own records, and restores it (clause 5.8.7): nothing is taken on trust.

Every member has the digest that the manifest names; the log in it verifies from its root, signatures and all; and
every other file is one that a record of that log names, with everything there that the archive's record holds.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from clausework.actions.archive_evidence import evidence_files
from clausework.actions.archive_file import RECORDS
from clausework.actions.archive_readme import readme
from clausework.actions.given_files import open_given
from clausework.actions.trace_file import NotWritten
from clausework.core.digests import sha256_of_stream
from clausework.core.errors import ClauseworkError
from clausework.ledger.envelope import open_envelope
from clausework.ledger.ports import Incoming
from clausework.ledger.records import Record, decode_statement
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Archive, Candidate
from clausework.ledger.references import descriptors_of
from clausework.ledger.tile_folder import TileFolder
from clausework.ledger.verify import verify_ledger
from clausework.release.archive_facts import archived_files
from clausework.release.archive_file import (
    README,
    ArchiveDamaged,
    ArchivedFile,
    ArchiveRefused,
    Manifest,
    TargetTaken,
)
from clausework.release.archive_reading import Take, read_archive

_MOST_PROBLEMS = 10
_LARGEST_LOG = 8 << 30
_SPARE = 64 << 20


class CheckedArchive(msgspec.Struct, frozen=True):
    """An archive that was found whole: what it is of, its digest, the root that its log stands on, what it lacks.

    ``trusted`` says whether that root is one that was known before; ``folder`` is where it was restored to, if it was.
    """

    path: str
    sha256: str
    product: str
    version: str
    released: bool
    files: int
    bytes: int
    entries: int
    root: str
    trusted: bool
    missing: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    folder: str = ""


def check_archive(path: Path, *, root: str | None = None) -> CheckedArchive:
    """Check the archive's file at ``path``; ``root`` is the digest of the root as it is known from elsewhere.

    Raises ``ArchiveRefused``, ``ArchiveDamaged``, ``FileUnreadable``. No ledger, plan or network is needed.
    """
    own: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        with open_given(path) as source:
            manifest = read_archive(source, lambda found: _only_records(found, log), own.__setitem__)
            source.seek(0)
            sha256 = sha256_of_stream(source)[0]
        entries = _check_records(manifest, log, root)
    return CheckedArchive(
        path=str(path),
        sha256=sha256,
        product=manifest.product,
        version=manifest.version,
        released=manifest.released,
        files=len(manifest.files),
        bytes=sum(one.size for one in manifest.files),
        entries=entries,
        root=manifest.root,
        trusted=root is not None,
        missing=tuple(f"{one.kind} {one.name} {one.version}".strip() for one in manifest.missing),
        remarks=_remarks(manifest, own[README]),
    )


def restore_archive(path: Path, folder: Path, *, root: str | None = None) -> CheckedArchive:
    """Check the archive at ``path``, then write its files below the new folder ``folder``: all of them, or none.

    Raises what ``check_archive`` raises, ``TargetTaken`` and ``NotWritten``.
    """
    if os.path.lexists(folder):
        raise TargetTaken(f"'{folder}' is there already.")
    checked = check_archive(path, root=root)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        beside.mkdir(parents=True)
        free = shutil.disk_usage(beside).free
        if checked.bytes + _SPARE > free:
            raise NotWritten(f"'{folder}' needs {checked.bytes} bytes, and {free} are free there.")
        with open_given(path) as source:
            read_archive(
                source, lambda _: _writing(beside), lambda name, data: _write(beside / name, iter((data,)))
            )
        os.rename(beside, folder)  # noqa: PTH104 - never over what was put there meanwhile
    except OSError as error:
        raise NotWritten(f"'{folder}' cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return msgspec.structs.replace(checked, folder=str(folder))


def _remarks(manifest: Manifest, page: bytes) -> tuple[str, ...]:
    if page == readme(manifest).encode():
        return ()
    return ("README.txt is not the page that this version writes: read it before you do what it says",)


def _only_records(manifest: Manifest, log: Path) -> Take:
    size = sum(one.size for one in manifest.files if one.path.startswith(RECORDS))
    if size > _LARGEST_LOG or size + _SPARE > shutil.disk_usage(log.parent).free:
        raise ArchiveRefused(f"Its log has {size} bytes, more than can be checked here.")

    def take(file: ArchivedFile, content: Iterator[bytes]) -> None:
        if file.path.startswith(RECORDS):
            _write(log / file.path.removeprefix(RECORDS), content)

    return take


def _writing(folder: Path) -> Take:
    def take(file: ArchivedFile, content: Iterator[bytes]) -> None:
        _write(folder / file.path, content)

    return take


def _write(path: Path, content: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        for chunk in content:
            target.write(chunk)


def _check_records(manifest: Manifest, log: Path, root: str | None) -> int:
    """Verify the log, and that manifest and records name the same; return how many entries it has."""
    reader = TileFolder(log)
    report = verify_ledger(reader, _NoBlobs(), root_sha256=root)
    problems = [str(one) for one in report.problems if not one.place.startswith("blobs/")]
    if problems:
        raise ArchiveDamaged(
            f"The records in the archive do not verify: {'; '.join(problems[:_MOST_PROBLEMS])}."
        )
    try:
        records = [
            decode_statement(open_envelope(entry).payload, index)
            for index, entry in enumerate(reader.entries(0, report.size))
        ]
    except ClauseworkError as error:
        raise ArchiveDamaged(f"The records in the archive cannot be read: {error.message}") from error
    faults = _faults(manifest, records)
    if faults:
        raise ArchiveDamaged(
            f"The archive is not what its records say: {'; '.join(faults[:_MOST_PROBLEMS])}."
        )
    return report.size


def _faults(manifest: Manifest, records: list[Record]) -> list[str]:
    """Return where the files of the manifest are not those that the records name."""
    if manifest.log_size != len(records) or not records or manifest.root != records[0].sha256:
        return ["its log is another one than the manifest names"]
    archive = records[manifest.archive] if 0 <= manifest.archive < len(records) else None
    candidate = records[manifest.candidate] if 0 <= manifest.candidate < len(records) else None
    if archive is None or not isinstance(archive.body, Archive) or not archive.body.restored:
        return [f"record #{manifest.archive} is no archive that was restored"]
    if (
        candidate is None
        or not isinstance(candidate.body, Candidate)
        or archive.body.candidate.sha256 != candidate.sha256
        or candidate.body.version != manifest.version
    ):
        return [
            f"record #{manifest.candidate} is not the candidate of version {manifest.version} that was archived"
        ]
    named = {one.sha256 for record in records for one in descriptors_of(record.body)}
    files = [one for one in manifest.files if not one.path.startswith(RECORDS)]
    held = {one.sha256 for one in files}
    wanted = [*archived_files(records, archive.body), *evidence_files(records, candidate)]
    gone = {one.version for one in archive.body.missing if one.kind == "evidence"}
    told = (manifest.missing, manifest.images, manifest.tools)
    return [
        *(
            ()
            if told == (archive.body.missing, archive.body.images, archive.body.tools)
            and manifest.lacking in {0, archive.body.lacking}
            else ("its gaps differ",)
        ),
        *_strange_builds(manifest, records, candidate.body),
        *(f"no record names {one.path}" for one in files if one.sha256 not in named),
        *(f"it lacks {one.name} ({one.sha256})" for one in wanted if one.sha256 not in held | gone),
    ]


def _strange_builds(manifest: Manifest, records: list[Record], candidate: Candidate) -> Iterator[str]:
    """Yield what the manifest tells of builds that their records do not."""
    told = {one.build: (one.software_item, one.commit, one.source_tree) for one in manifest.builds}
    known = {
        one.body.id: (one.body.software_item, one.body.commit, one.body.source_tree)
        for one in records
        if isinstance(one.body, Build) and one.body.id in candidate.builds
    }
    if told != known:
        yield "its builds are not those of the candidate"


class _NoBlobs:
    """Blobs of which none are here: an archive's files are checked as its members."""

    def receive(self) -> Incoming:
        raise NotImplementedError

    def open(self, sha256: str) -> BinaryIO:
        raise NotImplementedError

    def holds(self, sha256: str) -> bool:
        return not sha256

    def digests(self) -> Iterator[str]:
        return iter(())

    def check(self, sha256: str) -> None:
        """See ``Blobs``."""
