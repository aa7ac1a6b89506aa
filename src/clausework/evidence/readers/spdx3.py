"""Reads SPDX 3.0 in JSON-LD: bills of materials (clauses 5.3.3, 8.1.2; 81001-5-1 4.3).

Elements refer to each other in any order: packages wait in a temporary file until suppliers, licences and what the
document is about are known.
"""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.detail import Component, DetailWriter
from clausework.evidence.format import Format, SbomRead
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.sbom_bill import LONGEST_TEXT, hash_text
from clausework.evidence.readers.spdx3_graph import Element, Graph
from clausework.evidence.readers.spdx_document import SpdxDocument, version_of
from clausework.evidence.source import Source, ValueRejected, WrongKind

_CONTEXT = re.compile(r"https?://spdx\.(?:org|github\.io)/[^\"\s]*3\.0(?:\.[0-9]{1,2})?/[^\"\s]*")
_VERSION = re.compile(r"3\.0(?:\.[0-9]{1,2})?")
_PACKAGES = {
    "software_Package": "",
    "ai_AIPackage": "machine-learning-model",
    "dataset_DatasetPackage": "data",
}
_AGENTS = {"Agent", "Organization", "Person", "SoftwareAgent", "Tool"}
_LICENCES = {
    "simplelicensing_LicenseExpression",
    "expandedlicensing_ListedLicense",
    "expandedlicensing_CustomLicense",
    "expandedlicensing_IndividualLicensingInfo",
    "simplelicensing_SimpleLicensingText",
}


class _Reading:
    """What a document comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, document: SpdxDocument) -> None:
        self.walk = walk
        self.document = document
        self.graph = Graph(walk.offset)
        self.context = ""
        self.versions: set[str] = set()
        self.serial = ""

    def read(self) -> SbomRead:
        listed = False
        for member in self.walk.members():
            if member == "@context":
                self._read_context()
            elif member == "@graph":
                listed = True
                for _ in self.walk.elements():
                    self._take(self.walk.take(Element))
            else:
                self.walk.skip()
        self.walk.finish()
        if not listed or not _CONTEXT.fullmatch(self.context):
            raise WrongKind("it has no @graph under SPDX 3.0's @context", offset=0)
        if not self.versions:
            raise WrongKind("no CreationInfo in it says which version of SPDX it is", offset=0)
        for about in self.graph.about():
            self.document.describe(about)
        self.document.complete(self.graph.complete)
        return self.document.close(f"SPDX {max(self.versions)}", self.serial)

    def _read_context(self) -> None:
        if self.walk.peek() == '"':
            self.context = self.walk.take(str)
            return
        for one in self.walk.take(tuple[msgspec.Raw, ...]):
            text = bytes(one).decode()
            if text.startswith('"') and _CONTEXT.fullmatch(text.strip('"')):
                self.context = text.strip('"')

    def _take(self, element: Element) -> None:
        kind = element.type
        if not kind:
            raise ValueRejected("an element does not say of what type it is", offset=self.walk.offset())
        if kind == "CreationInfo":
            self._know_version(element.spec_version)
            return
        if element.creation is not None and not isinstance(element.creation, str):
            self._know_version(element.creation.spec_version)
        if kind.startswith("security_"):
            self.document.remarks.add(
                "it speaks of vulnerabilities, which are not read from a bill", kind[:60]
            )
        identifier = element.identifier
        if kind in _PACKAGES:
            self.document.add_package(identifier, _component(element))
            self.graph.supplied(identifier, element)
        elif identifier:
            self.document.add_element(identifier)
        self._remember(kind, identifier, element)

    def _remember(self, kind: str, identifier: str, element: Element) -> None:
        """Keep of an element what completes others."""
        if kind in _AGENTS:
            self.graph.name_agent(identifier, element.name or "")
        elif kind in _LICENCES:
            self.graph.name_licence(identifier, element.licence or element.name or "")
        elif kind in {"SpdxDocument", "software_Sbom", "Bom", "Bundle"}:
            self.graph.gather(element)
            if kind == "SpdxDocument":
                if self.serial:
                    raise ValueRejected("it holds two documents", offset=self.walk.offset())
                self.serial = identifier
        elif kind in {"Relationship", "LifecycleScopedRelationship"}:
            self._relate(element)

    def _know_version(self, text: str | None) -> None:
        version = text or ""
        if not _VERSION.fullmatch(version):
            raise WrongKind(f"specVersion is '{version[:40]}'; 3.0 is read", offset=self.walk.offset())
        self.versions.add(version)

    def _relate(self, element: Element) -> None:
        if not element.source or not element.kind or element.to is None:
            raise ValueRejected("a relationship does not name what it relates", offset=self.walk.offset())
        self.graph.relate(element)
        for named in (element.source, *element.to):
            if isinstance(named, str) and not self.graph.is_outside(named):
                self.document.refer(named)


def _component(element: Element) -> Component:
    identifiers = [
        ((one.kind or "").rsplit("/", 1)[-1], one.identifier or "")
        for one in element.external_identifiers or ()
    ]
    purl = element.purl or next((text for kind, text in identifiers if kind in {"packageUrl", "purl"}), "")
    cpe = next((text for wanted in ("cpe23", "cpe22") for kind, text in identifiers if kind == wanted), "")
    return Component(
        (element.name or "").strip()[:LONGEST_TEXT],
        version_of(element.version),
        purl[: 2 * LONGEST_TEXT],
        (element.purpose or "")[:LONGEST_TEXT] or _PACKAGES[element.type],
        tuple(
            hash_text(one.algorithm or "", one.value or "")
            for one in element.verified_using or ()
            if one.algorithm and one.value
        ),
        cpe=cpe[:LONGEST_TEXT],
    )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or not members.get("@graph", "[").startswith("["):
        return False
    context = members.get("@context")
    if context is not None:
        return _CONTEXT.search(context) is not None
    return "@graph" in members and '"SpdxDocument"' in head.decode("utf-8", "ignore")


def _parse(source: Source, detail: DetailWriter) -> SbomRead:
    walk = JsonWalk(source)
    with SpdxDocument(detail, walk.offset) as document:
        return _Reading(walk, document).read()


FORMAT = Format(
    "spdx3",
    1,
    "sbom",
    "application/spdx3+json",
    (".spdx3.json", ".spdx.json", ".json"),
    _sniff,
    _parse,
    "SPDX 3.0 JSON-LD",
    ("8.1.2", "5.3.3"),
)
