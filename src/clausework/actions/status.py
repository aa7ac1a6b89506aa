"""status: where things stand: the build's gates, what is red since when, what waits for whom, what is released."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from clausework.actions.current_build import current_build
from clausework.actions.gate import evaluate_build, newest_verdict, planned_stages
from clausework.actions.sign import Waiting, waiting
from clausework.actions.workplace import Workplace
from clausework.evidence.git import NoCommitYet, NotARepository
from clausework.gates.stage import outcome_of
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.gates import Promotion, Verdict
from clausework.ledger.records.release import Deployment, Release
from clausework.plan.model import software_items
from clausework.trace.builds import BuildUnknown
from clausework.trace.standing import RefusedSignature


class StageStatus(msgspec.Struct, frozen=True):
    """A stage of the current build: its newest verdict, since when it is so, and the first reason when it blocks.

    Where the verdict would now be another, ``reason`` says so.
    """

    stage: str
    outcome: str
    index: int
    since: str
    reason: str


class ItemStatus(msgspec.Struct, frozen=True):
    """A software item: its current build (none for this commit: empty), its stages, the environments it reached."""

    software_item: str
    build: str
    commit: str
    provisional: bool
    stages: tuple[StageStatus, ...]
    environments: tuple[str, ...]


class ReleasedVersion(msgspec.Struct, frozen=True):
    """A released version and where its artefacts were admitted."""

    version: str
    index: int
    at: str
    deployments: tuple[str, ...]


class Status(msgspec.Struct, frozen=True):
    """Everything that ``status`` shows."""

    entries: int
    checkpoint: str
    plan_approved: bool
    items: tuple[ItemStatus, ...]
    waiting: tuple[Waiting, ...]
    refused_signatures: tuple[RefusedSignature, ...]
    releases: tuple[ReleasedVersion, ...]


def status(workplace: Workplace, *, with_waiting: bool = True) -> Status:
    """Return where things stand; with ``with_waiting`` candidates are evaluated as they stand now."""
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    checkpoint = workplace.ledger.checkpoint()
    return Status(
        entries=checkpoint.size,
        checkpoint=checkpoint.root_base64,
        plan_approved=standing.is_approved_plan(workplace.site.plan_sha256),
        items=tuple(
            _item(workplace, snapshot, item.id, standing.is_approved_plan)
            for item in software_items(workplace.plan)
        ),
        waiting=waiting(workplace) if with_waiting else (),
        refused_signatures=standing.refused,
        releases=tuple(_released(snapshot)),
    )


def _item(
    workplace: Workplace, snapshot: Snapshot, name: str, is_approved: Callable[[str], bool]
) -> ItemStatus:
    try:
        build: Build = current_build(workplace, snapshot, None, name).body
    except (BuildUnknown, NoCommitYet, NotARepository):
        return ItemStatus(name, build="", commit="", provisional=False, stages=(), environments=())
    environments = [
        one.body.environment
        for one in snapshot.records
        if isinstance(one.body, Promotion) and one.body.build == build.id
    ]
    return ItemStatus(
        name,
        build.id,
        build.commit,
        not is_approved(build.plan),
        _stages(workplace, snapshot, build),
        tuple(dict.fromkeys(environments)),
    )


def _stages(workplace: Workplace, snapshot: Snapshot, build: Build) -> tuple[StageStatus, ...]:
    stages = planned_stages(workplace, build)
    now = {
        stage.name: outcome_of(checks)
        for stage, checks in evaluate_build(workplace, snapshot, build, stages).checks
    }
    return tuple(_stage(snapshot, build, stage.name, now[stage.name]) for stage in stages)


def _stage(snapshot: Snapshot, build: Build, stage: str, now: str) -> StageStatus:
    newest = newest_verdict(snapshot, build.id, stage)
    if newest is None:
        return StageStatus(stage, "not run", -1, "", f"clausework gate {stage}")
    index, verdict = newest
    reason = ""
    for check in verdict.checks:
        if check.outcome in {"fail", "not_evaluated"} and check.reasons:
            first = check.reasons[0]
            reason = first.message + (f" -> {first.command}" if first.command else "")
            break
    if now != verdict.outcome:
        reason = f"on what is recorded since, it would be {now.replace('_', ' ')} -> clausework gate {stage}"
    return StageStatus(stage, verdict.outcome, index, _since(snapshot, build.id, stage, verdict), reason)


def _since(snapshot: Snapshot, build_id: str, stage: str, newest: Verdict) -> str:
    """Return the time of the first verdict of the unbroken run of equal outcomes that ``newest`` ends."""
    since = newest.made.at
    for record in reversed(snapshot.records):
        body = record.body
        if isinstance(body, Verdict) and body.build == build_id and body.stage == stage:
            if body.outcome != newest.outcome:
                break
            since = body.made.at
    return since


def _released(snapshot: Snapshot) -> list[ReleasedVersion]:
    return [
        ReleasedVersion(
            record.body.version,
            record.index,
            record.body.made.at,
            tuple(
                f"{one.body.environment} {one.body.site}".strip()
                for one in snapshot.records
                if isinstance(one.body, Deployment)
                and one.body.outcome == "admitted"
                and one.body.version == record.body.version
            ),
        )
        for record in snapshot.records
        if isinstance(record.body, Release)
    ]
