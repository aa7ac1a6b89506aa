"""Reads the vulnerabilities in CycloneDX 1.4 to 1.7 JSON as statements on exploitability (7.1.3, 9.2; 81001-5-1 9).

A bill of materials that holds vulnerabilities too is recorded twice, as ``cyclonedx`` and as this: each reading
tells how much of the other it leaves aside.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, VexRead
from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.readers.cyclonedx_analysis import StatementMaker, Vulnerability
from clausework.evidence.readers.cyclonedx_head import content_of
from clausework.evidence.readers.sbom_bill import Identifiers
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, WrongKind

_VERSIONS = ("1.4", "1.5", "1.6", "1.7")
_MOST_RESOLVED = 200_000


class _Named(msgspec.Struct, frozen=True):
    name: str | None = None


class _Component(msgspec.Struct, frozen=True, rename={"bom_ref": "bom-ref"}):
    name: str | None = None
    bom_ref: str | None = None
    purl: str | None = None
    version: str | None = None
    components: tuple[_Component, ...] | None = None


class _Metadata(msgspec.Struct, frozen=True):
    timestamp: str | None = None
    component: _Component | None = None
    authors: tuple[_Named, ...] | None = None
    manufacturer: _Named | None = None
    manufacture: _Named | None = None
    supplier: _Named | None = None


class _Reading:
    """What a document comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.detail = detail
        self.remarks = Remarks()
        self.identifiers = Identifiers(walk.offset)
        self.products: dict[str, str] = {}
        self.maker = StatementMaker(lambda ref: self.products.get(ref, ref), self.remarks)
        self.form = ""
        self.specification = ""
        self.metadata = _Metadata()
        self.components = 0
        self.listed = False
        self.by_status: Counter[str] = Counter()

    def read(self) -> None:
        for member in self.walk.members():
            if member == "bomFormat":
                self.form = self.walk.take(str)
            elif member == "specVersion":
                self.specification = self.walk.take(str)
            elif self.walk.peek() in {"[", "{"}:
                self._read_part(member)
            else:
                self.walk.skip()
        self.walk.finish()
        if self.form != "CycloneDX":
            raise WrongKind(f"bomFormat is '{self.form[:40]}', not 'CycloneDX'", offset=0)
        if self.specification not in _VERSIONS:
            raise WrongKind(
                f"specVersion is '{self.specification[:40]}'; vulnerabilities are read of {_VERSIONS[0]} to "
                f"{_VERSIONS[-1]}",
                offset=0,
            )
        if not self.listed:
            raise WrongKind("it has no vulnerabilities, not even an empty list of them", offset=0)
        if self.components:
            self.remarks.add(f"it lists {self.components} components, read with --as cyclonedx")

    def _read_part(self, member: str) -> None:
        if member == "metadata":
            self.metadata = self.walk.take(_Metadata)
            if self.metadata.component is not None:
                self.components -= 1  # the one that the document is about is not counted
                self._know(self.metadata.component)
        elif member == "components":
            for _ in self.walk.elements():
                self._know(self.walk.take(_Component))
        elif member == "vulnerabilities":
            self.listed = True
            for _ in self.walk.elements():
                self._add(self.walk.take(Vulnerability))
        else:
            self.walk.skip()

    def _know(self, component: _Component) -> None:
        waiting = [component]
        while waiting:
            one = waiting.pop()
            self.components += 1
            reference = one.bom_ref or ""
            named = one.purl or f"{one.name or ''} {one.version or ''}".strip()
            if reference and named and named != reference and len(self.products) < _MOST_RESOLVED:
                self.products[reference] = named
            waiting.extend(one.components or ())

    def _add(self, found: Vulnerability) -> None:
        if found.bom_ref:
            self.identifiers.add(found.bom_ref)
        for statement in self.maker.make(found, self.walk.offset):
            self.by_status[statement.status] += 1
            self.detail.add(statement)

    def author(self) -> str:
        """Return who answers for the document, as far as it says."""
        about = self.metadata
        named = (*(about.authors or ()), about.manufacturer, about.manufacture, about.supplier)
        names = [one.name for one in named if one is not None and one.name]
        if not names:
            self.remarks.add("it does not say who states this")
        return ", ".join(dict.fromkeys(names))[:300]


def _sniff(head: bytes, name: str) -> bool:
    return content_of(head, name) == "vulnerabilities"


def _parse(source: Source, detail: DetailWriter) -> VexRead:
    reading = _Reading(JsonWalk(source), detail)
    reading.read()
    return VexRead(
        author=reading.author(),
        issued_at=(reading.metadata.timestamp or "")[:60],
        statements_by_status=dict(sorted(reading.by_status.items())),
        remarks=reading.remarks.all(),
    )


FORMAT = Format(
    "cyclonedx_vex",
    1,
    "vex",
    "application/vnd.cyclonedx+json",
    (".vex.json", ".cdx.json", ".json"),
    _sniff,
    _parse,
    "CycloneDX VEX JSON",
    ("7.1.3", "9.2", "81001-5-1 9"),
)
