"""Items in Sphinx documents: the ``item`` directives of mlx.traceability, in reStructuredText and MyST Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import msgspec

from clausework.core.places import Finding, FindingsInInput, Place
from clausework.items.model import FieldValue
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.directives import Directive, directives_in
from clausework.items.readers.myst_directives import myst_directives_in
from clausework.items.readers.planned_fields import as_planned
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.relations import Relation, with_relations
from clausework.items.readers.sphinx_changes import attributes_added, links_added, relinked
from clausework.items.readers.utf8_lines import lines_in
from clausework.items.source import ForeignItem, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_ITEMS = frozenset({"item", "checklist-item"})
_CHANGES = frozenset({"item-link", "item-relink", "attribute-link"})
_REST, _MYST = (".rst",), (".md", ".myst")
_NO_ATTRIBUTES = frozenset({"nocaptions", "hidetype", "class", "name"})
_BACKWARDS = {
    "fulfilled_by": "fulfills",
    "impacts_on": "depends_on",
    "implemented_by": "implements",
    "realized_by": "realizes",
    "validated_by": "validates",
    "backtrace": "trace",
}
"""The relations that read backwards in the plug-in's own configuration, and what they are the other way round."""

_WIDER = frozenset({"implements", "validates"})
"""Roles of ours that the plug-in has for designs, and for tests of requirements, too: both ends say what it is."""

_RELATIONS = frozenset(_BACKWARDS) | frozenset(_BACKWARDS.values())
_PREFIX = re.compile(r"[^\W\d_]+")
_PARTED = re.compile(r"[\s,]+")


_MOST_CHANGES = 500
"""Directives in a source that change items from outside: each is worked out on all items."""


class _Placed(msgspec.Struct, frozen=True):
    path: str
    directive: Directive

    @property
    def place(self) -> Place:
        return Place(self.path, self.directive.line, 1)


def _takes(path: str) -> bool:
    return path.lower().endswith((*_REST, *_MYST)) and not PurePosixPath(path).name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    placed: list[_Placed] = []
    findings: list[Finding] = []
    for file in files:
        try:
            placed += [_Placed(file.path, one) for one in _directives_in(file)]
        except Rejection as rejection:
            findings.append(rejection.finding)
        except FindingsInInput as error:
            findings += error.findings
    directives = [one for one in placed if one.directive.name in _ITEMS]
    findings += (
        Finding("item-id", "an item directive has no ID", one.place, ("8.1.1",))
        for one in directives
        if not _id_of(one.directive)
    )
    known = {_id_of(one.directive) for one in directives} - {""}
    relation_names = _RELATIONS | {name.casefold() for name in mapping.links}
    items: list[ForeignItem] = []
    relations: list[Relation] = []
    for one in directives:
        if _id_of(one.directive):
            attributes, linked = _said(one, known, relation_names)
            items.append(_item(one, attributes))
            relations += linked
    changes = [one for one in placed if one.directive.name in _CHANGES]
    items, relations, found = _changed(items, relations, changes, known)
    linked_items = with_relations(items, relations, mapping)
    return SourceRead(as_planned(linked_items, mapping), (*findings, *found))


def _changed(
    items: list[ForeignItem], relations: list[Relation], changes: Sequence[_Placed], known: set[str]
) -> tuple[list[ForeignItem], list[Relation], list[Finding]]:
    """Return items and relations after the directives that change them: links are added before any is led elsewhere."""
    if len(changes) > _MOST_CHANGES:
        message = f"more than {_MOST_CHANGES} directives change items from outside"
        return items, relations, [Finding("sphinx", message, changes[_MOST_CHANGES].place)]
    findings: list[Finding] = []
    for one in changes:
        if one.directive.name == "item-link":
            linked, found = links_added(one.directive, one.place, known, _BACKWARDS)
            relations += linked
            findings += found
    for one in changes:
        if one.directive.name == "item-relink":
            relations = relinked(relations, one.directive, _BACKWARDS)
        elif one.directive.name == "attribute-link":
            items, found = attributes_added(items, one.directive, one.place)
            findings += found
    return items, relations, findings


def _directives_in(file: SourceFile) -> Iterator[Directive]:
    names = _ITEMS | _CHANGES
    if file.path.lower().endswith(_MYST):
        return myst_directives_in(file.path, lines_in(file), names)
    return directives_in(file.path, lines_in(file), names)


def _id_of(directive: Directive) -> str:
    return directive.argument.partition(" ")[0]


def _kind_of(own: str) -> str:
    """Return what an ID begins with: ``SWRQT`` of ``SWRQT-MY_NAME``, ``REQ`` of ``REQ_1``, ``r`` of ``r001``."""
    for separator in ("-", "_"):
        before, found, _ = own.partition(separator)
        if found and before:
            return before
    letters = _PREFIX.match(own)
    return letters[0] if letters else own


def _item(one: _Placed, attributes: dict[str, FieldValue]) -> ForeignItem:
    own = _id_of(one.directive)
    title = one.directive.argument.partition(" ")[2]
    return ForeignItem(own, _kind_of(own), title, one.directive.content, (), attributes, one.place)


def _said(
    one: _Placed, known: set[str], relation_names: frozenset[str]
) -> tuple[dict[str, FieldValue], list[Relation]]:
    """Return an item's attributes and relations: options of names that are relations', or that hold only items' IDs."""
    own = _id_of(one.directive)
    attributes: dict[str, FieldValue] = {}
    relations: list[Relation] = []
    for name, value, line in one.directive.options:
        targets = [target for target in _PARTED.split(value) if target]
        if name in _NO_ATTRIBUTES:
            continue
        if name.casefold() in relation_names or (targets and known.issuperset(targets)):
            place = Place(one.path, line, 1)
            turned = _BACKWARDS.get(name.casefold(), "")
            relations += (Relation(own, name, target, place, turned) for target in targets or [""])
        else:
            attributes[name] = value or "true"
    return attributes, relations


SOURCE = ItemSource(
    "sphinx_items",
    1,
    "Sphinx items (mlx.traceability)",
    _takes,
    _read,
    types=TYPES_BY_NAME,
    links={name: role for name, role in ROLES_BY_NAME.items() if name not in _WIDER},
)
