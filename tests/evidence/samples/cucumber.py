"""A small good report of the format ``cucumber``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

CUCUMBER = json.dumps(
    [
        {
            "line": 1,
            "elements": [
                {
                    "line": 3,
                    "name": "",
                    "type": "background",
                    "keyword": "Background",
                    "steps": [
                        {
                            "result": {"duration": 1_000_000, "status": "passed"},
                            "line": 4,
                            "name": "power",
                            "match": {"location": "Bench.power()"},
                            "keyword": "Given ",
                        }
                    ],
                },
                {
                    "start_timestamp": "2026-03-01T10:00:00Z",
                    "before": [{"result": {"duration": 2_000_000, "status": "passed"}}],
                    "line": 7,
                    "name": "Pump starts",
                    "id": "pump;pump-starts",
                    "type": "scenario",
                    "keyword": "Scenario",
                    "steps": [
                        {
                            "result": {"duration": 3_000_000, "status": "passed"},
                            "line": 8,
                            "name": "the pump starts",
                            "match": {"location": "Bench.starts()"},
                            "keyword": "When ",
                        }
                    ],
                    "tags": [{"name": "@REQ-001"}, {"name": "@verifies(REQ-002)"}],
                },
                {
                    "line": 12,
                    "name": "Pump stops",
                    "id": "pump;pump-stops",
                    "type": "scenario",
                    "keyword": "Scenario",
                    "steps": [
                        {
                            "result": {"error_message": "still runs", "status": "failed"},
                            "line": 13,
                            "name": "the pump stops",
                            "keyword": "When ",
                        },
                        {
                            "result": {"status": "skipped"},
                            "line": 14,
                            "name": "it is still",
                            "keyword": "Then ",
                        },
                    ],
                },
            ],
            "name": "Pump",
            "description": "",
            "id": "pump",
            "keyword": "Feature",
            "uri": "features/pump.feature",
            "tags": [{"name": "@smoke", "type": "Tag", "location": {"line": 1, "column": 1}}],
        }
    ],
    indent=1,
).encode()

SAMPLE = Sample(CUCUMBER, "cucumber.json", word=b"Pump")
