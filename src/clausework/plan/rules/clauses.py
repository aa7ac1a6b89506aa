"""Whether what a plan cites is there to be cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.standards import UnknownClause, clauses_under

Placed = tuple[Path, str]
"""A text of the plan, and the way to it."""


def unknown_clauses(cited: Iterable[Placed], document: PlacedDocument) -> Iterator[Finding]:
    """Tell each citation that names no clause, or only one that its standard does not use."""
    for path, citation in cited:
        try:
            used = any(clause.classes for clause in clauses_under(citation))
        except UnknownClause as error:
            yield Finding("clause", error.message, document.place_of(path), hint=error.hint)
            continue
        if not used:
            message = f"'{citation}' is a number that its standard does not use"
            yield Finding("clause", message, document.place_of(path), hint="Cite the clause that is served.")
