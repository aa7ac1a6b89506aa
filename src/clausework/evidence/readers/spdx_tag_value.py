"""Reads SPDX 2.1 to 2.3 as tags and values: bills of materials (clauses 5.3.3, 8.1.2; 81001-5-1 4.3).

The format does not tell its own end. So the last line must be whole, every package must have the members that it
must have, and every element that is named must be there: what was cut off shows in most documents.
"""

from __future__ import annotations

import re

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, SbomRead
from clausework.evidence.readers.spdx_document import SpdxDocument
from clausework.evidence.readers.spdx_tags import KNOWN, OpenPackage, Tag, read_tags
from clausework.evidence.source import Source, ValueRejected, WrongKind

_VERSIONS = ("SPDX-2.1", "SPDX-2.2", "SPDX-2.3")
_DOCUMENT = "SPDXRef-DOCUMENT"
_RELATIONSHIP = re.compile(r"(\S+)\s+([A-Za-z_]+)\s+(\S+)")
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*SPDXVersion:[ \t]*SPDX-2\.")
_MUST = ("SPDXVersion", "DataLicense", "SPDXID", "DocumentName", "DocumentNamespace", "Creator", "Created")
_ABOUT_FILES = ("FileName", "SnippetSPDXID", "LicenseID")


class _Reading:
    """Holds the place in the document between two tags."""

    def __init__(self, document: SpdxDocument) -> None:
        self.document = document
        self.header: dict[str, str] = {}
        self.package: OpenPackage | None = None
        self.section = "document"

    def take(self, tag: Tag) -> None:
        if tag.name not in KNOWN:
            self.document.remarks.add("a tag is none of SPDX 2 and was passed over", tag.name)
        elif tag.name == "PackageName":
            self.close_package()
            self.section, self.package = "package", OpenPackage(tag.value)
        elif tag.name in _ABOUT_FILES:
            self.close_package()
            self.section = "element"
            if tag.name == "SnippetSPDXID":
                self.document.add_element(tag.value)
        elif tag.name == "Relationship":
            self._relate(tag)
        elif self.package is not None:
            self.package.take(tag)
        elif self.section == "element":
            if tag.name == "SPDXID":
                self.document.add_element(tag.value)
        else:
            self._head(tag)

    def _head(self, tag: Tag) -> None:
        if not self.header and tag.name != "SPDXVersion":
            raise WrongKind(f"it begins with '{tag.name[:40]}', not with SPDXVersion", offset=tag.offset)
        if tag.name in self.header and tag.name != "Creator" and tag.name in _MUST:
            raise ValueRejected(f"the document gives {tag.name} twice", offset=tag.offset)
        if tag.name == "SPDXVersion" and tag.value not in _VERSIONS:
            raise WrongKind(f"it is '{tag.value[:40]}'; SPDX 2.1 to 2.3 are read", offset=tag.offset)
        if tag.name == "SPDXID":
            if tag.value != _DOCUMENT:
                raise ValueRejected(f"the document's SPDXID is '{tag.value[:60]}'", offset=tag.offset)
            self.document.add_element(tag.value)
        if tag.name in _MUST:
            self.header[tag.name] = tag.value[:300]

    def _relate(self, tag: Tag) -> None:
        found = _RELATIONSHIP.fullmatch(tag.value)
        if not found:
            raise ValueRejected(f"'{tag.value[:60]}' does not relate two elements", offset=tag.offset)
        one, kind, other = found.groups()
        if (one, kind) == (_DOCUMENT, "DESCRIBES"):
            self.document.describe(other)
        elif (other, kind) == (_DOCUMENT, "DESCRIBED_BY"):
            self.document.describe(one)
        else:
            self.document.refer(one)
            self.document.refer(other)

    def close_package(self) -> None:
        """Take the open package, which has what it must have."""
        if self.package is not None:
            self.document.note_advisories(self.package.references)
            self.document.add_package(*self.package.close())
            self.package = None


def _sniff(head: bytes, _name: str) -> bool:
    return _FIRST.match(head) is not None


def _parse(source: Source, detail: DetailWriter) -> SbomRead:
    place = [0]
    with SpdxDocument(detail, lambda: place[0]) as document:
        reading = _Reading(document)
        for tag in read_tags(source):
            place[0] = tag.offset
            reading.take(tag)
        reading.close_package()
        missing = [name for name in _MUST if name not in reading.header]
        if missing:
            raise WrongKind(f"the document has no {', '.join(missing)}", offset=0)
        unknown = document.unknown()
        if unknown:
            raise ValueRejected(
                f"'{unknown[0][:100]}' is named, and {len(unknown) - 1} further elements, that the document does not "
                "have: it may be cut off",
                offset=source.offset,
            )
        version = reading.header["SPDXVersion"].replace("-", " ")
        return document.close(version, reading.header["DocumentNamespace"])


FORMAT = Format(
    "spdx_tag_value",
    1,
    "sbom",
    "text/spdx",
    (".spdx",),
    _sniff,
    _parse,
    "SPDX 2 tag-value",
    ("8.1.2", "5.3.3"),
)
