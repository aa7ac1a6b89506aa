"""Reads SPDX 2.2 and 2.3 in JSON: bills of materials (clauses 5.3.3, 8.1.2; 81001-5-1 4.3)."""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET, UnsetType

from clausework.evidence.detail import Component, DetailWriter
from clausework.evidence.format import Format, SbomRead
from clausework.evidence.json_elements import Unread
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.sbom_bill import LONGEST_TEXT, hash_text
from clausework.evidence.readers.spdx_document import (
    SpdxDocument,
    agent_name,
    first_reference,
    licences_of,
    version_of,
)
from clausework.evidence.source import Source, ValueRejected, WrongKind

_VERSIONS = ("SPDX-2.2", "SPDX-2.3")
_DOCUMENT = "SPDXRef-DOCUMENT"
_WRAPPED = re.compile(r'\{\s*"(?:SPDXID|spdxVersion|creationInfo|documentNamespace|dataLicense)"')

Text = str | None | UnsetType


class _Checksum(msgspec.Struct, frozen=True, gc=False, rename={"value": "checksumValue"}):
    algorithm: Text = UNSET
    value: Text = UNSET


class _Reference(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    reference_category: Text = UNSET
    reference_type: Text = UNSET
    reference_locator: Text = UNSET
    comment: Unread = UNSET


class _Package(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A package with every member that the schemas have, so that packages are decoded many at a time."""

    spdx_id: Text = msgspec.field(default=UNSET, name="SPDXID")
    annotations: Unread = UNSET
    attribution_texts: Unread = UNSET
    built_date: Unread = UNSET
    checksums: tuple[_Checksum, ...] | UnsetType | None = UNSET
    comment: Unread = UNSET
    copyright_text: Unread = UNSET
    description: Unread = UNSET
    download_location: Unread = UNSET
    external_refs: tuple[_Reference, ...] | UnsetType | None = UNSET
    files_analyzed: Unread = UNSET
    has_files: Unread = UNSET
    homepage: Unread = UNSET
    license_comments: Unread = UNSET
    license_concluded: Text = UNSET
    license_declared: Text = UNSET
    license_info_from_files: Unread = UNSET
    name: Text = UNSET
    originator: Text = UNSET
    package_file_name: Unread = UNSET
    package_verification_code: Unread = UNSET
    primary_package_purpose: Text = UNSET
    release_date: Unread = UNSET
    source_info: Unread = UNSET
    summary: Unread = UNSET
    supplier: Text = UNSET
    valid_until_date: Unread = UNSET
    version_info: Text = UNSET

    def references(self) -> list[tuple[str, str]]:
        """Return types and locators of the external references."""
        return [(one.reference_type or "", one.reference_locator or "") for one in self.external_refs or ()]

    def component(self, references: list[tuple[str, str]]) -> Component:
        """Return the package as a line of detail."""
        return Component(
            (self.name or "").strip()[:LONGEST_TEXT],
            version_of(self.version_info or ""),
            first_reference(references, ("purl",)),
            (self.primary_package_purpose or "").lower().replace("_", "-"),
            tuple(hash_text(one.algorithm or "", one.value or "") for one in self.checksums or ()),
            licences_of(self.license_concluded or "", self.license_declared or ""),
            supplier=agent_name(self.supplier or "") or agent_name(self.originator or ""),
            cpe=first_reference(references, ("cpe23Type", "cpe22Type")),
        )


class _Element(msgspec.Struct, frozen=True, gc=False, rename={"spdx_id": "SPDXID"}):
    """A file or a snippet: only its identifier is needed."""

    spdx_id: str


class _Relationship(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    spdx_element_id: Text = UNSET
    relationship_type: Text = UNSET
    related_spdx_element: Text = UNSET
    comment: Unread = UNSET


class _Reading:
    """What a document comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, document: SpdxDocument) -> None:
        self.walk = walk
        self.document = document
        self.texts = {"spdxVersion": "", "SPDXID": "", "documentNamespace": ""}

    def read(self) -> SbomRead:
        wrapped = False
        for member in self.walk.members():
            if member == "sbom" and self.walk.peek() == "{":  # as GitHub's interface gives it
                wrapped = True
                for inner in self.walk.members():
                    self._read_part(inner)
            elif wrapped:
                raise WrongKind(f"'{member[:40]}' stands beside a document that is wrapped in 'sbom'")
            else:
                self._read_part(member)
        self.walk.finish()
        version = self.texts["spdxVersion"]
        if version not in _VERSIONS or self.texts["SPDXID"] != _DOCUMENT:
            raise WrongKind(
                f"spdxVersion '{version[:40]}' and SPDXID '{self.texts['SPDXID'][:40]}' are not those of an SPDX 2.2 "
                "or 2.3 document",
                offset=0,
            )
        return self.document.close(version.replace("-", " "), self.texts["documentNamespace"])

    def _read_part(self, member: str) -> None:
        if member in self.texts:
            self.texts[member] = self.walk.take(str)
            if member == "SPDXID":
                self.document.add_element(self.texts[member])
        elif self.walk.peek() != "[":
            self.walk.skip()
        elif member == "packages":
            for package in self.walk.each(_Package):
                references = package.references()
                self.document.note_advisories(references)
                self.document.add_package(package.spdx_id or "", package.component(references))
        elif member in {"files", "snippets"}:
            for _ in self.walk.elements():
                self.document.add_element(self.walk.take(_Element).spdx_id)
        elif member == "relationships":
            for relationship in self.walk.each(_Relationship):
                self._relate(relationship)
        elif member == "documentDescribes":
            for _ in self.walk.elements():
                self.document.describe(self.walk.take(str))
        else:
            self.walk.skip()

    def _relate(self, relationship: _Relationship) -> None:
        one, other = relationship.spdx_element_id, relationship.related_spdx_element
        if not one or not other or not relationship.relationship_type:
            raise ValueRejected("a relationship does not name two elements", offset=self.walk.offset())
        if (one, relationship.relationship_type) == (_DOCUMENT, "DESCRIBES"):
            self.document.describe(other)
        elif (other, relationship.relationship_type) == (_DOCUMENT, "DESCRIBED_BY"):
            self.document.describe(one)
        else:
            self.document.refer(one)
            self.document.refer(other)


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or "@graph" in members or "@context" in members:
        return False
    if members.get("spdxVersion", '"SPDX-2.').startswith('"SPDX-2.'):
        return "spdxVersion" in members or members.get("SPDXID", "").startswith(f'"{_DOCUMENT}"')
    return False


def _sniff_wrapped(head: bytes, name: str) -> bool:
    members = first_members(head)
    return _sniff(head, name) or (
        members is not None and members.keys() == {"sbom"} and _WRAPPED.match(members["sbom"]) is not None
    )


def _parse(source: Source, detail: DetailWriter) -> SbomRead:
    walk = JsonWalk(source)
    with SpdxDocument(detail, walk.offset) as document:
        return _Reading(walk, document).read()


FORMAT = Format(
    "spdx_json",
    1,
    "sbom",
    "application/spdx+json",
    (".spdx.json", ".json"),
    _sniff_wrapped,
    _parse,
    "SPDX 2 JSON",
    ("8.1.2", "5.3.3"),
)
