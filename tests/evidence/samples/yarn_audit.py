"""A small good report of the format ``yarn_audit``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

_ADVISORY = {
    "findings": [{"version": "0.0.10", "paths": ["bell>ring", "clock>ring"]}],
    "id": 1179,
    "title": "Prototype Pollution",
    "module_name": "ring",
    "cves": ["CVE-2026-0001"],
    "patched_versions": ">=0.2.1",
    "severity": "low",
    "cwe": ["CWE-471"],
    "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
}

YARN_AUDIT = "\n".join(
    json.dumps(row)
    for row in (
        {"type": "auditAdvisory", "data": {"resolution": {"path": "bell>ring"}, "advisory": _ADVISORY}},
        {"type": "auditAdvisory", "data": {"resolution": {"path": "clock>ring"}, "advisory": _ADVISORY}},
        {
            "type": "auditSummary",
            "data": {
                "vulnerabilities": {"info": 0, "low": 2, "moderate": 0, "high": 0, "critical": 0},
                "dependencies": 47,
                "totalDependencies": 47,
            },
        },
    )
).encode()

SAMPLE = Sample(YARN_AUDIT, "yarn-audit.jsonl", word=b"ring")
