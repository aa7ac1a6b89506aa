"""The checks that a plan asks, whoever wrote them, and the clauses that each serves."""

from __future__ import annotations

from clausework.core.places import Finding, Place
from clausework.gates.catalogue import CHECKS
from clausework.gates.plug_ins import plug_in
from clausework.plan.effective import CheckUse
from clausework.plan.model import Plan
from clausework.plan.policies import plug_in_named, policy_named
from clausework.release.conditions import CONDITIONS

CONDITIONS_CHECK = "conditions"

IN_THE_RELEASE: dict[str, tuple[str, ...]] = {
    CONDITIONS_CHECK: tuple(cited for condition in CONDITIONS for cited in condition.clauses),
    "signatures": ("13485 8.2.6", "21 CFR 11.50", "21 CFR 11.70"),
}
"""The release gate's own checks: its conditions, judged one by one, and its signatures."""


def clauses_of(use: CheckUse) -> tuple[str, ...]:
    """Return the clauses that a check serves: by its code, or a policy by the plan. None of one that cannot be used."""
    if policy_named(use.name):
        return use.clauses
    if plug_in_named(use.name):
        return plug_in(use.name).clauses
    if use.name in IN_THE_RELEASE:
        return IN_THE_RELEASE[use.name]
    return next((check.clauses for check in CHECKS if check.name == use.name), ())


def plug_in_findings(plan: Plan, source: str) -> tuple[Finding, ...]:
    """Return the plug-ins' checks that the plan asks and that cannot count here; ``source`` is the plan's file."""
    asked = dict.fromkeys(
        check for stage in plan.stages.values() for check in stage.checks if plug_in_named(check)
    )
    findings = []
    for name in asked:
        found = plug_in(name)
        if found.fault:
            package = f" of {found.package}" if found.package else ""
            hint = "Install a version of the package that fits; until then no verdict of it is given."
            message = f"the check {name}{package} does not count: {found.fault}"
            findings.append(Finding("plug-in", message, Place(source), ("5.1.6",), hint))
    return tuple(findings)
