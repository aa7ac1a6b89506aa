"""Every check, in the order of the gates in which the profiles use it."""

from __future__ import annotations

from clausework.core.errors import Defect
from clausework.gates import (
    artefacts,
    commits,
    coverage,
    dependencies_locked,
    findings,
    manual_tests,
    pipeline,
    rebuild,
    regression,
    requirement_quality,
    reviews,
    risk_controls,
    risk_file,
    safety_paths,
    sbom,
    source_clean,
    tests,
    trace_rules,
    traced,
    verified,
    vulnerabilities,
)
from clausework.gates.check import Check

CHECKS: tuple[Check, ...] = (
    source_clean.CHECK,
    dependencies_locked.CHECK,
    artefacts.CHECK,
    rebuild.CHECK,
    sbom.CHECK,
    pipeline.CHECK,
    tests.CHECK,
    coverage.CHECK,
    safety_paths.CHECK,
    commits.CHECK,
    traced.CHECK,
    reviews.CHECK,
    manual_tests.CHECK,
    findings.CHECK,
    vulnerabilities.CHECK,
    verified.CHECK,
    regression.CHECK,
    risk_file.CHECK,
    risk_controls.CHECK,
    trace_rules.CHECK,
    requirement_quality.CHECK,
)


class CheckUnknown(Defect):
    """A plan names a check that the plan room lets through and the gates do not have."""


def check_named(name: str) -> Check:
    """Return the check called ``name``; raises ``CheckUnknown``."""
    for check in CHECKS:
        if check.name == name:
            return check
    raise CheckUnknown(f"The check '{name}' is not among the gates' checks.")
