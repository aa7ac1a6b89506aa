"""A glossary in a file: YAML, each term with its definition."""

from __future__ import annotations

from clausework.core.placed_yaml import load_placed_yaml
from clausework.core.places import Finding, FindingsInInput, Place
from clausework.items.quality.rules_set import normal_term


def read_glossary(path: str, data: bytes) -> frozenset[str]:
    """Return the terms of the glossary in ``data``.

    Raises ``FindingsInInput`` where it is no YAML mapping, or a term has no definition.
    """
    document = load_placed_yaml(data, path)
    value = document.value
    if not isinstance(value, dict) or not value:
        fault = Finding("glossary", "a glossary maps each term to its definition", Place(path, 1, 1))
        raise FindingsInInput("The glossary", [fault])
    faults = [
        Finding("glossary", f"'{term}' has no definition", document.place_of_key((term,)))
        for term, definition in value.items()
        if not isinstance(definition, str) or not definition.strip()
    ]
    if faults:
        raise FindingsInInput("The glossary", faults)
    return frozenset(normal_term(term) for term in value)
