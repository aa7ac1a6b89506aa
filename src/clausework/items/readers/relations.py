"""Links that a file may write at either end: put with the item that they lead out of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.core.places import Place
from clausework.items.source import ForeignItem, ForeignLink
from clausework.plan.model import ItemMapping


class Relation(msgspec.Struct, frozen=True):
    """A link as it is written with the item ``written_at``; ``turned``: read backwards, it is called so."""

    written_at: str
    name: str
    target: str
    place: Place
    turned: str = ""


def with_relations(
    items: Sequence[ForeignItem], relations: Iterable[Relation], mapping: ItemMapping
) -> tuple[ForeignItem, ...]:
    """Return ``items`` with their links.

    A relation that reads backwards becomes a link of the item that it names, once, however often both ends say it. It
    stays where it is written if the plan gives its own name a role, or if what it names was not read here.
    """
    known = {item.id for item in items}
    planned = {name.casefold() for name in mapping.links}
    links: dict[str, list[ForeignLink]] = {}
    backwards: list[tuple[str, ForeignLink]] = []
    for one in relations:
        if one.turned and one.target in known and one.name.casefold() not in planned:
            backwards.append((one.target, ForeignLink(one.turned, one.written_at, one.place)))
        else:
            links.setdefault(one.written_at, []).append(ForeignLink(one.name, one.target, one.place))
    said = {(own, link.name.casefold(), link.target) for own, several in links.items() for link in several}
    for own, link in backwards:
        key = (own, link.name.casefold(), link.target)
        if key not in said:
            said.add(key)
            links.setdefault(own, []).append(link)
    placed: list[ForeignItem] = []
    for item in items:
        more = tuple(links.pop(item.id, ()))  # of two items with one ID, the first is given the links
        placed.append(msgspec.structs.replace(item, links=item.links + more) if more else item)
    return tuple(placed)
