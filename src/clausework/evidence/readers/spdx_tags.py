"""The lines of an SPDX tag-value document: tags with their values, and a package gathered from them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from clausework.evidence.detail import Component
from clausework.evidence.readers.sbom_bill import LONGEST_TEXT, hash_text
from clausework.evidence.readers.spdx_document import agent_name, first_reference, licences_of, version_of
from clausework.evidence.source import Source, Unreadable, ValueRejected

LONGEST_VALUE = 4 << 20
"""Bytes of one line, and characters of one value of several lines."""

_TAG = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9]{1,60}):[ \t]*(.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_OPEN, _CLOSE = "<text>", "</text>"
_MOST_VALUES = 10_000

_PACKAGE_TAGS = {
    "SPDXID": "identifier",
    "PackageVersion": "version",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PackageDownloadLocation": "location",
    "PackageLicenseConcluded": "concluded",
    "PackageLicenseDeclared": "declared",
    "PrimaryPackagePurpose": "purpose",
}


_TAGS = """
    SPDXVersion DataLicense SPDXID DocumentName DocumentNamespace ExternalDocumentRef LicenseListVersion
    Creator Created CreatorComment DocumentComment PackageName PackageVersion PackageFileName
    PackageSupplier PackageOriginator PackageDownloadLocation FilesAnalyzed PackageVerificationCode
    PackageChecksum PackageHomePage PackageSourceInfo PackageLicenseConcluded PackageLicenseInfoFromFiles
    PackageLicenseDeclared PackageLicenseComments PackageCopyrightText PackageSummary PackageDescription
    PackageComment ExternalRef ExternalRefComment PackageAttributionText PrimaryPackagePurpose BuiltDate
    ReleaseDate ValidUntilDate FileName FileType FileChecksum LicenseConcluded LicenseInfoInFile
    LicenseComments FileCopyrightText ArtifactOfProjectName ArtifactOfProjectHomePage ArtifactOfProjectURI
    FileComment FileNotice FileContributor FileAttributionText FileDependency SnippetSPDXID
    SnippetFromFileSPDXID SnippetByteRange SnippetLineRange SnippetLicenseConcluded LicenseInfoInSnippet
    SnippetLicenseComments SnippetCopyrightText SnippetComment SnippetName SnippetAttributionText LicenseID
    ExtractedText LicenseName LicenseCrossReference LicenseComment Relationship RelationshipComment
    Annotator AnnotationDate AnnotationType SPDXREF AnnotationComment Reviewer ReviewDate ReviewComment
"""

KNOWN = frozenset(_TAGS.split())
"""The tags of SPDX 2.1 to 2.3."""


class NotTagValue(Unreadable):
    """A file is not whole lines of tags and values in UTF-8."""


class Tag(NamedTuple):
    """A tag, its value and the byte at which its line begins."""

    name: str
    value: str
    offset: int


class OpenPackage:
    """A package whose end has not come yet."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._texts: dict[str, str] = {}
        self._hashes: list[str] = []
        self.references: list[tuple[str, str]] = []

    def take(self, tag: Tag) -> None:
        """Take what the package says of itself; raises ``ValueRejected`` where it says twice what is said once."""
        kept_as = _PACKAGE_TAGS.get(tag.name)
        if kept_as is not None:
            if kept_as in self._texts:
                raise ValueRejected(f"package '{self.name[:60]}' gives {tag.name} twice", offset=tag.offset)
            self._texts[kept_as] = tag.value
        elif tag.name == "PackageChecksum":
            algorithm, colon, digest = tag.value.partition(":")
            if not colon or not digest.strip():
                raise ValueRejected(f"'{tag.value[:60]}' is no checksum", offset=tag.offset)
            self._hashes.append(hash_text(algorithm, digest))
        elif tag.name == "ExternalRef":
            parts = tag.value.split(None, 2)
            if len(parts) != 3:
                raise ValueRejected(f"'{tag.value[:60]}' is no external reference", offset=tag.offset)
            self.references.append((parts[1], parts[2]))
        if len(self._hashes) + len(self.references) > _MOST_VALUES:
            raise ValueRejected(f"a package has more than {_MOST_VALUES} references", offset=tag.offset)

    def close(self) -> tuple[str, Component]:
        """Return its identifier and its line of detail; raises ``ValueRejected`` where it lacks what it must have."""
        texts = self._texts
        for tag, kept_as in (("SPDXID", "identifier"), ("PackageDownloadLocation", "location")):
            if not texts.get(kept_as):
                raise ValueRejected(f"package '{self.name[:60]}' has no {tag}: the document may be cut off")
        return texts["identifier"], Component(
            self.name.strip()[:LONGEST_TEXT],
            version_of(texts.get("version")),
            first_reference(self.references, ("purl",)),
            texts.get("purpose", "").lower().replace("_", "-")[:LONGEST_TEXT],
            tuple(self._hashes),
            licences_of(texts.get("concluded"), texts.get("declared")),
            supplier=agent_name(texts.get("supplier")) or agent_name(texts.get("originator")),
            cpe=first_reference(self.references, ("cpe23Type", "cpe22Type")),
        )


def read_tags(source: Source) -> Iterator[Tag]:
    """Yield each tag of ``source``; raises ``NotTagValue`` for anything but whole lines of them."""
    name, parts, start, size = "", list[str](), 0, 0
    for offset, line in _lines(source):
        if parts:
            size += len(line)
            if size > LONGEST_VALUE:
                raise NotTagValue(f"a value is longer than {LONGEST_VALUE} characters", offset=start)
            parts.append(line)
            if _CLOSE not in line:
                continue
        elif not line.strip() or line.lstrip().startswith("#"):
            continue
        else:
            found = _TAG.fullmatch(line)
            if not found:
                raise NotTagValue(f"'{line[:60]}' is no tag with a value (byte {offset})", offset=offset)
            name, start, size = found[1], offset, len(line)
            parts = [found[2]]
            if found[2].startswith(_OPEN) and _CLOSE not in found[2]:
                continue
        yield Tag(name, _value("\n".join(parts), start), start)
        parts = []
    if parts:
        raise NotTagValue(f"the text of {name} is not closed", offset=start)


def _value(text: str, offset: int) -> str:
    if not text.startswith(_OPEN):
        return text.strip()
    inner, _, behind = text.removeprefix(_OPEN).partition(_CLOSE)
    if behind.strip():
        raise NotTagValue(f"'{behind.strip()[:60]}' follows the end of a text", offset=offset)
    return inner.strip()


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    """Yield each line without its end, and the byte at which it begins."""
    decode = codecs.getdecoder("utf-8")
    held, start = b"", 0
    for chunk in source.chunks():
        *whole, held = (held + chunk).split(b"\n")
        for raw in whole:
            try:
                text, _ = decode(raw.removeprefix(b"\xef\xbb\xbf") if not start else raw)
            except UnicodeDecodeError as error:
                where = start + error.start
                raise NotTagValue(f"not UTF-8 at byte {where}", offset=where) from error
            if _CONTROL.search(text):
                raise NotTagValue(f"a control character stands in the line at byte {start}", offset=start)
            yield start, text.removesuffix("\r")
            start += len(raw) + 1
        if len(held) > LONGEST_VALUE:
            raise NotTagValue(f"a line is longer than {LONGEST_VALUE} bytes", offset=start)
    if held:
        raise NotTagValue("the last line has no end: the file is cut off, or goes on", offset=start)
