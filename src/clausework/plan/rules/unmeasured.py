"""Rules on the source files of which a plan says that no coverage is measured (clauses 5.1.6, 5.5.3)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan
from clausework.plan.rules.paths import outside
from clausework.plan.unmeasured import Unmeasured
from clausework.plan.values import is_day


def check_unmeasured(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell patterns that match nothing below the plan, and a defence that nobody would review."""
    for at, system in enumerate(plan.software_systems):
        for number, item in enumerate(system.items):
            if item.unmeasured is not None:
                path = ("software_systems", at, "items", number, "unmeasured")
                yield from outside(
                    [((*path, "paths", n), text) for n, text in enumerate(item.unmeasured.paths)], document
                )
                yield from _defended(plan, item.unmeasured, path, document)


def _defended(plan: Plan, unmeasured: Unmeasured, path: Path, document: PlacedDocument) -> Iterator[Finding]:
    because = unmeasured.because
    if because.owner not in plan.roles:
        hint = f"Roles of this plan: {', '.join(plan.roles) or 'none'}."
        message = f"the owner '{because.owner}' is not a role of the plan"
        yield Finding("role", message, document.place_of((*path, "because", "owner")), hint=hint)
    if not is_day(because.review):
        message = f"'{because.review}' is not a day of the calendar"
        yield Finding("value", message, document.place_of((*path, "because", "review")))
