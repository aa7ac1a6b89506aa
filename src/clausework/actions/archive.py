"""archive: keeps what a version was made from and by, restores it to a scratch place and compares (clause 5.8.7).

Source, artefacts, locks, plan, the files of all dependencies that locks name, builder images, tools. Evidence and
records are kept by the ledger itself: that they are there and whole is looked at here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from clausework.actions.archive_dependencies import take_dependencies, wanted_by
from clausework.actions.archive_evidence import evidence_files, unreadable
from clausework.actions.archive_places import Gathered, gather, planned_places, take_images, take_tools
from clausework.actions.archive_record import newest_archive, record_archive
from clausework.actions.archive_restore import restore
from clausework.actions.archive_sources import copy_blob, refuse_no_clone, take_sources
from clausework.actions.policies import recorded_policies
from clausework.actions.workplace import Workplace
from clausework.ledger.records import Record
from clausework.ledger.records.archive import OfflineRebuild
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Archive, Candidate
from clausework.ledger.records.values import Descriptor, Reference
from clausework.plan.load import load_plan
from clausework.plan.model import Plan
from clausework.release.archive_facts import (
    LARGE_FILES,
    SOURCE,
    archived_files,
    items_to_rebuild,
    rebuilds_of,
)
from clausework.release.candidate import newest_candidate, signed_release
from clausework.trace.builds import find_build, outputs_of


class Archived(msgspec.Struct, frozen=True):
    """An archive as recorded: all of its files, the builds made from it, the index of its record."""

    version: str
    body: Archive
    files: tuple[Descriptor, ...]
    rebuilt: tuple[OfflineRebuild, ...]
    index: int


def archive_version(
    workplace: Workplace, version: str, *, places: Sequence[Path] = (), repositories: Sequence[Path] = ()
) -> Archived:
    """Archive the release or, before there is one, the newest candidate of ``version``; each call is a restore test.

    ``places`` are further folders in which dependencies are looked for, ``repositories`` further clones. What an
    earlier archive of it holds stays in it. Raises ``NoCandidate``, ``PlaceMissing``, ``NoClone``.
    """
    refuse_no_clone(repositories)
    records = workplace.snapshot().records
    released = signed_release(records, version, workplace.standing(workplace.snapshot()))
    candidate = records[released.body.candidate.index] if released else newest_candidate(records, version)
    index = archive(workplace, candidate, records, places=places, repositories=repositories, repeat=True)
    body: Archive = workplace.record(index).body
    records = workplace.snapshot().records
    rebuilt = tuple(one.body for one in rebuilds_of(records, body))
    return Archived(version, body, archived_files(records, body), rebuilt, index)


def archive(
    workplace: Workplace,
    candidate: Record,
    records: Sequence[Record],
    *,
    places: Sequence[Path] = (),
    repositories: Sequence[Path] = (),
    repeat: bool = False,
) -> int:
    """Archive ``candidate``, restore the archive to a scratch place, record how that went; return its index.

    Without ``repeat``, one that came out like the newest archive is no new record.
    """
    frozen: Candidate = candidate.body
    plan = load_plan(workplace.ledger.read_blob(frozen.plan), f"plan {frozen.plan[:12]}")
    builds: list[Build] = [find_build(records, build_id).body for build_id in frozen.builds]
    newest = newest_archive(records, candidate)
    before: Archive | None = newest.body if newest else None
    gathered = Gathered()
    _take_known(workplace, records, frozen, builds, gathered)
    _take_sources(workplace, records, builds, before, repositories, gathered)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        _take_dependencies(
            workplace, records, plan, builds, before, [*planned_places(workplace.root, plan.archive), *places],
            Path(scratch) / "gathered", gathered,
        )  # fmt: skip
        take_images(workplace, plan.archive, builds, gathered)
        take_tools(workplace, plan.archive, builds, gathered)
        evidence = evidence_files(records, candidate)
        gathered.missing += unreadable(workplace, evidence)
        restored = restore(
            workplace,
            plan,
            Reference(candidate.index, candidate.sha256),
            list(gathered.files.values()),
            [
                (one, {out.artefact.name: out.artefact.sha256 for out in outputs_of(records, one.id)})
                for one in builds
            ],
            items_to_rebuild(plan),
            Path(scratch) / "restored",
        )
    gathered.missing += restored.lacking
    gathered.notes += restored.notes
    return record_archive(workplace, candidate, gathered, restored, len(evidence), repeat=repeat)


def _take_known(
    workplace: Workplace,
    records: Sequence[Record],
    frozen: Candidate,
    builds: Sequence[Build],
    gathered: Gathered,
) -> None:
    """Take what is a blob already: artefacts, locks, and the plans of candidate and builds with their policies."""
    for build in builds:
        for output in outputs_of(records, build.id):
            gathered.add(f"artefacts/{build.software_item}/{output.artefact.name}", output.artefact)
            if output.contents:
                gathered.add(f"artefacts/{build.software_item}/{output.contents.name}", output.contents)
        for lock in build.locks:
            gathered.add(f"locks/{build.software_item}/{lock.name}", lock)
    for number, plan in enumerate(dict.fromkeys((frozen.plan, *(build.plan for build in builds)))):
        name = "plan/clausework.yaml" if not number else f"plan/of-builds/{plan[:12]}.yaml"
        size = len(workplace.ledger.read_blob(plan))
        gathered.add(name, Descriptor(name, plan, size, "application/yaml"))
        for policy in recorded_policies(records, plan):
            gathered.add(f"plan/policies/{plan[:12]}/{policy.name}", policy)


def _take_sources(
    workplace: Workplace,
    records: Sequence[Record],
    builds: Sequence[Build],
    before: Archive | None,
    repositories: Sequence[Path],
    gathered: Gathered,
) -> None:
    """Take the source of an archive that was restored; else make bundles of the clones that are here."""
    if before is not None and before.restored and not any(one.kind == "source" for one in before.missing):
        source = [
            one
            for one in archived_files(records, before)
            if one.media_type == SOURCE or one.name.startswith(LARGE_FILES)
        ]
        if source and all(workplace.ledger.blobs.holds(one.sha256) for one in source):
            for one in source:
                gathered.add(one.name if "/" in one.name else f"source/{one.name}", one)
            return
    take_sources(workplace, builds, repositories, gathered)


def _take_dependencies(
    workplace: Workplace,
    records: Sequence[Record],
    plan: Plan,
    builds: Sequence[Build],
    before: Archive | None,
    places: Sequence[Path],
    folder: Path,
    gathered: Gathered,
) -> None:
    """Take dependencies from the places and from the archive before; let the plan's command fetch what still lacks."""
    held = folder.parent / "held"
    _lay_out_held(workplace, records, before, held)
    wanted = wanted_by(workplace, builds, gathered)
    wanting = take_dependencies(workplace, wanted, [held], places, gathered)
    if wanting and plan.archive.gather is not None:
        folder.mkdir()
        if problem := gather(workplace, plan.archive, folder):
            gathered.notes.append(problem)
        wanting = take_dependencies(workplace, wanting, [], [folder], gathered)
    gathered.missing += [one.missing for one in wanting]


def _lay_out_held(
    workplace: Workplace, records: Sequence[Record], before: Archive | None, folder: Path
) -> None:
    """Put the dependencies of an earlier archive where they are looked for: they too are taken by hash alone."""
    folder.mkdir()
    for one in archived_files(records, before) if before is not None else ():
        if one.name.startswith("dependencies/") and workplace.ledger.blobs.holds(one.sha256):
            copy_blob(workplace, one.sha256, folder / one.name)
