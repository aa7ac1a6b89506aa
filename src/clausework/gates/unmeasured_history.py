"""Source files that a plan let go unmeasured after their coverage had failed (clauses 5.1.6, 5.5.3, 5.5.5).

What is no longer measured lacks nothing: it is the same as a lower threshold, and is told in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from clausework.gates.plan_finding import PlanFinding, plan_finding
from clausework.gates.threshold_history import RED, PastCheck, PlanVersion
from clausework.plan.model import Plan, software_items
from clausework.plan.unmeasured import Unmeasured

_CHECK = "coverage"
_MOST_NAMED = 5


def unmeasured_findings(history: Sequence[PlanVersion], past: Sequence[PastCheck]) -> tuple[PlanFinding, ...]:
    """Return which patterns were let go unmeasured after a failure, and are in the last plan."""
    current = _unmeasured(history[-1].plan) if history else {}
    return tuple(
        found for before, after in pairwise(history) for found in _let_go(before, after, current, past)
    )


def _let_go(
    before: PlanVersion, after: PlanVersion, current: dict[str, Unmeasured], past: Sequence[PastCheck]
) -> Iterator[PlanFinding]:
    old, new = _unmeasured(before.plan), _unmeasured(after.plan)
    for item in sorted(new.keys() & current.keys()):
        known = old[item].paths if item in old else ()
        added = [one for one in new[item].paths if one not in known and one in current[item].paths]
        failed = _failed_before(past, item, after.since)
        if not added or failed is None:
            continue
        more = " ..." if len(added) > _MOST_NAMED else ""
        yield plan_finding(
            "lowered",
            (item, "unmeasured", *added, after.sha256, failed),
            f"{', '.join(added[:_MOST_NAMED])}{more} of {item} goes unmeasured by plan {after.sha256[:12]}, after its"
            f" coverage had failed (#{failed})",
            records=(failed, *((after.since,) if after.at else ())),
            since=after.at,
            owners=(new[item].because.owner,),
        )


def _unmeasured(plan: Plan) -> dict[str, Unmeasured]:
    return {one.id: one.unmeasured for one in software_items(plan) if one.unmeasured is not None}


def _failed_before(past: Sequence[PastCheck], item: str, since: int) -> int | None:
    """Return the newest failing verdict on the item's coverage before the record ``since``."""
    return next(
        (
            one.record
            for one in reversed(past)
            if one.record < since
            and (one.software_item, one.verdict.check) == (item, _CHECK)
            and one.verdict.outcome in RED
        ),
        None,
    )
