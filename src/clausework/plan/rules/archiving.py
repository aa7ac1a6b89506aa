"""Rules on the archive: what is left out is named, and commands are for software items of the plan (clause 5.8.7)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan, software_items

_LEAST_OF_A_NAME = 2


def check_archiving(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell a pattern that leaves everything out, and a command for a software item that the plan does not have."""
    for number, one in enumerate(plan.archive.without):
        if "*" in one.dependency[:_LEAST_OF_A_NAME]:
            yield Finding(
                "archive",
                f"'{one.dependency}' leaves out what nobody named",
                document.place_of(("archive", "without", number)),
                ("5.8.7",),
                "Name each dependency, or the common beginning of several, with the reason.",
            )
    known = {item.id for item in software_items(plan)}
    for name in plan.archive.offline_build:
        if name not in known:
            yield Finding(
                "archive",
                f"'{name}' is not a software item of this plan",
                document.place_of_key(("archive", "offline_build", name)),
                hint=f"Software items of this plan: {', '.join(sorted(known))}.",
            )
