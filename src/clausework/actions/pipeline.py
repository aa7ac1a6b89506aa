"""The pipeline of the checked-out commit: recorded with a build and before a review, and what a review binds to."""

from __future__ import annotations

import msgspec

from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.evidence.git import origin, revision
from clausework.evidence.pipelines.committed import CommittedPipeline, committed_pipeline
from clausework.evidence.pipelines.description import MEDIA_TYPE, NAME, PipelineFinding, description_bytes
from clausework.evidence.source_tree import changed_paths
from clausework.gates.pipeline_facts import protection_fact
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.control import PipelineRecorded
from clausework.ledger.records.decisions import Matter
from clausework.ledger.records.values import Descriptor
from clausework.plan.model import Plan, software_items

PIPELINE = "pipeline"
FINDING_KIND = "pipeline_finding"

_MOST_NAMED = 100
_SHORTEST = len("pipeline:") + 4


class NoDefinitions(UsageFault):
    """The checked-out commit defines no pipeline."""

    hint = (
        "Commit the definition first, or name where it is under 'pipeline: definitions:' in clausework.yaml."
    )


class DefinitionsNotCommitted(UsageFault):
    """Definitions in the work tree are not those of the commit: it would not be clear which of them were reviewed."""

    hint = "Commit them (or git stash), then review what is committed."


class PipelineFindingUnknown(UsageFault):
    """No finding in the pipeline of the checked-out commit has that ID."""

    hint = "Run 'clausework lint --pipeline': it names the findings."


class KeptPipeline(msgspec.Struct, frozen=True):
    """A commit's pipeline whose bytes are kept: what it says, its descriptor, what to append (nothing: it has none)."""

    committed: CommittedPipeline
    descriptor: Descriptor
    drafts: tuple[Draft, ...]


def present_pipeline(workplace: Workplace) -> CommittedPipeline:
    """Return the pipeline of the checked-out commit."""
    plan = workplace.plan
    return committed_pipeline(
        workplace.root, revision(workplace.root), plan.pipeline, released_environments(plan)
    )


def released_environments(plan: Plan) -> tuple[str, ...]:
    """Return the environments that take a signed release alone."""
    return tuple(name for name, one in plan.environments.items() if one.release == "required")


def keep_pipeline(workplace: Workplace) -> KeptPipeline:
    """Keep the definitions of the checked-out commit, untouched, and the description of them."""
    ledger = workplace.ledger
    committed = present_pipeline(workplace)
    description = committed.description
    kept = tuple(
        ledger.put_blob(data, path, "text/plain") for path, data in sorted(committed.files.items()) if data
    )
    descriptor = ledger.put_blob(description_bytes(description), NAME, MEDIA_TYPE)
    if not description.definitions:
        return KeptPipeline(committed, descriptor, ())
    body = PipelineRecorded(
        workplace.made(),
        description.sha256,
        descriptor,
        kept[:_MOST_NAMED],
        revision(workplace.root),
    )
    about = (subject(PIPELINE, body.sha256),)
    return KeptPipeline(committed, descriptor, (Draft(about, body, idempotency=descriptor.sha256),))


def pipeline_matter(workplace: Workplace) -> tuple[Matter, tuple[Draft, ...], tuple[Descriptor, ...]]:
    """Return the pipeline as a review binds to it: the digest over the definitions of the checked-out commit.

    Raises ``NoDefinitions``, ``DefinitionsNotCommitted``.
    """
    kept = keep_pipeline(workplace)
    description = kept.committed.description
    if not description.definitions:
        raise NoDefinitions("The checked-out commit holds no definition of a pipeline.")
    _refuse_changed(workplace, kept.committed)
    return Matter(PIPELINE, PIPELINE, description.sha256), kept.drafts, (kept.descriptor,)


def pipeline_finding_matter(
    workplace: Workplace, name: str
) -> tuple[Matter, tuple[Draft, ...], tuple[Descriptor, ...]]:
    """Return the finding of that ID, or of which it is the beginning, as a review binds to it.

    Raises ``PipelineFindingUnknown``, ``DefinitionsNotCommitted``.
    """
    kept = keep_pipeline(workplace)
    findings = (*kept.committed.description.findings, *guarded_findings(workplace))
    exact = [one for one in findings if one.id == name]
    found = exact or [one for one in findings if len(name) >= _SHORTEST and one.id.startswith(name)]
    if len(found) != 1:
        raise PipelineFindingUnknown(f"'{name}' names {'no' if not found else 'more than one'} finding.")
    _refuse_changed(workplace, kept.committed)
    return Matter(FINDING_KIND, found[0].id, found[0].sha256), kept.drafts, (kept.descriptor,)


def guarded_findings(workplace: Workplace) -> tuple[PipelineFinding, ...]:
    """Return what the recorded protection of the release branches leaves open."""
    snapshot = workplace.snapshot()
    fact = protection_fact(
        snapshot.records,
        workplace.standing(snapshot).superseded(),
        workplace.plan.pipeline.release_branches,
        origin(workplace.root),
        tuple(item.id for item in software_items(workplace.plan)),
    )
    return fact.findings if fact else ()


def _refuse_changed(workplace: Workplace, committed: CommittedPipeline) -> None:
    changed = changed_paths(workplace.root, (), tuple(committed.files))
    if changed:
        raise DefinitionsNotCommitted(f"Changed and not committed: {', '.join(changed[:5])}.")
