"""The taxonomies of a SARIF run: what its rules and results are called elsewhere (sections 3.14.8, 3.27.8, 3.49.15)."""

from __future__ import annotations

from clausework.evidence.json_walk import JsonWalk, decode_kept
from clausework.evidence.readers.sarif_model import ComponentReference, Result, TaxonReference

_MOST_TAXA = 50_000
_LONGEST = 200
_NUMBERED = ("CWE", "CAPEC", "CVE")
_MOST_IDS = 50


class Taxonomies:
    """The taxonomies that a run brings with it, by which references without an ID are looked up."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._ids: list[list[str]] = []
        self._taken = 0
        self.known = False

    def read(self, walk: JsonWalk) -> None:
        """Read ``taxonomies``."""
        self.known = True
        for _ in walk.elements():
            name, ids = "", list[str]()
            for member in walk.members():
                if member == "name":
                    name = walk.take_text()[:_LONGEST]
                elif member == "taxa" and walk.peek() == "[":
                    ids = self._read_taxa(walk)
                else:
                    walk.skip()
            self._names.append(name)
            self._ids.append(ids)

    def _read_taxa(self, walk: JsonWalk) -> list[str]:
        ids: list[str] = []
        for _ in walk.elements():
            taxon = walk.take(TaxonReference)
            if self._taken < _MOST_TAXA:
                self._taken += 1
                ids.append((taxon.id or "")[:_LONGEST])
        return ids

    def wants_more(self, references: tuple[TaxonReference, ...]) -> bool:
        """Tell whether one of ``references`` can be told only by what stands behind the results."""
        return not self.known and any(
            not one.id or not (one.tool_component and one.tool_component.name) for one in references
        )

    def names_of(self, references: tuple[TaxonReference, ...]) -> tuple[str, ...]:
        """Return what ``references`` name, such as ``CWE-79``; what cannot be told is left out."""
        found = (self._name_of(one) for one in references[:_MOST_IDS])
        return tuple(dict.fromkeys(one for one in found if one))

    def _name_of(self, reference: TaxonReference) -> str:
        component = reference.tool_component or ComponentReference()
        at = -1 if component.index is None else component.index
        taxonomy, ids = (component.name or "")[:_LONGEST], list[str]()
        if 0 <= at < len(self._names) and taxonomy in {"", self._names[at]}:
            taxonomy, ids = self._names[at], self._ids[at]
        index = -1 if reference.index is None else reference.index
        name = (reference.id or "")[:_LONGEST] or (ids[index] if 0 <= index < len(ids) else "")
        if not name or not taxonomy:
            return ""
        scheme = taxonomy.upper()
        if scheme in _NUMBERED:
            number = name.upper().removeprefix(scheme).lstrip("-")
            return (
                f"{scheme}-{int(number)}" if number.isdecimal() and len(number) < 9 else f"{scheme}-{number}"
            )
        return f"{taxonomy}:{name}"


def taxa_of(result: Result) -> tuple[TaxonReference, ...]:
    """Return the references to taxa in ``result``; raises ``ValueRejected`` where they are none."""
    raw = bytes(result.taxa) if result.taxa else b""
    if not raw or raw in {b"null", b"[]"} or not result.taxa:
        return ()
    return decode_kept(result.taxa, tuple[TaxonReference, ...])
