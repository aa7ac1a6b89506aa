"""A small good report of the format ``coverage_py``."""

from __future__ import annotations

from tests.evidence.sample import Sample

COVERAGE_PY = b"""\
{"meta": {"format": 3, "version": "7.10.0", "timestamp": "2026-01-05T10:00:00", "branch_coverage": true,
          "show_contexts": false},
 "files": {"src/pump.py": {
   "executed_lines": [1, 2, 4],
   "summary": {"covered_lines": 3, "num_statements": 4, "percent_covered": 66.6, "percent_covered_display": "67",
               "missing_lines": 1, "excluded_lines": 1, "num_branches": 2, "num_partial_branches": 1,
               "covered_branches": 1, "missing_branches": 1},
   "missing_lines": [3], "excluded_lines": [9],
   "executed_branches": [[2, 4]], "missing_branches": [[2, 3]],
   "functions": {"": {"executed_lines": [1], "start_line": 1}}, "classes": {}}},
 "totals": {"covered_lines": 3, "num_statements": 4, "percent_covered": 66.6, "percent_covered_display": "67",
            "missing_lines": 1, "excluded_lines": 1, "num_branches": 2, "num_partial_branches": 1,
            "covered_branches": 1, "missing_branches": 1}}
"""

SAMPLE = Sample(COVERAGE_PY, "coverage.json", word=b"pump")
