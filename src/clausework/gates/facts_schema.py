"""The JSON Schema (2020-12) of the facts document, for whoever writes rules over it; made from the structs.

``docs/schemas/facts.json`` is this schema; a test holds the file against it.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from clausework.gates.facts import Facts


def facts_schema() -> dict[str, Any]:
    """Return the schema as plain values."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:clausework:schema:facts:v1",
        "title": "Facts about one build, as every check and policy sees them",
        **msgspec.json.schema(Facts),
    }
    for definition in schema["$defs"].values():
        if "description" in definition:
            definition["description"] = re.sub(r"\s+", " ", definition["description"]).replace("``", "'")
    schema["$defs"] = dict(sorted(schema["$defs"].items()))
    return schema


def facts_schema_text() -> str:
    """Return the schema as it is published."""
    return msgspec.json.format(msgspec.json.encode(facts_schema()), indent=1).decode() + "\n"
