"""5.8.6: what the signed scope and the plan name is complete."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition, members
from clausework.release.facts import ReleaseFacts


def _tasks_complete(facts: ReleaseFacts) -> Judgement:
    scope = facts.scope
    if scope is None or scope.record != facts.frozen_scope:
        return no_scope(facts)
    tasks = dict.fromkeys((*facts.planned.tasks, *members(scope.fields.get("tasks", ()))))
    found = [reason for task in tasks if (reason := _open_task(facts, task)) is not None]
    reasons = [*found, *unknown_requirements(facts)]
    if reasons:
        return failed(*reasons)
    return passed(f"{len(tasks)} tasks of the plan and of scope #{scope.record} are complete", scope.record)


def unknown_requirements(facts: ReleaseFacts) -> list[Reason]:
    """Return what the scope names as requirements and is none: it could not be verified, whatever the class."""
    named = members(facts.scope.fields.get("requirements", ())) if facts.scope else ()
    found = (_unknown_requirement(facts, one) for one in named)
    return [reason for reason in found if reason is not None]


def left_out(facts: ReleaseFacts) -> str:
    """Return which requirements the scope leaves out, in words for a message; empty where it leaves out none."""
    return "".join(dict.fromkeys(build.scope_note() for build in facts.builds))


def no_scope(facts: ReleaseFacts) -> Judgement:
    """Return what to say of a version whose scope nobody signed, or signed too late."""
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


CONDITIONS = (Condition("5.8.6", "Planned tasks complete", ("5.8.6",), "BC", _tasks_complete),)
