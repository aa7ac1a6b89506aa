"""A small good report of the format ``sonarqube``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

SONARQUBE = json.dumps(
    {
        "total": 2,
        "p": 1,
        "ps": 100,
        "paging": {"pageIndex": 1, "pageSize": 100, "total": 2},
        "effortTotal": 15,
        "issues": [
            {
                "key": "AY-1",
                "rule": "c:S1234",
                "severity": "MAJOR",
                "component": "pump:src/rate.c",
                "project": "pump",
                "line": 12,
                "hash": "0123456789abcdef0123456789abcdef",
                "status": "OPEN",
                "message": "Limit the rate before it is used.",
                "type": "BUG",
                "impacts": [{"softwareQuality": "RELIABILITY", "severity": "HIGH"}],
                "issueStatus": "OPEN",
            },
            {
                "key": "AY-2",
                "rule": "c:S999",
                "severity": "MINOR",
                "component": "pump:src/rate.c",
                "project": "pump",
                "line": 40,
                "status": "RESOLVED",
                "resolution": "FALSE-POSITIVE",
                "message": "Rename the variable.",
                "type": "CODE_SMELL",
            },
        ],
        "components": [{"key": "pump:src/rate.c", "path": "src/rate.c"}],
    },
    indent=1,
).encode()

SAMPLE = Sample(SONARQUBE, "issues.json", word=b"Limit")
