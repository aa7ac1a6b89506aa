"""The published schema is current, valid, and agrees with the reader on good plans and plain mistakes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clausework.core.placed_yaml import load_placed_yaml
from clausework.plan.schema import json_schema, schema_text
from clausework.plan.starter import starter_plan

from .examples import EVERYTHING, FULL, SMALL, told

PUBLISHED = Path(__file__).parents[2] / "docs" / "clausework.schema.json"

KEYWORDS = {
    "$schema", "$id", "$ref", "$defs", "title", "description", "default", "type", "properties", "required",
    "additionalProperties", "patternProperties", "propertyNames", "items", "minItems", "maxItems", "minLength",
    "maxLength", "pattern", "minimum", "maximum", "enum", "anyOf",
}  # fmt: skip
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
}


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """Tell whether ``schema`` accepts ``value``: JSON Schema 2020-12, as far as it is used here."""
    if "$ref" in schema:
        return accepts(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root)
    if "anyOf" in schema and not any(accepts(one, value, root) for one in schema["anyOf"]):
        return False
    if "enum" in schema and not any(type(one) is type(value) and one == value for one in schema["enum"]):
        return False
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        return False
    if isinstance(value, dict):
        return accepts_object(schema, value, root)
    if isinstance(value, list):
        fits = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return fits and all(accepts(schema.get("items", {}), one, root) for one in value)
    if isinstance(value, str):
        fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        return fits and re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, int):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    return True


def accepts_object(schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any]) -> bool:
    """Tell whether ``schema`` accepts the members of an object."""
    if set(schema.get("required", ())) - set(value):
        return False
    properties = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    others = schema.get("additionalProperties", {})
    for name, member in value.items():
        if not accepts(schema.get("propertyNames", {}), name, root):
            return False
        if name in properties:
            if not accepts(properties[name], member, root):
                return False
        elif matching := [one for at, one in patterns.items() if re.search(at, name)]:
            if not all(accepts(one, member, root) for one in matching):
                return False
        elif others is False or not accepts(others, member, root):
            return False
    return True


def schemas_within(value: Any) -> list[dict[str, Any]]:
    """Return ``value`` and every schema inside it."""
    found = [value]
    for keyword in ("properties", "patternProperties", "$defs"):
        for one in value.get(keyword, {}).values():
            found += schemas_within(one)
    for keyword in ("items", "additionalProperties", "propertyNames"):
        if isinstance(value.get(keyword), dict):
            found += schemas_within(value[keyword])
    for one in value.get("anyOf", ()):
        found += schemas_within(one)
    return found


def accepted(text: str) -> bool:
    """Tell whether the schema accepts the plan ``text``."""
    schema = json_schema()
    return accepts(schema, load_placed_yaml(text.encode(), "p").value, schema)


def test_the_published_schema_is_current() -> None:
    """The schema in the documentation is the one that this version makes."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), (
        "Write it again with clausework.plan.schema.schema_text()."
    )


def test_the_schema_is_2020_12() -> None:
    """The schema names its dialect, uses only keywords of it, and every reference leads somewhere."""
    schema = json.loads(schema_text())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for one in schemas_within(schema):
        assert set(one) <= KEYWORDS
        assert one.get("type", "object") in TYPES
        re.compile(one.get("pattern", ""))
        if "$ref" in one:
            assert one["$ref"].removeprefix("#/$defs/") in schema["$defs"]
    assert json.loads(msgspec.json.encode(json_schema())) == schema


@pytest.mark.parametrize("text", [SMALL, FULL, EVERYTHING], ids=["small", "full", "everything"])
def test_good_plans_are_accepted(text: str) -> None:
    """What the reader takes, an editor with the schema does not mark."""
    assert told(text) == []
    assert accepted(text)


def test_the_starter_plan_is_accepted() -> None:
    """A plan that init writes is not marked by an editor."""
    plan = starter_plan("D", "x", ["**"], manufacturer="M", quality="q@e.f", release_authority="r@e.f")
    assert accepted(plan)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("udi_di", "udi-di"),
        ("safety_class: C ", "safety_class: D "),
        ("paths: [src/controller/**]", "paths: []"),
        ("paths: [src/controller/**]", "paths: src"),
        ("id: controller", "id: con troller"),
        ("quality@example.com", "quality"),
        ("release: required", "release: optional"),
        ("automatic: true", "automatic: yes"),
        ("coverage:", "coverag:"),
        ("line: {B: 80, C: 90}", "lines: 90"),
        ("line: {B: 80, C: 90}", "line: 101"),
        ("line: {B: 80, C: 90}", "line: {D: 90}"),
        ("owner: quality, ", ""),
        ("review: 2027-06-01", "review: soon"),
        ("days: 180", "days: 0"),
        ("last_placed_on_market", "last_sold"),
        ("device: {name: Infusor, ", "device: {"),
    ],
)
def test_plain_mistakes_are_marked(old: str, new: str) -> None:
    """What is wrong in itself, both the reader and an editor with the schema refuse."""
    text = FULL.replace(old, new, 1)
    assert text != FULL
    assert told(text)
    assert not accepted(text)
