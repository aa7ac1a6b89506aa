"""Reads CycloneDX 1.2 to 1.7 in JSON: bills of materials (clauses 5.3.3, 8.1.2; 81001-5-1 4.3)."""

from __future__ import annotations

from clausework.evidence.detail import Component, DetailWriter
from clausework.evidence.format import Format, SbomRead
from clausework.evidence.json_walk import JsonWalk, decode_kept
from clausework.evidence.readers.cyclonedx_analysis import Vulnerability, VulnerabilityTally
from clausework.evidence.readers.cyclonedx_head import content_of
from clausework.evidence.readers.cyclonedx_model import NOT_WHOLE, Composition, Entry, component_of
from clausework.evidence.readers.sbom_bill import Bill, Identifiers, identity
from clausework.evidence.source import Source, ValueRejected, WrongKind

_VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
_DEEPEST = 32


class _Reading:
    """What a bill comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.bill = Bill(detail, walk.offset)
        self.identifiers = Identifiers(walk.offset)
        self.form = ""
        self.specification = ""
        self.serial = ""
        self.main = Component("")
        self.services = 0
        self.listed = False
        self.vulnerabilities = VulnerabilityTally()

    def read(self) -> None:
        for member in self.walk.members():
            if member == "bomFormat":
                self.form = self.walk.take(str)
            elif member == "specVersion":
                self.specification = self.walk.take(str)
            elif member == "serialNumber":
                self.serial = self.walk.take_text()[:200]
            elif self.walk.peek() in {"[", "{"}:
                self._read_part(member)
            else:
                self.walk.skip()
        self.walk.finish()
        if self.form != "CycloneDX":
            raise WrongKind(f"bomFormat is '{self.form[:40]}', not 'CycloneDX'", offset=0)
        if self.specification not in _VERSIONS:
            raise WrongKind(
                f"specVersion is '{self.specification[:40]}'; {_VERSIONS[0]} to {_VERSIONS[-1]} are read",
                offset=0,
            )
        if self.vulnerabilities.count and not self.bill.components:
            raise WrongKind(
                "it names vulnerabilities and no components: it is read as cyclonedx_vex", offset=0
            )
        self._remark()

    def _read_part(self, member: str) -> None:
        if member == "components":
            self.listed = True
            for entry in self.walk.each(Entry):
                self._add(entry, 0, "")
        elif member == "metadata":
            self._read_metadata()
        elif member == "services":
            self.services = sum(1 for _ in self._skipped_elements())
        elif member == "vulnerabilities":
            for _ in self.walk.elements():
                found = self.walk.take(Vulnerability)
                self.vulnerabilities.add(found.severity(), found.state())
        elif member == "compositions":
            for _ in self.walk.elements():
                aggregate = self.walk.take(Composition).aggregate
                if aggregate in NOT_WHOLE:
                    self.bill.remarks.add("the bill says of a part of itself that it is not whole", aggregate)
        else:
            self.walk.skip()

    def _read_metadata(self) -> None:
        for member in self.walk.members():
            if member == "component" and self.walk.peek() == "{":
                self._read_main()
            else:
                self.walk.skip()

    def _read_main(self) -> None:
        """Read the component that the bill is about, walking into those within it, which may be all there are."""
        texts: dict[str, str] = {}
        for member in self.walk.members():
            if member in {"name", "version", "group", "purl", "bom-ref"}:
                texts[member] = self.walk.take_text()
            elif member == "components" and self.walk.peek() == "[":
                self.listed = True
                parent = identity(_component(texts)) if "name" in texts else ""
                for entry in self.walk.each(Entry):
                    self._add(entry, 0, parent)
            else:
                self.walk.skip()
        self._know(texts.get("bom-ref", ""))
        self.main = _component(texts)

    def _skipped_elements(self) -> list[int]:
        numbers = []
        for number in self.walk.elements():
            self.walk.skip()
            numbers.append(number)
        return numbers

    def _add(self, entry: Entry, depth: int, parent: str) -> None:
        component = component_of(entry, parent)
        self.bill.add(component)
        self._know(entry.bom_ref or "")
        if not entry.components:
            return
        if depth >= _DEEPEST:
            raise ValueRejected(f"components nested deeper than {_DEEPEST}", offset=self.walk.offset())
        for each in decode_kept(entry.components, tuple[Entry, ...]):
            self._add(each, depth + 1, identity(component))

    def _know(self, reference: str) -> None:
        if reference:
            self.identifiers.add(reference)

    def _remark(self) -> None:
        remarks = self.bill.remarks
        if not self.listed:
            remarks.add("it lists no components")
        if self.services:
            remarks.add(f"it names {self.services} services, which are not counted as components")
        if self.vulnerabilities.count:
            remarks.add(self.vulnerabilities.remark("read with --as cyclonedx_vex"))


def _component(texts: dict[str, str]) -> Component:
    return Component(
        texts.get("name", ""), texts.get("version", ""), texts.get("purl", ""), group=texts.get("group", "")
    )


def _sniff(head: bytes, name: str) -> bool:
    return content_of(head, name) == "components"


def _parse(source: Source, detail: DetailWriter) -> SbomRead:
    reading = _Reading(JsonWalk(source), detail)
    reading.read()
    return SbomRead(
        specification=f"CycloneDX {reading.specification}",
        serial=reading.serial,
        component_count=reading.bill.components,
        main_component=f"{reading.main.name} {reading.main.version}".strip()[:300],
        remarks=reading.bill.remarks.all(),
    )


FORMAT = Format(
    "cyclonedx",
    2,
    "sbom",
    "application/vnd.cyclonedx+json",
    (".cdx.json", ".json"),
    _sniff,
    _parse,
    "CycloneDX JSON",
    ("8.1.2", "5.3.3"),
)
