"""Rules on environments, on who can release, and on retention (clauses 5.8.7, 5.8.8; MDR Art 10(8))."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.effective import classes_in_use, stage_names, stages_for_class
from clausework.plan.model import Environment, Period, Plan

RELEASE_AUTHORITY = "release_authority"
QUALITY = "quality"

_CLINICAL_USE = frozenset({"production", "prod", "live", "clinical", "clinic", "hospital"})
_YEARS_AFTER_LAST_DEVICE = 10


def check_environments(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell a way into clinical use without a release, unknown stages, and environments without a way in."""
    known = stage_names(plan)
    for name, environment in plan.environments.items():
        path: Path = ("environments", name)
        for at, stage in enumerate(environment.after):
            if stage not in known:
                place = document.place_of((*path, "after", at))
                hint = f"Stages of this plan: {', '.join(known)}."
                yield Finding("environment", f"'{stage}' is not a stage", place, hint=hint)
        yield from _way_in(name, environment, path, document)


def check_release_roles(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell the roles that sign a release and that nobody holds, where a release is required."""
    releasing = next((name for name, one in plan.environments.items() if one.release), None)
    if releasing is None:
        return
    wanted = [RELEASE_AUTHORITY, QUALITY] if _signatures_wanted(plan) > 1 else [RELEASE_AUTHORITY]
    for role in wanted:
        if role not in plan.roles:
            yield Finding(
                "role",
                f"'{releasing}' requires a release, and nobody holds the role '{role}' that signs it",
                document.place_of_key(("environments", releasing)),
                ("5.8.8", "13485 8.2.6"),
                f"Add the role '{role}' with its people under 'roles'.",
            )


def check_retention(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell periods not in years or in days, and under the MDR less than ten years for released software."""
    for name in ("released", "unreleased"):
        period: Period | None = getattr(plan.retention, name)
        if period and (period.years is None) == (period.days is None):
            message = f"'{name}' is told either in years or in days"
            yield Finding("retention", message, document.place_of(("retention", name)), ("5.8.7",))
    released = plan.retention.released
    if released and plan.regulatory.device_class and not _long_enough(released):
        yield Finding(
            "retention",
            f"the MDR asks {_YEARS_AFTER_LAST_DEVICE} years (implants: 15) after the last device was placed",
            document.place_of(("retention", "released")),
            ("MDR Art 10(8)",),
            f"Write {{years: {_YEARS_AFTER_LAST_DEVICE}, after: last_placed_on_market}} or more years.",
        )


def _way_in(name: str, environment: Environment, path: Path, document: PlacedDocument) -> Iterator[Finding]:
    place = document.place_of_key(path)
    clinical = _CLINICAL_USE & set(re.split(r"[\W_]+", name.lower()))
    if clinical and not environment.release:
        message = f"'{name}' can be entered without a release"
        yield Finding("environment", message, place, ("5.8.8",), "Write 'release: required'.")
    elif not environment.release and not environment.after:
        message = f"'{name}' says neither after which stages nor that a release is required"
        yield Finding(
            "environment", message, place, hint="Write 'after: [STAGE, ...]' or 'release: required'."
        )
    if environment.release and environment.automatic:
        message = f"'{name}' requires a release, which never happens by itself"
        yield Finding("environment", message, place, ("5.8.8",), "Remove 'automatic'.")


def _signatures_wanted(plan: Plan) -> int:
    counts = [
        check.settings.get("count", 0)
        for safety_class in classes_in_use(plan)
        for stage in stages_for_class(Plan(plan.device, plan.software_systems), safety_class)
        for check in stage.checks
        if check.name == "signatures"
    ]
    return max((count for count in counts if isinstance(count, int)), default=0)


def _long_enough(period: Period) -> bool:
    years = period.years or 0
    return years >= _YEARS_AFTER_LAST_DEVICE and period.after in {None, "last_placed_on_market"}
