"""lint --pipeline: what the definitions of the pipeline bring in, and the ways round that are found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from clausework.actions.differences import Changed, pipeline_change, plan_change
from clausework.actions.pipeline import FINDING_KIND, guarded_findings, released_environments
from clausework.actions.workplace import find_site, open_workplace
from clausework.core.clock import Clock, system_clock
from clausework.core.errors import Refused, UsageFault
from clausework.evidence.pipelines.committed import work_tree_pipeline
from clausework.evidence.pipelines.description import PipelineDescription, PipelineFinding
from clausework.plan.effective import classes_in_use, stages_for_class
from clausework.plan.model import Plan
from clausework.trace.standing import Standing

_CHECK = "pipeline"


class PipelineHasWaysRound(Refused):
    """The definitions of the pipeline have findings that nobody accepted (clauses 5.1.10, 8.2.1)."""

    hint = (
        "Mend each place that is named; what has to stay is reviewed: clausework decide review ID --method review"
        " --outcome accepted --rationale TEXT."
    )


class NothingToCompare(UsageFault):
    """Nothing is to be shown that could be held against what was approved."""

    hint = "Add --plan or --pipeline."


class SeenPipelineFinding(msgspec.Struct, frozen=True):
    """A finding, whether the class of the software asks for it, and the record of its acceptance (-1: none)."""

    finding: PipelineFinding
    asked: bool
    accepted: int = -1

    @property
    def open(self) -> bool:
        """Whether the gate of a build would be refused for it."""
        return self.asked and self.accepted < 0


class PipelineLinted(msgspec.Struct, frozen=True):
    """The pipeline as it is defined in the work tree; ``changed`` is how it differs from the reviewed one, if asked."""

    description: PipelineDescription
    findings: tuple[SeenPipelineFinding, ...]
    changed: Changed | None = None

    def refuse_findings(self) -> None:
        """Raise ``PipelineHasWaysRound`` for findings that count and that nobody accepted."""
        count = sum(one.open for one in self.findings)
        if count:
            what = "1 finding" if count == 1 else f"{count} findings"
            raise PipelineHasWaysRound(f"The pipeline has {what} that nobody accepted.")


def lint_pipeline(
    start: Path, store: Path | None = None, *, against_reviewed: bool = False, clock: Clock = system_clock
) -> PipelineLinted:
    """Return what the definitions in the work tree at or above ``start`` say, and who accepted which finding.

    A gate judges what is committed. Raises what reading the plan and opening the ledger, if there is one, raise.
    """
    site = find_site(start, store)
    description = work_tree_pipeline(
        site.root, site.plan.pipeline, released_environments(site.plan)
    ).description
    if not site.store.is_dir() and not against_reviewed:
        return PipelineLinted(description, _seen(description, site.plan, None))
    with open_workplace(start, store, reading=True, clock=clock) as workplace:
        standing = workplace.standing(workplace.snapshot())
        changed = pipeline_change(workplace, standing, description) if against_reviewed else None
        seen = _seen(description, site.plan, standing, guarded_findings(workplace))
        return PipelineLinted(description, seen, changed)


def plan_against_approved(start: Path, store: Path | None = None, *, clock: Clock = system_clock) -> Changed:
    """Return how the plan at or above ``start`` differs in meaning from the one in force on its release line."""
    with open_workplace(start, store, reading=True, clock=clock) as workplace:
        return plan_change(workplace, workplace.standing(workplace.snapshot()))


def _seen(
    description: PipelineDescription,
    plan: Plan,
    standing: Standing | None,
    guarded: Sequence[PipelineFinding] = (),
) -> tuple[SeenPipelineFinding, ...]:
    settings = _settings(plan)
    pinned = str(settings.get("pinned", ""))
    own = tuple(
        SeenPipelineFinding(one, one.is_asked(pinned), -1 if one.final else _accepted(one, standing))
        for one in description.findings
    )
    asked = "protection_age_days" in settings
    return (*own, *(SeenPipelineFinding(one, asked, _accepted(one, standing)) for one in guarded))


def _settings(plan: Plan) -> Mapping[str, object]:
    """Return what the gravest class of the plan asks of the pipeline; nothing where the plan took the check out."""
    gravest = classes_in_use(plan)[-1]
    uses = [use for stage in stages_for_class(plan, gravest) for use in stage.checks if use.name == _CHECK]
    return uses[0].settings if uses else {}


def _accepted(finding: PipelineFinding, standing: Standing | None) -> int:
    """Return the record of the newest review that accepts a finding, unless a rejection came after it."""
    if standing is None:
        return -1
    reviews = [
        one
        for one in standing.decisions_on("review", (FINDING_KIND,))
        if one.effective and one.decision.matter.sha256 == finding.sha256
    ]
    if not reviews or reviews[-1].decision.fields.get("outcome") != "accepted":
        return -1
    return reviews[-1].record.index
