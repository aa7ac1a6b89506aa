"""How the elements of an SPDX 3 document hang together: agents, licences, relationships, what it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from clausework.evidence.detail import Component
from clausework.evidence.readers.sbom_bill import LONGEST_TEXT, MOST_COMPONENTS
from clausework.evidence.source import ValueRejected

Value = TypeVar("Value")

_NOTHING = ("NoAssertionElement", "NoneElement", "NoAssertionLicense", "NoneLicense")
_LISTED = ("https://spdx.org/licenses/", "http://spdx.org/licenses/")
_MOST_ROOTS = 1_000


class Named(msgspec.Struct, frozen=True):
    """An element that stands where others name one by its identifier."""

    name: str | None = None
    licence: str | None = msgspec.field(default=None, name="simplelicensing_licenseExpression")


Reference = str | Named


class Hash(msgspec.Struct, frozen=True):
    """How a package's bytes can be verified; only hashes have an algorithm and a value."""

    algorithm: str | None = None
    value: str | None = msgspec.field(default=None, name="hashValue")


class Identifier(msgspec.Struct, frozen=True):
    """What others call the element."""

    kind: str | None = msgspec.field(default=None, name="externalIdentifierType")
    identifier: str | None = None


class Outside(msgspec.Struct, frozen=True):
    """An element of another document."""

    identifier: str | None = msgspec.field(default=None, name="externalSpdxId")


class Creation(msgspec.Struct, frozen=True):
    """When and by whom an element was made, where that stands within the element itself."""

    spec_version: str | None = msgspec.field(default=None, name="specVersion")


class Element(msgspec.Struct, frozen=True):
    """Any element of the graph, with the members that are read of one type or another."""

    type: str = ""
    spdx_id: str | None = msgspec.field(default=None, name="spdxId")
    node: str | None = msgspec.field(default=None, name="@id")
    name: str | None = None
    spec_version: str | None = msgspec.field(default=None, name="specVersion")
    creation: str | Creation | None = msgspec.field(default=None, name="creationInfo")
    version: str | None = msgspec.field(default=None, name="software_packageVersion")
    purl: str | None = msgspec.field(default=None, name="software_packageUrl")
    purpose: str | None = msgspec.field(default=None, name="software_primaryPurpose")
    external_identifiers: tuple[Identifier, ...] | None = msgspec.field(
        default=None, name="externalIdentifier"
    )
    verified_using: tuple[Hash, ...] | None = msgspec.field(default=None, name="verifiedUsing")
    supplied_by: Reference | None = msgspec.field(default=None, name="suppliedBy")
    originated_by: tuple[Reference, ...] | None = msgspec.field(default=None, name="originatedBy")
    root_elements: tuple[Reference, ...] | None = msgspec.field(default=None, name="rootElement")
    imports: tuple[Outside, ...] | None = msgspec.field(default=None, name="import")
    source: Reference | None = msgspec.field(default=None, name="from")
    to: tuple[Reference, ...] | None = None
    kind: str | None = msgspec.field(default=None, name="relationshipType")
    licence: str | None = msgspec.field(default=None, name="simplelicensing_licenseExpression")

    @property
    def identifier(self) -> str:
        """The element's own identifier, empty where it has none."""
        return self.spdx_id or self.node or ""


class Graph:
    """Remembers what completes packages: their suppliers and licences, and what collections have as roots."""

    def __init__(self, where: Callable[[], int]) -> None:
        self._where = where
        self._agents: dict[str, str] = {}
        self._licences: dict[str, str] = {}
        self._suppliers: dict[str, Reference] = {}
        self._licensed: dict[str, tuple[Reference, ...]] = {}
        self._roots: dict[str, tuple[str, ...]] = {}
        self._described: dict[str, None] = {}
        self._outside: set[str] = set()

    def name_agent(self, identifier: str, name: str) -> None:
        """Take who is named by ``identifier``."""
        self._bounded(self._agents)[identifier] = name[:LONGEST_TEXT]

    def name_licence(self, identifier: str, licence: str) -> None:
        """Take the licence that is named by ``identifier``."""
        self._bounded(self._licences)[identifier] = licence[:LONGEST_TEXT]

    def supplied(self, identifier: str, package: Element) -> None:
        """Take who supplied a package, else who originated it."""
        supplier = package.supplied_by or next(iter(package.originated_by or ()), None)
        if supplier is not None:
            self._bounded(self._suppliers)[identifier] = supplier

    def gather(self, collection: Element) -> None:
        """Take what a document or bill has as its roots, and what it names of other documents."""
        roots = tuple(one for one in collection.root_elements or () if isinstance(one, str))
        self._roots[collection.identifier] = roots
        if len(self._roots) + len(roots) > _MOST_ROOTS:
            raise ValueRejected(f"it has more than {_MOST_ROOTS} roots", offset=self._where())
        for one in collection.imports or ():
            if one.identifier:
                self._outside.add(one.identifier)

    def relate(self, relationship: Element) -> None:
        """Take a relationship that says what the document describes, or which licence a package has."""
        source, to = relationship.source, relationship.to or ()
        if relationship.kind == "describes":
            self._described.update(dict.fromkeys(one for one in to if isinstance(one, str)))
            if len(self._described) > _MOST_ROOTS:
                raise ValueRejected(f"it describes more than {_MOST_ROOTS} elements", offset=self._where())
        elif relationship.kind in {"hasConcludedLicense", "hasDeclaredLicense"} and isinstance(source, str):
            held = self._bounded(self._licensed)
            known = held.get(source, ())
            concluded = relationship.kind == "hasConcludedLicense"
            held[source] = (*to, *known) if concluded else (*known, *to)

    def is_outside(self, identifier: str) -> bool:
        """Tell whether the identifier need not stand in this document."""
        return (
            identifier in self._outside
            or identifier.startswith(_LISTED)
            or identifier.rsplit("/", 1)[-1] in _NOTHING
        )

    def about(self) -> tuple[str, ...]:
        """Return the elements that the document is about: roots, and in place of a bill the roots of that."""
        roots = [root for roots in self._roots.values() for root in roots]
        return tuple(one for one in dict.fromkeys((*roots, *self._described)) if one not in self._roots)

    def complete(self, identifier: str, component: Component) -> Component:
        """Return ``component`` with the supplier and the licences that the graph gives it."""
        supplier = self._suppliers.get(identifier)
        licences = (self._licence(one) for one in self._licensed.get(identifier, ()))
        return msgspec.structs.replace(
            component,
            supplier=self._agent(supplier) if supplier is not None else "",
            licences=tuple(dict.fromkeys(filter(None, licences))),
        )

    def _agent(self, reference: Reference) -> str:
        if isinstance(reference, Named):
            return (reference.name or "")[:LONGEST_TEXT]
        return "" if reference.rsplit("/", 1)[-1] in _NOTHING else self._agents.get(reference, reference)

    def _licence(self, reference: Reference) -> str:
        if isinstance(reference, Named):
            return (reference.licence or reference.name or "")[:LONGEST_TEXT]
        last = reference.rsplit("/", 1)[-1]
        if last in _NOTHING:
            return "NONE" if last.startswith("None") else ""
        if reference.startswith(_LISTED):
            return last
        return self._licences.get(reference, reference)[:LONGEST_TEXT]

    def _bounded(self, held: dict[str, Value]) -> dict[str, Value]:
        if len(held) >= MOST_COMPONENTS:
            raise ValueRejected(f"it has more than {MOST_COMPONENTS} elements", offset=self._where())
        return held
