"""From records to the facts of a candidate, at the first evaluation as at each later one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.folding import fold_facts, judgement, stand_at
from clausework.gates.stage import evaluate_stage, outcome_of
from clausework.items.baseline import read_baseline, risk_file_digest
from clausework.items.model import Item
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import BuildOutputs
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.release import Archive, Candidate, Release
from clausework.plan.effective import effective_stages
from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, Plan, safety_class_of, software_items
from clausework.release.candidate import artefacts_digest
from clausework.release.facts import SCHEMA, ArchiveFact, PlanFact, ReleaseFacts, StageFact
from clausework.release.residual import residual_items, with_residual
from clausework.trace.item_fact import item_fact
from clausework.trace.standing import Standing

OpenBlob = Callable[[str], BinaryIO]

_SOURCE = "application/x-git-bundle"


def fold_release_facts(
    snapshot: Snapshot, ledger: Ledger, candidate: Record, *, at: str, standing: Standing | None = None
) -> ReleaseFacts:
    """Return the facts of ``candidate`` as the log holds them now, at the moment ``at``."""
    open_blob = ledger.open_blob
    standing = standing or stand_at(snapshot, ledger)
    frozen: Candidate = candidate.body
    plan = load_plan(ledger.read_blob(frozen.plan), f"plan {frozen.plan[:12]}")
    builds = tuple(
        fold_facts(
            snapshot,
            ledger,
            build,
            at=at,
            version=frozen.version,
            item_baseline=frozen.item_baseline,
            standing=standing,
        )
        for build in frozen.builds
    )
    items = _items(snapshot.records, open_blob, frozen.item_baseline)
    residual = residual_items(snapshot.records, frozen.item_baseline, open_blob)
    judgements = tuple(judgement(one) for one in standing.decisions)
    released = _released(snapshot.records, candidate)
    return ReleaseFacts(
        schema=SCHEMA,
        at=at,
        log_size=len(snapshot.records),
        version=frozen.version,
        safety_class=_gravest_class(plan, builds),
        candidate=candidate.index,
        subject=artefacts_digest(frozen.artefacts),
        artefacts=frozen.artefacts,
        plan=frozen.plan,
        planned=_planned(plan, frozen, standing, released, builds),
        builds=builds,
        build_commands=_commands(snapshot.records, frozen),
        stages=tuple(stage for facts in builds for stage in _stages(plan, facts)),
        items=tuple(item_fact(item) for item in with_residual(items, residual)),
        vanished=residual.vanished,
        risk_file=risk_file_digest(items),
        judgements=judgements,
        scope=_scope(judgements, frozen.version),
        frozen_scope=frozen.scope.index if frozen.scope else -1,
        last_test=_last_test(builds, released),
        archive=_archive(snapshot.records, candidate),
        released_versions=tuple(
            one.body.version
            for one in snapshot.records
            if isinstance(one.body, Release) and one.body.candidate.sha256 != candidate.sha256
        ),
        authors=tuple(sorted({author for facts in builds for author in facts.build.authors})),
    )


def _items(records: Sequence[Record], open_blob: OpenBlob, baseline: str) -> tuple[Item, ...]:
    for record in records:
        if isinstance(record.body, ItemBaseline) and record.body.baseline == baseline:
            with open_blob(record.body.detail.sha256) as stream:
                return read_baseline(stream)
    return ()


def _released(records: Sequence[Record], candidate: Record) -> Record | None:
    return next(
        (
            one
            for one in records
            if isinstance(one.body, Release) and one.body.candidate.sha256 == candidate.sha256
        ),
        None,
    )


def _planned(
    plan: Plan, frozen: Candidate, standing: Standing, released: Record | None, builds: Sequence[Facts]
) -> PlanFact:
    in_force = standing.plan_at(released.index) if released else standing.plan_in_force
    built = {facts.build.software_item for facts in builds}
    return PlanFact(
        in_force=in_force.sha256 == frozen.plan,
        device=plan.device.name,
        udi_di=plan.device.udi_di,
        retention_set=plan.retention.released is not None,
        tasks=tuple(task.id for task in plan.tasks),
        unbuilt=tuple(item.id for item in software_items(plan) if item.id not in built),
    )


def _gravest_class(plan: Plan, builds: Sequence[Facts]) -> str:
    classes = {facts.safety_class for facts in builds}
    for facts in builds:
        try:
            classes.add(safety_class_of(plan, facts.build.software_item))
        except NotInPlan:
            classes.add("C")
    return max(classes, default="C")


def _stages(plan: Plan, facts: Facts) -> list[StageFact]:
    item = facts.build.software_item
    try:
        stages = effective_stages(plan, item)
    except NotInPlan as error:
        return [StageFact("plan", item, "not_evaluated", (error.message,))]
    found = []
    for stage in stages:
        if stage.gate == "G6":
            continue
        checks = evaluate_stage(stage, facts)
        blocking = tuple(check.check for check in checks if check.outcome in {"fail", "not_evaluated"})
        found.append(StageFact(stage.name, item, outcome_of(checks), blocking))
    return found


def _last_test(builds: Sequence[Facts], released: Record | None) -> int:
    before = released.index if released else None
    reports = [run.record for facts in builds for run in facts.runs]
    return max((one for one in reports if before is None or one < before), default=-1)


def _commands(records: Sequence[Record], frozen: Candidate) -> dict[str, tuple[str, ...]]:
    return {
        one.body.software_item: one.body.command
        for one in records
        if isinstance(one.body, BuildOutputs) and one.body.build in frozen.builds and one.body.command
    }


def _scope(judgements: Sequence[JudgementFact], version: str) -> JudgementFact | None:
    scopes = [one for one in judgements if one.form == "scope" and one.effective and one.version == version]
    return scopes[-1] if scopes else None


def _archive(records: Sequence[Record], candidate: Record) -> ArchiveFact | None:
    for record in reversed(records):
        body = record.body
        if isinstance(body, Archive) and body.candidate.sha256 == candidate.sha256:
            digests = tuple(sorted({one.sha256 for one in body.contents}))
            has_source = any(one.media_type == _SOURCE for one in body.contents)
            return ArchiveFact(record.index, body.restored, body.problem, digests, has_source)
    return None
