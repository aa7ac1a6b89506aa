"""gate: evaluates stages on a build and records the verdicts; a preview records nothing (principles 4, 5, 12)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.current_build import build_subjects, current_build
from clausework.actions.unchanged_facts import unchanged_facts
from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused, UsageFault
from clausework.gates.facts import Facts
from clausework.gates.folding import facts_document, fold_facts
from clausework.gates.stage import StageOutcome, evaluate_stage, outcome_of
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.gates import CheckVerdict, Verdict
from clausework.plan.effective import Stage, effective_stages
from clausework.plan.load import load_plan

RELEASE_STAGE = "release"


class GateRefused(Refused):
    """A gate does not let a build advance."""

    hint = "Each reason above names who can mend it and how; there is no switch that skips a gate."


class StageUnknown(UsageFault):
    """The plan has no such stage."""


class StageVerdict(msgspec.Struct, frozen=True):
    """A stage's verdict as it was just evaluated; ``index`` is its record, -1 for a preview."""

    stage: str
    gate: str
    outcome: StageOutcome
    provisional: bool
    checks: tuple[CheckVerdict, ...]
    index: int


class Evaluation(msgspec.Struct, frozen=True):
    """Facts of a build at one moment, and what each stage's checks make of them."""

    facts: Facts
    checks: tuple[tuple[Stage, tuple[CheckVerdict, ...]], ...]


class GateRun(msgspec.Struct, frozen=True):
    """All stages that one call evaluated on one build.

    ``refused_signatures`` are those on decisions without effect that do not count, and why.
    """

    build: Build
    stages: tuple[StageVerdict, ...]
    refused_signatures: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether every stage passes."""
        return all(stage.outcome == "pass" for stage in self.stages)


def run_gates(
    workplace: Workplace,
    names: Sequence[str] = (),
    *,
    build_id: str | None = None,
    software_item: str | None = None,
    preview: bool = False,
) -> GateRun:
    """Evaluate the named stages (none: all before the release) on a build, and record the verdicts.

    The plan that the build was made under decides, not the one in the work tree. A verdict that repeats the newest
    one, on the same facts, is not recorded again.
    """
    snapshot = workplace.snapshot()
    build: Build = current_build(workplace, snapshot, build_id, software_item).body
    stages = planned_stages(workplace, build, names)
    evaluation = evaluate_build(workplace, snapshot, build, stages)
    indexes = {stage.name: -1 for stage in stages}
    if not preview:
        evaluation, indexes = _record(workplace, build, stages, evaluation)
    return GateRun(
        build,
        tuple(
            StageVerdict(
                stage.name,
                stage.gate,
                outcome_of(checks),
                evaluation.facts.provisional,
                checks,
                indexes[stage.name],
            )
            for stage, checks in evaluation.checks
        ),
        workplace.standing(workplace.snapshot()).refusals(),
    )


def evaluate_build(
    workplace: Workplace, snapshot: Snapshot, build: Build, stages: Sequence[Stage]
) -> Evaluation:
    """Return what ``stages`` come to on a build as the log stands in ``snapshot``."""
    standing = workplace.standing(snapshot)
    facts = fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now(), standing=standing)
    read_blob = workplace.ledger.read_blob
    return Evaluation(facts, tuple((stage, evaluate_stage(stage, facts, read_blob)) for stage in stages))


def planned_stages(workplace: Workplace, build: Build, names: Sequence[str] = ()) -> tuple[Stage, ...]:
    """Return the stages before the release that the build's own plan asks, in order; raises ``StageUnknown``."""
    plan = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    stages = [stage for stage in effective_stages(plan, build.software_item) if stage.name != RELEASE_STAGE]
    known = [stage.name for stage in stages]
    for name in names:
        if name == RELEASE_STAGE:
            raise StageUnknown(
                "The release gate is not run by 'gate'.", hint="Run 'clausework release VERSION'."
            )
        if name not in known:
            raise StageUnknown(f"The plan has no stage '{name}'.", hint=f"It has: {', '.join(known)}.")
    return tuple(stage for stage in stages if not names or stage.name in names)


def _record(
    workplace: Workplace, build: Build, stages: Sequence[Stage], evaluation: Evaluation
) -> tuple[Evaluation, dict[str, int]]:
    """Append the verdicts; return the evaluation that they state, and the index of each stage's verdict.

    Where the log grew since ``evaluation``, stages are evaluated again before anything else can be appended: a
    verdict never hides a record that came before it.
    """
    stated = evaluation
    kept: dict[str, int] = {}
    fresh: list[str] = []

    def decide(snapshot: Snapshot) -> list[Draft]:
        nonlocal stated
        if len(snapshot.records) != stated.facts.log_size:
            stated = evaluate_build(workplace, snapshot, build, stages)
        kept.update(_unchanged(workplace, snapshot, build, stated))
        fresh.extend(stage.name for stage in stages if stage.name not in kept)
        return _drafts(workplace, build, stated, fresh)

    receipts = workplace.ledger.append_if(decide)
    return stated, kept | {name: receipt.index for name, receipt in zip(fresh, receipts, strict=True)}


def _unchanged(
    workplace: Workplace, snapshot: Snapshot, build: Build, evaluation: Evaluation
) -> dict[str, int]:
    """Return the index of the newest verdict of each stage that says the same on the same facts."""
    found = {}
    for stage, checks in evaluation.checks:
        newest = newest_verdict(snapshot, build.id, stage.name)
        if newest is None or newest[1].checks != checks:
            continue
        before = workplace.ledger.read_blob(newest[1].facts.sha256)
        if unchanged_facts(before, facts_document(evaluation.facts)):
            found[stage.name] = newest[0]
    return found


def _drafts(workplace: Workplace, build: Build, evaluation: Evaluation, names: Sequence[str]) -> list[Draft]:
    if not names:
        return []
    facts = evaluation.facts
    blob = workplace.ledger.put_blob(facts_document(facts), "facts.json", "application/json")
    subjects = build_subjects(build, [output.sha256 for output in facts.build.outputs])
    return [
        Draft(
            subjects,
            Verdict(
                made=workplace.made(),
                stage=stage.name,
                outcome=outcome_of(checks),
                build=build.id,
                software_item=build.software_item,
                safety_class=build.safety_class,
                plan=build.plan,
                provisional=facts.provisional,
                facts=blob,
                log_size=facts.log_size,
                checks=checks,
            ),
        )
        for stage, checks in evaluation.checks
        if stage.name in names
    ]


def newest_verdict(snapshot: Snapshot, build_id: str, stage: str) -> tuple[int, Verdict] | None:
    """Return the index and body of the newest recorded verdict of a stage on a build."""
    for record in reversed(snapshot.records):
        body = record.body
        if isinstance(body, Verdict) and body.build == build_id and body.stage == stage:
            return record.index, body
    return None


def refuse_unless_passing(*runs: GateRun) -> None:
    """Raise ``GateRefused`` when a stage of one of ``runs`` does not pass."""
    blocked = [run for run in runs if not run.passes]
    if blocked:
        raise GateRefused(" ".join(_blocked(run, alone=len(runs) == 1) for run in blocked))


def _blocked(run: GateRun, *, alone: bool) -> str:
    names = ", ".join(
        f"{stage.stage} ({stage.gate}) {stage.outcome.replace('_', ' ')}"
        for stage in run.stages
        if stage.outcome != "pass"
    )
    of = "" if alone else f" of {run.build.software_item}"
    return f"Build {run.build.id[:12]}{of} does not advance: {names}."
