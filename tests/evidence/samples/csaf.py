"""A small good report of the format ``csaf``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

CSAF = json.dumps(
    {
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "title": "Controller",
            "publisher": {
                "category": "vendor",
                "name": "Example Medical",
                "namespace": "https://example.com",
            },
            "tracking": {
                "id": "EXAMPLE-2026-0002",
                "status": "final",
                "version": "1",
                "current_release_date": "2026-01-29T00:00:00Z",
            },
        },
        "product_tree": {
            "branches": [
                {
                    "category": "vendor",
                    "name": "Example Medical",
                    "branches": [
                        {
                            "category": "product_version",
                            "name": "1.0",
                            "product": {
                                "product_id": "C-1",
                                "name": "Controller 1.0",
                                "product_identification_helper": {"purl": "pkg:generic/controller@1.0"},
                            },
                        },
                        {
                            "category": "product_version",
                            "name": "1.1",
                            "product": {"product_id": "C-2", "name": "Controller 1.1"},
                        },
                    ],
                }
            ],
            "full_product_names": [{"product_id": "L-1", "name": "ring 3"}],
            "relationships": [
                {
                    "category": "default_component_of",
                    "product_reference": "L-1",
                    "relates_to_product_reference": "C-2",
                    "full_product_name": {"product_id": "L-1-C-2", "name": "ring 3 in Controller 1.1"},
                }
            ],
            "product_groups": [{"group_id": "G", "product_ids": ["L-1-C-2"]}],
        },
        "vulnerabilities": [
            {
                "cve": "CVE-2026-0001",
                "ids": [{"system_name": "Example", "text": "EX-7"}],
                "flags": [{"label": "vulnerable_code_not_present", "group_ids": ["G"]}],
                "product_status": {
                    "known_affected": ["C-1"],
                    "known_not_affected": ["L-1-C-2"],
                    "fixed": ["C-2"],
                },
                "threats": [
                    {"category": "impact", "details": "The part is left out.", "product_ids": ["L-1-C-2"]}
                ],
                "remediations": [
                    {"category": "vendor_fix", "details": "Update to 1.1.", "product_ids": ["C-1"]}
                ],
            }
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(CSAF, "example-2026-0002.json", word=b"Controller")
