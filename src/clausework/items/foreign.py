"""From what a source holds to items: one way for all sources, by the source's own conventions and the plan's mapping.

Whatever cannot be told is a finding with its place, never a guess and never left out in silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from clausework.core.identities import is_item_id
from clausework.core.places import Finding, Place
from clausework.core.printable import printable
from clausework.items.links import LINK_RULES, ROLES
from clausework.items.model import FieldValue, Item, ItemType, Link
from clausework.items.source import ForeignItem, ForeignLink, ItemSource
from clausework.plan.model import ItemMapping

LEFT_OUT = "ignore"
"""What the plan's mapping says of a kind, or of a name of links, that is none of ours."""

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9]+")
_NOT_IN_FIELD = re.compile(r"[^A-Za-z0-9]+")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_TYPES: tuple[str, ...] = tuple(ItemType)


class PendingLink(msgspec.Struct, frozen=True):
    """A link whose role waits for the type of what it leads to; ``named`` is what the source calls it."""

    source: str
    target: str
    named: str
    place: Place


class Adopted(msgspec.Struct, frozen=True):
    """A source's items as ours, the links whose role is still open, and what could not be told."""

    items: tuple[Item, ...]
    pending: tuple[PendingLink, ...]
    findings: tuple[Finding, ...]


def item_id_of(text: str, prefix: str = "") -> str:
    """Return ``text`` as an item's ID: marks and spaces that an ID cannot hold become ``-``.

    Empty where nothing is left, and where a letter would be lost: two IDs could become one.
    """
    written = f"{prefix}{text.strip()}"
    if is_item_id(written):
        return written
    if not written.isascii():
        return ""
    parts = "-".join(part for part in _NOT_IN_ID.split(written) if part)
    return parts if is_item_id(parts) else ""


def field_name_of(text: str) -> str:
    """Return ``text`` as the name of a field: lower case, words joined by ``_``."""
    name = "_".join(part for part in _NOT_IN_FIELD.split(text) if part).lower()[:64]
    return name if name[:1].isalpha() else f"field_{name}"[:64]


def adopt(source: ItemSource, read: Sequence[ForeignItem], mapping: ItemMapping) -> Adopted:
    """Return what ``source`` holds as items, by its own conventions and, before them, the plan's ``mapping``."""
    adoption = _Adoption(source, mapping)
    for foreign in read:
        adoption.take(foreign)
    return Adopted(tuple(adoption.items), tuple(adoption.pending), tuple(adoption.told()))


class _Adoption:
    def __init__(self, source: ItemSource, mapping: ItemMapping) -> None:
        self.source = source
        self.prefix = mapping.prefix
        self.types = _folded(source.types) | _folded(mapping.types)
        self.links = _folded(source.links) | _folded(mapping.links)
        self.left_out = {kind.casefold() for kind in source.left_out} - set(_folded(mapping.types))
        self.default = mapping.type
        self.items: list[Item] = []
        self.pending: list[PendingLink] = []
        self.findings: list[Finding] = []
        self.unknown: dict[str, list[Place]] = {}

    def take(self, foreign: ForeignItem) -> None:
        kind = foreign.kind.casefold()
        if kind in self.left_out:
            return
        known = self.types.get(kind, self.default)
        if known == LEFT_OUT:
            return
        if known not in _TYPES:
            self.unknown.setdefault(foreign.kind, []).append(foreign.place)
            return
        own = item_id_of(foreign.id, self.prefix)
        if not own:
            message = f"{foreign.id[:100]!a} cannot be an item's ID"
            hint = "An ID begins with a letter; 'prefix' in the plan puts letters before the source's IDs."
            self.findings.append(Finding("item-id", message, foreign.place, ("8.1.1",), hint))
            return
        links = self.links_of(own, foreign)
        fields = self.fields_of(own, foreign)
        title = " ".join(foreign.title.split()) or _first_words(foreign.text) or own
        text = self.shown(foreign.text.strip(), foreign)
        title = self.shown(title, foreign)
        self.items.append(Item(own, ItemType(known), title, text, links, fields, foreign.place))

    def links_of(self, own: str, foreign: ForeignItem) -> tuple[Link, ...]:
        links: list[Link] = []
        for link in foreign.links:
            place = link.place or foreign.place
            role = self.links.get(link.name.casefold(), "")
            if role == LEFT_OUT:
                continue
            target = item_id_of(link.target, self.prefix)
            if not target and self.prefix:
                target = item_id_of(link.target)
            if not target:
                what = (
                    f"to {link.target[:100]!a}, which is no item's ID"
                    if link.target.strip()
                    else "that leads nowhere"
                )
                named = f" '{link.name}'" if link.name else ""
                message = f"{own} has a link{named} {what}"
                hint = "Give it the ID of an item, or take it out."
                self.findings.append(Finding("blank-link", message, place, ("5.1.1",), hint))
            elif role:
                links.append(Link(role, target))
            else:
                self.pending.append(PendingLink(own, target, link.name, place))
        return tuple(sorted(links))

    def fields_of(self, own: str, foreign: ForeignItem) -> dict[str, FieldValue]:
        fields: dict[str, FieldValue] = {}
        for name, value in foreign.fields.items():
            if isinstance(value, str):
                said: FieldValue = self.shown(value.strip(), foreign)
            else:
                said = tuple(self.shown(part.strip(), foreign) for part in value if part.strip())
            if said:
                fields[_free_name(field_name_of(name), fields)] = said
        if own != foreign.id.strip():
            fields.setdefault("source_id", foreign.id.strip())
        return dict(sorted(fields.items()))

    def shown(self, text: str, foreign: ForeignItem) -> str:
        """Return ``text`` without hidden characters, each of which is told: what is shown must be what is hashed."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        if hidden := _HIDDEN.search(plain):
            message = f"{foreign.id[:100]} holds the hidden character U+{ord(hidden[0]):04X}"
            hint = "Remove it: what is shown must be what is hashed."
            self.findings.append(Finding("hidden-character", message, foreign.place, hint=hint))
            return _HIDDEN.sub("\ufffd", plain)
        return plain

    def told(self) -> Iterator[Finding]:
        yield from self.findings
        for kind, places in self.unknown.items():
            kind = printable(kind[:100])
            message = f"{len(places)} items are of the kind '{kind}', and nothing says what that is"
            hint = f"Say it in the plan: types: {{{kind!r}: ...}} with one of {', '.join(_TYPES)}, or '{LEFT_OUT}'."
            yield Finding("item-kind", message, places[0], ("8.1.1",), hint)


def with_roles(
    items: Sequence[Item], pending: Iterable[PendingLink], software_items: Collection[str] = ()
) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
    """Return ``items`` (of all sources) with each pending link in the role that its two ends allow.

    Where only the other direction has a role, the link is the other end's: a requirement that names a risk control is
    what realises it. A link may lead to one of the plan's ``software_items``. One that leads nowhere is told.
    """
    pending = tuple(pending)
    by_id = {item.id: item for item in items}
    added: dict[str, list[Link]] = {}
    findings: list[Finding] = []
    for link in pending:
        source, target = by_id.get(link.source), by_id.get(link.target)
        if source is None:
            continue
        if target is None:
            role = _role_to_software_item(source.type) if link.target in software_items else ""
            if role:
                added.setdefault(source.id, []).append(Link(role, link.target))
            else:
                findings.append(_dangling(link))
            continue
        role = role_between(source.type, target.type)
        back = role_between(target.type, source.type)
        if role:
            added.setdefault(source.id, []).append(Link(role, target.id))
        elif back:
            added.setdefault(target.id, []).append(Link(back, source.id))
        else:
            message = f"{source.id} links to {target.id}: a {source.type} and a {target.type} are not linked"
            hint = f"Say in the plan which role '{link.named or 'a link'}' has (links: ...), or '{LEFT_OUT}'."
            findings.append(Finding("link-types", message, link.place, (), hint))
    given = Counter((link.source, link.named, link.target) for link in pending)
    for (own, named, end), count in given.items():
        if count > 1 and own in by_id:
            how = f" ({named})" if named else ""
            message = f"the link from {own} to {end}{how} is given {count} times"
            findings.append(Finding("repeated-link", message, by_id[own].place))
    complete = [
        msgspec.structs.replace(item, links=tuple(sorted({*item.links, *added[item.id]})))
        if item.id in added
        else item
        for item in items
    ]
    return tuple(complete), tuple(findings)


def role_between(source: ItemType, target: ItemType) -> str:
    """Return the role in which a ``source`` links to a ``target``; empty where there is none."""
    preferred = _PREFERRED.get((source, target))
    if preferred:
        return preferred
    return next((rule.role for rule in LINK_RULES if source in rule.sources and target in rule.targets), "")


def _role_to_software_item(source: ItemType) -> str:
    return next((rule.role for rule in LINK_RULES if source in rule.sources and rule.software_items), "")


_PREFERRED = {
    (ItemType.SOFTWARE_UNIT, ItemType.ARCHITECTURE_ITEM): "part_of",
    (ItemType.ARCHITECTURE_ITEM, ItemType.ARCHITECTURE_ITEM): "part_of",
    (ItemType.CHANGE_REQUEST, ItemType.ANOMALY): "resolves",
    (ItemType.CHANGE_REQUEST, ItemType.PROBLEM_REPORT): "resolves",
}


def _dangling(link: PendingLink) -> Finding:
    named = f" ({link.named})" if link.named else ""
    message = f"{link.source} links to {link.target}{named}, which is no item that was read"
    hint = "Mend the ID, or remove the link if the item was deleted."
    return Finding("L19-dangling-link", message, link.place, ("5.1.1",), hint)


def _free_name(name: str, taken: Mapping[str, FieldValue]) -> str:
    """Return ``name``, or with a number behind it where another field of the source has it: none may be lost."""
    number = 2
    free = name
    while free in taken:
        free = f"{name[:60]}_{number}"
        number += 1
    return free


def _first_words(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= 100 else f"{first[:97].rstrip()}..."


def _folded(mapping: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): value for name, value in mapping.items()}


def link_of(name: str, target: str, place: Place | None = None) -> ForeignLink:
    """Return a link with the white space around its name and target taken off."""
    return ForeignLink(name.strip(), target.strip(), place)


def unknown_roles(mapping: ItemMapping, place: Place) -> Iterator[Finding]:
    """Yield a finding per role or type in the plan's ``mapping`` that does not exist."""
    for name, role in mapping.links.items():
        if role not in (*ROLES, LEFT_OUT):
            hint = f"Known roles: {', '.join(ROLES)}; or '{LEFT_OUT}'."
            message = f"links of the name '{name}' are mapped to the unknown role '{role}'"
            yield Finding("link-role", message, place, (), hint)
    for name, kind in (("type", mapping.type), *mapping.types.items()):
        if kind and kind not in (*_TYPES, LEFT_OUT):
            hint = f"Known types: {', '.join(_TYPES)}; or '{LEFT_OUT}'."
            yield Finding("item-type", f"'{name}' is mapped to the unknown type '{kind}'", place, (), hint)
