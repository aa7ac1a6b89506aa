"""Reading ``clausework.yaml``: all errors at once, each with its line and column."""

from __future__ import annotations

import functools
import typing
from typing import Any

import msgspec

from clausework.core.placed_decode import decode_placed
from clausework.core.placed_yaml import PlacedDocument, load_placed_yaml
from clausework.core.places import Finding, FindingsInInput
from clausework.plan.model import Device, Plan
from clausework.plan.rules import RULES


class PlanRejected(FindingsInInput):
    """The plan has errors; nothing runs under it."""

    hint = "Mend each place that is named in the plan, then run 'clausework lint'."


@functools.lru_cache(maxsize=8)
def load_plan(data: bytes, source: str) -> Plan:
    """Return the plan in ``data``; ``source`` is the path to name in places. One command asks for few, and often.

    Raises ``FindingsInInput`` with every error.
    """
    plan, findings = _read(data, source)
    if plan is None or findings:
        raise PlanRejected(source, findings)
    return plan


def plan_findings(data: bytes, source: str) -> list[Finding]:
    """Return all that is wrong with the plan in ``data``, in the file's order; nothing when it loads."""
    return _read(data, source)[1]


def _read(data: bytes, source: str) -> tuple[Plan | None, list[Finding]]:
    try:
        document = load_placed_yaml(data, source)
    except FindingsInInput as error:
        return None, list(error.findings)
    plan, findings = decode_placed(document, Plan)
    readable, sound = (plan, frozenset(_sections())) if plan else _readable_part(document)
    for rule, needs in RULES:
        if needs <= sound:
            findings.extend(rule(readable, document))
    return plan, sorted(findings, key=lambda finding: finding.place)


def _readable_part(document: PlacedDocument) -> tuple[Plan, frozenset[str]]:
    """Return the sections that can be read alone, so that rules on them are told beside other errors."""
    written = document.value if isinstance(document.value, dict) else {}
    part: dict[str, Any] = {}
    sound = set()
    for name, (shape, required) in _sections().items():
        value, findings = decode_placed(document, shape, at=(name,)) if name in written else (None, [])
        if findings or (required and name not in written):
            continue
        sound.add(name)
        if name in written:
            part[name] = value
    empty = Plan(Device("", ""), ())
    return msgspec.structs.replace(empty, **part), frozenset(sound)


@functools.cache
def _sections() -> dict[str, tuple[Any, bool]]:
    """Return the plan's sections with their types, and whether each must be there."""
    hints = typing.get_type_hints(Plan, include_extras=True)
    return {field.name: (hints[field.name], field.required) for field in msgspec.structs.fields(Plan)}
