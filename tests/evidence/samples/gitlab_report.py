"""A small good report of the format ``gitlab_report``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

GITLAB = json.dumps(
    {
        "version": "15.0.7",
        "vulnerabilities": [
            {
                "id": "6f1ed002",
                "name": "Out-of-bounds write",
                "description": "The length of the copy is not limited.",
                "severity": "High",
                "location": {
                    "file": "src/alarm.c",
                    "start_line": 12,
                    "end_line": 12,
                    "method": "raise_alarm",
                },
                "identifiers": [
                    {"type": "flawfinder_func_name", "name": "Flawfinder - strcpy", "value": "strcpy"},
                    {"type": "cwe", "name": "CWE-120", "value": "120"},
                ],
                "links": [],
            }
        ],
        "remediations": [],
        "scan": {
            "analyzer": {
                "id": "flawfinder",
                "name": "Flawfinder",
                "version": "4.0.0",
                "vendor": {"name": "GitLab"},
            },
            "scanner": {
                "id": "flawfinder",
                "name": "Flawfinder",
                "version": "2.0.19",
                "vendor": {"name": "GitLab"},
            },
            "type": "sast",
            "start_time": "2026-11-20T06:00:00",
            "end_time": "2026-11-20T06:00:09",
            "status": "success",
        },
    },
    indent=1,
).encode()

SAMPLE = Sample(GITLAB, "gl-sast-report.json", word=b"strcpy")
