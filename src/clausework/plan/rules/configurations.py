"""Rules on configurations: their components are software items of the plan (clause 5.7.5)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan, software_items


def check_configurations(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell components of configurations that are no software items."""
    known = {item.id for item in software_items(plan)}
    for name, configuration in plan.configurations.items():
        for at, component in enumerate(configuration.components):
            if component not in known:
                place = document.place_of(("configurations", name, "components", at))
                message = (
                    f"'{component}' is not a software item of the plan; it has {', '.join(sorted(known))}"
                )
                yield Finding("configuration", message, place, ("5.7.5",))
