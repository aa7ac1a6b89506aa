"""Plans that had been replaced when a build was made: taking back an older plan is no way round a stricter one (5.1.2).

A tag that was built while its plan was in force goes by that plan. What is built later goes by the plan of its line
that is in force then, whatever older text stands in the work tree.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.trace.standing import PlanInForce, Standing


def replacing_plan(records: Sequence[Record], standing: Standing, build: Record) -> PlanInForce | None:
    """Return the plan that was in force when ``build`` was made under another that it had replaced; ``None``: none was.

    A commit that was built under its plan before counts as of then: a pipeline may run again. A plan that is approved,
    or approved again, after the build counts for it.
    """
    body: Build = build.body
    own = [one for one in standing.plans if (one.sha256, one.line) == (body.plan, body.line)]
    first = _first_built(records, body)
    in_force = standing.plan_at(first, body.line)
    if not own or in_force is None or in_force.sha256 == body.plan:
        return None
    return in_force if all(one.since <= first for one in own) else None


def _first_built(records: Sequence[Record], body: Build) -> int:
    """Return the first record of a build of the same commit of the software item under the same plan."""
    same = (body.software_item, body.origin, body.commit, body.plan)
    return next(
        one.index
        for one in records
        if isinstance(one.body, Build)
        and (one.body.software_item, one.body.origin, one.body.commit, one.body.plan) == same
    )
