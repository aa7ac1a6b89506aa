"""L5, suspect links: either end changed since the link was made or confirmed, and nobody has looked since.

Clauses 5.1.1 c, 5.7.3, 7.3.3, 7.4.2. A test that was written for 60 kPa passes as well when the requirement now says
40: that it still verifies it is for a person to say. An accepted review of the item that changed, at its present text,
clears every link of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from clausework.trace.item_fact import ItemFact
from clausework.trace.item_history import ItemHistory

TRACED_TYPES = frozenset(
    {
        "user_need",
        "system_requirement",
        "software_requirement",
        "architecture_item",
        "software_unit",
        "hazard",
        "hazardous_situation",
        "risk",
        "risk_control_measure",
        "test_case",
        "test_protocol",
    }
)
"""The types of items between which a link can become suspect; the state of an anomaly or a task is to change."""

_MOST_LINKS = 20


class Suspect(msgspec.Struct, frozen=True):
    """An item whose text is another than in the record ``since``, where ``links`` were made or tested; told in words.

    ``more`` counts the links that were left out.
    """

    item: str
    since: int
    links: tuple[str, ...]
    more: int = 0


def suspects(
    items: Sequence[ItemFact],
    history: ItemHistory,
    tested: Iterable[tuple[str, str]],
    reviewed: Collection[str],
) -> tuple[Suspect, ...]:
    """Return the items whose change made links suspect, sorted by ID.

    ``tested`` are pairs of a role and an item that cases verify in it; ``reviewed`` are the IDs of the items that a
    person accepted in a review as they read now.
    """
    types = {item.id: item.type for item in items}
    found: dict[str, tuple[int, list[str]]] = {}

    def suspect(item: str, since: int, link: str) -> None:
        if item not in reviewed:
            found.setdefault(item, (since, []))[1].append(link)

    for (source, role, target), end, since in history.links:
        if types.get(source) in TRACED_TYPES and types.get(target) in TRACED_TYPES:
            suspect(end, since, f"{source} {role} {target}")
    for role, item in sorted(set(tested)):
        if types.get(item) in TRACED_TYPES and item in history.tested:
            suspect(item, history.tested[item], f"tests that say {role} {item}")
    return tuple(
        Suspect(item, since, tuple(links[:_MOST_LINKS]), max(0, len(links) - _MOST_LINKS))
        for item, (since, links) in sorted(found.items())
    )
