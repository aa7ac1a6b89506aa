"""The parts of CycloneDX that are read, as its schema names them, and a component made of them."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from clausework.evidence.detail import Component
from clausework.evidence.json_elements import Unread
from clausework.evidence.json_walk import decode_kept
from clausework.evidence.readers.sbom_bill import LONGEST_TEXT

Text = str | None | UnsetType


class Hash(msgspec.Struct, frozen=True, gc=False):
    """A digest of a component's file."""

    alg: Text = UNSET
    content: Text = UNSET


class License(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A licence by SPDX identifier or by name."""

    id: Text = UNSET
    name: Text = UNSET
    acknowledgement: Text = UNSET
    text: Unread = UNSET
    url: Text = UNSET
    licensing: Unread = UNSET
    properties: Unread = UNSET
    bom_ref: Text = msgspec.field(default=UNSET, name="bom-ref")


class LicenseChoice(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A licence or an SPDX expression."""

    license: License | UnsetType | None = UNSET
    expression: Text = UNSET
    acknowledgement: Text = UNSET
    expression_details: Unread = UNSET
    licensing: Unread = UNSET
    properties: Unread = UNSET
    bom_ref: Text = msgspec.field(default=UNSET, name="bom-ref")


class Organization(msgspec.Struct, frozen=True, gc=False):
    """Who supplied, made or published a component."""

    name: Text = UNSET
    address: Unread = UNSET
    url: Unread = UNSET
    contact: Unread = UNSET
    bom_ref: Text = msgspec.field(default=UNSET, name="bom-ref")


class Entry(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A component with every member that the schemas have, so that components are decoded many at a time."""

    type: Text = UNSET
    mime_type: Text = msgspec.field(default=UNSET, name="mime-type")
    bom_ref: Text = msgspec.field(default=UNSET, name="bom-ref")
    supplier: Organization | UnsetType | None = UNSET
    manufacturer: Organization | UnsetType | None = UNSET
    authors: Unread = UNSET
    author: Text = UNSET
    publisher: Text = UNSET
    group: Text = UNSET
    name: Text = UNSET
    version: Text = UNSET
    version_range: Text = UNSET
    is_external: bool | UnsetType | None = UNSET
    description: Text = UNSET
    scope: Text = UNSET
    hashes: tuple[Hash, ...] | UnsetType | None = UNSET
    licenses: tuple[LicenseChoice, ...] | UnsetType | None = UNSET
    copyright: Text = UNSET
    patent_assertions: Unread = UNSET
    cpe: Text = UNSET
    purl: Text = UNSET
    omnibor_id: Unread = UNSET
    swhid: Unread = UNSET
    swid: Unread = UNSET
    modified: bool | UnsetType | None = UNSET
    pedigree: Unread = UNSET
    external_references: Unread = UNSET
    components: Unread = UNSET
    evidence: Unread = UNSET
    release_notes: Unread = UNSET
    model_card: Unread = UNSET
    data: Unread = UNSET
    crypto_properties: Unread = UNSET
    properties: Unread = UNSET
    tags: Unread = UNSET
    signature: Unread = UNSET


class Contact(msgspec.Struct, frozen=True):
    """A person who wrote a component or the bill."""

    name: str | None = None


class Composition(msgspec.Struct, frozen=True):
    """How whole a part of the bill is, in its author's eyes."""

    aggregate: str = ""


NOT_WHOLE = (
    "incomplete",
    "incomplete_first_party_only",
    "incomplete_first_party_proprietary_only",
    "incomplete_first_party_opensource_only",
    "incomplete_third_party_only",
    "incomplete_third_party_proprietary_only",
    "incomplete_third_party_opensource_only",
    "unknown",
)
"""The words by which a bill says of a part of itself that it is not whole, or may not be."""


def component_of(entry: Entry, parent: str = "") -> Component:
    """Return a schema's component as a line of detail; ``parent`` names the one that it stands in."""
    return Component(
        (entry.name or "")[:LONGEST_TEXT],
        (entry.version or entry.version_range or "")[:LONGEST_TEXT],
        (entry.purl or "")[: 2 * LONGEST_TEXT],
        entry.type or "",
        tuple(f"{each.alg or ''}:{each.content or ''}" for each in entry.hashes or ()),
        tuple(filter(None, map(_licence, entry.licenses or ()))),
        entry.scope or "",
        _supplier(entry)[:LONGEST_TEXT],
        (entry.group or "")[:LONGEST_TEXT],
        (entry.cpe or "")[:LONGEST_TEXT],
        parent[: 2 * LONGEST_TEXT],
    )


def _supplier(entry: Entry) -> str:
    for organization in (entry.supplier, entry.manufacturer):
        if organization and organization.name:
            return organization.name
    if entry.publisher or entry.author:
        return entry.publisher or entry.author or ""
    if isinstance(entry.authors, msgspec.Raw):
        contacts = decode_kept(entry.authors, tuple[Contact, ...] | None) or ()  # type: ignore[arg-type]
        return ", ".join(contact.name for contact in contacts if contact.name)
    return ""


def _licence(choice: LicenseChoice) -> str:
    if choice.license:
        return choice.license.id or choice.license.name or ""
    return choice.expression or ""
