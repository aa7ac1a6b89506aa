"""How GitLab puts one configuration together: includes, ``extends``, ``!reference`` and defaults, as nodes.

Mappings are merged member by member, lists are replaced; what is nearer wins. Every node keeps the place where it was
written.
"""

from __future__ import annotations

from clausework.evidence.pipelines.yaml_nodes import (
    Listing,
    Mapping,
    Node,
    NotReadable,
    Text,
    one_or_many,
)

_DEEPEST = 11
_MOST_MEMBERS = 50_000


class NotDefinedHere(NotReadable):
    """What is extended is no job of the files at hand."""


def merged(under: Mapping, over: Mapping) -> Mapping:
    """Return ``under`` with ``over`` laid upon it."""
    entries, keys = dict(under.entries), dict(under.keys)
    for key, node in over.entries.items():
        below = entries.get(key)
        both = isinstance(below, Mapping) and isinstance(node, Mapping)
        entries[key] = merged(below, node) if both else node  # type: ignore[arg-type]
        keys[key] = over.place_of(key)
    return Mapping(entries, keys, over.place, sum(node.weight for node in entries.values()))


def extended(name: str, whole: Mapping, path: tuple[str, ...] = ()) -> Mapping:
    """Return the job ``name`` of ``whole`` with what it ``extends`` below it; raises ``NotReadable``."""
    job = whole.get(name)
    if not isinstance(job, Mapping):
        place = job.place if job else whole.place
        raise NotDefinedHere(f"'{name}' is extended and is no job of this commit", place)
    if name in path or len(path) > _DEEPEST:
        raise NotReadable(f"'{name}' extends itself, or too deep", job.place)
    under: Mapping | None = None
    for base in one_or_many(job.get("extends"), "'extends'"):
        above = extended(base.text, whole, (*path, name))
        under = merged(under, above) if under else above
    return merged(under, job) if under else job


class References:
    """Puts in what ``!reference`` names, within bounds."""

    def __init__(self, whole: Mapping) -> None:
        self.whole = whole
        self.members = 0

    def resolved(self, node: Node, depth: int = 0) -> Node:
        """Return ``node`` with every reference in it replaced; raises ``NotReadable``."""
        self.members += 1
        if depth > 2 * _DEEPEST or self.members > _MOST_MEMBERS:
            raise NotReadable("references lead too deep, or into themselves", node.place)
        if isinstance(node, Text):
            return node
        if isinstance(node, Mapping):
            entries = {key: self.resolved(one, depth + 1) for key, one in node.entries.items()}
            return Mapping(entries, node.keys, node.place, node.weight)
        if node.reference:
            return self.resolved(self.named(node), depth + 1)
        members: list[Node] = []
        for one in node.members:
            found = self.resolved(one, depth + 1)
            nested = isinstance(one, Listing) and one.reference and isinstance(found, Listing)
            members.extend(found.members if nested and isinstance(found, Listing) else (found,))
        return Listing(tuple(members), node.place, node.weight)

    def named(self, reference: Listing) -> Node:
        """Return what a reference names; raises ``NotReadable``."""
        found: Node | None = self.whole
        names = [one.text for one in reference.members if isinstance(one, Text)]
        for at, name in enumerate(names):
            if not isinstance(found, Mapping):
                found = None
                break
            is_job = at == 0 and isinstance(found.get(name), Mapping)
            found = extended(name, self.whole) if is_job else found.get(name)
        if found is None or not names:
            raise NotReadable(f"'!reference [{', '.join(names)}]' leads to nothing here", reference.place)
        return found
