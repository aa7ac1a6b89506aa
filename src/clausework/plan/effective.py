"""What the stages come to for a safety class: the built-in profile with the plan's changes laid over it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clausework.plan.checks import SettingValue
from clausework.plan.defence import Defence
from clausework.plan.model import Plan, PlannedStage, SettingByClass, safety_class_of, software_items
from clausework.plan.policies import policy_named
from clausework.plan.profiles import PROFILES, CheckProfile, check_profile, home_of, stage_profile
from clausework.standards import SafetyClass, applies, cite

BECAUSE = "because"
"""The key of a check's defence, among its settings."""

POLICY_DIGEST = "policy"
"""The setting in which a policy's check names the digest of the policy and its challenges."""


class CheckUse(msgspec.Struct, frozen=True):
    """A check as a stage uses it for one class.

    ``settings`` are resolved for the class. ``not_applicable`` holds the rationale where the check is not
    asked of the class, or the plan took it out with a defence. ``changed`` names the settings that differ
    from the profile. ``clauses`` are those that a policy serves by the plan; another check's stand in its code.
    """

    name: str
    settings: dict[str, SettingValue]
    not_applicable: str = ""
    changed: tuple[str, ...] = ()
    because: Defence | None = None
    clauses: tuple[str, ...] = ()


class Stage(msgspec.Struct, frozen=True):
    """A stage for one class: gate (empty for one of the plan's own), clauses that apply, checks in order."""

    name: str
    gate: str
    clauses: tuple[str, ...]
    checks: tuple[CheckUse, ...]


def effective_stages(plan: Plan, software_item: str) -> tuple[Stage, ...]:
    """Return the stages for a software item, in order: the built-in ones, then the plan's own.

    Raises ``NotInPlan``.
    """
    return stages_for_class(plan, safety_class_of(plan, software_item))


def stages_for_class(plan: Plan, safety_class: SafetyClass) -> tuple[Stage, ...]:
    """Return the stages for a safety class, in order: the built-in ones, then the plan's own."""
    stages = (_stage(name, plan.stages.get(name, PlannedStage()), safety_class) for name in stage_names(plan))
    return tuple(_with_policies(plan, stage) for stage in stages)


def stage_names(plan: Plan) -> tuple[str, ...]:
    """Return the names of all stages, in order: the built-in ones, then the plan's own."""
    built_in = tuple(profile.name for profile in PROFILES)
    return (*built_in, *(name for name in plan.stages if name not in built_in))


def classes_in_use(plan: Plan) -> tuple[SafetyClass, ...]:
    """Return the safety classes that the plan's software items have, in order."""
    return tuple(sorted({safety_class_of(plan, item.id) for item in software_items(plan)}))


def defence_of(planned: Mapping[str, SettingByClass]) -> Defence | None:
    """Return the defence that stands among a check's settings in a plan that was loaded."""
    return msgspec.convert(planned[BECAUSE], Defence) if BECAUSE in planned else None


def value_for(setting: SettingByClass, safety_class: SafetyClass) -> SettingValue | None:
    """Return what a setting of the plan says for a class: ``None`` where it leaves it to the profile."""
    return setting.get(safety_class) if isinstance(setting, dict) else setting


def profile_settings(profile: CheckProfile, safety_class: SafetyClass) -> dict[str, SettingValue]:
    """Return the profile's settings of a check for a class."""
    return {name: values[safety_class] for name, values in profile.settings.items() if safety_class in values}


def _stage(name: str, planned: PlannedStage, safety_class: SafetyClass) -> Stage:
    profile = stage_profile(name)
    built_in = tuple(check.name for check in profile.checks) if profile else ()
    added = tuple(check for check in planned.checks if check not in built_in)
    clauses = _clauses(name, planned, safety_class)
    uses = [_use(name, check, planned, safety_class) for check in (*built_in, *added)]
    if not clauses:
        cited = ", ".join(cite(clause) for clause in planned.clauses or ())
        reason = f"{cited}: applies to no software of class {safety_class}."
        uses = [CheckUse(use.name, {}, reason) for use in uses]
    return Stage(name, profile.gate if profile else "", clauses, tuple(uses))


def _with_policies(plan: Plan, stage: Stage) -> Stage:
    """Return the stage with what the plan says of the policies that it asks: their digests and clauses."""
    return msgspec.structs.replace(stage, checks=tuple(_with_policy(plan, use) for use in stage.checks))


def _with_policy(plan: Plan, use: CheckUse) -> CheckUse:
    policy = plan.policies.get(policy_named(use.name))
    if policy is None:
        return use
    asked = {} if use.not_applicable else {POLICY_DIGEST: policy.sha256}
    return msgspec.structs.replace(use, settings=asked, clauses=policy.clauses)


def _clauses(name: str, planned: PlannedStage, safety_class: SafetyClass) -> tuple[str, ...]:
    """Return the clauses that apply: the plan's, or where none of its applies to the class, the profile's."""
    profile = stage_profile(name)
    for cited in (planned.clauses or (), profile.clauses if profile else ()):
        if found := tuple(clause for clause in cited if applies(clause, safety_class)):
            return found
    return ()


def _use(stage: str, check: str, planned: PlannedStage, safety_class: SafetyClass) -> CheckUse:
    if check in planned.without:
        reason = planned.because.text if planned.because else ""
        return CheckUse(check, {}, f"Taken out by the plan: {reason}", because=planned.because)
    built_in = check_profile(stage, check)
    profile = built_in or home_of(check)
    written = planned.checks.get(check, {})
    settings = {name: value for name, value in written.items() if name != BECAUSE}
    if safety_class in profile.not_applicable and not _asked(settings, safety_class):
        return CheckUse(check, {}, profile.not_applicable[safety_class])
    defaults = profile_settings(profile, safety_class)
    said = {name: value_for(setting, safety_class) for name, setting in settings.items()}
    resolved = defaults | {name: value for name, value in said.items() if value is not None}
    changed = tuple(name for name, value in resolved.items() if built_in and defaults.get(name) != value)
    return CheckUse(check, resolved, changed=changed, because=defence_of(written))


def _asked(settings: Mapping[str, SettingByClass], safety_class: SafetyClass) -> bool:
    """Tell whether the plan names the class itself: only that asks it for more than the standard does."""
    return any(isinstance(setting, dict) and safety_class in setting for setting in settings.values())
