"""Specification items of OpenFastTrace and ReqM2 as items, with the revisions that their links name looked after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from clausework.core.places import Finding, Place
from clausework.items.foreign import LEFT_OUT
from clausework.items.model import FieldValue, ItemType
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.planned_fields import as_planned
from clausework.items.source import ForeignItem, ForeignLink, SourceRead
from clausework.plan.model import ItemMapping

_NAME = r"[^\W\d_][\w-]*(?:\.[\w-]+)*"
ID_PATTERN = (
    rf"(?:(?P<type>[A-Za-z]+)~(?P<name>{_NAME})~(?P<revision>[0-9]{{1,12}})"
    rf"|(?P<old_type>[A-Za-z]+)(?:~[A-Za-z]+)?:(?P<old_name>{_NAME}), *v(?P<old_revision>[0-9]{{1,12}}))"
)
"""A specification item's ID, as ``req~login~1`` and as it once was, ``req:login, v1``."""

OFT_TYPES: dict[str, str] = TYPES_BY_NAME | {
    "feat": str(ItemType.USER_NEED),
    "req": str(ItemType.SOFTWARE_REQUIREMENT),
    "arch": str(ItemType.ARCHITECTURE_ITEM),
    "dsn": str(ItemType.ARCHITECTURE_ITEM),
    "impl": str(ItemType.SOFTWARE_UNIT),
    "utest": str(ItemType.TEST_CASE),
    "itest": str(ItemType.TEST_CASE),
    "stest": str(ItemType.TEST_CASE),
}
"""What the artefact types mean that OpenFastTrace itself uses."""

OFT_LINKS: dict[str, str] = ROLES_BY_NAME | {"depends": LEFT_OUT}
"""A dependency is no derivation: it is kept as a field, and a link only where the plan gives it a role."""

_REJECTED = "rejected"


class SpecId(msgspec.Struct, frozen=True):
    """An ID: artefact type, name and revision."""

    type: str
    name: str
    revision: str

    @property
    def base(self) -> str:
        """The ID without its revision: an item stays the same item while its revisions follow each other."""
        return f"{self.type}~{self.name}" if self.type else self.name

    def __str__(self) -> str:
        return f"{self.base}~{self.revision}" if self.revision else self.base


class Reference(msgspec.Struct, frozen=True):
    """An ID that an item names, and where it does."""

    id: SpecId
    place: Place


class Specification(msgspec.Struct):
    """A specification item as it is read; ``forwards`` names the artefact types that it hands its coverage on to."""

    id: SpecId
    place: Place
    title: str = ""
    text: str = ""
    status: str = ""
    covers: list[Reference] = []
    depends: list[Reference] = []
    fields: dict[str, FieldValue] = {}
    forwards: tuple[str, ...] = ()


def spec_id_of(found: re.Match[str]) -> SpecId:
    """Return the ID that ``ID_PATTERN`` found."""
    if found["type"]:
        return SpecId(found["type"], found["name"], str(int(found["revision"])))
    return SpecId(found["old_type"], found["old_name"], str(int(found["old_revision"])))


def items_of(
    specifications: Sequence[Specification], findings: Sequence[Finding], mapping: ItemMapping
) -> SourceRead:
    """Return ``specifications`` as items, but for those that are rejected.

    A link to another revision than the item has, which OpenFastTrace calls outdated or predated, is kept, and told as
    one that leads to what is not there.
    """
    counted = [one for one in specifications if one.status.lower() != _REJECTED]
    revisions: dict[str, list[str]] = {}
    for one in counted:
        revisions.setdefault(one.id.base, []).append(one.id.revision)
    items = [_item(one, revisions) for one in counted]
    outdated = [finding for one in counted for finding in _outdated(one, revisions)]
    return SourceRead(as_planned(items, mapping), (*findings, *outdated))


def _item(one: Specification, revisions: dict[str, list[str]]) -> ForeignItem:
    fields = dict(one.fields)
    fields["revision"] = one.id.revision
    fields["source_id"] = str(one.id)
    fields["status"] = one.status
    fields["depends"] = tuple(str(reference.id) for reference in one.depends)
    fields["forwards_to"] = one.forwards
    fields["outdated_links"] = tuple(
        str(reference.id) for reference in one.covers if _is_outdated(reference, revisions)
    )
    text = one.text
    if one.forwards and not text:
        text = f"What this covers needs no {one.id.type} of its own, and is handed on to: {', '.join(one.forwards)}."
    links = [ForeignLink("covers", reference.id.base, reference.place) for reference in one.covers]
    links += (ForeignLink("depends", reference.id.base, reference.place) for reference in one.depends)
    return ForeignItem(one.id.base, one.id.type, one.title, text, tuple(links), fields, one.place)


def _is_outdated(reference: Reference, revisions: dict[str, list[str]]) -> bool:
    known = revisions.get(reference.id.base)
    return known is not None and bool(reference.id.revision) and reference.id.revision not in known


def _outdated(one: Specification, revisions: dict[str, list[str]]) -> Iterator[Finding]:
    for reference in one.covers:
        if _is_outdated(reference, revisions):
            there = ", ".join(revisions[reference.id.base])
            message = f"{one.id} covers {reference.id}, of which the revision is {there}"
            hint = "Look whether it still covers it, then name that revision."
            yield Finding("outdated-link", message, reference.place, ("5.1.1", "7.3.3"), hint)
