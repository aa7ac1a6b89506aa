"""A small good report of the format ``manual_test_json``."""

from __future__ import annotations

from tests.evidence.manual_forms import FILLED, as_json
from tests.evidence.sample import Sample

SAMPLE = Sample(as_json(FILLED), "TP-001.json", word=b"Pressure")
