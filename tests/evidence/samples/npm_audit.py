"""A small good report of the format ``npm_audit``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

NPM_AUDIT = json.dumps(
    {
        "auditReportVersion": 2,
        "vulnerabilities": {
            "ring": {
                "name": "ring",
                "severity": "high",
                "isDirect": False,
                "via": [
                    {
                        "source": 1094457,
                        "name": "ring",
                        "dependency": "ring",
                        "title": "ring can be made to wait for ever",
                        "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
                        "severity": "high",
                        "cwe": ["CWE-1333"],
                        "cvss": {
                            "score": 7.5,
                            "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
                        },
                        "range": "<2.6.9",
                    }
                ],
                "effects": ["bell"],
                "range": "<2.6.9",
                "nodes": ["node_modules/ring"],
                "fixAvailable": True,
            },
            "bell": {
                "name": "bell",
                "severity": "high",
                "isDirect": True,
                "via": ["ring"],
                "effects": [],
                "range": "*",
                "nodes": ["node_modules/bell"],
                "fixAvailable": {"name": "bell", "version": "3.0.0", "isSemVerMajor": True},
            },
        },
        "metadata": {
            "vulnerabilities": {"info": 0, "low": 0, "moderate": 0, "high": 2, "critical": 0, "total": 2},
            "dependencies": {"prod": 98, "dev": 0, "optional": 0, "peer": 0, "peerOptional": 0, "total": 97},
        },
    },
    indent=1,
).encode()

NPM_AUDIT_6 = json.dumps(
    {
        "actions": [],
        "advisories": {
            "146": {
                "findings": [{"version": "1.9.2", "paths": ["bell>ring", "clock>ring"]}],
                "id": 146,
                "title": "Command Injection",
                "module_name": "ring",
                "cves": ["CVE-2026-0001"],
                "patched_versions": ">=1.10.2",
                "severity": "critical",
                "cwe": "CWE-94",
                "url": "https://registry.example/advisories/146",
            }
        },
        "muted": [],
        "metadata": {
            "vulnerabilities": {"info": 0, "low": 0, "moderate": 0, "high": 0, "critical": 2},
            "dependencies": 0,
            "devDependencies": 43,
            "totalDependencies": 43,
        },
        "runId": "ab9f276f",
    },
    indent=1,
).encode()
"""The older form, which npm 6, pnpm and later Yarns write."""

SAMPLE = Sample(NPM_AUDIT, "audit.json", word=b"ring")
