"""A small good report of the format ``manual_test_xlsx``."""

from __future__ import annotations

from tests.evidence.manual_forms import FILLED, as_xlsx
from tests.evidence.sample import Sample

SAMPLE = Sample(as_xlsx(FILLED), "TP-001.xlsx", word=b"xl/worksheets")
