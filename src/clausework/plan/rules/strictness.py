"""Rules on asking less than the built-in profile: with a defence, of some checks never (clause 5.1.6)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.checks import CHECKS, SettingValue
from clausework.plan.effective import BECAUSE, classes_in_use, profile_settings, value_for
from clausework.plan.model import Plan, PlannedStage, SettingByClass
from clausework.plan.profiles import CheckProfile, check_profile, stage_profile
from clausework.standards import SafetyClass

_DEFEND = "Add 'because: {text, reference, owner, review}', or ask what the profile asks."


def check_laxer_settings(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell settings that ask less than the profile, of a class that the plan has, without a defence."""
    classes = classes_in_use(plan)
    for name, stage in plan.stages.items():
        for check, settings in stage.checks.items():
            profile = check_profile(name, check)
            if profile is None or BECAUSE in settings:
                continue
            path: Path = ("stages", name, "checks", check)
            for setting, value in settings.items():
                if setting in CHECKS[check]:
                    yield from _laxer(profile, setting, value, classes, (*path, setting), document)


def check_taken_out(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell checks that may not be taken out of a stage, or are without a defence."""
    classes = classes_in_use(plan)
    for name, stage in plan.stages.items():
        for at, check in enumerate(stage.without):
            message = _wrongly_taken_out(name, stage, check, classes)
            if message:
                place = document.place_of(("stages", name, "without", at))
                yield Finding("taken-out", message, place, ("5.1.6",))


def _laxer(
    profile: CheckProfile,
    setting: str,
    value: SettingByClass,
    classes: tuple[SafetyClass, ...],
    path: Path,
    document: PlacedDocument,
) -> Iterator[Finding]:
    kind = CHECKS[profile.name][setting]
    for safety_class in classes:
        asked = value_for(value, safety_class)
        default = profile_settings(profile, safety_class).get(setting)
        if (
            safety_class in profile.not_applicable
            or asked is None
            or default is None
            or not kind.takes(asked)
        ):
            continue
        if kind.is_laxer(asked, default):
            told = f"{profile.name}.{setting} for class {safety_class} is {_shown(asked)}"
            place = document.place_of((*path, safety_class))
            yield Finding(
                "no-defence",
                f"{told}, the profile asks {_shown(default)}; a laxer one needs a defence",
                place,
                ("5.1.6",),
                _DEFEND,
            )


def _wrongly_taken_out(name: str, stage: PlannedStage, check: str, classes: tuple[SafetyClass, ...]) -> str:
    profile = check_profile(name, check)
    if profile is None:
        built_in = stage_profile(name)
        known = ", ".join(one.name for one in built_in.checks) if built_in else "none: it is not built in"
        return f"'{check}' is not a built-in check of the stage '{name}'; those are {known}"
    if check in stage.checks:
        return f"'{check}' is both set and taken out"
    for safety_class in classes:
        if safety_class in profile.kept:
            return f"'{check}' cannot be taken out for class {safety_class}: {profile.kept[safety_class]}"
    if stage.because is None:
        return f"'{check}' is taken out without a defence; add 'because' to the stage '{name}'"
    return ""


def _shown(value: SettingValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
