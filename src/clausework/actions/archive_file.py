"""Writes a version's archive as one file: all that is needed to verify, restore and build it (clause 5.8.7)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from clausework.actions.archive import Archived
from clausework.actions.archive_evidence import evidence_files
from clausework.actions.archive_readme import readme
from clausework.actions.trace_file import NotWritten
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of_file
from clausework.core.errors import Refused
from clausework.ledger.checkpoint import read_checkpoint
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Archive, Candidate
from clausework.ledger.tiles import export_tiles
from clausework.plan.load import load_plan
from clausework.plan.model import Plan, arguments_of, safety_class_of, software_item_of
from clausework.release.archive_facts import rebuilds_of
from clausework.release.archive_file import (
    SCHEMA,
    ArchivedFile,
    ArchivedSource,
    Manifest,
    TargetTaken,
    write_archive,
)
from clausework.release.candidate import signed_release
from clausework.release.keeping import retention_text
from clausework.trace.builds import find_build

RECORDS = "records/"
"""Where the log stands in the archive: C2SP tlog-tiles."""

EVIDENCE = "evidence/"
"""Where evidence stands, each file under its digest."""


class NotRestorable(Refused):
    """An archive that could not be restored is not written to a file."""

    hint = "Mend what is named, then run 'clausework archive VERSION' again."


class WrittenArchive(msgspec.Struct, frozen=True):
    """The file that was written: path, SHA-256, size in bytes, how many files it holds."""

    path: str
    sha256: str
    size: int
    files: int


def write_archive_file(workplace: Workplace, archived: Archived, target: Path) -> WrittenArchive:
    """Write the archive that was just recorded, with its evidence and the whole log, to the new file ``target``.

    The same archive of the same log gives the same bytes. Raises ``TargetTaken``, ``NotRestorable``, ``NotWritten``,
    ``ArchiveDamaged``.
    """
    if archived.body.problem:
        raise NotRestorable(f"The archive of {archived.version} was not restored: {archived.body.problem}.")
    if os.path.lexists(target):
        raise TargetTaken(f"'{target}' is there already.")
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        export_tiles(workplace.ledger.log, log)
        manifest = _manifest(workplace, archived, log)
        by_path = {one.path: one for one in manifest.files}

        def open_file(file: ArchivedFile) -> BinaryIO:
            if file.path.startswith(RECORDS):
                return (log / file.path.removeprefix(RECORDS)).open("rb")
            return workplace.ledger.open_blob(by_path[file.path].sha256)

        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with beside.open("xb") as stream:
                write_archive(manifest, readme(manifest), open_file, stream)
                stream.flush()
                os.fsync(stream.fileno())
            os.link(beside, target)  # which fails where somebody took the name meanwhile
        except FileExistsError as error:
            raise TargetTaken(f"'{target}' is there already.") from error
        except OSError as error:
            raise NotWritten(f"'{target}' cannot be written: {error.strerror or error}.") from error
        finally:
            beside.unlink(missing_ok=True)
    sha256, size = sha256_of_file(target)
    return WrittenArchive(str(target), sha256, size, len(manifest.files))


def _manifest(workplace: Workplace, archived: Archived, log: Path) -> Manifest:
    size = read_checkpoint((log / "checkpoint").read_bytes()).size
    snapshot = workplace.snapshot()
    records = snapshot.records[:size]
    body = archived.body
    candidate = records[body.candidate.index]
    frozen: Candidate = candidate.body
    plan = load_plan(workplace.ledger.read_blob(frozen.plan), f"plan {frozen.plan[:12]}")
    builds: list[Build] = [find_build(records, build_id).body for build_id in frozen.builds]
    files = [ArchivedFile(one.name, one.sha256, one.size, one.name) for one in archived.files]
    kept = {one.sha256 for one in files}
    files += [
        ArchivedFile(f"{EVIDENCE}{one.sha256}", one.sha256, one.size, one.name)
        for one in evidence_files(records, candidate)
        if one.sha256 not in kept
    ]
    files += _of_log(log)
    released = signed_release(records, archived.version, workplace.standing(snapshot))
    return Manifest(
        schema=SCHEMA,
        product=plan.device.name,
        manufacturer=plan.device.manufacturer,
        version=archived.version,
        released=released is not None and released.body.candidate.sha256 == candidate.sha256,
        safety_class=max(safety_class_of(plan, one.software_item) for one in builds),
        candidate=candidate.index,
        archive=archived.index,
        root=records[0].sha256,
        log_size=size,
        builds=tuple(_source(workplace, plan, body, one, records) for one in builds),
        files=tuple(sorted(files, key=lambda one: one.path)),
        missing=body.missing,
        lacking=body.lacking,
        images=body.images,
        tools=body.tools,
        retention=retention_text(plan.retention, released.body.made.at if released else ""),
    )


def _of_log(log: Path) -> list[ArchivedFile]:
    found = []
    for path in sorted(log.rglob("*")):
        if path.is_file():
            sha256, size = sha256_of_file(path)
            name = f"{RECORDS}{path.relative_to(log).as_posix()}"
            found.append(ArchivedFile(name, sha256, size, name))
    return found


def _source(
    workplace: Workplace, plan: Plan, archive: Archive, build: Build, records: Sequence[Record]
) -> ArchivedSource:
    built_under = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    rules = software_item_of(built_under, build.software_item).build
    planned = plan.archive.offline_build.get(build.software_item) or (rules.command if rules else None)
    outcomes = [one.body.outcome for one in rebuilds_of(records, archive) if one.body.build == build.id]
    return ArchivedSource(
        software_item=build.software_item,
        build=build.id,
        commit=build.commit,
        folder=build.folder,
        source_tree=build.source_tree,
        command=arguments_of(planned) if planned else (),
        rebuilt=outcomes[-1] if outcomes else "not asked",
    )
