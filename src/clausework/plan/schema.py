"""The JSON Schema (2020-12) of ``clausework.yaml``, for editors; made from the plan's own structs.

It tells the shape, and the checks with their settings. What needs the whole plan at once (a laxer setting
without a defence, an unknown role) only ``clausework lint`` tells.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from clausework.plan.checks import CHECKS, Choice, Ladder, SettingKind, WholeNumber
from clausework.plan.effective import BECAUSE
from clausework.plan.model import Plan
from clausework.plan.policies import PLUG_IN, POLICY
from clausework.standards import SAFETY_CLASSES

Schema = dict[str, Any]


def json_schema() -> Schema:
    """Return the schema of a plan as plain values."""
    schema: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:clausework:schema:plan:v1",
        "title": "clausework.yaml",
        **msgspec.json.schema(Plan),
    }
    for definition in schema["$defs"].values():
        definition["description"] = re.sub(r"\s+", " ", definition["description"]).replace("``", "'")
    stage = schema["$defs"]["PlannedStage"]["properties"]
    stage["checks"] = {
        "type": "object",
        "properties": {check: _check(check) for check in CHECKS},
        "patternProperties": {f"^({POLICY}|{PLUG_IN})": _own_check()},
        "additionalProperties": False,
        "default": {},
    }
    return schema


def schema_text() -> str:
    """Return the schema as it is published in ``docs/clausework.schema.json``."""
    return msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode() + "\n"


def _check(name: str) -> Schema:
    settings = {setting: _setting(kind) for setting, kind in CHECKS[name].items()}
    return {
        "type": "object",
        "properties": settings | {BECAUSE: {"$ref": "#/$defs/Defence"}},
        "additionalProperties": False,
    }


def _own_check() -> Schema:
    value = {"anyOf": [{"type": kind} for kind in ("string", "integer", "boolean")]}
    return {
        "type": "object",
        "properties": {BECAUSE: {"$ref": "#/$defs/Defence"}},
        "additionalProperties": {"anyOf": [value, _by_class(value)]},
    }


def _setting(kind: SettingKind) -> Schema:
    value = _value(kind)
    return {"anyOf": [value, _by_class(value)]}


def _by_class(value: Schema) -> Schema:
    return {
        "type": "object",
        "properties": dict.fromkeys(SAFETY_CLASSES, value),
        "additionalProperties": False,
    }


def _value(kind: SettingKind) -> Schema:
    if isinstance(kind, WholeNumber):
        return {"type": "integer", "minimum": kind.least, "maximum": kind.most}
    if isinstance(kind, Ladder):
        return {"enum": list(kind.steps)}
    if isinstance(kind, Choice):
        return {"enum": list(kind.options)}
    return {"type": "boolean"}
