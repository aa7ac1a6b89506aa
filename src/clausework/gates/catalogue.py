"""Every check, in the order of the gates in which the profiles use it."""

from __future__ import annotations

from clausework.core.errors import Defect
from clausework.gates import (
    artefacts,
    commits,
    coverage,
    dependencies_locked,
    findings,
    rebuild,
    requirement_quality,
    risk_controls,
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
    tests.CHECK,
    coverage.CHECK,
    commits.CHECK,
    traced.CHECK,
    findings.CHECK,
    vulnerabilities.CHECK,
    verified.CHECK,
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
