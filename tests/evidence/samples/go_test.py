"""A small good report of the format ``go_test``: two packages, one within the other."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

_TIME = "2026-03-01T10:00:00.5Z"
_PUMP, _ALARM = "example.com/pump", "example.com/alarm"

GO_TEST = "".join(
    json.dumps({"Time": _TIME, **event}, separators=(",", ":")) + "\n"
    for event in (
        {"Action": "start", "Package": _PUMP},
        {"Action": "start", "Package": _ALARM},
        {"Action": "run", "Package": _PUMP, "Test": "TestStarts"},
        {"Action": "output", "Package": _PUMP, "Test": "TestStarts", "Output": "=== RUN   TestStarts\n"},
        {
            "Action": "output",
            "Package": _PUMP,
            "Test": "TestStarts",
            "Output": "    pump_test.go:9: verifies: REQ-001\n",
        },
        {"Action": "run", "Package": _ALARM, "Test": "TestAlarm"},
        {"Action": "attr", "Package": _ALARM, "Test": "TestAlarm", "Key": "verifies", "Value": "REQ-002"},
        {
            "Action": "output",
            "Package": _ALARM,
            "Test": "TestAlarm",
            "Output": "    alarm_test.go:4: silent\n",
        },
        {
            "Action": "output",
            "Package": _ALARM,
            "Test": "TestAlarm",
            "Output": "--- FAIL: TestAlarm (0.10s)\n",
        },
        {"Action": "pass", "Package": _PUMP, "Test": "TestStarts", "Elapsed": 0.25},
        {"Action": "fail", "Package": _ALARM, "Test": "TestAlarm", "Elapsed": 0.1},
        {"Action": "run", "Package": _PUMP, "Test": "TestPurges"},
        {"Action": "skip", "Package": _PUMP, "Test": "TestPurges", "Elapsed": 0},
        {"Action": "output", "Package": _ALARM, "Output": "FAIL\n"},
        {"Action": "fail", "Package": _ALARM, "Elapsed": 0.2},
        {"Action": "output", "Package": _PUMP, "Output": "PASS\n"},
        {"Action": "pass", "Package": _PUMP, "Elapsed": 0.3},
    )
).encode()

SAMPLE = Sample(
    GO_TEST,
    "report.json",
    word=b"pump_test",
    open_ended="each package tells its own end, and nothing tells how many packages there are",
)
