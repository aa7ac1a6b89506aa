"""A small good report of the format ``cargo_audit``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

CARGO_AUDIT = json.dumps(
    {
        "database": {"advisory-count": 302, "last-commit": "7e4c", "last-updated": "2026-02-12T01:59:58Z"},
        "lockfile": {"dependency-count": 441},
        "settings": {
            "target_arch": [],
            "target_os": [],
            "ignore": [],
            "informational_warnings": ["unmaintained"],
        },
        "vulnerabilities": {
            "found": True,
            "count": 1,
            "list": [
                {
                    "advisory": {
                        "id": "RUSTSEC-2026-0001",
                        "package": "ring",
                        "title": "Reads beyond the end",
                        "aliases": ["CVE-2026-0001"],
                        "cvss": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                        "informational": None,
                    },
                    "versions": {"patched": [">=1.1.0"], "unaffected": []},
                    "affected": None,
                    "package": {"name": "ring", "version": "0.4.7", "source": None},
                }
            ],
        },
        "warnings": {
            "yanked": [
                {
                    "kind": "yanked",
                    "package": {"name": "net", "version": "0.2.35"},
                    "advisory": None,
                    "versions": None,
                }
            ]
        },
    },
    indent=1,
).encode()

SAMPLE = Sample(CARGO_AUDIT, "cargo-audit.json", word=b"ring")
