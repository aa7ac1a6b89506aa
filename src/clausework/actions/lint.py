"""lint: what is wrong with the plan and the items, before anything is recorded."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.items import read_site_items
from clausework.actions.workplace import find_site
from clausework.core.errors import Refused
from clausework.core.places import Finding
from clausework.items.lint import check_items
from clausework.plan.effective import Stage, effective_stages
from clausework.plan.model import safety_class_of, software_items
from clausework.trace.file_owners import pattern_findings


class LintFindings(Refused):
    """The lint rules find something."""

    hint = "Mend each place that is named; the clause behind each is in brackets."


class Linted(msgspec.Struct, frozen=True):
    """What lint saw: how many items, the stages of each software item, the findings."""

    item_count: int
    stages: dict[str, tuple[Stage, ...]]
    findings: tuple[Finding, ...]

    def refuse_findings(self) -> None:
        """Raise ``LintFindings`` when there are any."""
        if self.findings:
            count = "1 finding" if len(self.findings) == 1 else f"{len(self.findings)} findings"
            raise LintFindings(f"The lint has {count} in the items.")


def lint(start: Path, store: Path | None = None) -> Linted:
    """Read plan and items at or above ``start``; return what the rules find for the strictest class.

    Raises ``FindingsInInput`` when plan or items are not well written: that is rejected input, not a finding.
    """
    site = find_site(start, store)
    _, items = read_site_items(site)
    stages = {item.id: effective_stages(site.plan, item.id) for item in software_items(site.plan)}
    strictest = max(safety_class_of(site.plan, item.id) for item in software_items(site.plan))
    lacking = check_items(items, strictest)
    patterns = pattern_findings(items.items)
    findings = sorted(
        {*items.findings, *lacking, *patterns}, key=lambda one: (one.place, one.rule, one.message)
    )
    return Linted(len(items.items), stages, tuple(findings))
