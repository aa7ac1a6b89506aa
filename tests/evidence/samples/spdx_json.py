"""A small good report of the format ``spdx_json``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

SPDX_JSON = json.dumps(
    {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "infusor",
        "documentNamespace": "https://example.com/spdx/infusor-2.4.0",
        "creationInfo": {"creators": ["Tool: maker-1"], "created": "2026-01-01T00:00:00Z"},
        "packages": [
            {
                "SPDXID": "SPDXRef-infusor",
                "name": "infusor",
                "versionInfo": "2.4.0",
                "downloadLocation": "NOASSERTION",
                "primaryPackagePurpose": "FIRMWARE",
            },
            {
                "SPDXID": "SPDXRef-ring",
                "name": "ring",
                "versionInfo": "1.0",
                "downloadLocation": "https://example.com/ring",
                "supplier": "Organization: Example (mail@example.com)",
                "licenseConcluded": "MIT",
                "licenseDeclared": "MIT OR ISC",
                "checksums": [{"algorithm": "SHA256", "checksumValue": "ab" * 32}],
                "externalRefs": [
                    {
                        "referenceCategory": "SECURITY",
                        "referenceType": "cpe23Type",
                        "referenceLocator": "cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*",
                    },
                    {
                        "referenceCategory": "PACKAGE-MANAGER",
                        "referenceType": "purl",
                        "referenceLocator": "pkg:generic/ring@1.0",
                    },
                ],
            },
            {
                "SPDXID": "SPDXRef-rtos",
                "name": "rtos",
                "versionInfo": "9",
                "downloadLocation": "NONE",
                "licenseConcluded": "NOASSERTION",
                "supplier": "NOASSERTION",
                "originator": "Person: Ada",
            },
        ],
        "files": [{"SPDXID": "SPDXRef-File-1", "fileName": "./ring.c", "checksums": []}],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relationshipType": "DESCRIBES",
                "relatedSpdxElement": "SPDXRef-infusor",
            },
            {
                "spdxElementId": "SPDXRef-infusor",
                "relationshipType": "CONTAINS",
                "relatedSpdxElement": "SPDXRef-File-1",
            },
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(SPDX_JSON, "infusor.spdx.json", word=b"infusor")
