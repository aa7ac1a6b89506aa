"""Rules on roles and on who owns a defence (21 CFR 11.10(g), 11.100(a); ISO 13485 8.2.6)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.effective import BECAUSE
from clausework.plan.model import Plan, Role, independence_of
from clausework.plan.values import is_day

AUTHOR = "author"
"""Whoever wrote the code or the item in question: no role of the plan, known from the records."""


def check_roles(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell people named twice, and an independence of what is neither ``author`` nor another role."""
    for name, role in plan.roles.items():
        path = ("roles", name)
        if name == AUTHOR:
            message = "'author' is not given by a plan: it is whoever made the change"
            yield Finding("role", message, document.place_of_key(path), hint="Give the role another name.")
        yield from _repeated_people(path, role, document)
        for other in independence_of(role):
            if other == name or (other != AUTHOR and other not in plan.roles):
                known = ", ".join([AUTHOR, *(known for known in plan.roles if known != name)])
                message = f"'{name}' cannot be independent of '{other}'"
                place = document.place_of((*path, "independent_of"))
                yield Finding("role", message, place, hint=f"It can be of: {known}.")


def check_defences(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell defences that no role of the plan owns, or whose review has no day: nobody would review them."""
    for path, owner, review in _defences(plan):
        if owner not in plan.roles:
            hint = f"Roles of this plan: {', '.join(plan.roles) or 'none'}."
            message = f"the owner '{owner}' is not a role of the plan"
            yield Finding("role", message, document.place_of((*path, "owner")), hint=hint)
        if not is_day(review):
            message = f"'{review}' is not a day of the calendar"
            yield Finding("value", message, document.place_of((*path, "review")))


def _defences(plan: Plan) -> Iterator[tuple[Path, str, str]]:
    """Yield the way to each whole defence, its owner and review; an unfinished one is told elsewhere."""
    for name, stage in plan.stages.items():
        if stage.because:
            yield ("stages", name, BECAUSE), stage.because.owner, stage.because.review
        for check, settings in stage.checks.items():
            because = settings.get(BECAUSE)
            if isinstance(because, dict) and "owner" in because and "review" in because:
                path = ("stages", name, "checks", check, BECAUSE)
                yield path, str(because["owner"]), str(because["review"])


def _repeated_people(path: Path, role: Role, document: PlacedDocument) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, address in enumerate(role.people):
        if address.lower() in seen:
            place = document.place_of((*path, "people", at))
            yield Finding("role", f"{address} is named twice", place, ("21 CFR 11.100(a)",))
        seen.add(address.lower())
