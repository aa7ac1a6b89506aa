"""Rules on former software items: each is gone, and became another one or is told why not (clauses 5.6.6, 5.7.3)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan, software_items

_SHORTEST = 10


def check_former_items(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell former items that the plan still has, that became none of its items, or of which nothing is told."""
    known = {item.id for item in software_items(plan)}
    for name, former in plan.former_software_items.items():
        place = document.place_of(("former_software_items", name))
        if name in known:
            message = f"'{name}' is a software item of the plan, and so no former one"
        elif (former.now is None) != bool(former.because.strip()):
            message = (
                f"'{name}' says either what it is 'now', or 'because' of what it is no software item any more"
            )
        elif former.now is not None and former.now not in known:
            message = f"'{former.now}' is not a software item of the plan; it has {', '.join(sorted(known))}"
        elif former.now is None and len(former.because.strip()) < _SHORTEST:
            message = f"'{former.because}' is too short to say why '{name}' is gone"
        else:
            continue
        yield Finding("former-item", message, place, ("5.6.6", "5.7.3"))
