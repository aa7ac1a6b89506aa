"""lint: what is wrong with the plan and the items, before anything is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from clausework.actions.items import read_site_items
from clausework.actions.planned_checks import plug_in_findings
from clausework.actions.policies import PolicySeen, check_policies
from clausework.actions.workplace import PLAN_NAME, find_site
from clausework.core.errors import Refused
from clausework.core.places import Finding
from clausework.items.lint import check_items
from clausework.items.model import Item
from clausework.items.risk_file import risk_file_findings
from clausework.items.risk_words import risk_findings
from clausework.plan.effective import Stage, effective_stages
from clausework.plan.model import safety_class_of, software_items
from clausework.standards import SafetyClass
from clausework.trace.allocation import owners_of_items
from clausework.trace.file_owners import pattern_findings
from clausework.trace.item_fact import item_fact


class LintFindings(Refused):
    """The lint rules find something."""

    hint = "Mend each place that is named; the clause behind each is in brackets."


class Linted(msgspec.Struct, frozen=True):
    """What lint saw: how many items, the stages of each software item, the findings, the plan's policies."""

    item_count: int
    stages: dict[str, tuple[Stage, ...]]
    findings: tuple[Finding, ...]
    policies: tuple[PolicySeen, ...] = ()

    def refuse_findings(self) -> None:
        """Raise ``LintFindings`` when there are any."""
        if self.findings:
            count = "1 finding" if len(self.findings) == 1 else f"{len(self.findings)} findings"
            raise LintFindings(f"The lint has {count} in the plan and the items.")


def lint(start: Path, store: Path | None = None) -> Linted:
    """Read plan and items at or above ``start``; return what the rules find.

    An item is judged by the gravest class of the software items that it is allocated to, one that is allocated to none
    by the gravest of the plan. Raises ``FindingsInInput`` when plan or items are not well written: that is rejected
    input, not a finding; and what reading the plan's policies gives cause for.
    """
    site = find_site(start, store)
    _, items = read_site_items(site)
    stages = {item.id: effective_stages(site.plan, item.id) for item in software_items(site.plan)}
    classes = {item.id: safety_class_of(site.plan, item.id) for item in software_items(site.plan)}
    strictest = max(classes.values())
    lacking = check_items(items, strictest, _allocated(items.items, classes))
    patterns = pattern_findings(items.items)
    risks = [*risk_findings(items.items, site.plan)]
    if strictest != "A":
        risks += risk_file_findings(items.items, site.plan.risk_matrix)
    policies, of_policies = check_policies(site.root, site.plan)
    own = (*of_policies, *plug_in_findings(site.plan, PLAN_NAME))
    findings = sorted(
        {*items.findings, *lacking, *patterns, *risks, *own},
        key=lambda one: (one.place, one.rule, one.message),
    )
    return Linted(len(items.items), stages, tuple(findings), policies)


def _allocated(items: Sequence[Item], classes: Mapping[str, SafetyClass]) -> dict[str, SafetyClass]:
    """Return the class of each item whose allocation is known."""
    owners = owners_of_items([item_fact(one) for one in items], frozenset(classes))
    return {item: max(classes[name] for name in owned) for item, owned in owners.items() if owned}
