"""A small good report of the format ``manual_test_csv``."""

from __future__ import annotations

from tests.evidence.manual_forms import FILLED, as_csv
from tests.evidence.sample import Sample

SAMPLE = Sample(as_csv(FILLED), "TP-001.csv", word=b"Pressure")
