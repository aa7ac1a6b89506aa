"""A small good report of the format ``openvex``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

OPENVEX = json.dumps(
    {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.com/vex/1",
        "author": "Example Medical",
        "role": "Document Creator",
        "timestamp": "2026-01-08T18:02:03.647787998-06:00",
        "version": 1,
        "statements": [
            {
                "vulnerability": {"name": "CVE-2026-0001", "aliases": ["GHSA-aaaa-bbbb-cccc"]},
                "products": [
                    {
                        "@id": "pkg:oci/controller@sha256%3Aab",
                        "subcomponents": [{"@id": "pkg:pypi/attrs@1.0"}],
                    }
                ],
                "status": "not_affected",
                "justification": "vulnerable_code_not_in_execute_path",
                "impact_statement": "It is never called.",
            },
            {
                "vulnerability": {"name": "CVE-2026-0002"},
                "products": [{"identifiers": {"purl": "pkg:generic/controller@1.0"}}],
                "status": "affected",
                "action_statement": "Update to 1.1.",
            },
        ],
    },
    indent=1,
).encode()

OPENVEX_FIRST = json.dumps(
    {
        "@context": "https://openvex.dev/ns",
        "@id": "https://example.com/vex/0",
        "author": "Example Medical",
        "timestamp": "2026-01-08T18:02:03Z",
        "version": "1",
        "statements": [
            {
                "vulnerability": "CVE-2026-0001",
                "products": ["pkg:generic/controller@1.0"],
                "subcomponents": ["pkg:pypi/attrs@1.0"],
                "status": "fixed",
            }
        ],
    },
    indent=1,
).encode()
"""A document of the first context, which has names where later ones have objects."""

SAMPLE = Sample(OPENVEX, "controller.openvex.json", word=b"Example")
