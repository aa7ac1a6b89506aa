"""The gaps of a plan that was just written: what its pipeline does not serve is named from the first day."""

from __future__ import annotations

from datetime import datetime, timedelta

from clausework.actions.plan_coverage import plan_coverage
from clausework.actions.workplace import PLAN_NAME
from clausework.core.clock import timestamp
from clausework.plan.load import load_plan
from clausework.plan.usual_gaps import gaps_section

_OWNER = "quality"
_REVIEWED_AFTER = timedelta(days=90)


def first_gaps(text: str, now: datetime) -> str:
    """Return the section ``gaps`` for the plan ``text``: each clause of its classes that nothing in it serves.

    Raises ``FindingsInInput`` for a text that is no plan.
    """
    review = timestamp(now + _REVIEWED_AFTER)[:10]
    gaps = plan_coverage(load_plan(text.encode(), PLAN_NAME), timestamp(now)[:10]).gaps
    named = dict.fromkeys((one.clause.rpartition(" ")[2], one.title) for one in gaps)
    return gaps_section(tuple(named), _OWNER, review)
