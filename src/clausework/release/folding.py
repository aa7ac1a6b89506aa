"""From records to the facts of a candidate, at the first evaluation as at each later one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.folding import fold_facts, judgement, stand_at
from clausework.gates.plan_history import PlanOnLine, plan_findings
from clausework.gates.policies import ReadBlob
from clausework.gates.stage import evaluate_stage, outcome_of
from clausework.items.baseline import read_baseline, risk_file_digest
from clausework.items.model import Item
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import BuildOutputs
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.release import Candidate, Component
from clausework.plan.differences import differences
from clausework.plan.effective import effective_stages
from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, Plan, safety_class_of, software_items
from clausework.release.adoption import adopted_by, adopted_versions
from clausework.release.archive_facts import archive_fact
from clausework.release.candidate import artefacts_digest
from clausework.release.facts import SCHEMA, ComponentFact, PlanFact, PreviousRelease, ReleaseFacts, StageFact
from clausework.release.risk_file_facts import released_risk_file
from clausework.standards.questions import set_names
from clausework.trace.builds import find_build, outputs_of
from clausework.trace.item_fact import item_fact
from clausework.trace.releases import Released, releases
from clausework.trace.residual import RESIDUAL, frozen_besides, residual_items, with_residual
from clausework.trace.standing import Standing

OpenBlob = Callable[[str], BinaryIO]


def fold_release_facts(
    snapshot: Snapshot, ledger: Ledger, candidate: Record, *, at: str, standing: Standing | None = None
) -> ReleaseFacts:
    """Return the facts of ``candidate`` as the log holds them now, at the moment ``at``."""
    open_blob = ledger.open_blob
    standing = standing or stand_at(snapshot, ledger)
    frozen: Candidate = candidate.body
    plan = load_plan(ledger.read_blob(frozen.plan), f"plan {frozen.plan[:12]}")
    items = _items(snapshot.records, open_blob, frozen.item_baseline)
    judgements = tuple(judgement(one) for one in standing.decisions)
    besides = frozen_besides(snapshot.records, candidate)
    residual = residual_items(
        snapshot.records, frozen.item_baseline, open_blob, besides, _closed_texts(judgements)
    )
    builds = tuple(
        fold_facts(
            snapshot,
            ledger,
            build,
            at=at,
            version=frozen.version,
            item_baseline=frozen.item_baseline,
            plan=frozen.plan,
            beside=frozen.builds,
            standing=standing,
            residual=residual.items,
        )
        for build in frozen.builds
    )
    all_released = releases(snapshot.records, standing)
    own = (one.record for one in all_released if one.record.body.candidate.sha256 == candidate.sha256)
    released = next(own, None)
    lines = (frozen.line, *standing.left_by(plan.release_line))
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
        stages=tuple(stage for facts in builds for stage in _stages(plan, facts, ledger.read_blob)),
        items=tuple(item_fact(item) for item in with_residual(items, residual)),
        vanished=residual.vanished,
        risk_file=risk_file_digest(items),
        risk_assessed=released_risk_file(items, plan),
        judgements=judgements,
        scope=_scope(judgements, frozen.version),
        frozen_scope=frozen.scope.index if frozen.scope else -1,
        last_test=_last_test(builds, released),
        last_validation=_last_test(builds, released, "validation"),
        archive=archive_fact(snapshot.records, candidate, plan),
        released_versions=tuple(
            one.version for one in all_released if one.record.body.candidate.sha256 != candidate.sha256
        )
        + adopted_versions(snapshot.records, standing.decisions, released),
        authors=tuple(sorted({author for facts in builds for author in facts.build.authors})),
        line=frozen.line,
        components=_components(snapshot.records, all_released, frozen, candidate, released),
        previous=_previous(all_released, ledger, lines, released)
        or _adopted_before(snapshot.records, standing, lines, released),
        plan_findings=plan_findings(
            snapshot,
            ledger,
            standing,
            PlanOnLine(frozen.plan, plan, until=released.index if released else None),
            (released.body.made.at if released else at)[:10],
        ),
    )


def _closed_texts(judgements: Sequence[JudgementFact]) -> frozenset[str]:
    """Return the texts of anomalies and problem reports on which a signed closure stands (clause 9.7)."""
    return frozenset(
        one.matter_sha256
        for one in judgements
        if one.effective and one.form == "close" and one.matter_kind in RESIDUAL
    )


def _items(records: Sequence[Record], open_blob: OpenBlob, baseline: str) -> tuple[Item, ...]:
    for record in records:
        if isinstance(record.body, ItemBaseline) and record.body.baseline == baseline:
            with open_blob(record.body.detail.sha256) as stream:
                return read_baseline(stream)
    return ()


def _planned(
    plan: Plan, frozen: Candidate, standing: Standing, released: Record | None, builds: Sequence[Facts]
) -> PlanFact:
    moment = released.index if released else standing.newest
    in_force = standing.plan_at(moment, frozen.line)
    built = {facts.build.software_item for facts in builds}
    return PlanFact(
        in_force=in_force is not None and in_force.sha256 == frozen.plan,
        differences=differences(plan, in_force.plan) if in_force and in_force.sha256 != frozen.plan else (),
        graver=_graver(plan, in_force.plan) if in_force else (),
        fits=plan.release_line.id == frozen.line and plan.release_line.has(frozen.version),
        line_versions=plan.release_line.versions,
        questions=set_names(plan.regulatory.significance_questions),
        backlog=plan.changes.backlog,
        device=plan.device.name,
        udi_di=plan.device.udi_di,
        retention_set=plan.retention.released is not None,
        tasks=tuple(task.id for task in plan.tasks),
        unbuilt=tuple(item.id for item in software_items(plan) if item.id not in built),
    )


def _graver(plan: Plan, in_force: Plan) -> tuple[str, ...]:
    """Return the software items of ``plan`` that have a graver class by the plan in force."""
    now = {item.id: safety_class_of(in_force, item.id) for item in software_items(in_force)}
    return tuple(
        f"{item.id} is class {now[item.id]} by the plan in force, {safety_class_of(plan, item.id)} by its own"
        for item in software_items(plan)
        if now.get(item.id, "A") > safety_class_of(plan, item.id)
    )


def _gravest_class(plan: Plan, builds: Sequence[Facts]) -> str:
    classes = {facts.safety_class for facts in builds}
    for facts in builds:
        try:
            classes.add(safety_class_of(plan, facts.build.software_item))
        except NotInPlan:
            classes.add("C")
    return max(classes, default="C")


def _stages(plan: Plan, facts: Facts, read_blob: ReadBlob) -> list[StageFact]:
    item = facts.build.software_item
    try:
        stages = effective_stages(plan, item)
    except NotInPlan as error:
        return [StageFact("plan", item, "not_evaluated", (error.message,))]
    found = []
    for stage in stages:
        if stage.gate == "G6":
            continue
        checks = evaluate_stage(stage, facts, read_blob)
        blocks = [check for check in checks if check.outcome in {"fail", "not_evaluated"}]
        names = tuple(check.check for check in blocks)
        says = tuple(f"{check.check}: {check.reasons[0].message}" for check in blocks if check.reasons)
        aside = {one.check: one.reasons[0].records[0] for one in checks if one.outcome == "deviation"}
        found.append(StageFact(stage.name, item, outcome_of(checks), names, aside, says))
    return found


def _last_test(builds: Sequence[Facts], released: Record | None, level: str = "") -> int:
    before = released.index if released else None
    reports = [run.record for facts in builds for run in facts.runs if level in {"", run.level}]
    reports += [run.signature for facts in builds for run in facts.human.runs if level in {"", run.level}]
    return max((one for one in reports if before is None or one < before), default=-1)


def _commands(records: Sequence[Record], frozen: Candidate) -> dict[str, tuple[str, ...]]:
    return {
        one.body.software_item: one.body.command
        for one in records
        if isinstance(one.body, BuildOutputs) and one.body.build in frozen.builds and one.body.command
    }


def _components(
    records: Sequence[Record],
    all_released: Sequence[Released],
    frozen: Candidate,
    candidate: Record,
    released: Record | None,
) -> tuple[ComponentFact, ...]:
    """Return the candidate's components, with the release that took a component's version for something else.

    One is reused from a release that was not withdrawn before the version's own: the withdrawn one's changes are new.
    """
    taken = _versions_taken(records, all_released, candidate)
    before = {
        build
        for one in all_released
        if one.version != frozen.version and one.stands(released.index if released else None)
        for build in one.candidate.builds
    }
    return tuple(
        ComponentFact(
            one.software_item,
            one.version,
            one.build,
            one.reused_from if one.build in before else "",
            next(
                (
                    release
                    for item, version, artefacts, release in taken
                    if (item, version) == (one.software_item, one.version)
                    and artefacts != _artefacts(records, one.build)
                ),
                "",
            ),
        )
        for one in _told(records, frozen)
    )


def _versions_taken(
    records: Sequence[Record], all_released: Sequence[Released], candidate: Record
) -> list[tuple[str, str, frozenset[str], str]]:
    """Return the components of all other releases: software item, version, artefacts, the release's version."""
    return [
        (one.software_item, one.version, _artefacts(records, one.build), release.version)
        for release in all_released
        if release.record.body.candidate.sha256 != candidate.sha256
        for one in _told(records, release.candidate)
    ]


def _told(records: Sequence[Record], frozen: Candidate) -> tuple[Component, ...]:
    """Return a candidate's components; of one frozen before components were told, its builds as the version."""
    return frozen.components or tuple(
        Component(find_build(records, build).body.software_item, frozen.version, build)
        for build in frozen.builds
    )


def _artefacts(records: Sequence[Record], build: str) -> frozenset[str]:
    return frozenset(one.artefact.sha256 for one in outputs_of(records, build))


def _adopted_before(
    records: Sequence[Record], standing: Standing, lines: Sequence[str], released: Record | None
) -> PreviousRelease | None:
    """Return the newest adopted release of the first of ``lines`` that has one: the own, then that which it left."""
    for line in lines:
        for one in reversed(adopted_by(records, standing.decisions, released)):
            if one.body.line == line:
                return PreviousRelease(one.body.version, one.body.udi_di)
    return None


def _previous(
    all_released: Sequence[Released], ledger: Ledger, lines: Sequence[str], released: Record | None
) -> PreviousRelease | None:
    """Return the release before this one, withdrawn or not, on its line or else on the line that it left."""
    before = [one for one in all_released if released is None or one.record.index < released.index]
    for line in lines:
        for one in reversed(before):
            if one.line == line:
                plan = one.candidate.plan
                device = load_plan(ledger.read_blob(plan), f"plan {plan[:12]}").device
                return PreviousRelease(one.version, device.udi_di)
    return None


def _scope(judgements: Sequence[JudgementFact], version: str) -> JudgementFact | None:
    scopes = [one for one in judgements if one.form == "scope" and one.effective and one.version == version]
    return scopes[-1] if scopes else None
