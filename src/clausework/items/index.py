"""Items by ID, by type and by what links to them: what the lint rules look things up in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from clausework.items.model import Item, ItemType
from clausework.standards import SafetyClass


class ItemIndex(msgspec.Struct, frozen=True):
    """Items by ID, by type, and by role and target of the links that lead to them; and the system's class.

    ``classes`` are those of the software items that items are allocated to; of others it is the system's.
    """

    by_id: dict[str, Item]
    by_type: dict[ItemType, list[Item]]
    sources: dict[tuple[str, str], list[Item]]
    safety_class: SafetyClass
    classes: Mapping[str, SafetyClass] = {}

    def get(self, item_id: str) -> Item | None:
        """Return the item of that ID, if it is one."""
        return self.by_id.get(item_id)

    def of(self, kind: ItemType) -> Sequence[Item]:
        """Return the items of type ``kind``."""
        return self.by_type.get(kind, ())

    def asked_in(self, classes: str) -> ItemIndex:
        """Return the index in which items of other classes than ``classes`` are not asked for by their type."""
        asked = {
            kind: [one for one in items if self.classes.get(one.id, self.safety_class) in classes]
            for kind, items in self.by_type.items()
        }
        return msgspec.structs.replace(self, by_type=asked)

    def linking_to(self, item: Item, *roles: str) -> list[Item]:
        """Return the items that link to ``item`` in one of ``roles``."""
        return [source for role in roles for source in self.sources.get((role, item.id), ())]

    def targets(self, item: Item, role: str) -> list[Item]:
        """Return the items that ``item`` links to in ``role``."""
        return [found for target in item.targets(role) if (found := self.by_id.get(target))]

    def class_of(self, item: Item) -> str:
        """Return the class of an architecture item: its own, or that of what it is part of."""
        return item.says("safety_class") or self.class_around(item)

    def class_around(self, item: Item) -> str:
        """Return the class of what ``item`` is part of; at the top, that of its software item or of the system."""
        top = item
        visited = {item.id}  # the items may hold a cycle: soundness tells of it, lint must still end
        wholes = self.targets(item, "part_of")
        while wholes and wholes[0].id not in visited:
            visited.add(wholes[0].id)
            if own := wholes[0].says("safety_class"):
                return own
            top = wholes[0]
            wholes = self.targets(top, "part_of")
        return self.classes.get(top.id, self.safety_class)

    def situations_of(self, control: Item) -> list[Item]:
        """Return the hazardous situations that ``control`` controls, directly or through their risks."""
        controlled = self.targets(control, "controls")
        through_risks = [situation for one in controlled for situation in self.targets(one, "estimates")]
        return [one for one in (*controlled, *through_risks) if one.type is ItemType.HAZARDOUS_SITUATION]

    def allocations_of(self, control: Item) -> list[Item]:
        """Return the architecture items that realise ``control`` through its software requirements."""
        requirements = self.targets(control, "realised_by")
        places = [place for one in requirements for place in self.targets(one, "allocated_to")]
        return [place for place in places if place.type is ItemType.ARCHITECTURE_ITEM]


def index_of(
    items: Iterable[Item], safety_class: SafetyClass, classes: Mapping[str, SafetyClass] | None = None
) -> ItemIndex:
    """Return the index of ``items`` in a system of ``safety_class``; ``classes`` are of items that have another."""
    by_id: dict[str, Item] = {}
    by_type: defaultdict[ItemType, list[Item]] = defaultdict(list)
    sources: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        by_id[item.id] = item
        by_type[item.type].append(item)
        for link in item.links:
            sources[link.role, link.target].append(item)
    return ItemIndex(by_id, dict(by_type), dict(sources), safety_class, classes or {})
