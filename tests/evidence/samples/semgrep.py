"""A small good report of the format ``semgrep``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

SEMGREP = json.dumps(
    {
        "version": "1.97.0",
        "results": [
            {
                "check_id": "c.lang.security.strcpy",
                "path": "src/alarm.c",
                "start": {"line": 12, "col": 3, "offset": 200},
                "end": {"line": 12, "col": 20, "offset": 217},
                "extra": {
                    "message": "The length of the copy is not limited.",
                    "severity": "ERROR",
                    "metadata": {"cwe": ["CWE-120: Classic Buffer Overflow"], "confidence": "HIGH"},
                    "fingerprint": "5f3c_0",
                    "lines": "  strcpy(text, input);",
                    "is_ignored": False,
                },
            },
            {
                "check_id": "c.lang.todo",
                "path": "src/alarm.c",
                "start": {"line": 30, "col": 1, "offset": 500},
                "end": {"line": 30, "col": 9, "offset": 508},
                "extra": {
                    "message": "Something is left to do.",
                    "severity": "INFO",
                    "metadata": {},
                    "fingerprint": "requires login",
                    "lines": "requires login",
                    "is_ignored": True,
                },
            },
        ],
        "errors": [],
        "paths": {"scanned": ["src/alarm.c"]},
        "skipped_rules": [],
    },
    indent=1,
).encode()

SAMPLE = Sample(SEMGREP, "semgrep.json", word=b"strcpy")
