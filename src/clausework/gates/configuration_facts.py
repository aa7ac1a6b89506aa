"""On which of the plan's configurations a software item's system tests ran (clauses 5.6.7, 5.7.1, 5.7.5)."""

from __future__ import annotations

from clausework.gates.baselines import OpenBlob
from clausework.plan.model import Plan
from clausework.trace.case_runs import TestRuns
from clausework.trace.configurations import tested_on


def configurations_tested(
    plan: Plan, software_item: str, runs: TestRuns, open_blob: OpenBlob
) -> dict[str, tuple[int, ...]]:
    """Return the plan's configurations with the software item, and the system tests on each in which a case passed."""
    tests = [
        one.record
        for one in runs.reports
        if one.counts and one.level == "system" and one.record.body.clausework.counts.passed
    ]
    seen = tested_on(tests, open_blob)
    return {
        name: seen.get(name, ())
        for name, one in plan.configurations.items()
        if software_item in one.components
    }
