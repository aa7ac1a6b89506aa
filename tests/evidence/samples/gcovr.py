"""A small good report of the format ``gcovr``."""

from __future__ import annotations

from tests.evidence.sample import Sample

GCOVR = b"""\
{"gcovr/format_version": "0.14", "files": [
  {"file": "src/pump.c", "lines": [
    {"line_number": 3, "function_name": "pump_start", "block_ids": [2], "count": 4, "branches": [
      {"branchno": 0, "count": 4, "fallthrough": true, "throw": false, "source_block_id": 2},
      {"branchno": 1, "count": 0, "fallthrough": false, "throw": false, "source_block_id": 2}],
     "conditions": [{"conditionno": 0, "count": 4, "covered": 3, "not_covered_false": [1], "not_covered_true": []}],
     "gcovr/md5": "0123456789abcdef0123456789abcdef"},
    {"line_number": 4, "function_name": "pump_start", "block_ids": [3], "count": 0, "branches": []},
    {"line_number": 6, "function_name": "pump_start", "count": 4, "branches": [], "gcovr/excluded": true}],
   "functions": [{"name": "pump_start", "lineno": 2, "execution_count": 4, "blocks_percent": 75.0}]}]}
"""

SAMPLE = Sample(GCOVR, "coverage.json", word=b"pump")
