"""The item model: what a medical-device file links together (EN 62304 clauses 5.1.1, 7.3.3, 8.1.1).

An item is known by its ID and versioned by its content hash: decisions bind to the hash, so a changed item
needs a new decision.
"""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.core.identities import ItemId
from clausework.core.places import Place

FieldValue = str | tuple[str, ...]
"""What a field holds: one text, or several."""


@unique
class ItemType(StrEnum):
    """What an item is."""

    USER_NEED = "user_need"
    SYSTEM_REQUIREMENT = "system_requirement"
    SOFTWARE_REQUIREMENT = "software_requirement"
    ARCHITECTURE_ITEM = "architecture_item"
    SOFTWARE_UNIT = "software_unit"
    SOUP_ITEM = "soup_item"
    HAZARD = "hazard"
    HAZARDOUS_SITUATION = "hazardous_situation"
    RISK = "risk"
    RISK_CONTROL_MEASURE = "risk_control_measure"
    TEST_CASE = "test_case"
    TEST_PROTOCOL = "test_protocol"
    ANOMALY = "anomaly"
    PROBLEM_REPORT = "problem_report"
    CHANGE_REQUEST = "change_request"
    TASK = "task"


RISK_FILE_TYPES = frozenset(
    {ItemType.HAZARD, ItemType.HAZARDOUS_SITUATION, ItemType.RISK, ItemType.RISK_CONTROL_MEASURE}
)
"""The types whose items make up the risk management file."""


class Link(msgspec.Struct, frozen=True, order=True):
    """A link out of an item: its role, and the ID of the item (or the plan's software item) it leads to."""

    role: str
    target: str


class Item(msgspec.Struct, frozen=True):
    """Anything with an ID that is linked. ``place`` is where it was read, and no part of its content."""

    id: ItemId
    type: ItemType
    title: str
    text: str
    links: tuple[Link, ...]
    fields: dict[str, FieldValue]
    place: Place

    @property
    def content(self) -> bytes:
        """The canonical JSON of all that the item says, its place left out."""
        plain = {name: getattr(self, name) for name in self.__struct_fields__ if name != "place"}
        return canonical_json(plain)

    @property
    def content_hash(self) -> Sha256:
        """The SHA-256 that names this version of the item."""
        return sha256_of(self.content)

    def targets(self, role: str) -> tuple[str, ...]:
        """Return the IDs that the item's links of ``role`` lead to."""
        return tuple(link.target for link in self.links if link.role == role)

    def says(self, name: str) -> str:
        """Return the field ``name`` as one text; empty where it is absent or blank."""
        value = self.fields.get(name, "")
        return (value if isinstance(value, str) else "\n".join(value)).strip()
