"""What is found in the items as checks need it: faults of reading, lint, wording (5.1.1, 5.2.6, 5.4.1)."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.core.places import Finding
from clausework.gates.facts import (
    LintFact,
    QualityFact,
    QualityMessage,
)
from clausework.items.model import Item
from clausework.plan.model import Plan
from clausework.trace.results import ItemCases

_MOST_MESSAGES = 20


def fault_of_reading(named: str) -> LintFact:
    """Return a finding that was recorded with the items, when they were read."""
    place, _, rest = named.partition(": ")
    rule, _, message = rest.partition(": ")
    return LintFact(rule, message, place, (), "clausework lint")


def quality_fact(plan: Plan, items: Sequence[Item], cases: Sequence[ItemCases]) -> QualityFact | None:
    """Return the quality of the wording where a stage of the plan asks for it: judging thousands takes a second."""
    if not any("requirement_quality" in stage.checks for stage in plan.stages.values()):
        return None
    from clausework.items.quality.score import judge  # compiles hundreds of patterns that few plans ask for

    found = judge(items, tests={one.item for one in cases if one.role == "verifies"})
    return QualityFact(
        found.score,
        found.requirements,
        {one.document: one.score for one in found.documents},
        len(found.findings),
        found.by_rule(),
        tuple(QualityMessage(one.rule, one.item, str(one)[:300]) for one in found.findings[:_MOST_MESSAGES]),
        found.not_evaluated,
    )


def lint_fact(finding: Finding) -> LintFact:
    """Return what a lint rule found, its place in words."""
    return LintFact(finding.rule, finding.message, str(finding.place), finding.clauses, finding.hint)
