"""Rules on what a stage says: the clauses it cites, the checks it names, the settings it gives them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from clausework.core.placed_decode import decode_placed
from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.checks import CHECKS, NEEDED_SETTINGS, SettingKind
from clausework.plan.defence import Defence
from clausework.plan.effective import BECAUSE
from clausework.plan.model import Plan, PlannedStage, SettingByClass
from clausework.plan.policies import is_own
from clausework.plan.profiles import check_profile, stage_profile
from clausework.plan.rules.clauses import Placed, unknown_clauses
from clausework.standards import SAFETY_CLASSES


def check_clauses(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell stages that cite no clause, which are to be cut, and citations that are unknown."""
    for name, stage in plan.stages.items():
        path: Path = ("stages", name)
        if stage.clauses == () or (stage.clauses is None and stage_profile(name) is None):
            message = f"the stage '{name}' serves no clause: cut it, or cite what it serves"
            yield Finding(
                "no-clause", message, document.place_of_key(path), hint="Write 'clauses: [5.7.1, ...]'."
            )
        cited: list[Placed] = [((*path, "clauses", at), text) for at, text in enumerate(stage.clauses or ())]
        yield from unknown_clauses(cited, document)


def check_stage_checks(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell unknown checks, and stages with none left, which would pass by absence."""
    for name, stage in plan.stages.items():
        path: Path = ("stages", name)
        for check in stage.checks:
            if check not in CHECKS and not is_own(check):
                yield _unknown("check", check, CHECKS, (*path, "checks", check), document)
        if not _checks_left(name, stage):
            message = f"the stage '{name}' has no check, so it would pass by absence"
            yield Finding(
                "no-check", message, document.place_of_key(path), hint="Give it a check, or cut it."
            )


def check_settings(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell settings that a check does not have, values that they do not take, and unfinished defences."""
    for name, stage in plan.stages.items():
        for check, settings in stage.checks.items():
            if check not in CHECKS:
                continue
            path: Path = ("stages", name, "checks", check)
            yield from _needed(name, check, settings, path, document)
            for setting, value in settings.items():
                place: Path = (*path, setting)
                if setting == BECAUSE:
                    yield from decode_placed(document, Defence, at=place)[1]
                elif setting not in CHECKS[check]:
                    yield _unknown(f"setting of {check}", setting, [*CHECKS[check], BECAUSE], place, document)
                else:
                    yield from _values(f"{check}.{setting}", CHECKS[check][setting], value, place, document)


def _checks_left(name: str, stage: PlannedStage) -> bool:
    profile = stage_profile(name)
    built_in = {check.name for check in profile.checks} if profile else set()
    return bool((built_in | set(stage.checks)) - set(stage.without))


def _needed(
    stage: str, check: str, settings: dict[str, SettingByClass], path: Path, document: PlacedDocument
) -> Iterator[Finding]:
    if check_profile(stage, check):
        return
    for setting in NEEDED_SETTINGS.get(check, ()):
        if setting not in settings:
            built_in = (
                f"the built-in stage '{stage}' has no '{check}' of its own" if stage_profile(stage) else ""
            )
            why = built_in or f"the stage '{stage}' is not built in"
            message = f"'{setting}' is missing: {why}, so it has no default"
            yield Finding("missing", message, document.place_of_key(path))


def _values(
    name: str, kind: SettingKind, value: SettingByClass, path: Path, document: PlacedDocument
) -> Iterator[Finding]:
    if not isinstance(value, dict):
        if not kind.takes(value):
            yield Finding("setting", f"{name} takes {kind.accepts}, not '{value}'", document.place_of(path))
        return
    for safety_class, one in value.items():
        place: Path = (*path, safety_class)
        if safety_class not in SAFETY_CLASSES:
            message = f"'{safety_class}' is not a safety class; write A, B or C"
            yield Finding("setting", message, document.place_of_key(place), ("4.3",))
        elif not kind.takes(one):
            message = f"{name} takes {kind.accepts}, not '{one}'"
            yield Finding("setting", message, document.place_of(place))


def _unknown(what: str, name: str, known: Iterable[str], path: Path, document: PlacedDocument) -> Finding:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known)}."
    message = f"'{name}' is not a {what} that is known here. {hint}"
    return Finding(f"unknown-{what.split()[0]}", message, document.place_of_key(path), hint=hint)
