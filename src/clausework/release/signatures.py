"""Whose signatures a candidate needs: the strictest that the plan asks for any of its software items (5.8.8)."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.decisions.form import SignatureRule
from clausework.decisions.release import release_rules
from clausework.plan.effective import effective_stages
from clausework.plan.model import Plan, independence_of

CHECK = "signatures"
"""The name under which a plan's release stage says how many sign, and how many of them independently."""


def signature_rules(plan: Plan, software_items: Iterable[str]) -> tuple[SignatureRule, ...]:
    """Return the signatures that a release of ``software_items`` needs; raises ``NotInPlan``."""
    asked = [
        use.settings
        for item in software_items
        for stage in effective_stages(plan, item)
        for use in stage.checks
        if use.name == CHECK
    ]
    return release_rules(
        count=max((int(one.get("count", 1)) for one in asked), default=1),
        independent=max((int(one.get("independent", 0)) for one in asked), default=0),
        never_authors=frozenset(
            name for name, role in plan.roles.items() if "author" in independence_of(role)
        ),
    )
