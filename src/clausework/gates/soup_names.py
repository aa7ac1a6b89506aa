"""By which names a bill of materials would call a SOUP item: one answer for every check (clause 8.1.2)."""

from __future__ import annotations

import re

from clausework.trace.item_fact import ItemFact


def names_of(item: ItemFact) -> set[tuple[str, str]]:
    """Return name and version by which an SBOM would name the SOUP item: from its purl, else from its title."""
    version = item.fields.get("version", "")
    purl = re.fullmatch(
        r"pkg:[^/]+/(?P<name>[^@?#]+)(?:@(?P<version>[^?#]+))?.*", item.fields.get("purl", "")
    )
    if purl is None:
        return {(normal_name(item.title), version)}
    if purl["version"] not in {None, version}:
        return set()
    return {(normal_name(purl["name"]), version)}


def normal_name(name: str) -> str:
    """Return a component's name as it is compared: ``-``, ``_`` and ``.`` are one, capitals do not count."""
    return re.sub(r"[-_.]+", "-", name.replace("%40", "@")).lower()
