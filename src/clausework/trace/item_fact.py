"""An item as tracing and checks need it: its content hash instead of its text, its links as pairs."""

from __future__ import annotations

import msgspec

from clausework.items.changes import SERVING, settled_hash
from clausework.items.model import Item


class ItemFact(msgspec.Struct, frozen=True):
    """An item of a baseline; ``links`` are pairs of role and target, ``sha256`` its content hash.

    ``settled_sha256`` is that of what an approval binds to, where it is another: see ``items.changes``.
    """

    id: str
    type: str
    title: str
    sha256: str
    links: tuple[tuple[str, str], ...]
    fields: dict[str, str]
    settled_sha256: str = ""

    @property
    def by_test(self) -> bool:
        """Whether the requirement is verified by test, as it is where its field is empty or not there."""
        return self.fields.get("verification") in {None, "", "test"}

    @property
    def settled(self) -> str:
        """The digest that an approval of the item binds to."""
        return self.settled_sha256 or self.sha256

    def targets(self, role: str) -> tuple[str, ...]:
        """Return the IDs that the item's links of ``role`` lead to."""
        return tuple(target for one, target in self.links if one == role)


def item_fact(item: Item) -> ItemFact:
    """Return ``item`` reduced to what tracing and checks need."""
    return ItemFact(
        id=item.id,
        type=str(item.type),
        title=item.title,
        sha256=item.content_hash,
        links=tuple((link.role, link.target) for link in item.links),
        fields={name: item.says(name) for name in item.fields},
        settled_sha256=settled_hash(item) if item.type in SERVING else "",
    )
