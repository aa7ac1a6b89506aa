"""What changed under control, in meaning: the plan since it was approved, the pipeline since it was reviewed.

Clauses 5.1.2, 5.1.10, 6.2.4, 8.2.1.
"""

from __future__ import annotations

import msgspec

from clausework.actions.pipeline import PIPELINE, present_pipeline
from clausework.actions.policy_changes import policy_changes
from clausework.actions.workplace import Workplace
from clausework.evidence.git import NoCommitYet, NotARepository
from clausework.evidence.pipelines.description import PipelineDescription, read_description
from clausework.evidence.pipelines.differences import pipeline_differences
from clausework.ledger.records.decisions import Matter
from clausework.plan.differences import differences
from clausework.trace.standing import Standing, StandingDecision


class Changed(msgspec.Struct, frozen=True):
    """How something differs from its last approved or reviewed state: since which record (-1: there is none), how.

    ``line`` is the release line of that state, where it is the one that this line left.
    """

    since: int
    sentences: tuple[str, ...]
    line: str = ""

    @property
    def is_first(self) -> bool:
        """Whether there is nothing before it to differ from."""
        return self.since < 0


class ChangedUnderControl(msgspec.Struct, frozen=True):
    """The plan of the work tree against the one in force on its line, and the commit's pipeline against the reviewed.

    ``pipeline`` is ``None`` where the commit defines none.
    """

    plan: Changed
    pipeline: Changed | None


def changed_under_control(workplace: Workplace, standing: Standing) -> ChangedUnderControl:
    """Return what differs from what was last approved and reviewed."""
    try:
        description = present_pipeline(workplace).description
    except (NoCommitYet, NotARepository):
        return ChangedUnderControl(plan_change(workplace, standing), None)
    pipeline = pipeline_change(workplace, standing, description) if description.definitions else None
    return ChangedUnderControl(plan_change(workplace, standing), pipeline)


def change_of(workplace: Workplace, standing: Standing, matter: Matter) -> Changed | None:
    """Return how what is decided differs from its last decided state; ``None`` for other matters than these two."""
    if matter.kind == "plan":
        return plan_change(workplace, standing)
    if matter.kind == PIPELINE:
        return pipeline_change(workplace, standing, present_pipeline(workplace).description)
    return None


def plan_change(workplace: Workplace, standing: Standing) -> Changed:
    """Return how the plan of the work tree differs in meaning from the one that is in force on its release line.

    A line of which no plan was approved yet is held against the line that it left: a branch lowers nothing unseen.
    """
    line = workplace.plan.release_line
    own = standing.plan_of(line.id)
    left = (found for name in standing.left_by(line) if (found := standing.plan_of(name)))
    before = own or next(left, standing.plan_in_force)
    sentences = (*differences(before.plan, workplace.plan), *policy_changes(workplace, before.plan))
    return Changed(before.since, sentences, "" if own else before.line)


def pipeline_change(workplace: Workplace, standing: Standing, description: PipelineDescription) -> Changed:
    """Return how a pipeline differs from the one that was accepted last in a review."""
    reviewed = _last_reviewed(standing)
    if reviewed is None or not reviewed.decision.attached:
        return Changed(-1, ())
    before = read_description(workplace.ledger.read_blob(reviewed.decision.attached[0].sha256))
    return Changed(reviewed.record.index, pipeline_differences(before, description))


def _last_reviewed(standing: Standing) -> StandingDecision | None:
    accepted = [
        one
        for one in standing.decisions_on("review", (PIPELINE,))
        if one.effective and one.decision.fields.get("outcome") == "accepted"
    ]
    return accepted[-1] if accepted else None
