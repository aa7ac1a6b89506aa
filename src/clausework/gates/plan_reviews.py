"""Reviews that a plan owes: of its defences and accepted gaps, each with a day and a role (clauses 5.1.2, 5.1.6)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.gates.plan_finding import PlanFinding, plan_finding
from clausework.plan.effective import BECAUSE
from clausework.plan.model import Plan


class OwedReview(msgspec.Struct, frozen=True):
    """What is to be reviewed, by its place in the plan; the role that owns it, and the day."""

    place: str
    owner: str
    day: str


def overdue_findings(plan: Plan, sha256: str, day: str) -> tuple[PlanFinding, ...]:
    """Return a finding for each review of ``plan`` that was due before ``day``.

    A review of it holds for this plan: the next one sets a day of its own.
    """
    return tuple(
        plan_finding(
            "overdue",
            (owed.place, owed.day, sha256),
            f"the review of {owed.place} was due on {owed.day}",
            since=owed.day,
            owners=(owed.owner,),
        )
        for owed in owed_reviews(plan)
        if owed.day < day
    )


def owed_reviews(plan: Plan) -> tuple[OwedReview, ...]:
    """Return every review that the plan owes, in its order, wherever in it a ``review`` with an ``owner`` stands."""
    return tuple(_owed(plan, ()))


def _owed(value: object, path: tuple[str, ...]) -> Iterator[OwedReview]:
    members = _members(value)
    if "owner" in members and "review" in members:
        place = ".".join(step for step in path if step != BECAUSE)
        yield OwedReview(place, str(members["owner"]), str(members["review"]))
        return
    for name, member in members.items():
        yield from _owed(member, (*path, name))


def _members(value: object) -> dict[str, object]:
    """Return what is within a value by name: of a list's members with an ID by that, of others by their number."""
    if isinstance(value, msgspec.Struct):
        return {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {str(name): member for name, member in value.items()}
    if isinstance(value, list | tuple):
        return {str(getattr(member, "id", number)): member for number, member in enumerate(value, 1)}
    return {}
