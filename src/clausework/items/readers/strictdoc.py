"""StrictDoc's documents read in place: requirements in ``.sdoc`` files, in the grammars of its versions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from clausework.core.places import Finding
from clausework.items.foreign import LEFT_OUT
from clausework.items.model import FieldValue
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.planned_fields import as_planned
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.relations import Relation, with_relations
from clausework.items.readers.sdoc_document import SdocDocument, SdocNode, read_sdoc
from clausework.items.readers.utf8_lines import lines_in
from clausework.items.source import ForeignItem, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_PARENT, _CHILD, _FILE = "Parent", "Child", "File"
_WIDER = "implements"
"""A role of ours that StrictDoc's documents also use between requirements: both ends say what it is."""

_NO_ITEMS = frozenset({"SECTION", "TEXT"})
_TITLES = frozenset({"UID", "TITLE", "STATEMENT"})


def _takes(path: str) -> bool:
    return path.lower().endswith(".sdoc") and not PurePosixPath(path).name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    documents: list[tuple[str, SdocDocument]] = []
    findings: list[Finding] = []
    for file in files:
        try:
            documents.append((file.path, read_sdoc(file.path, lines_in(file))))
        except Rejection as rejection:
            findings.append(rejection.finding)
    read = {posixpath.normpath(file.path) for file in files}
    items: list[ForeignItem] = []
    relations: list[Relation] = []
    for path, document in documents:
        findings += _not_there(path, document, read)
        for node in document.nodes:
            if not _counts(node, mapping):
                continue
            if not node.first("UID"):
                findings.append(_without_uid(node))
                continue
            items.append(_item(node, document))
            relations += _relations(node)
    return SourceRead(as_planned(with_relations(items, relations, mapping), mapping), tuple(findings))


def _not_there(path: str, document: SdocDocument, read: set[str]) -> Iterator[Finding]:
    for file, place in document.includes:
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
        if whole not in read:
            hint = "Name a folder in the plan that holds the document and what it takes in."
            yield Finding("strictdoc", f"{file[:100]!a} is taken in, and was not read", place, (), hint)


def _kind(tag: str) -> str:
    return tag.removeprefix("COMPOSITE_")


def _counts(node: SdocNode, mapping: ItemMapping) -> bool:
    """Tell whether ``node`` is an item: sections and texts without a UID are not, nor what the plan leaves out."""
    if node.tag in _NO_ITEMS and not node.first("UID"):
        return False
    planned = {kind.casefold(): said for kind, said in mapping.types.items()}
    return planned.get(_kind(node.tag).casefold(), "") != LEFT_OUT


def _without_uid(node: SdocNode) -> Finding:
    named = f" {node.first('TITLE')[:100]!a}" if node.first("TITLE") else ""
    hint = "Give it a UID ('strictdoc manage auto-uid' gives one to each), or say 'ignore' of its tag in the plan."
    return Finding("item-id", f"[{node.tag}]{named} has no UID", node.place, ("8.1.1",), hint)


def _item(node: SdocNode, document: SdocDocument) -> ForeignItem:
    said: dict[str, list[str]] = {}
    for name, value in node.fields:
        if name not in _TITLES:
            said.setdefault(name, []).append(value)
    fields: dict[str, FieldValue] = {"document": document.title or document.uid}
    fields |= {name: values[0] if len(values) == 1 else tuple(values) for name, values in said.items()}
    fields["files"] = tuple(one.value for one in node.relations if one.type == _FILE)
    uid, title, text = node.first("UID"), node.first("TITLE"), node.first("STATEMENT")
    return ForeignItem(uid, _kind(node.tag), title, text, (), fields, node.place)


def _relations(node: SdocNode) -> Iterator[Relation]:
    uid = node.first("UID")
    for one in node.relations:
        if one.type == _PARENT:
            yield Relation(uid, one.role or _PARENT, one.value, one.place)
        elif one.type == _CHILD:
            yield Relation(uid, one.role or _CHILD, one.value, one.place, turned=_PARENT)


SOURCE = ItemSource(
    "strictdoc",
    1,
    "StrictDoc",
    _takes,
    _read,
    types=TYPES_BY_NAME,
    links={name: role for name, role in ROLES_BY_NAME.items() if name != _WIDER},
    left_out=_NO_ITEMS,
)
