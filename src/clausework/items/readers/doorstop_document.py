"""Doorstop's documents: the folders that hold a ``.doorstop.yml``, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from clausework.core.placed_yaml import PlacedDocument, load_placed_yaml
from clausework.core.places import Finding, FindingsInInput, Place
from clausework.items.source import SourceFile

CONFIGURATION = ".doorstop.yml"
SKIP = ".doorstop.skip"
SKIP_ALL = ".doorstop.skip-all"
SUFFIXES = {"yaml": (".yml", ".yaml"), "markdown": (".md",)}

_INCLUDE = re.compile(rb"(:[ \t]+)!include[ \t]+")


class Document(msgspec.Struct, frozen=True):
    """A document: its folder, prefix, parent's prefix, how its items are written, which attributes a review counts."""

    folder: str
    prefix: str = "REQ"
    parent: str = ""
    itemformat: str = "yaml"
    reviewed: tuple[str, ...] = ()


class Documents(msgspec.Struct, frozen=True):
    """All documents by folder; items under a folder in ``skipped`` are none."""

    by_folder: Mapping[str, Document]
    skipped: frozenset[str]

    def of(self, path: str) -> Document | None:
        """Return the document that the file at ``path`` belongs to: that of the nearest folder around it."""
        for folder in map(str, PurePosixPath(path).parents):
            if folder in self.skipped:
                return None
            if folder in self.by_folder:
                return None if self._is_left_out(folder) else self.by_folder[folder]
        return None

    def _is_left_out(self, folder: str) -> bool:
        return any(str(one) in self.skipped for one in PurePosixPath(folder).parents)


def documents_in(files: Sequence[SourceFile]) -> tuple[Documents, list[Finding]]:
    """Return the documents that ``files`` configure, and what is wrong with their configurations."""
    by_folder: dict[str, Document] = {}
    skipped: set[str] = set()
    findings: list[Finding] = []
    prefixes: dict[str, str] = {}
    for file in files:
        path = PurePosixPath(file.path)
        if path.name in {SKIP, SKIP_ALL}:
            skipped.add(str(path.parent))
        elif path.name == CONFIGURATION:
            document, found = _document_of(file)
            findings += found
            by_folder[str(path.parent)] = document
            first = prefixes.setdefault(document.prefix.lower(), file.path)
            if first != file.path and not found:
                message = f"the prefix '{document.prefix}' is also that of {first}"
                findings.append(Finding("doorstop", message, Place(file.path), ("8.1.1",)))
    return Documents(by_folder, frozenset(skipped)), findings


def _document_of(file: SourceFile) -> tuple[Document, list[Finding]]:
    folder = str(PurePosixPath(file.path).parent)
    # What is included only gives defaults to new items; the name of the file stands for it.
    data = _INCLUDE.sub(rb"\1", file.data)
    try:
        read = load_placed_yaml(data, file.path)
    except FindingsInInput as error:
        return Document(folder), list(error.findings)
    whole = read.value if read.value is not None else {}
    settings = _mapping_in(whole, "settings")
    attributes = _mapping_in(whole, "attributes")
    if settings is None or attributes is None:
        message = "'settings' and 'attributes' are mappings in a document's configuration"
        return Document(folder), [Finding("doorstop", message, read.place_of(()))]
    findings = [*_faults(settings, read), *_faults_of_reviewed(attributes, read)]
    if findings:
        return Document(folder), findings
    reviewed = attributes.get("reviewed") or []
    document = Document(
        folder,
        str(settings.get("prefix") or "REQ").split(" ", maxsplit=1)[0],
        str(settings.get("parent") or "").strip(),
        str(settings.get("itemformat") or "yaml").strip(),
        tuple(sorted(set(reviewed))),
    )
    if document.itemformat not in SUFFIXES:
        message = f"'{document.itemformat}' is no format of items"
        place = read.place_of(("settings", "itemformat"))
        return Document(folder), [Finding("doorstop", message, place, hint="It is 'yaml' or 'markdown'.")]
    return document, []


def _mapping_in(whole: Any, name: str) -> dict[str, Any] | None:
    value = whole.get(name) if isinstance(whole, dict) else whole
    if value is None:
        return {}
    return value if isinstance(value, dict) else None


def _faults(settings: dict[str, Any], read: PlacedDocument) -> Iterable[Finding]:
    for name in ("prefix", "parent", "itemformat"):
        value = settings.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            yield Finding("doorstop", f"'{name}' is a text", read.place_of(("settings", name)))


def _faults_of_reviewed(attributes: dict[str, Any], read: PlacedDocument) -> Iterable[Finding]:
    value = attributes.get("reviewed")
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        place = read.place_of(("attributes", "reviewed"))
        yield Finding("doorstop", "'reviewed' is a list of the names of attributes", place)
