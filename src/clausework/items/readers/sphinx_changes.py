"""Directives of mlx.traceability that change items from outside: links added or led elsewhere, attributes given."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec

from clausework.core.places import Finding, Place
from clausework.items.readers.directives import Directive
from clausework.items.readers.relations import Relation
from clausework.items.source import ForeignItem

_PARTED = re.compile(r"[\s,]+")
_PLAIN_FILTER = re.compile(r"\^?(?P<begins>[\w-]*)(?P<ends>\$?)")
_NO_ATTRIBUTES = frozenset({"filter", "nocaptions", "nooverwrite"})
_MOST_LINKS = 10_000


def links_added(
    directive: Directive, place: Place, known: Collection[str], backwards: Mapping[str, str]
) -> tuple[list[Relation], list[Finding]]:
    """Return the links of an ``item-link``: from each of its sources to each of its targets."""
    options = {name: value.strip() for name, value, _ in directive.options}
    kind = options.get("type", "")
    sources, targets = (_ends(options, name, known) for name in ("source", "target"))
    if sources is None or targets is None:
        return [], [_not_worked_out("an item-link", place)]
    if not (sources and targets and kind):
        hint = "It needs ':sources:', ':targets:' and ':type:'."
        return [], [Finding("sphinx", "an item-link does not say what it links", place, ("5.1.1",), hint)]
    if len(sources) * len(targets) > _MOST_LINKS:
        message = f"an item-link stands for {len(sources) * len(targets)} links; it may for {_MOST_LINKS}"
        return [], [Finding("sphinx", message, place, ("5.1.1",))]
    findings = [
        Finding(
            "L19-dangling-link",
            f"{source} is to link to {target}, and is no item that was read",
            place,
            ("5.1.1",),
        )
        for source in sources
        if source not in known
        for target in targets
    ]
    turned = backwards.get(kind.casefold(), "")
    return [
        Relation(source, kind, target, place, turned) for source in sources for target in targets
    ], findings


def _ends(options: Mapping[str, str], name: str, known: Collection[str]) -> list[str] | None:
    """Return the IDs listed under ``name`` and ``s``, or those that the filter ``name`` finds; ``None``: not known."""
    if name not in options:
        return [part for part in _PARTED.split(options.get(f"{name}s", "")) if part]
    wanted = _PLAIN_FILTER.fullmatch(options[name])
    return [own for own in sorted(known) if _finds(wanted, own)] if wanted else None


def _finds(wanted: re.Match[str], own: str) -> bool:
    return own == wanted["begins"] if wanted["ends"] else own.startswith(wanted["begins"])


def _not_worked_out(what: str, place: Place) -> Finding:
    hint = "Write it at the items, or with a filter that is the beginning of their IDs."
    return Finding("sphinx", f"the filter of {what} is not worked out here", place, (), hint)


def relinked(
    relations: Sequence[Relation], directive: Directive, backwards: Mapping[str, str]
) -> list[Relation]:
    """Return ``relations`` after an ``item-relink``: what led to its source leads to its target, or is no more."""
    options = {name: value.strip() for name, value, _ in directive.options}
    kind, new = options.get("type", ""), options.get("target", "")
    old = options.get("remap", options.get("source", ""))
    changed: list[Relation] = []
    for one in relations:
        if one.name == kind and one.target == old:
            end = "target"
        elif one.written_at == old and kind in {one.turned, _turned_round(one.name, backwards)}:
            end = "written_at"
        else:
            changed.append(one)
            continue
        if new:
            changed.append(msgspec.structs.replace(one, **{end: new}))
    return changed


def _turned_round(name: str, backwards: Mapping[str, str]) -> str:
    return next((back for back, forward in backwards.items() if forward == name), "")


def attributes_added(
    items: Sequence[ForeignItem], directive: Directive, place: Place
) -> tuple[list[ForeignItem], list[Finding]]:
    """Return ``items`` with the attributes that an ``attribute-link`` gives to those whose ID its filter finds.

    Only a filter that is a plain beginning, or a whole ID with ``$``, is worked out.
    """
    options = {name: value for name, value, _ in directive.options}
    wanted = _PLAIN_FILTER.fullmatch("".join(options.get("filter", "").split("\n")))
    if not wanted:
        return list(items), [_not_worked_out("an attribute-link", place)]
    given = {name: value or "true" for name, value in options.items() if name not in _NO_ATTRIBUTES}
    stays = "nooverwrite" in options
    return [
        msgspec.structs.replace(item, fields=given | item.fields if stays else item.fields | given)
        if _finds(wanted, item.id)
        else item
        for item in items
    ], []
