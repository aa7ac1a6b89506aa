"""The JSON Schema (2020-12) of every predicate, made from the structs, for whoever reads records without Clausework."""

from __future__ import annotations

from typing import Any

import msgspec

from clausework.ledger.records import PREDICATE_TYPES


def predicate_schemas() -> dict[str, Any]:
    """Return one schema whose ``oneOf`` lists all predicates; each has its predicate type as ``title``."""
    bodies = list(PREDICATE_TYPES)
    schemas, components = msgspec.json.schema_components(bodies, ref_template="#/$defs/{name}")
    named = [{**schema, "title": PREDICATE_TYPES[body]} for body, schema in zip(bodies, schemas, strict=True)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Predicates of Clausework's records",
        "oneOf": named,
        "$defs": dict(sorted(components.items())),
    }
