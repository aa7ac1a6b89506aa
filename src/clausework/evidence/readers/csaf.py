"""Reads CSAF 2.0 and 2.1: a supplier's advisories and VEX (7.1.3, 9.2; EN IEC 81001-5-1 clause 9).

A statement is somebody's word: it closes no finding.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, VexRead
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.csaf_products import Products
from clausework.evidence.readers.csaf_vulnerability import Reader
from clausework.evidence.readers.vex import Statements
from clausework.evidence.readers.vulnerability import elements_of, moment
from clausework.evidence.source import Source, ValueRejected, WrongKind

_VERSIONS = ("2.0", "2.1")
_STATED = ("csaf_vex", "csaf_security_advisory")


class Publisher(msgspec.Struct, frozen=True):
    """Who issued a document."""

    name: str


class Tracking(msgspec.Struct, frozen=True):
    """Which document it is, and of when."""

    id: str
    current_release_date: str
    status: str | None = None


class Document(msgspec.Struct, frozen=True):
    """What a document says of itself."""

    category: str
    csaf_version: str
    publisher: Publisher
    tracking: Tracking


class _Reading:
    """What a document comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, statements: Statements) -> None:
        self.walk = walk
        self.statements = statements
        self.document: Document | None = None
        self.products = Products()
        self.vulnerabilities = 0

    def read(self) -> VexRead:
        for member in self.walk.members():
            if member == "document":
                self.document = self.walk.take(Document)
                self._check(self.document)
            elif member == "product_tree":
                if self.vulnerabilities:
                    raise ValueRejected(
                        "the product tree stands behind the vulnerabilities", offset=self.walk.offset()
                    )
                self.products.read(self.walk)
            elif member == "vulnerabilities":
                self._read_vulnerabilities()
            else:
                self.walk.skip()
        self.walk.finish()
        if self.document is None:
            raise WrongKind("there is no document", offset=0)
        issued = moment(self.document.tracking.current_release_date)
        if not issued or not self.document.publisher.name:
            raise ValueRejected("the document does not say who issued it, or when", offset=0)
        if not self.vulnerabilities:
            self.statements.remarks.add("the document names no vulnerability")
        return VexRead(
            self.document.publisher.name[:300],
            issued,
            self.statements.by_status(),
            self.statements.remarks.all(),
        )

    def _check(self, document: Document) -> None:
        if document.csaf_version not in _VERSIONS:
            raise WrongKind(
                f"csaf_version is '{document.csaf_version[:40]}'; {' and '.join(_VERSIONS)} are read",
                offset=0,
            )
        if document.category not in _STATED:
            self.statements.remarks.add("the document is of another profile", document.category[:100])
        if document.tracking.status != "final":
            self.statements.remarks.add("the document is not final", (document.tracking.status or "")[:40])

    def _read_vulnerabilities(self) -> None:
        if self.document is None:
            raise ValueRejected(
                "the document's head stands behind its vulnerabilities", offset=self.walk.offset()
            )
        for _ in elements_of(self.walk):
            self.vulnerabilities += 1
            strict = self.document.category == "csaf_vex"
            Reader(self.walk, self.products, strict=strict).read(self.statements)


def _sniff(head: bytes, _name: str) -> bool:
    document = (first_members(head) or {}).get("document", "")
    return document.startswith("{") and b'"csaf_version"' in head


def _parse(source: Source, detail: DetailWriter) -> VexRead:
    return _Reading(JsonWalk(source), Statements(detail)).read()


FORMAT = Format(
    "csaf",
    1,
    "vex",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "CSAF 2.0 and 2.1",
    ("7.1.3", "9.2", "81001-5-1 9"),
)
