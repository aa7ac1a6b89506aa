"""Specification items in XML, as ReqM2 has them and OpenFastTrace writes and reads them (``specdocument``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from clausework.core.places import Finding
from clausework.items.readers.oft_items import OFT_LINKS, OFT_TYPES, Specification, items_of
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.specobjects import resolved, specobjects_in
from clausework.items.source import ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping


def _takes(path: str) -> bool:
    name = PurePosixPath(path).name.lower()
    return name.endswith((".xml", ".oreqm", ".reqm")) and not name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    specifications: list[Specification] = []
    findings: list[Finding] = []
    for file in files:
        try:
            specifications += specobjects_in(file)
        except Rejection as rejection:
            findings.append(rejection.finding)
    return items_of(resolved(specifications), findings, mapping)


SOURCE = ItemSource(
    "openfasttrace_xml",
    1,
    "OpenFastTrace and ReqM2 XML",
    _takes,
    _read,
    types=OFT_TYPES,
    links=OFT_LINKS,
)
