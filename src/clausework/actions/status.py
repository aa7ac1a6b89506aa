"""status: where things stand: the build's gates, what is red since when, what waits for whom, what is released."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from clausework.actions.components import ComponentOutdated, newest_builds, refuse_outdated
from clausework.actions.current_build import current_build
from clausework.actions.differences import ChangedUnderControl, changed_under_control
from clausework.actions.gate import evaluate_build, newest_verdict, planned_stages
from clausework.actions.keeping import AdoptedVersion, ArchiveStanding, adopted_standing, archives_standing
from clausework.actions.plan_findings import SeenFinding, seen_findings
from clausework.actions.release import ReleaseState
from clausework.actions.sign import Waiting, open_releases, waiting
from clausework.actions.trusted_time import time_of_release
from clausework.actions.workplace import Workplace
from clausework.evidence.git import NoCommitYet, NotARepository
from clausework.gates.facts import Facts
from clausework.gates.stage import outcome_of
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import made_of
from clausework.ledger.records.build import Build
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.gates import CheckVerdict, Promotion, Verdict
from clausework.ledger.records.release import Deployment, Release
from clausework.plan.model import Plan, role_holders, software_items
from clausework.release.withdrawal import withdrawals
from clausework.signatures.means import means_of
from clausework.trace.builds import BuildUnknown
from clausework.trace.locks import Lock, locks
from clausework.trace.releases import false_releases
from clausework.trace.releases import releases as signed_releases
from clausework.trace.shown import shown_signature
from clausework.trace.standing import Delegation, RefusedSignature, Standing
from clausework.trace.test_changes import VanishedCase


class RedCheck(msgspec.Struct, frozen=True):
    """A check that stands in the way: what it says first, since which record, who can mend it, and how.

    ``people`` hold the role that mends it; ``more`` counts the further reasons, ``ways`` are further ways out.
    """

    check: str
    outcome: str
    message: str
    since: str
    who: str
    people: tuple[str, ...]
    command: str
    more: int
    ways: tuple[str, ...] = ()


class StageStatus(msgspec.Struct, frozen=True):
    """A stage of the current build: its newest verdict, since when it is so, and the checks that stand in the way.

    Where the verdict would now be another, ``reason`` says so, and the checks are those of now.
    """

    stage: str
    outcome: str
    index: int
    since: str
    reason: str
    red: tuple[RedCheck, ...] = ()


class ItemStatus(msgspec.Struct, frozen=True):
    """A software item: its current build (none for this commit: empty), its stages, the environments it reached.

    ``flaky`` are cases that failed and passed on this source; ``vanished`` those of the build before that did not run.
    ``unchanged`` tells that the build is of an earlier commit, and that nothing of the item changed since.
    """

    software_item: str
    build: str
    commit: str
    provisional: bool
    stages: tuple[StageStatus, ...]
    environments: tuple[str, ...]
    flaky: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    unchanged: bool = False


class ReleasedVersion(msgspec.Struct, frozen=True):
    """A released version, where its artefacts were admitted, and who withdrew it, when and why (empty: nobody)."""

    version: str
    index: int
    at: str
    deployments: tuple[str, ...]
    withdrawn: str = ""
    authorised: tuple[str, ...] = ()
    trusted_time: str = ""


class RefusedRelease(msgspec.Struct, frozen=True):
    """A version that was frozen and that nobody can sign: what refuses now, and which signatures lapsed.

    Where nothing refuses any more, the gate has only to be evaluated again.
    """

    version: str
    refuses: tuple[str, ...]
    lapsed: tuple[str, ...]


class Status(msgspec.Struct, frozen=True):
    """Everything that ``status`` shows."""

    entries: int
    checkpoint: str
    plan_approved: bool
    items: tuple[ItemStatus, ...]
    waiting: tuple[Waiting, ...]
    refused_signatures: tuple[RefusedSignature, ...]
    releases: tuple[ReleasedVersion, ...]
    adopted: tuple[AdoptedVersion, ...] = ()
    archives: tuple[ArchiveStanding, ...] = ()
    locked: tuple[Lock, ...] = ()
    lent: tuple[Delegation, ...] = ()
    plan_findings: tuple[SeenFinding, ...] = ()
    changed: ChangedUnderControl | None = None
    refused_releases: tuple[RefusedRelease, ...] = ()
    false_releases: tuple[str, ...] = ()


def status(workplace: Workplace, *, with_waiting: bool = True) -> Status:
    """Return where things stand; with ``with_waiting`` candidates are evaluated as they stand now."""
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    checkpoint = workplace.ledger.checkpoint()
    releases = open_releases(workplace) if with_waiting else ()
    return Status(
        entries=checkpoint.size,
        checkpoint=checkpoint.root_base64,
        plan_approved=standing.is_approved_plan(workplace.site.plan_sha256),
        items=tuple(
            _item(workplace, snapshot, item.id, standing.is_approved_plan)
            for item in software_items(workplace.plan)
        ),
        waiting=waiting(workplace, releases) if with_waiting else (),
        refused_signatures=standing.refused,
        adopted=adopted_standing(snapshot, standing),
        archives=archives_standing(snapshot, standing, workplace.now()),
        releases=tuple(_released(workplace, snapshot, standing)),
        locked=tuple(one for one in locks(snapshot.records, standing, workplace.now()) if one.holds),
        lent=tuple(one for one in standing.delegations if not one.is_over(workplace.now())),
        plan_findings=seen_findings(workplace, snapshot, standing),
        changed=changed_under_control(workplace, standing),
        refused_releases=tuple(_refused(one) for one in releases if not one.signable),
        false_releases=false_releases(snapshot.records, standing),
    )


def _refused(state: ReleaseState) -> RefusedRelease:
    return RefusedRelease(
        state.version,
        tuple(one.check for one in state.conditions if one.outcome in {"fail", "not_evaluated"}),
        state.lapsed,
    )


def _item(
    workplace: Workplace, snapshot: Snapshot, name: str, is_approved: Callable[[str], bool]
) -> ItemStatus:
    build, unchanged = _build_of(workplace, snapshot, name)
    if build is None:
        return ItemStatus(name, build="", commit="", provisional=False, stages=(), environments=())
    environments = [
        one.body.environment
        for one in snapshot.records
        if isinstance(one.body, Promotion) and one.body.build == build.id
    ]
    stages = planned_stages(workplace, build)
    evaluation = evaluate_build(workplace, snapshot, build, stages)
    plan = workplace.standing(snapshot).plan_in_force.plan
    facts = evaluation.facts
    return ItemStatus(
        name,
        build.id,
        build.commit,
        not is_approved(build.plan),
        tuple(_stage(snapshot, build, plan, stage.name, checks) for stage, checks in evaluation.checks),
        tuple(dict.fromkeys(environments)),
        tuple(f"{one.case} ({one.level})" for one in facts.flaky),
        tuple(_vanished_since(facts)),
        unchanged,
    )


def _build_of(workplace: Workplace, snapshot: Snapshot, name: str) -> tuple[Build | None, bool]:
    """Return the build that belongs to what is checked out, and whether it is an earlier commit's, still as it was."""
    try:
        return current_build(workplace, snapshot, None, name).body, False
    except BuildUnknown:
        before = [one for one in newest_builds(workplace, snapshot) if one.software_item == name]
    except (NoCommitYet, NotARepository):
        return None, False
    try:
        refuse_outdated(workplace, before)
    except ComponentOutdated:
        return None, False
    return (before[0], True) if before else (None, False)


def _vanished_since(facts: Facts) -> Iterator[str]:
    """Name the cases of the build before that did not run now; of a level at which nothing ran yet, only that."""
    before = facts.previous.vanished if facts.previous else ()
    ran = {level for level, counts in facts.test_counts.items() if any(counts.values())}
    yield from (_vanished(one) for one in before if one.level in ran)
    for level in sorted({one.level for one in before} - ran):
        of_level = f"{level} test" if level else "test recorded without --level"
        yield f"no {of_level} ran yet, which some did before"


def _vanished(one: VanishedCase) -> str:
    state = "is skipped" if one.skipped else "is gone"
    return f"{one.case} ({one.level}), which {'failed' if one.was == 'red' else 'passed'} before, {state}"


def _stage(
    snapshot: Snapshot, build: Build, plan: Plan, stage: str, checks: Sequence[CheckVerdict]
) -> StageStatus:
    newest = newest_verdict(snapshot, build.id, stage)
    now = outcome_of(checks)
    if newest is None:
        return StageStatus(stage, "not run", -1, "", f"clausework gate {stage}", _red(snapshot, plan, checks))
    index, verdict = newest
    changed = now != verdict.outcome
    reason = f"on what is recorded since, it would be {now.replace('_', ' ')} -> clausework gate {stage}"
    return StageStatus(
        stage,
        verdict.outcome,
        index,
        _since(snapshot, build.id, stage, verdict),
        reason if changed else "",
        _red(snapshot, plan, checks if changed else verdict.checks),
    )


def _red(snapshot: Snapshot, plan: Plan, checks: Sequence[CheckVerdict]) -> tuple[RedCheck, ...]:
    found = []
    for check in checks:
        if check.outcome in {"fail", "not_evaluated"} and check.reasons:
            first = check.reasons[0]
            who = first.who or "developer"
            found.append(
                RedCheck(
                    check.check,
                    check.outcome,
                    first.message,
                    _recorded(snapshot, first.records),
                    who,
                    role_holders(plan, who) if who in plan.roles else (),
                    first.command,
                    check.reason_count - 1,
                    first.ways,
                )
            )
    return tuple(found)


def _recorded(snapshot: Snapshot, records: Sequence[int]) -> str:
    """Return since when the oldest of ``records`` says so; empty where a check rests on what is not there."""
    first = min(records, default=-1)
    return f"#{first} of {made_of(snapshot.records[first].body).at}" if first >= 0 else ""


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


def _authorised(snapshot: Snapshot, release: Release) -> tuple[str, ...]:
    cited = [
        snapshot.records[one.index].body for one in release.approvals if one.index < len(snapshot.records)
    ]
    return tuple(f"{shown_signature(one)}, by {means_of(one)}" for one in cited if isinstance(one, Approval))


def _released(workplace: Workplace, snapshot: Snapshot, standing: Standing) -> list[ReleasedVersion]:
    withdrawn = withdrawals(standing.decisions)
    return [
        ReleasedVersion(
            record.body.version,
            record.index,
            record.body.made.at,
            tuple(
                dict.fromkeys(
                    f"{one.body.environment} {one.body.site}".strip()
                    for one in snapshot.records
                    if isinstance(one.body, Deployment)
                    and one.body.outcome == "admitted"
                    and one.body.version == record.body.version
                )
            ),
            str(withdrawn.get(record.sha256, "")),
            _authorised(snapshot, record.body),
            time_of_release(workplace, snapshot, record),
        )
        for record in (one.record for one in signed_releases(snapshot.records, standing))
    ]
