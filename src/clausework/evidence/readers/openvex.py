"""Reads OpenVEX documents, contexts 0.0.1 to 0.2.0: what somebody says about vulnerabilities in products.

Clauses 7.1.3, 9.2; EN IEC 81001-5-1 clause 9. A statement is somebody's word: it closes no finding.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter, VexStatement
from clausework.evidence.format import Format, VexRead
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.vex import JUSTIFICATIONS, STATUSES, Statements, Status
from clausework.evidence.readers.vulnerability import elements_of, listed, moment
from clausework.evidence.source import Source, ValueRejected, WrongKind

_CONTEXT = "https://openvex.dev/ns"


class Component(msgspec.Struct, frozen=True):
    """A product or a part of one."""

    id: str | None = msgspec.field(default=None, name="@id")
    identifiers: dict[str, str] | None = None
    hashes: dict[str, str] | None = None

    def name(self) -> str:
        """Return its package URL, else its own ID, another identifier, or a digest."""
        known = self.identifiers or {}
        texts = (known.get("purl"), self.id, known.get("cpe23"), known.get("cpe22"))
        digests = (f"{name}:{digest}" for name, digest in (self.hashes or {}).items())
        return next((text for text in (*texts, *digests) if text), "")


class Product(Component, frozen=True):
    """A product, with the parts of it that are meant."""

    subcomponents: tuple[Component | str, ...] | None = None

    def names(self, parts: tuple[Component | str, ...]) -> list[str]:
        """Return how the product and each of its parts are told: ``product > part``."""
        own = self.name()
        return [f"{own} > {_name(part)}" for part in (*(self.subcomponents or ()), *parts)] or [own]


class Vulnerability(msgspec.Struct, frozen=True):
    """A vulnerability by the name and the aliases that it has."""

    id: str | None = msgspec.field(default=None, name="@id")
    name: str | None = None
    aliases: tuple[str, ...] | None = None


class Statement(msgspec.Struct, frozen=True):
    """One statement; the first context has names where later ones have objects."""

    vulnerability: Vulnerability | str
    status: str
    products: tuple[Product | str, ...] | None = None
    subcomponents: tuple[Component | str, ...] | None = None
    justification: str | None = None
    impact_statement: str | None = None
    action_statement: str | None = None
    status_notes: str | None = None


def _name(component: Component | str) -> str:
    return component if isinstance(component, str) else component.name()


class _Reading:
    """What a document comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, statements: Statements) -> None:
        self.walk = walk
        self.statements = statements
        self.told: dict[str, str] = {}
        self.count = -1

    def read(self) -> VexRead:
        for member in self.walk.members():
            if member in {"@context", "author", "timestamp", "last_updated"}:
                self.told[member] = self.walk.take_text()
            elif member == "statements":
                self.count = 0
                for _ in elements_of(self.walk):
                    self.count += 1
                    self._take(self.walk.take(Statement))
            else:
                self.walk.skip()
        self.walk.finish()
        return self._close()

    def _take(self, statement: Statement) -> None:
        status = _status(statement.status)
        told = statement.vulnerability
        vulnerability = Vulnerability(name=told) if isinstance(told, str) else told
        name = vulnerability.name or vulnerability.id or ""
        if not name:
            raise ValueRejected(f"statement {self.count} names no vulnerability", offset=self.walk.offset())
        products: list[str] = []
        for product in statement.products or ():
            one = Product(id=product) if isinstance(product, str) else product
            if not one.name():
                raise ValueRejected(
                    f"statement {self.count} on {name[:60]} has a product that cannot be told",
                    offset=self.walk.offset(),
                )
            products += one.names(statement.subcomponents or ())
        if not products:
            self.statements.remarks.add("a statement names no product", name[:100])
        self._check_reasons(statement, status, name)
        self.statements.add(
            VexStatement(
                name,
                status,
                tuple(products),
                statement.justification or "",
                statement.impact_statement or statement.status_notes or "",
                statement.action_statement or "",
                listed(vulnerability.aliases or ()),
            )
        )

    def _check_reasons(self, statement: Statement, status: Status, name: str) -> None:
        """Refuse a claim of no effect without a reason, which the specification asks for."""
        why = statement.justification
        if status == "not_affected" and not why and not statement.impact_statement:
            raise ValueRejected(
                f"{name[:60]} is said not to affect the product, with neither justification nor impact statement",
                offset=self.walk.offset(),
            )
        if why and why not in JUSTIFICATIONS:
            raise ValueRejected(
                f"'{why[:60]}' is no justification that OpenVEX has", offset=self.walk.offset()
            )
        if status == "affected" and not statement.action_statement:
            self.statements.remarks.add("a statement of 'affected' does not say what to do", name[:100])

    def _close(self) -> VexRead:
        context = self.told.get("@context", "")
        if not context.startswith(_CONTEXT):
            raise WrongKind(f"the context is '{context[:60]}', not that of OpenVEX", offset=0)
        issued = moment(self.told.get("last_updated") or self.told.get("timestamp", ""))
        author = self.told.get("author", "")
        if not author or not issued:
            raise ValueRejected("the document does not say who issued it, or when", offset=0)
        if self.count < 0:
            raise ValueRejected("the document has no list of statements", offset=0)
        if not self.count:
            self.statements.remarks.add("the document makes no statement")
        return VexRead(author[:300], issued, self.statements.by_status(), self.statements.remarks.all())


def _status(text: str) -> Status:
    for status in STATUSES:
        if text == status:
            return status
    raise ValueRejected(f"'{text[:40]}' is no status that OpenVEX has")


def _sniff(head: bytes, _name: str) -> bool:
    context = (first_members(head) or {}).get("@context", "")
    return context.startswith(f'"{_CONTEXT}')


def _parse(source: Source, detail: DetailWriter) -> VexRead:
    return _Reading(JsonWalk(source), Statements(detail)).read()


FORMAT = Format(
    "openvex",
    1,
    "vex",
    "application/vnd.openvex+json",
    (".vex.json", ".openvex.json", ".json"),
    _sniff,
    _parse,
    "OpenVEX",
    ("7.1.3", "9.2", "81001-5-1 9"),
)
