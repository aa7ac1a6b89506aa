"""Rules on a team's own checks: policies that the plan names, and checks of installed packages (principles 7, 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausework.core.placed_decode import decode_placed
from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.defence import Defence
from clausework.plan.effective import BECAUSE
from clausework.plan.model import Plan
from clausework.plan.policies import PLUG_IN, POLICY, plug_in_named, policy_named
from clausework.plan.rules.clauses import Placed, unknown_clauses
from clausework.plan.rules.paths import outside
from clausework.plan.values import is_name
from clausework.standards import SAFETY_CLASSES


def check_policies(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell policies that no stage asks, that cite unknown clauses, or that lie outside the plan's folder."""
    used = {policy_named(check) for stage in plan.stages.values() for check in stage.checks}
    for name, policy in plan.policies.items():
        path: Path = ("policies", name)
        cited: list[Placed] = [((*path, "clauses", at), text) for at, text in enumerate(policy.clauses)]
        yield from unknown_clauses(cited, document)
        yield from outside(
            [((*path, "file"), policy.file), ((*path, "challenges"), policy.challenges)], document
        )
        if name not in used:
            hint = f"Name it among a stage's checks, '{POLICY}{name}: {{}}', or take it out."
            message = f"no stage asks the policy '{name}'"
            yield Finding("policy", message, document.place_of_key(path), hint=hint)


def check_own_checks(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell policies that are not in the plan, names that no package can have, and settings that cannot be."""
    for name, stage in plan.stages.items():
        for check, settings in stage.checks.items():
            path: Path = ("stages", name, "checks", check)
            if check.startswith(POLICY):
                yield from _policy_use(plan, check, settings, path, document)
            elif check.startswith(PLUG_IN):
                yield from _plug_in_use(check, settings, path, document)


def _policy_use(
    plan: Plan, check: str, settings: Mapping[str, object], path: Path, document: PlacedDocument
) -> Iterator[Finding]:
    policy = policy_named(check)
    if policy not in plan.policies:
        known = ", ".join(plan.policies) or "none"
        hint = f"Policies of this plan: {known}. Write it under 'policies'."
        message = f"'{policy}' is not a policy of the plan"
        yield Finding("unknown-check", message, document.place_of_key(path), hint=hint)
    for setting in settings:
        if setting == BECAUSE:
            yield from decode_placed(document, Defence, at=(*path, setting))[1]
        else:
            message = f"a policy takes no setting such as '{setting}': what it asks stands in its file"
            yield Finding("setting", message, document.place_of_key((*path, setting)))


def _plug_in_use(
    check: str, settings: Mapping[str, object], path: Path, document: PlacedDocument
) -> Iterator[Finding]:
    if not is_name(plug_in_named(check)):
        message = f"'{check}' does not name an entry point of a package"
        hint = f"Write '{PLUG_IN}' and its name: letters, digits, '_', '.' and '-'."
        yield Finding("unknown-check", message, document.place_of_key(path), hint=hint)
    for setting, value in settings.items():
        if setting == BECAUSE:
            yield from decode_placed(document, Defence, at=(*path, setting))[1]
            continue
        for safety_class in value if isinstance(value, dict) else ():
            if safety_class not in SAFETY_CLASSES:
                message = f"'{safety_class}' is not a safety class; write A, B or C"
                place = document.place_of_key((*path, setting, safety_class))
                yield Finding("setting", message, place, ("4.3",))
