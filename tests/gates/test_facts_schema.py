"""The published schema of the facts is current, and the facts of a real build fit it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.gates.challenge import SOUND
from clausework.gates.facts import Facts
from clausework.gates.facts_schema import facts_schema, facts_schema_text
from clausework.gates.folding import facts_document
from clausework.gates.proving import facts_of

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "facts.json"


def test_the_published_schema_of_the_facts_is_current() -> None:
    """What a policy's author reads is what a policy is given; ``make schemas`` writes it anew."""
    assert PUBLISHED.read_text(encoding="utf-8") == facts_schema_text()


def test_every_fact_of_a_build_is_in_the_schema() -> None:
    """Each member of a real facts document is described, and nothing that is required is missing from it."""
    schema = facts_schema()
    document = msgspec.json.decode(facts_document(facts_of(SOUND)))
    facts = schema["$defs"]["Facts"]
    assert schema["$ref"] == "#/$defs/Facts"
    assert set(document) == set(facts["properties"])
    assert set(facts["required"]) <= set(document)
    assert set(facts["properties"]) == set(Facts.__struct_fields__)
    assert all("description" in one for one in schema["$defs"].values())
