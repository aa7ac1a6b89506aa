"""Rules on how long what is set aside may stay so: longer than the default only with a defence (clause 5.1.6)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan
from clausework.plan.periods import longer_periods
from clausework.plan.values import is_day

_DEFEND = "Add 'because: {text, reference, owner, review}' to 'longest', or allow what the default allows."


def check_periods(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell periods that are longer than the default without a defence, and a defence that nobody would review."""
    because = plan.longest.because
    if because is None:
        used = {system.safety_class for system in plan.software_systems}
        used |= {
            item.safety_class
            for system in plan.software_systems
            for item in system.items
            if item.safety_class
        }
        for period, safety_class, days, default in longer_periods(plan.longest):
            if safety_class in used:
                message = (
                    f"longest: {period} of class {safety_class} is {days} days, the default {default}; a longer one"
                    " needs a defence"
                )
                place = document.place_of(("longest", period))
                yield Finding("no-defence", message, place, ("5.1.6", "5.8.1"), _DEFEND)
        return
    if because.owner not in plan.roles:
        hint = f"Roles of this plan: {', '.join(plan.roles) or 'none'}."
        message = f"the owner '{because.owner}' is not a role of the plan"
        yield Finding("role", message, document.place_of(("longest", "because", "owner")), hint=hint)
    if not is_day(because.review):
        message = f"'{because.review}' is not a day of the calendar"
        yield Finding("value", message, document.place_of(("longest", "because", "review")))
