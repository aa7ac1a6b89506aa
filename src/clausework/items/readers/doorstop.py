"""Doorstop's documents read in place: folders with a ``.doorstop.yml``, an item a file, in YAML or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from clausework.core.places import Finding, Place
from clausework.items.model import FieldValue
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.doorstop_document import (
    CONFIGURATION,
    SKIP,
    SKIP_ALL,
    SUFFIXES,
    Documents,
    documents_in,
)
from clausework.items.readers.doorstop_item import DoorstopItem, DoorstopLink, read_item
from clausework.items.readers.doorstop_uid import UidKey, uid_key
from clausework.items.readers.planned_fields import as_planned
from clausework.items.source import ForeignItem, ForeignLink, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_ITEM_SUFFIXES = tuple(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
_TO_BE_STAMPED = "true"
"""A stamp by which a person says: take the item as it is now."""


def _takes(path: str) -> bool:
    name = PurePosixPath(path).name
    if name in {CONFIGURATION, SKIP, SKIP_ALL}:
        return True
    return not name.startswith(".") and name.lower().endswith(_ITEM_SUFFIXES)


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    documents, findings = documents_in(files)
    if not documents.by_folder:
        hint = f"Name the folder that holds the documents; each has a {CONFIGURATION}."
        place = Place(files[0].path) if files else Place("")
        findings.append(Finding("doorstop", f"there is no {CONFIGURATION} among the files", place, (), hint))
    items: list[DoorstopItem] = []
    for file in files:
        item, found = _item_in(file, documents)
        findings += found
        if item is not None:
            items.append(item)
    by_key = _by_key(items)
    counted = [item for item in items if item.active and item.normative]
    return SourceRead(as_planned([_foreign(item, by_key) for item in counted], mapping), tuple(findings))


def _item_in(file: SourceFile, documents: Documents) -> tuple[DoorstopItem | None, list[Finding]]:
    path = PurePosixPath(file.path)
    document = documents.of(file.path)
    if document is None or path.name.startswith(".") or uid_key(path.stem) is None:
        return None, []
    if path.suffix.lower() not in SUFFIXES[document.itemformat]:
        return None, []
    return read_item(file, document)


def _by_key(items: Iterable[DoorstopItem]) -> dict[UidKey, DoorstopItem]:
    by_key: dict[UidKey, DoorstopItem] = {}
    for item in items:
        key = uid_key(item.uid)
        if key is not None:
            by_key.setdefault(key, item)
    return by_key


def _foreign(item: DoorstopItem, by_key: dict[UidKey, DoorstopItem]) -> ForeignItem:
    fields: dict[str, FieldValue] = dict(item.fields)
    if suspect := tuple(_uid(link, by_key) for link in item.links if _is_suspect(link, by_key)):
        fields["suspect_links"] = suspect
    if item.reviewed not in {"", _TO_BE_STAMPED} and item.reviewed != item.review_stamp:
        fields["changed_since_review"] = "true"
    links = tuple(ForeignLink("parent", _uid(link, by_key), link.place) for link in item.links)
    return ForeignItem(item.uid, item.document.prefix, item.header, item.text, links, fields, item.place)


def _target(link: DoorstopLink, by_key: dict[UidKey, DoorstopItem]) -> DoorstopItem | None:
    key = uid_key(link.target)
    return by_key.get(key) if key is not None else None


def _uid(link: DoorstopLink, by_key: dict[UidKey, DoorstopItem]) -> str:
    target = _target(link, by_key)
    return target.uid if target else link.target


def _is_suspect(link: DoorstopLink, by_key: dict[UidKey, DoorstopItem]) -> bool:
    """Tell whether what ``link`` leads to changed since it was looked at."""
    target = _target(link, by_key)
    return target is not None and link.stamp not in {"", _TO_BE_STAMPED} and link.stamp != target.stamp


SOURCE = ItemSource(
    "doorstop",
    1,
    "Doorstop",
    _takes,
    _read,
    types=TYPES_BY_NAME,
    links=ROLES_BY_NAME,
)
