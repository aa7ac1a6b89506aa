"""The published schema of records."""

from __future__ import annotations

import json
from pathlib import Path

from clausework.ledger.records import PREDICATE_TYPES
from clausework.ledger.records.schema import predicate_schemas

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "records.json"


def test_the_published_schema_is_current() -> None:
    """docs/schemas/records.json is what the structs say; write it anew with ``make schemas``."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json.loads(json.dumps(predicate_schemas()))


def test_every_predicate_has_a_schema() -> None:
    """No kind of record is left out of the schema, and none is in it twice."""
    titles = [one["title"] for one in predicate_schemas()["oneOf"]]
    assert sorted(titles) == sorted(PREDICATE_TYPES.values())
