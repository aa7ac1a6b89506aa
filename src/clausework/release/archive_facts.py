"""What the release gate knows of a candidate's archive (clause 5.8.7): contents, gaps, and builds made from it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.ledger.records import Record
from clausework.ledger.records.archive import ArchivedFiles, OfflineRebuild
from clausework.ledger.records.release import Archive
from clausework.ledger.records.values import Descriptor, Reference
from clausework.plan.archiving import reason_without
from clausework.plan.effective import effective_stages
from clausework.plan.model import NotInPlan, Plan, safety_class_of, software_items

SOURCE = "application/x-git-bundle"
"""The media type of a git bundle."""

LARGE_FILES = "source/lfs/"
"""Where the bytes of Git LFS stand, each file under its SHA-256."""

WITHOUT_HASH = "dependencies/without-hash/"
"""Where dependencies stand whose lock has no hash of them: they were taken by their names alone."""


class MissingFact(msgspec.Struct, frozen=True):
    """Something that the archive lacks, and the reason why the plan accepts that; empty where it gives none."""

    kind: str
    name: str
    version: str
    named_by: str
    accepted: str

    def __str__(self) -> str:
        return missing_text(self.kind, self.name, self.version, self.named_by)


def missing_text(kind: str, name: str, version: str, named_by: str) -> str:
    """Return in words what an archive lacks, and who names it or what mends it."""
    by = f"named by {named_by}" if kind in {"dependency", "lock"} else named_by
    return f"{kind} {name} {version}".rstrip() + (f" ({by})" if by else "")


class OfflineRebuildFact(msgspec.Struct, frozen=True):
    """A build made from an archive of the candidate: how it came out, and its record.

    ``comparison`` is how close the plan asks a rebuild of the software item to come. ``reproduced`` are the digests of
    the artefacts that came out the same, ``different`` those that did not, by name.
    """

    build: str
    software_item: str
    outcome: str
    isolated: bool
    comparison: str
    reproduced: tuple[str, ...]
    different: dict[str, str]
    problem: str
    record: int
    sha256: str


class ArchiveFact(msgspec.Struct, frozen=True):
    """The newest archive of the candidate: its record, and whether a restore gave the same digests.

    ``dependencies`` is how many the locks name, -1 where the archive is from before that was looked at; ``more`` counts
    what is missing beside those named. ``rebuilds`` are those of this archive, ``earlier`` those of the ones before it
    that came out different. ``isolation_waived`` is the plan's reason why a build counts that could have reached a
    network; ``must_rebuild`` are the software items that must come out of the archive again: those of class C, or all.
    ``by_name`` are the files that were taken by name, for no lock has a hash of them.
    """

    record: int
    restored: bool
    problem: str
    contents: tuple[str, ...]
    has_source: bool
    dependencies: int = -1
    missing: tuple[MissingFact, ...] = ()
    more: int = 0
    rebuilds: tuple[OfflineRebuildFact, ...] = ()
    earlier: tuple[OfflineRebuildFact, ...] = ()
    isolation_waived: str = ""
    must_rebuild: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    by_name: tuple[str, ...] = ()


def archive_fact(records: Sequence[Record], candidate: Record, plan: Plan) -> ArchiveFact | None:
    """Return the newest archive of ``candidate`` with what those before it showed; ``None`` where there is none."""
    own = [
        one
        for one in records
        if isinstance(one.body, Archive) and one.body.candidate.sha256 == candidate.sha256
    ]
    if not own:
        return None
    newest: Archive = own[-1].body
    contents = archived_files(records, newest)
    return ArchiveFact(
        record=own[-1].index,
        restored=newest.restored,
        problem=newest.problem,
        contents=tuple(sorted({one.sha256 for one in contents})),
        has_source=any(one.media_type == SOURCE for one in contents),
        dependencies=newest.dependencies,
        missing=tuple(
            MissingFact(
                one.kind,
                one.name,
                one.version,
                one.named_by,
                reason_without(plan.archive, one.name, one.version) if one.kind == "dependency" else "",
            )
            for one in newest.missing
        ),
        more=max(newest.lacking - len(newest.missing), 0),
        rebuilds=tuple(_rebuild(one, plan) for one in rebuilds_of(records, newest)),
        earlier=tuple(
            _rebuild(one, plan)
            for before in own[:-1]
            for one in rebuilds_of(records, before.body)
            if one.body.outcome == "different"
        ),
        isolation_waived=plan.archive.without_isolation.strip(),
        must_rebuild=items_to_rebuild(plan),
        notes=newest.notes,
        by_name=tuple(one.name.rpartition("/")[2] for one in contents if one.name.startswith(WITHOUT_HASH)),
    )


def archived_files(records: Sequence[Record], archive: Archive) -> tuple[Descriptor, ...]:
    """Return all files of an archive; those of a further record that is not what the archive names are left out."""
    found = list(archive.contents)
    for record in _referred(records, archive.parts):
        if isinstance(record.body, ArchivedFiles):
            found += record.body.contents
    return tuple(found)


def rebuilds_of(records: Sequence[Record], archive: Archive) -> tuple[Record, ...]:
    """Return the records of the builds that were made from an archive."""
    return tuple(one for one in _referred(records, archive.rebuilt) if isinstance(one.body, OfflineRebuild))


def _referred(records: Sequence[Record], references: Sequence[Reference]) -> list[Record]:
    """Return the records referred to; what is not there with that digest is left out."""
    return [
        records[one.index]
        for one in references
        if 0 <= one.index < len(records) and records[one.index].sha256 == one.sha256
    ]


def _rebuild(record: Record, plan: Plan) -> OfflineRebuildFact:
    one: OfflineRebuild = record.body
    return OfflineRebuildFact(
        build=one.build,
        software_item=one.software_item,
        outcome=one.outcome,
        isolated=one.isolated,
        comparison=comparison_of(plan, one.software_item),
        reproduced=tuple(sorted({out.first for out in one.outputs if out.first == out.again})),
        different={out.name: out.first for out in one.outputs if out.first != out.again},
        problem=one.problem,
        record=record.index,
        sha256=record.sha256,
    )


def items_to_rebuild(plan: Plan) -> tuple[str, ...]:
    """Return the software items that must come out of the archive again: those of class C, or by the plan all."""
    return tuple(
        item.id
        for item in software_items(plan)
        if plan.archive.always_rebuild or safety_class_of(plan, item.id) == "C"
    )


def comparison_of(plan: Plan, software_item: str) -> str:
    """Return how close a rebuild must come by the plan's check ``rebuild``; ``identical`` where it says nothing."""
    try:
        stages = effective_stages(plan, software_item)
    except NotInPlan:
        return "identical"
    uses = [use for stage in stages for use in stage.checks if use.name == "rebuild"]
    asked = {str(use.settings.get("comparison", "identical")) for use in uses if not use.not_applicable}
    return "explained" if asked == {"explained"} else "identical"
