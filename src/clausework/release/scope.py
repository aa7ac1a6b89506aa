"""5.8.6 and 8.2.1: what the signed scope and the plan name is complete, and every change was approved."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.facts import JudgementFact
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition, members
from clausework.release.facts import ReleaseFacts


def _tasks_complete(facts: ReleaseFacts) -> Judgement:
    scope = facts.scope
    if scope is None or scope.record != facts.frozen_scope:
        return _no_scope(facts)
    tasks = dict.fromkeys((*facts.planned.tasks, *members(scope.fields.get("tasks", ()))))
    found = [
        *(_open_task(facts, task) for task in tasks),
        *(_unknown_requirement(facts, one) for one in members(scope.fields.get("requirements", ()))),
    ]
    reasons = [reason for reason in found if reason is not None]
    if reasons:
        return failed(*reasons)
    return passed(f"{len(tasks)} tasks of the plan and of scope #{scope.record} are complete", scope.record)


def _changes_approved(facts: ReleaseFacts) -> Judgement:
    scope = facts.scope
    if scope is None or scope.record != facts.frozen_scope:
        return _no_scope(facts)
    changes = members(scope.fields.get("changes", ()))
    found = [
        *(_open_change(facts, change) for change in changes),
        *_implemented_beside(facts, scope, changes),
    ]
    reasons = [reason for reason in found if reason is not None]
    if reasons:
        return failed(*reasons)
    return passed(
        f"{len(changes)} changes of scope #{scope.record} are approved and implemented", scope.record
    )


def _no_scope(facts: ReleaseFacts) -> Judgement:
    if facts.scope is None:
        return not_evaluated(
            f"no signed scope of version {facts.version} says what must be complete",
            who="quality",
            command=f"clausework decide scope {facts.version}",
        )
    return not_evaluated(
        f"the scope of version {facts.version} was set (#{facts.scope.record}) after the candidate was frozen",
        command=f"clausework release {facts.version} freezes it anew",
        records=(facts.scope.record,),
    )


def _open_task(facts: ReleaseFacts, task: str) -> Reason | None:
    item = facts.item(task)
    if item is not None and item.type == "task" and item.fields.get("status") in {"done", "justified"}:
        return None
    state = item.fields.get("status", "open") if item else "not among the items"
    return Reason(f"task {task} is {state}", items=(task,), who="developer", command=f"complete {task}")


def _open_change(facts: ReleaseFacts, change: str) -> Reason | None:
    item = facts.item(change)
    if item is None or item.type != "change_request":
        return Reason(
            f"change request {change} is not among the items",
            items=(change,),
            who="quality",
            command=f"add it to the items, or clausework decide scope {facts.version} without it",
        )
    if facts.judged("approve", "change_request", change, item.sha256) is None:
        return Reason(
            f"change request {change} is not approved at its present text (8.2.1)",
            items=(change,),
            who="quality",
            command=f"clausework decide approve {change}",
        )
    if item.fields.get("status") not in {"implemented", "closed"}:
        return Reason(
            f"change request {change} is {item.fields.get('status', 'open')}",
            items=(change,),
            who="developer",
            command=f"implement it and say so in {change}, or take it out of the scope",
        )
    return None


def _implemented_beside(facts: ReleaseFacts, scope: JudgementFact, changes: tuple[str, ...]) -> list[Reason]:
    """Name the changes that stand as implemented and not closed, and that the scope does not name."""
    return [
        Reason(
            f"change request {item.id} is implemented, and scope #{scope.record} does not name it",
            items=(item.id,),
            who="quality",
            command=f"clausework decide scope {facts.version} with it, or close it if an earlier version had it",
        )
        for item in facts.items_of("change_request")
        if item.fields.get("status") == "implemented" and item.id not in changes
    ]


def _unknown_requirement(facts: ReleaseFacts, requirement: str) -> Reason | None:
    if requirement == "all":
        return None
    item = facts.item(requirement)
    if item is not None and item.type == "software_requirement":
        return None
    return Reason(
        f"the scope names {requirement}, which is no software requirement",
        items=(requirement,),
        who="quality",
        command=f"clausework decide scope {facts.version}",
    )


CONDITIONS = (
    Condition("5.8.6", "Planned tasks complete", ("5.8.6",), "BC", _tasks_complete),
    Condition("changes", "Changes approved", ("8.2.1", "6.2.4"), "ABC", _changes_approved),
)
