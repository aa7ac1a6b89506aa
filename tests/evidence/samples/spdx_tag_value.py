"""A small good report of the format ``spdx_tag_value``."""

from __future__ import annotations

from tests.evidence.sample import Sample

SPDX_TAG_VALUE = b"""# made by hand
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: infusor
DocumentNamespace: https://example.com/spdx/infusor-2.4.0
Creator: Tool: maker-1
Creator: Organization: Example
Created: 2026-01-01T00:00:00Z
DocumentComment: <text>Of two
PackageName: lines</text>
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-infusor

PackageName: infusor
SPDXID: SPDXRef-infusor
PackageVersion: 2.4.0
PackageDownloadLocation: NOASSERTION
PrimaryPackagePurpose: FIRMWARE

FileName: ./ring.c
SPDXID: SPDXRef-File-1
FileChecksum: SHA1: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12

PackageName: ring
SPDXID: SPDXRef-ring
PackageVersion: 1.0
PackageSupplier: Organization: Example (mail@example.com)
PackageDownloadLocation: https://example.com/ring
PackageChecksum: SHA1: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12
PackageLicenseConcluded: MIT
PackageLicenseDeclared: MIT OR ISC
ExternalRef: SECURITY cpe23Type cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*
ExternalRef: PACKAGE-MANAGER purl pkg:generic/ring@1.0
Relationship: SPDXRef-ring CONTAINS SPDXRef-File-1

PackageName: rtos
SPDXID: SPDXRef-rtos
PackageVersion: 9
PackageDownloadLocation: NONE
"""

SAMPLE = Sample(
    SPDX_TAG_VALUE,
    "infusor.spdx",
    word=b"infusor",
    open_ended="tag-value has no end mark, so that whole sections may be cut off behind a whole one",
)
