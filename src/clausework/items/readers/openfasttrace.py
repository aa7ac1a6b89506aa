"""OpenFastTrace's specifications read in place: items in Markdown, such as ``req~login~1``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from clausework.core.places import Finding
from clausework.items.readers.oft_items import OFT_LINKS, OFT_TYPES, Specification, items_of
from clausework.items.readers.oft_markdown import specifications_in
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.utf8_lines import lines_in
from clausework.items.source import ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping


def _takes(path: str) -> bool:
    return path.lower().endswith((".md", ".markdown")) and not PurePosixPath(path).name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    specifications: list[Specification] = []
    findings: list[Finding] = []
    for file in files:
        try:
            read, found = specifications_in(file.path, lines_in(file))
        except Rejection as rejection:
            findings.append(rejection.finding)
            continue
        specifications += read
        findings += found
    return items_of(specifications, findings, mapping)


SOURCE = ItemSource(
    "openfasttrace",
    1,
    "OpenFastTrace Markdown",
    _takes,
    _read,
    types=OFT_TYPES,
    links=OFT_LINKS,
)
