"""Requirements in ReqIF 1.0 to 1.2 (``.reqif``), and in its archives (``.reqifz``): DOORS, Polarion and others.

SPEC-OBJECTs become items, SPEC-RELATIONs links. What the attributes mean is told in ``reqif_said``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from clausework.core.places import Finding, Place
from clausework.items.readers.bounded_zip import BoundedZip
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.reqif_document import read_document
from clausework.items.readers.reqif_items import items_of
from clausework.items.readers.reqif_model import Document
from clausework.items.source import ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_SUFFIXES = (".reqif", ".reqifz")


def _takes(path: str) -> bool:
    return _is_visible(path) and path.lower().endswith(_SUFFIXES)


def _is_visible(path: str) -> bool:
    return not PurePosixPath(path).name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    documents: list[Document] = []
    findings: list[Finding] = []
    for file in files:
        try:
            documents += [read_document(path, data) for path, data in _documents_in(file)]
        except Rejection as rejection:
            findings.append(rejection.finding)
    if findings:
        return SourceRead((), tuple(findings))
    return items_of(documents, mapping)


def _documents_in(file: SourceFile) -> Iterator[tuple[str, bytes]]:
    if not (file.data.startswith(b"PK") or file.path.lower().endswith(".reqifz")):
        yield file.path, file.data
        return
    archive = BoundedZip(file.data, file.path)
    names = [
        name
        for name in archive.names
        if name.lower().endswith(".reqif") and _is_visible(name) and not name.startswith("__MACOSX/")
    ]
    if not names:
        hint = "Export a ReqIF archive; attachments alone hold no items."
        raise Rejection("archive", "no .reqif is in it", Place(file.path), hint)
    for name in names:
        yield f"{file.path}!{name}", archive.read(name)


SOURCE = ItemSource(
    "reqif",
    1,
    "ReqIF",
    _takes,
    _read,
    TYPES_BY_NAME,
    ROLES_BY_NAME,
)
