"""The parts of CycloneDX that are read, as its schema names them, and a component made of them."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from clausework.evidence.detail import Component
from clausework.evidence.json_elements import Unread

Text = str | None | UnsetType

_LONGEST_NAME = 1000
_SEVERITIES = ("critical", "high", "medium", "low", "info", "none", "unknown")


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


class Metadata(msgspec.Struct, frozen=True):
    """What the bill is about."""

    component: Entry | None = None


class Composition(msgspec.Struct, frozen=True):
    """How whole a part of the bill is, in its author's eyes."""

    aggregate: str = ""


class Rating(msgspec.Struct, frozen=True):
    """How severe somebody holds a vulnerability to be."""

    severity: str | None = None


class Vulnerability(msgspec.Struct, frozen=True):
    """A vulnerability that the bill names."""

    ratings: tuple[Rating, ...] | None = None

    def severity(self) -> str:
        """Return the worst severity that it is rated with."""
        rated = {rating.severity for rating in self.ratings or ()}
        return next((severity for severity in _SEVERITIES if severity in rated), "unknown")


def component_of(entry: Entry) -> Component:
    """Return a schema's component as a line of detail."""
    supplier = entry.supplier or entry.manufacturer
    return Component(
        (entry.name or "")[:_LONGEST_NAME],
        (entry.version or "")[:_LONGEST_NAME],
        (entry.purl or "")[: 2 * _LONGEST_NAME],
        entry.type or "",
        tuple(f"{each.alg or ''}:{each.content or ''}" for each in entry.hashes or ()),
        tuple(filter(None, map(_licence, entry.licenses or ()))),
        entry.scope or "",
        ((supplier.name if supplier else "") or entry.publisher or "")[:_LONGEST_NAME],
        (entry.group or "")[:_LONGEST_NAME],
    )


def _licence(choice: LicenseChoice) -> str:
    if choice.license:
        return choice.license.id or choice.license.name or ""
    return choice.expression or ""
