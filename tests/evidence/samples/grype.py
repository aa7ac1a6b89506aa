"""A small good report of the format ``grype``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

GRYPE = json.dumps(
    {
        "matches": [
            {
                "vulnerability": {
                    "id": "GHSA-aaaa-bbbb-cccc",
                    "namespace": "github:language:python",
                    "severity": "High",
                    "description": "attrs reads beyond the end",
                    "cvss": [],
                    "fix": {"versions": ["1.1"], "state": "fixed"},
                },
                "relatedVulnerabilities": [
                    {
                        "id": "CVE-2026-0001",
                        "severity": "High",
                        "cvss": [
                            {
                                "version": "3.1",
                                "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
                                "metrics": {"baseScore": 7.5},
                            }
                        ],
                    }
                ],
                "matchDetails": [{"type": "exact-direct-match", "matcher": "python-matcher"}],
                "artifact": {
                    "name": "attrs",
                    "version": "1.0",
                    "type": "python",
                    "locations": [{"path": "/app/requirements.txt"}],
                    "purl": "pkg:pypi/attrs@1.0",
                },
            }
        ],
        "ignoredMatches": [
            {
                "vulnerability": {"id": "CVE-2026-0002", "severity": "Negligible"},
                "artifact": {"name": "zlib", "version": "1.2", "type": "deb"},
                "appliedIgnoreRules": [{"vulnerability": "CVE-2026-0002", "reason": "not shipped"}],
            }
        ],
        "source": {"type": "image", "target": {"userInput": "controller:1.0"}},
        "distro": {"name": "debian", "version": "12"},
        "descriptor": {
            "name": "grype",
            "version": "0.90.0",
            "db": {"status": {"schemaVersion": "v6.0.2", "built": "2026-02-24T04:10:24Z", "valid": True}},
            "timestamp": "2026-02-24T07:00:00Z",
        },
    },
    indent=1,
).encode()

SAMPLE = Sample(GRYPE, "grype.json", word=b"attrs")
