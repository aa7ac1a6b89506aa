"""Rules on accepted gaps: each names one clause, once, and a role that reviews it (clauses 5.1.1, 5.1.6)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan
from clausework.plan.values import is_day
from clausework.standards import UnknownClause, clause, clauses_under


def check_gaps(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell gaps at no clause, at a whole section, or at one clause twice; and such as nobody reviews."""
    seen: dict[str, str] = {}
    for citation, gap in plan.gaps.items():
        path: Path = ("gaps", citation)
        fault, hint = _fault_of_citation(citation, seen)
        if fault:
            yield Finding("gap", fault, document.place_of_key(path), ("5.1.6",), hint)
        if gap.owner not in plan.roles:
            known = f"Roles of this plan: {', '.join(plan.roles) or 'none'}."
            message = f"the owner '{gap.owner}' is not a role of the plan"
            yield Finding("role", message, document.place_of((*path, "owner")), hint=known)
        if not is_day(gap.review):
            message = f"'{gap.review}' is not a day of the calendar"
            yield Finding("value", message, document.place_of((*path, "review")))


def _fault_of_citation(citation: str, seen: dict[str, str]) -> tuple[str, str]:
    """Return what is wrong with a gap's clause and how to mend it; nothing where it is one clause, not seen before."""
    try:
        found = clause(citation)
    except UnknownClause as error:
        try:
            beneath = clauses_under(citation)
        except UnknownClause:
            return error.message, error.hint
        named = ", ".join(one.number for one in beneath)
        return f"'{citation}' is a section, and a gap is accepted clause by clause", f"Name of {named}."
    if not found.classes:
        return f"'{citation}' is a number that its standard does not use", "Take the gap out."
    other = seen.setdefault(found.citation, citation)
    if other != citation:
        return f"'{citation}' is the clause that '{other}' names already", "Keep one of them."
    return "", ""
