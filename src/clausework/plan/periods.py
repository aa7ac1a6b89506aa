"""How long what is set aside may stay so: a deviation, a narrowed regression, a disposition (clauses 5.1.6, 5.8.1).

A decision names the day on which it ends. The plan names the longest that a class allows; without one the defaults
count, and a longer period than the default needs a defence.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import msgspec

from clausework.plan.defence import Defence
from clausework.standards.catalogue import SAFETY_CLASSES, SafetyClass

Period = Literal["deviation", "narrowed_regression", "disposition"]

_MOST = 730
Days = Annotated[int, msgspec.Meta(ge=1, le=_MOST, description=f"a whole number of days from 1 to {_MOST}")]
ByClass = dict[SafetyClass, Days]

DEFAULTS: dict[Period, dict[SafetyClass, int]] = {
    "deviation": {"A": 365, "B": 180, "C": 90},
    "narrowed_regression": {"A": 90, "B": 60, "C": 30},
    "disposition": {"A": 365, "B": 180, "C": 90},
}
"""Days, by what is set aside and by safety class, where the plan says nothing: defaults of this program."""


class LongestPeriods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The longest period, in days, of each kind of decision that ends: one for every class, or by class."""

    deviation: Days | ByClass = {}
    narrowed_regression: Days | ByClass = {}
    disposition: Days | ByClass = {}
    because: Defence | None = None


def longest_days(longest: LongestPeriods, period: Period, safety_class: SafetyClass) -> int:
    """Return the days that the plan, or the default, allows at the most."""
    planned: int | ByClass = getattr(longest, period)
    if isinstance(planned, int):
        return planned
    return planned.get(safety_class, DEFAULTS[period][safety_class])


def longer_periods(longest: LongestPeriods) -> tuple[tuple[Period, SafetyClass, int, int], ...]:
    """Return each period that is longer than its default: which, for which class, its days and the default's."""
    return tuple(
        (period, safety_class, days, DEFAULTS[period][safety_class])
        for period in get_args(Period)
        for safety_class in SAFETY_CLASSES
        if (days := longest_days(longest, period, safety_class)) > DEFAULTS[period][safety_class]
    )
