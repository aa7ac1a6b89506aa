"""A small good report of the format ``tap``."""

from __future__ import annotations

from tests.evidence.sample import Sample

TAP = b"""TAP version 14
ok 1 - pump starts # time=250ms
  ---
  verifies: REQ-001, REQ-002
  tags: [smoke]
  ...
not ok 2 - pump stops
  ---
  message: 'still runs'
  duration_ms: 100.4
  location: 'tests/pump.js:3:1'
  ...
ok 3 - pump purges # SKIP no water
# Subtest: alarms
    1..2
    ok 1 - near end
    not ok 2 - occlusion # TODO not written yet
ok 4 - alarms
1..4
"""

SAMPLE = Sample(TAP, "report.tap", word=b"pump")
