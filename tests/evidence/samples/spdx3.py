"""A small good report of the format ``spdx3``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

BASE = "https://example.com/spdx/infusor-2.4.0"

SPDX3 = json.dumps(
    {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {
                "type": "CreationInfo",
                "@id": "_:creation",
                "specVersion": "3.0.1",
                "created": "2026-01-01T00:00:00Z",
                "createdBy": [f"{BASE}#maker"],
            },
            {
                "type": "SpdxDocument",
                "spdxId": BASE,
                "creationInfo": "_:creation",
                "rootElement": [f"{BASE}#bill"],
            },
            {
                "type": "software_Sbom",
                "spdxId": f"{BASE}#bill",
                "creationInfo": "_:creation",
                "rootElement": [f"{BASE}#infusor"],
            },
            {
                "type": "software_Package",
                "spdxId": f"{BASE}#infusor",
                "creationInfo": "_:creation",
                "name": "infusor",
                "software_packageVersion": "2.4.0",
                "software_primaryPurpose": "firmware",
            },
            {
                "type": "software_Package",
                "spdxId": f"{BASE}#ring",
                "creationInfo": "_:creation",
                "name": "ring",
                "software_packageVersion": "1.0",
                "software_primaryPurpose": "library",
                "software_packageUrl": "pkg:generic/ring@1.0",
                "suppliedBy": f"{BASE}#maker",
                "externalIdentifier": [
                    {
                        "type": "ExternalIdentifier",
                        "externalIdentifierType": "cpe23",
                        "identifier": "cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*",
                    }
                ],
                "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "ab" * 32}],
            },
            {
                "type": "Relationship",
                "spdxId": f"{BASE}#r1",
                "creationInfo": "_:creation",
                "from": f"{BASE}#ring",
                "relationshipType": "hasConcludedLicense",
                "to": [f"{BASE}#mit"],
            },
            {
                "type": "simplelicensing_LicenseExpression",
                "spdxId": f"{BASE}#mit",
                "creationInfo": "_:creation",
                "simplelicensing_licenseExpression": "MIT OR ISC",
            },
            {
                "type": "software_File",
                "spdxId": f"{BASE}#file",
                "creationInfo": "_:creation",
                "name": "ring.c",
            },
            {
                "type": "Organization",
                "spdxId": f"{BASE}#maker",
                "creationInfo": "_:creation",
                "name": "Example",
            },
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(SPDX3, "infusor.spdx3.json", word=b"infusor")
