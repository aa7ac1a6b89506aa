"""promote: advances a build to an environment once the stages that the environment asks have passed (principle 6)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.current_build import build_subjects, current_build
from clausework.actions.gate import evaluate_build, newest_verdict, planned_stages
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import Refused, UsageFault
from clausework.gates.stage import outcome_of
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.gates import Promotion, Verdict
from clausework.ledger.records.values import Reference
from clausework.plan.load import load_plan
from clausework.plan.model import Environment, Plan
from clausework.trace.builds import find_build, outputs_of
from clausework.trace.replaced_plans import replacing_plan

FIRST_ENVIRONMENT = "development"
"""The one environment that a build under a plan that nobody approved may reach."""


class EnvironmentUnknown(UsageFault):
    """The plan has no such environment."""


class PromotionRefused(Refused):
    """A build may not advance to an environment."""


class Promoted(msgspec.Struct, frozen=True):
    """A promotion's record: environment, build, the verdicts that let it."""

    environment: str
    build: Build
    verdicts: tuple[int, ...]
    index: int
    existed: bool


def environment_of(plan: Plan, name: str) -> Environment:
    """Return the environment called ``name``; raises ``EnvironmentUnknown``."""
    if name not in plan.environments:
        raise EnvironmentUnknown(
            f"The plan has no environment '{name}'.", hint=f"It has: {', '.join(plan.environments)}."
        )
    return plan.environments[name]


def promote(
    workplace: Workplace, environment: str, *, build_id: str | None = None, software_item: str | None = None
) -> Promoted:
    """Record that a build advances to ``environment``; raises ``PromotionRefused`` with what is missing.

    The recorded verdicts must pass, and must still hold on what is recorded when the promotion is.
    """
    build: Build = current_build(workplace, workplace.snapshot(), build_id, software_item).body
    plan = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    asked = environment_of(plan, environment)
    if asked.release == "required":
        raise PromotionRefused(
            f"Nothing is promoted to {environment}: it takes only what a signed release names (5.8).",
            hint="Run 'clausework release VERSION'; then 'clausework deploy' admits its artefacts.",
        )
    found: list[Reference] = []

    def decide(snapshot: Snapshot) -> list[Draft]:
        found[:] = _verdicts(workplace, snapshot, build, environment, asked.after)
        artefacts = sorted({one.artefact.sha256 for one in outputs_of(snapshot.records, build.id)})
        body = Promotion(
            workplace.made(), build.id, build.software_item, environment, tuple(found), tuple(artefacts)
        )
        key = sha256_of(canonical_json([build.id, environment, artefacts, [one.sha256 for one in found]]))
        return [Draft(build_subjects(build, artefacts), body, key)]

    receipt = workplace.ledger.append_if(decide)[0]
    return Promoted(environment, build, tuple(one.index for one in found), receipt.index, receipt.existed)


def _verdicts(
    workplace: Workplace, snapshot: Snapshot, build: Build, environment: str, after: Sequence[str]
) -> list[Reference]:
    """Return the verdicts that let ``build`` advance; raises ``PromotionRefused``."""
    standing = workplace.standing(snapshot)
    record = find_build(snapshot.records, build.id)
    replacing = replacing_plan(snapshot.records, standing, record)
    if replacing and environment != FIRST_ENVIRONMENT:
        raise PromotionRefused(
            f"Build {build.id[:12]} was made under plan {build.plan[:12]} when {replacing.sha256[:12]} had taken its"
            f" place (#{replacing.since}); it stays in {FIRST_ENVIRONMENT}.",
            hint="Take the plan in force, then 'clausework build'; an older plan is no way round it.",
        )
    provisional = not standing.is_approved_plan(build.plan)
    if provisional and environment != FIRST_ENVIRONMENT:
        raise PromotionRefused(
            f"Build {build.id[:12]} was made under a plan that nobody approved; it stays in {FIRST_ENVIRONMENT}.",
            hint="Run 'clausework decide approve plan', have it signed, then 'clausework build'.",
        )
    passed: list[Reference] = []
    missing = lapsed_stages(workplace, snapshot, build, after)
    for stage in after:
        newest = newest_verdict(snapshot, build.id, stage)
        if newest is None:
            missing[stage] = f"{stage} was not evaluated"
        elif newest[1].outcome != "pass":
            missing[stage] = f"{stage} is {newest[1].outcome.replace('_', ' ')} (#{newest[0]})"
        else:
            passed.append(Reference(newest[0], snapshot.records[newest[0]].sha256))
    if missing:
        raise PromotionRefused(
            f"Build {build.id[:12]} does not advance to {environment}: {'; '.join(missing.values())}.",
            hint=f"Run 'clausework gate {' '.join(after)}' and mend what it names.",
        )
    return passed


def lapsed_stages(
    workplace: Workplace, snapshot: Snapshot, build: Build, after: Sequence[str]
) -> dict[str, str]:
    """Return what to say of each stage in ``after`` that does not pass on what ``snapshot`` holds."""
    stages = planned_stages(workplace, build, after)
    evaluation = evaluate_build(workplace, snapshot, build, stages)
    return {
        stage.name: f"{stage.name} no longer passes"
        for stage, checks in evaluation.checks
        if outcome_of(checks) != "pass"
    }


def automatic_promotions(
    workplace: Workplace, *, build_id: str | None = None, software_item: str | None = None
) -> tuple[Promoted, ...]:
    """Advance the build to every environment that takes it by itself and whose stages have passed."""
    snapshot = workplace.snapshot()
    build: Build = current_build(workplace, snapshot, build_id, software_item).body
    plan = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    promoted = []
    for name, environment in plan.environments.items():
        if not environment.automatic or environment.release == "required":
            continue
        verdicts: list[tuple[int, Verdict] | None] = [
            newest_verdict(snapshot, build.id, stage) for stage in environment.after
        ]
        if all(verdict is not None and verdict[1].outcome == "pass" for verdict in verdicts):
            try:
                promoted.append(promote(workplace, name, build_id=build.id))
            except PromotionRefused:
                continue  # a provisional build stays where it is; 'promote' says so when asked
    return tuple(promoted)
