"""Looking up what a plan, a check or a report cites.

A citation without a standard means EN 62304: ``5.8.1``. Others name theirs: ``81001-5-1 5.7``, ``14971 7.2``,
``MDR I 17.2``, ``21 CFR 11.50``. A number stands for itself and for all beneath it: ``5.5`` is all of 5.5.x.
"""

from __future__ import annotations

import difflib
import functools

from clausework.core.errors import UsageFault
from clausework.standards.catalogue import Catalogue, Clause, SafetyClass, catalogues, parse_safety_class

_BENEATH = (".", "(", " ")
_KINDS = frozenset({"Annex", "Art"})
_NEAR = 3
_MOST_REMEMBERED = 4096


class UnknownClause(UsageFault):
    """A citation names no clause of any catalogue. ``near`` holds citations that look like it."""

    def __init__(self, citation: str, near: tuple[str, ...]) -> None:
        names = ", ".join(one.cited_as for one in catalogues())
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Catalogues known here: {names}."
        super().__init__(f"'{citation}' is not a clause that is known here.", hint=hint)
        self.near = near


def clause(citation: str) -> Clause:
    """Return the one clause that ``citation`` names exactly; raises ``UnknownClause``."""
    catalogue, number = _split(citation)
    for one in catalogue.clauses:
        if number in _written(one.number):
            return one
    raise UnknownClause(citation, _near(catalogue, number))


@functools.lru_cache(maxsize=_MOST_REMEMBERED)
def clauses_under(citation: str) -> tuple[Clause, ...]:
    """Return the clause that ``citation`` names and all beneath it, in order; raises ``UnknownClause``."""
    catalogue, number = _split(citation)
    found = tuple(one for one in catalogue.clauses if _covers(number, one.number))
    if not found:
        raise UnknownClause(citation, _near(catalogue, number))
    return found


def clauses_for(safety_class: str) -> tuple[Clause, ...]:
    """Return EN 62304's clauses that apply to ``safety_class``, in order; raises ``UnknownSafetyClass``."""
    wanted = parse_safety_class(safety_class)
    return tuple(one for one in catalogues()[0].clauses if wanted in one.classes)


def applies(citation: str, safety_class: str) -> bool:
    """Tell whether the clause, or any beneath it, applies to ``safety_class``.

    Raises ``UnknownClause`` and ``UnknownSafetyClass``: neither is ever taken to mean that it does not apply.
    """
    wanted = parse_safety_class(safety_class)
    return any(wanted in one.classes for one in clauses_under(citation))


def classes_of(citation: str) -> tuple[SafetyClass, ...]:
    """Return the safety classes to which the clause, or any beneath it, applies; raises ``UnknownClause``."""
    found = {safety_class for one in clauses_under(citation) for safety_class in one.classes}
    return tuple(sorted(found))


def cite(citation: str) -> str:
    """Return ``citation`` in full, such as ``EN 62304 5.8.1``; raises ``UnknownClause``."""
    first = clauses_under(citation)[0]
    _, number = _split(citation)
    written = next(form for form in _written(first.number) if _stands_above(number, form))
    omitted = first.number.removesuffix(written)
    return f"{first.standard} {omitted}{number}"


def _split(citation: str) -> tuple[Catalogue, str]:
    """Return the catalogue that ``citation`` names (EN 62304 when none) and the number within it."""
    words = " ".join(citation.replace("Art. ", "Art ").split())
    for catalogue in catalogues():
        for name in (catalogue.cited_as, *catalogue.names):
            if words.startswith(f"{name} "):
                return catalogue, words.removeprefix(f"{name} ")
    return catalogues()[0], words


def _written(number: str) -> tuple[str, ...]:
    """Return how ``number`` may be written: annexes and articles also without that word."""
    kind, _, rest = number.partition(" ")
    return (number, rest) if kind in _KINDS else (number,)


def _covers(number: str, listed: str) -> bool:
    """Tell whether ``number``, in either way of writing, is ``listed`` or stands above it."""
    return any(_stands_above(number, form) for form in _written(listed))


def _stands_above(number: str, form: str) -> bool:
    if number in {"", *_KINDS}:
        return False
    return form == number or (form.startswith(number) and form[len(number)] in _BENEATH)


def _near(catalogue: Catalogue, number: str) -> tuple[str, ...]:
    listed = {form: one.citation for one in catalogue.clauses for form in _written(one.number)}
    return tuple(listed[form] for form in difflib.get_close_matches(number, listed, n=_NEAR))
