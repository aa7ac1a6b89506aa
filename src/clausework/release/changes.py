"""8.2.1 and 6.2.4: the changes that a version implements were asked for in full, approved at that text, implemented."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, passed
from clausework.gates.facts import JudgementFact
from clausework.items.changes import unsaid
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition, members
from clausework.release.facts import ReleaseFacts
from clausework.release.scope import no_scope
from clausework.trace.item_fact import ItemFact


def _changes_approved(facts: ReleaseFacts) -> Judgement:
    scope = facts.scope
    if scope is None or scope.record != facts.frozen_scope:
        return no_scope(facts)
    changes = members(scope.fields.get("changes", ()))
    reasons = [
        *(reason for change in changes for reason in _open_change(facts, change)),
        *_implemented_beside(facts, scope, changes),
        *_made_beside(facts, scope, changes),
    ]
    if reasons:
        return failed(*reasons)
    return passed(
        f"{len(changes)} changes of scope #{scope.record} are approved and implemented", scope.record
    )


def _open_change(facts: ReleaseFacts, change: str) -> list[Reason]:
    item = facts.item(change)
    if item is None or item.type not in {"change_request", *facts.planned.backlog}:
        return [
            Reason(
                f"change request {change} is not among the items",
                items=(change,),
                who="quality",
                command=f"add it to the items, or clausework decide scope {facts.version} without it",
            )
        ]
    return [
        *_incomplete(facts, item),
        *_unapproved(facts, item),
        *_unfinished(item),
    ]


def _incomplete(facts: ReleaseFacts, item: ItemFact) -> list[Reason]:
    if item.type != "change_request":
        return []
    missing = unsaid(item.fields, bool(item.targets("affects")), facts.safety_class)
    return [
        Reason(
            f"change request {item.id} does not say '{one.name}': {one.meaning} ({one.clause})",
            items=(item.id,),
            who="developer",
            command=f"say it in {item.id}, then clausework decide approve {item.id}",
        )
        for one in missing
    ]


def _unapproved(facts: ReleaseFacts, item: ItemFact) -> list[Reason]:
    if facts.judged("approve", item.type, item.id, item.settled) is not None:
        return []
    return [
        Reason(
            f"change request {item.id} is not approved at its present text (8.2.1)",
            items=(item.id,),
            who="quality",
            command=f"clausework decide approve {item.id}",
        )
    ]


def _unfinished(item: ItemFact) -> list[Reason]:
    done = {"implemented", "closed"} if item.type == "change_request" else {"done", "closed", "implemented"}
    if item.fields.get("status") in done:
        return []
    return [
        Reason(
            f"change request {item.id} is {item.fields.get('status', 'open')}",
            items=(item.id,),
            who="developer",
            command=f"implement it and say so in {item.id}, or take it out of the scope",
        )
    ]


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


def _made_beside(facts: ReleaseFacts, scope: JudgementFact, changes: tuple[str, ...]) -> list[Reason]:
    """Name the changes that commits of the version rest on, whatever they say of themselves, beside the scope.

    A component that was released before brought its changes with that release. Before the first release there is
    nothing released to change.
    """
    serving = {"change_request", *facts.planned.backlog}
    known = {item.id for item in facts.items_of(*serving)}
    released = {one.build for one in facts.components if one.reused_from}
    made = {
        item: commit
        for build in facts.builds
        if build.build.range_from and build.build.id not in released
        for commit in build.commits
        for item in commit.items
        if item in known and item not in changes
    }
    return [
        Reason(
            f"commit {commit.id[:12]} is made for {change}, and scope #{scope.record} does not name it",
            items=(change,),
            who="quality",
            command=f"clausework decide scope {facts.version} with it",
        )
        for change, commit in sorted(made.items())
    ]


CONDITIONS = (
    Condition("changes", "Changes approved", ("8.2.1", "6.2.4", "7.4.1"), "ABC", _changes_approved),
)
