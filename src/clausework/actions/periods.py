"""How long a decision that ends may hold: until a day that is still to come, and within what the plan allows.

Clauses 5.1.6, 5.8.1, 6.3.1, 7.1.3. What counts is the plan in force: the file in somebody's work tree makes no period
longer, and no class lower.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from clausework.actions.workplace import Workplace
from clausework.core.clock import parse_timestamp
from clausework.core.errors import Refused, UsageFault
from clausework.decisions.form import FieldValue
from clausework.ledger.records.decisions import Matter
from clausework.plan.effective import classes_in_use
from clausework.plan.model import Plan, safety_class_of, software_items
from clausework.plan.periods import Period, longest_days
from clausework.standards.catalogue import SafetyClass

_ENDS: dict[str, tuple[str, Period]] = {
    "deviate": ("expires", "deviation"),
    "narrow": ("repeat_until", "narrowed_regression"),
    "dispose": ("expires", "disposition"),
}
"""By form: the field that names the day on which it ends, and which period of the plan bounds it."""

_GRAVEST: SafetyClass = "C"


class PeriodOver(UsageFault):
    """A decision would end on a day that is past."""

    hint = "Name a day that is still to come."


class PeriodTooLong(Refused):
    """A decision would set something aside for longer than the plan in force allows (clauses 5.1.6, 5.8.1)."""


def refuse_wrong_period(
    workplace: Workplace, form: str, matter: Matter, fields: Mapping[str, FieldValue]
) -> None:
    """Raise ``PeriodOver`` or ``PeriodTooLong`` for a decision that ends too early, or too late for its class."""
    if form not in _ENDS:
        return
    field, period = _ENDS[form]
    standing = workplace.standing(workplace.snapshot())
    in_force = standing.plan_of(workplace.plan.release_line.id) or standing.plan_in_force
    safety_class = _class_of(in_force.plan, matter)
    days = longest_days(in_force.plan.longest, period, safety_class)
    now, ends = parse_timestamp(workplace.now()), parse_timestamp(str(fields[field]))
    if ends <= now:
        raise PeriodOver(f"'{field}' is {fields[field]}, which is past.")
    if ends - now > timedelta(days=days):
        what = period.replace("_", " ")
        last = (now + timedelta(days=days)).date()
        raise PeriodTooLong(
            f"'{field}' is {fields[field]}: a {what} of class {safety_class} holds for {days} days at the most.",
            hint=f"Name {last} at the latest. A longer one is the plan's to allow, with a defence: "
            f"'longest: {{{period}: DAYS, because: ...}}'.",
        )


def _class_of(plan: Plan, matter: Matter) -> SafetyClass:
    """Return the class of the software item that a matter is of; of a version's, and of one not known, the gravest."""
    software_item = matter.id.partition("/")[0]
    if software_item in {one.id for one in software_items(plan)}:
        return safety_class_of(plan, software_item)
    return max(classes_in_use(plan)) if matter.kind == "version" else _GRAVEST
