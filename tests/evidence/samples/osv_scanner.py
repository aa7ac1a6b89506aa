"""A small good report of the format ``osv_scanner``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

OSV_SCANNER = json.dumps(
    {
        "results": [
            {
                "source": {"path": "requirements.txt", "type": "lockfile"},
                "packages": [
                    {
                        "package": {"name": "attrs", "version": "1.0", "ecosystem": "PyPI"},
                        "vulnerabilities": [
                            {
                                "schema_version": "1.6.0",
                                "id": "GHSA-aaaa-bbbb-cccc",
                                "aliases": ["CVE-2026-0001"],
                                "summary": "Reads beyond the end.",
                                "affected": [
                                    {
                                        "package": {"ecosystem": "PyPI", "name": "attrs"},
                                        "ranges": [
                                            {
                                                "type": "ECOSYSTEM",
                                                "events": [{"introduced": "0"}, {"fixed": "1.1"}],
                                            }
                                        ],
                                    }
                                ],
                                "severity": [
                                    {
                                        "type": "CVSS_V3",
                                        "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                                    }
                                ],
                                "database_specific": {"cwe_ids": ["CWE-125"], "severity": "CRITICAL"},
                            },
                            {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-0001"], "details": "The same."},
                        ],
                        "groups": [
                            {
                                "ids": ["GHSA-aaaa-bbbb-cccc", "PYSEC-2026-1"],
                                "aliases": ["CVE-2026-0001"],
                                "max_severity": "9.8",
                            }
                        ],
                    },
                    {"package": {"name": "six", "version": "1.16.0", "ecosystem": "PyPI"}},
                ],
            }
        ],
        "experimental_config": {"licenses": {"summary": False, "allowlist": None}},
    },
    indent=1,
).encode()

SAMPLE = Sample(OSV_SCANNER, "osv.json", word=b"attrs")
