"""Which software items of the plan an item belongs to, in a device of several (clauses 5.3.1, 5.4.1, 7.1.1).

A requirement belongs to the software items that it is allocated to: named in ``allocated_to``, or reached through
architecture items and what those are ``part_of``. A unit belongs to what it is part of, SOUP to what uses it, a risk
control to what its requirements belong to, a hazardous situation to what it arises in, a test protocol to what it
verifies. An item that belongs nowhere is
asked of every build: what nobody allocated is forgotten by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausework.plan.model import Plan, software_items
from clausework.trace.item_fact import ItemFact

_UPWARDS = {
    "software_requirement": ("allocated_to",),
    "architecture_item": ("part_of", "allocated_to"),
    "software_unit": ("part_of",),
    "risk_control_measure": ("realised_by",),
    "hazardous_situation": ("arises_in",),
    "test_protocol": (
        *("verifies", "verifies_implementation", "verifies_effectiveness", "verifies_under_fault"),
    ),
}
"""The links, by type of item, that lead to what an item belongs to."""


def elsewhere(items: Iterable[ItemFact], plan: Plan, software_item: str) -> tuple[str, ...]:
    """Return the IDs of the items that belong to software items of ``plan``, and not to ``software_item``."""
    named = frozenset(one.id for one in software_items(plan))
    if len(named) < 2:
        return ()
    owners = owners_of_items(items, named)
    return tuple(sorted(item for item, owned in owners.items() if owned and software_item not in owned))


def owners_of_items(items: Iterable[ItemFact], software_items: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return the software items that each item belongs to, by ID; none where nothing says so.

    One that reaches a software item by one link and nothing by another belongs to all: the link that is missing may be
    the one that counts.
    """
    by_id = {item.id: item for item in items}
    users = _users(by_id.values())
    found: dict[str, frozenset[str]] = {}
    for item_id in by_id:
        _owners(item_id, by_id, users, software_items, found, frozenset())
    return found


def _users(items: Iterable[ItemFact]) -> dict[str, tuple[str, ...]]:
    users: dict[str, list[str]] = {}
    for item in items:
        for target in item.targets("uses"):
            users.setdefault(target, []).append(item.id)
    return {soup: tuple(by) for soup, by in users.items()}


def _owners(
    item_id: str,
    items: Mapping[str, ItemFact],
    users: Mapping[str, tuple[str, ...]],
    named: frozenset[str],
    found: dict[str, frozenset[str]],
    above: frozenset[str],
) -> frozenset[str]:
    if item_id in named:
        return frozenset({item_id})
    if item_id in found:
        return found[item_id]
    item = items.get(item_id)
    if item is None or item_id in above:
        return frozenset()
    if item.type == "soup_item":
        targets = users.get(item_id, ())
    else:
        targets = tuple(one for role in _UPWARDS.get(item.type, ()) for one in item.targets(role))
    parts = [_owners(one, items, users, named, found, above | {item_id}) for one in targets]
    owned = frozenset().union(*parts) if parts and all(parts) else frozenset[str]()
    found[item_id] = owned
    return owned
