"""What the plan's ``columns`` says of a source's own attributes: that one is the title, a link, a field, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from clausework.items.model import FieldValue
from clausework.items.readers.columns import Use, plain, planned_uses, targets_in
from clausework.items.source import ForeignItem, ForeignLink
from clausework.plan.model import ItemMapping


def as_planned(items: Iterable[ForeignItem], mapping: ItemMapping) -> tuple[ForeignItem, ...]:
    """Return ``items``, each attribute taken for what ``mapping`` says that it holds."""
    uses = planned_uses(mapping)
    return tuple(_as_used(item, uses) for item in items) if uses else tuple(items)


def _as_used(item: ForeignItem, uses: dict[str, Use]) -> ForeignItem:
    named = {name: uses[plain(name)] for name in item.fields if plain(name) in uses}
    if not named:
        return item
    fields = {name: value for name, value in item.fields.items() if name not in named}
    said: dict[str, str] = {}
    links: list[ForeignLink] = []
    for name, use in named.items():
        value = item.fields[name]
        if use.what == "link":
            links += (ForeignLink(use.name, target, item.place) for target in _targets(value))
        elif use.what in {"field", "list"}:
            fields[use.name] = value
        elif use.what != "nothing":
            said[_MEMBERS[use.what]] = value if isinstance(value, str) else "\n".join(value)
    return msgspec.structs.replace(item, fields=fields, links=(*item.links, *links), **said)


_MEMBERS = {"id": "id", "type": "kind", "title": "title", "text": "text"}


def _targets(value: FieldValue) -> list[str]:
    parts = (value,) if isinstance(value, str) else value
    return [target for part in parts for target in targets_in(part)]
