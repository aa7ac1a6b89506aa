"""The pipeline of a build as its check needs it: definitions, findings, what changed since the build before."""

from __future__ import annotations

from collections.abc import Container, Sequence

import msgspec

from clausework.evidence.pipelines.description import PipelineDescription, PipelineFinding, read_description
from clausework.evidence.pipelines.differences import pipeline_differences, run_differences
from clausework.evidence.pipelines.protection import guard_of, protection_findings
from clausework.gates.baselines import OpenBlob
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.protection import BranchProtection, GuardedBranch
from clausework.ledger.records.values import Descriptor
from clausework.plan.model import Plan

DESK = "desk"
"""The provider of a run that no CI system started."""


class DefinitionFact(msgspec.Struct, frozen=True):
    """A file of the definitions, and who wrote its last commit (none: not known, the clone was shallow)."""

    path: str
    authors: tuple[str, ...]


class ProtectionFact(msgspec.Struct, frozen=True):
    """How the forge guards the release branches: the records that tell, since when, and what is left open.

    ``at`` is the time of the oldest of ``records``.
    """

    records: tuple[int, ...]
    at: str
    findings: tuple[PipelineFinding, ...]


class PipelineFact(msgspec.Struct, frozen=True):
    """The pipeline that the build ran in, or was to run in.

    ``sha256`` is the digest over the definitions, ``none_because`` why the plan says that there is no pipeline, and
    ``none_review`` the day on which that is to be looked at again. ``provider`` is what ran the build, ``changes`` what
    differs from the build of the line before, at the record ``previous`` (-1: there is none).
    """

    record: int
    sha256: str
    definitions: tuple[DefinitionFact, ...]
    findings: tuple[PipelineFinding, ...]
    provider: str
    none_because: str = ""
    none_review: str = ""
    changes: tuple[str, ...] = ()
    previous: int = -1
    protection: ProtectionFact | None = None
    release_branches: tuple[str, ...] = ()


def pipeline_fact(
    record: Record,
    plan: Plan,
    records: Sequence[Record],
    superseded: Container[str],
    open_blob: OpenBlob,
) -> PipelineFact | None:
    """Return the pipeline of the build that ``record`` is; ``None`` for one that does not tell of any."""
    build: Build = record.body
    if build.pipeline is None:
        return None
    description = _read(build.pipeline, open_blob)
    previous = previous_build(record, records)
    changes: tuple[str, ...] = ()
    if previous is not None:
        changes = run_differences(previous.body, build)
        if previous.body.pipeline:
            changes += pipeline_differences(_read(previous.body.pipeline, open_blob), description)
    because = plan.pipeline.because
    return PipelineFact(
        record=record.index,
        sha256=description.sha256,
        definitions=tuple(DefinitionFact(one.path, one.authors) for one in description.definitions),
        findings=description.findings,
        provider=build.run.provider,
        none_because=because.text if because and plan.pipeline.is_none else "",
        none_review=because.review if because and plan.pipeline.is_none else "",
        changes=changes,
        previous=previous.index if previous else -1,
        protection=protection_fact(
            records, superseded, plan.pipeline.release_branches, build.origin, (build.software_item,)
        ),
        release_branches=plan.pipeline.release_branches,
    )


def protection_fact(
    records: Sequence[Record],
    superseded: Container[str],
    release_branches: Sequence[str],
    origin: str,
    software_items: Sequence[str],
) -> ProtectionFact | None:
    """Return how the forge guards the release branches of a repository; ``None`` where no export was recorded.

    The newest word on a branch counts. An export that lists all that is guarded sets earlier ones aside.
    """
    of_origin = {one.body.id for one in records if isinstance(one.body, Build) and one.body.origin == origin}
    told: dict[str, tuple[GuardedBranch, Record]] = {}
    newest: Record | None = None
    for one in records:
        body = one.body
        if not isinstance(body, BranchProtection) or one.sha256 in superseded:
            continue
        if body.origin.build not in of_origin and body.origin.software_item not in software_items:
            continue
        if body.whole:
            told.clear()
        told.update({guarded.pattern: (guarded, one) for guarded in body.branches})
        newest = one
    if newest is None:
        return None
    branches = [guarded for guarded, _ in told.values()]
    guards = [guard_of(branches, name) for name in release_branches]
    found = {told[guard.pattern][1].index: told[guard.pattern][1] for guard in guards if guard} or {
        newest.index: newest
    }
    return ProtectionFact(
        tuple(sorted(found)),
        min(one.body.made.at for one in found.values()),
        protection_findings(branches, release_branches, newest.body.reading.raw.name),
    )


def previous_build(record: Record, records: Sequence[Record]) -> Record | None:
    """Return the newest other build of the same software item and release line before ``record``."""
    build: Build = record.body
    for one in reversed(records[: record.index]):
        body = one.body
        if (
            isinstance(body, Build)
            and (body.software_item, body.line) == (build.software_item, build.line)
            and body.id != build.id
        ):
            return one
    return None


def _read(described: Descriptor, open_blob: OpenBlob) -> PipelineDescription:
    with open_blob(described.sha256) as stream:
        return read_description(stream.read())
