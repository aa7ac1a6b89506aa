"""A small good report of the format ``sarif``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

SARIF = json.dumps(
    {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Analyser",
                        "version": "1.4",
                        "rules": [
                            {"id": "R1", "defaultConfiguration": {"level": "error"}},
                            {"id": "R2", "properties": {"security-severity": "9.1", "tags": ["CWE-79"]}},
                        ],
                    }
                },
                "invocations": [{"executionSuccessful": True}],
                "results": [
                    {
                        "ruleId": "R1",
                        "message": {"text": "Value is not used."},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "src/a.c"},
                                    "region": {"startLine": 7},
                                }
                            }
                        ],
                    },
                    {"ruleId": "R2", "ruleIndex": 1, "message": {"text": "Input reaches the page."}},
                    {
                        "ruleId": "R1",
                        "level": "note",
                        "message": {"text": "Noted \\u00e9."},
                        "suppressions": [{"kind": "inSource"}],
                    },
                ],
            }
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(SARIF, "scan.sarif", word=b"Analyser")
