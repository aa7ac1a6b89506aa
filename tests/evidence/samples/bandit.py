"""A small good report of the format ``bandit``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

_TOTALS = {
    "CONFIDENCE.HIGH": 2,
    "CONFIDENCE.LOW": 0,
    "CONFIDENCE.MEDIUM": 0,
    "CONFIDENCE.UNDEFINED": 0,
    "SEVERITY.HIGH": 1,
    "SEVERITY.LOW": 1,
    "SEVERITY.MEDIUM": 0,
    "SEVERITY.UNDEFINED": 0,
    "loc": 40,
    "nosec": 0,
    "skipped_tests": 0,
}

BANDIT = json.dumps(
    {
        "errors": [],
        "generated_at": "2026-11-20T06:00:00Z",
        "metrics": {"_totals": _TOTALS, "./pump/rate.py": _TOTALS},
        "results": [
            {
                "code": "9 import subprocess\n10 subprocess.run(command, shell=True)\n11 \n",
                "col_offset": 0,
                "end_col_offset": 36,
                "filename": "./pump/rate.py",
                "issue_confidence": "HIGH",
                "issue_cwe": {"id": 78, "link": "https://cwe.mitre.org/data/definitions/78.html"},
                "issue_severity": "HIGH",
                "issue_text": "subprocess call with shell=True identified, security issue.",
                "line_number": 10,
                "line_range": [10],
                "more_info": "https://bandit.readthedocs.io/",
                "test_id": "B602",
                "test_name": "subprocess_popen_with_shell_equals_true",
            },
            {
                "code": "20 assert rate > 0\n",
                "filename": "./pump/rate.py",
                "issue_confidence": "HIGH",
                "issue_cwe": {"id": 703},
                "issue_severity": "LOW",
                "issue_text": "Use of assert detected.",
                "line_number": 20,
                "line_range": [20],
                "test_id": "B101",
                "test_name": "assert_used",
            },
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(BANDIT, "bandit.json", word=b"subprocess")
