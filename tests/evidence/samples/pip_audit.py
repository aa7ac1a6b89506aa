"""A small good report of the format ``pip_audit``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

PIP_AUDIT = json.dumps(
    {
        "dependencies": [
            {
                "name": "attrs",
                "version": "1.0",
                "vulns": [
                    {
                        "id": "PYSEC-2026-1",
                        "fix_versions": ["1.1"],
                        "aliases": ["CVE-2026-0001", "GHSA-aaaa-bbbb-cccc"],
                        "description": "attrs reads beyond the end",
                    }
                ],
            },
            {"name": "six", "version": "1.16.0", "vulns": []},
            {"name": "controller", "skip_reason": "Dependency not found on the index"},
        ],
        "fixes": [],
    },
    indent=1,
).encode()

SAMPLE = Sample(PIP_AUDIT, "pip-audit.json", word=b"attrs")
