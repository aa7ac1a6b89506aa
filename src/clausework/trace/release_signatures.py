"""Whose signatures a candidate needs: the strictest that the plan asks for any of its software items (5.8.8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from clausework.decisions.form import SignatureRule
from clausework.decisions.release import release_rules
from clausework.plan.effective import effective_stages
from clausework.plan.model import Plan, independence_of, safety_class_of

CHECK = "signatures"
"""The name under which a plan's release stage says how many sign, and how many of them independently."""


def signature_rules(
    plan: Plan,
    software_items: Iterable[str],
    reviewers: Collection[str] = (),
    signed_as: Mapping[str, Collection[str]] | None = None,
) -> tuple[SignatureRule, ...]:
    """Return the signatures that a release of ``software_items`` needs; raises ``NotInPlan``.

    ``reviewers`` evaluated the results of verification: for class C they are not the ones who release. ``signed_as``
    says by role who signed what the release rests on: the plan may keep a role independent of another.
    """
    software_items = tuple(software_items)
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
        not_by=_kept_out(plan, software_items, reviewers, signed_as or {}),
    )


def _kept_out(
    plan: Plan,
    software_items: Sequence[str],
    reviewers: Collection[str],
    signed_as: Mapping[str, Collection[str]],
) -> dict[str, tuple[str, ...]]:
    """Return who may not sign in which role: author, reviewer and releaser are different people where it is asked."""
    found = {
        name: {email for other in independence_of(role) for email in signed_as.get(other, ())}
        for name, role in plan.roles.items()
    }
    if any(safety_class_of(plan, item) == "C" for item in software_items):
        found.setdefault("release_authority", set()).update(reviewers)
    return {name: tuple(sorted(emails)) for name, emails in found.items() if emails}
