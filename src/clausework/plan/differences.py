"""How two plans differ in meaning: what a reviewer of a changed plan is shown (clauses 5.1.2, 6.2.4).

What is written otherwise and comes to the same is no difference: an explicit default, another order of
people.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.plan.defence import Defence
from clausework.plan.effective import classes_in_use, stages_for_class
from clausework.plan.model import Plan, safety_class_of
from clausework.standards import SAFETY_CLASSES, SafetyClass

Fact = str | int | bool | tuple[str, ...]

_ORDER_MATTERS = ("command", "version_command")


def differences(old: Plan, new: Plan) -> tuple[str, ...]:
    """Return a sentence for each difference in meaning: ``unit: coverage.line for class C 90 → 80``.

    Stages are compared for the safety classes that either plan uses.
    """
    used = {*classes_in_use(old), *classes_in_use(new)}
    classes = tuple(one for one in SAFETY_CLASSES if one in used)
    before, after = dict(_facts(old, classes)), dict(_facts(new, classes))
    told = (_difference(name, before.get(name), after.get(name)) for name in before | after)
    return tuple(sentence for sentence in told if sentence)


def _difference(name: str, old: Fact | None, new: Fact | None) -> str:
    if not name.endswith(_ORDER_MATTERS) and (isinstance(old, tuple) or isinstance(new, tuple)):
        before, after = _listed(old), _listed(new)
        gained = [one for one in after if one not in before]
        lost = [one for one in before if one not in after]
        told = [f"gains {', '.join(gained)}"] if gained else []
        told += [f"loses {', '.join(lost)}"] if lost else []
        return f"{name} {' and '.join(told)}" if told else ""
    return f"{name} {_shown(old)} → {_shown(new)}" if old != new else ""


def _listed(fact: Fact | None) -> tuple[str, ...]:
    """Return a fact as a list: one name alone, where several may stand, is a list of one."""
    if fact is None:
        return ()
    return fact if isinstance(fact, tuple) else (str(fact),)


def _shown(fact: Fact | None) -> str:
    if fact is None:
        return "nothing"
    if isinstance(fact, bool):
        return str(fact).lower()
    return " ".join(fact) if isinstance(fact, tuple) else str(fact)


def _facts(plan: Plan, classes: tuple[SafetyClass, ...]) -> Iterator[tuple[str, Fact]]:
    """Yield the plan as named facts: two plans with equal facts mean the same."""
    settled = msgspec.structs.replace(_with_classes(plan), stages={})
    yield from _flat("", msgspec.to_builtins(settled))
    for name, stage in plan.stages.items():
        if stage.because:
            yield f"{name}: the defence of the stage", _told(stage.because)
    for safety_class in classes:
        yield from _stage_facts(plan, safety_class)


def _stage_facts(plan: Plan, safety_class: SafetyClass) -> Iterator[tuple[str, Fact]]:
    for stage in stages_for_class(plan, safety_class):
        yield f"{stage.name}: clauses for class {safety_class}", stage.clauses
        for check in stage.checks:
            asked = "not asked" if check.not_applicable else "asked"
            yield f"{stage.name}: {check.name} for class {safety_class}", asked
            for setting, value in check.settings.items():
                yield f"{stage.name}: {check.name}.{setting} for class {safety_class}", value
            if check.because and check.because != _stage_defence(plan, stage.name):
                yield f"{stage.name}: the defence of {check.name}", _told(check.because)


def _stage_defence(plan: Plan, stage: str) -> Defence | None:
    return plan.stages[stage].because if stage in plan.stages else None


def _with_classes(plan: Plan) -> Plan:
    """Return the plan with every software item's class told, so that an inherited one is compared as well."""
    systems = tuple(
        msgspec.structs.replace(
            system,
            items=tuple(
                msgspec.structs.replace(item, safety_class=safety_class_of(plan, item.id))
                for item in system.items
            ),
        )
        for system in plan.software_systems
    )
    return msgspec.structs.replace(plan, software_systems=systems)


def _flat(name: str, value: object) -> Iterator[tuple[str, Fact]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), member)
    elif (
        isinstance(value, list | tuple)
        and value
        and all(isinstance(one, dict) and "id" in one for one in value)
    ):
        for member in value:
            yield f"{name}.{member['id']}", "there"
            yield from _flat(
                f"{name}.{member['id']}", {key: part for key, part in member.items() if key != "id"}
            )
    elif isinstance(value, list | tuple):
        yield name, tuple(str(one) for one in value)
    elif isinstance(value, str | int) and value != "":
        yield name, value


def _told(defence: Defence) -> str:
    return f"'{defence.text}' ({defence.reference}, {defence.owner}, review {defence.review})"
