"""A small good report of the format ``gitleaks``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

GITLEAKS = json.dumps(
    [
        {
            "RuleID": "generic-api-key",
            "Description": "Detected a Generic API Key.",
            "StartLine": 4,
            "EndLine": 4,
            "StartColumn": 2,
            "EndColumn": 40,
            "Match": "key = 'not-a-real-one-0000'",
            "Secret": "not-a-real-one-0000",
            "File": "src/settings.py",
            "SymlinkFile": "",
            "Commit": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "Entropy": 3.1,
            "Author": "Somebody",
            "Email": "somebody@example.com",
            "Date": "2026-11-20T06:00:00Z",
            "Message": "Add settings",
            "Tags": [],
            "Fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b:src/settings.py:generic-api-key:4",
        }
    ],
    indent=1,
).encode()

SAMPLE = Sample(GITLEAKS, "gitleaks.json", word=b"settings")
