"""Reads CycloneDX 1.2 to 1.7 in JSON: bills of materials (clauses 5.3.3, 8.1.2; 81001-5-1 4.3)."""

from __future__ import annotations

from collections import Counter

from clausework.evidence.cyclonedx_model import Composition, Entry, Metadata, Vulnerability, component_of
from clausework.evidence.detail import DetailWriter
from clausework.evidence.formats import Format, SbomRead
from clausework.evidence.json_walk import JsonWalk, decode_kept, first_members
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind

_VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
_NOT_WHOLE = ("incomplete", "incomplete_first_party_only", "incomplete_third_party_only", "unknown")
_DEEPEST = 32


class _Reading:
    """What a bill comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.detail = detail
        self.remarks = Remarks()
        self.form = ""
        self.specification = ""
        self.serial = ""
        self.main_component = ""
        self.components = 0
        self.listed = False
        self.vulnerabilities: Counter[str] = Counter()

    def read(self) -> None:
        for member in self.walk.members():
            if member in {"bomFormat", "specVersion"}:
                text = self.walk.take(str)
                if member == "bomFormat":
                    self.form = text
                else:
                    self.specification = text
            elif member == "serialNumber":
                self.serial = self.walk.take(str)[:200]
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
        self._remark()

    def _read_part(self, member: str) -> None:
        if member == "components":
            self.listed = True
            for entry in self.walk.each(Entry):
                self._add(entry, 0)
        elif member == "metadata":
            main = self.walk.take(Metadata).component
            if main is not None:
                self.main_component = f"{main.name or ''} {main.version or ''}".strip()[:300]
                self._add_nested(main, 0)
        elif member == "vulnerabilities":
            for _ in self.walk.elements():
                self.vulnerabilities[self.walk.take(Vulnerability).severity()] += 1
        elif member == "compositions":
            for _ in self.walk.elements():
                aggregate = self.walk.take(Composition).aggregate
                if aggregate in _NOT_WHOLE:
                    self.remarks.add("the bill says of a part of itself that it is not whole", aggregate)
        else:
            self.walk.skip()

    def _add(self, entry: Entry, depth: int) -> None:
        if not entry.name:
            raise ValueRejected(f"component {self.components + 1} has no name", offset=self.walk.offset())
        self.components += 1
        self.detail.add(component_of(entry))
        self._add_nested(entry, depth)

    def _add_nested(self, entry: Entry, depth: int) -> None:
        if not entry.components:
            return
        if depth >= _DEEPEST:
            raise ValueRejected(f"components nested deeper than {_DEEPEST}", offset=self.walk.offset())
        for each in decode_kept(entry.components, tuple[Entry, ...]):
            self._add(each, depth + 1)

    def _remark(self) -> None:
        if not self.listed:
            self.remarks.add("it lists no components")
        if self.vulnerabilities:
            by_severity = ", ".join(
                f"{count} {severity}" for severity, count in sorted(self.vulnerabilities.items())
            )
            self.remarks.add(f"it names vulnerabilities, which are not read from a bill: {by_severity}")


def _sniff(head: bytes, name: str) -> bool:
    members = first_members(head)
    if members is None:
        return False
    if "bomFormat" in members:
        return members["bomFormat"].startswith('"CycloneDX"')
    return name.lower().endswith(".cdx.json")


def _parse(source: Source, detail: DetailWriter) -> SbomRead:
    reading = _Reading(JsonWalk(source), detail)
    reading.read()
    return SbomRead(
        specification=f"CycloneDX {reading.specification}",
        serial=reading.serial,
        component_count=reading.components,
        main_component=reading.main_component,
        remarks=reading.remarks.all(),
    )


FORMAT = Format(
    "cyclonedx", 1, "sbom", "application/vnd.cyclonedx+json", (".cdx.json", ".json"), _sniff, _parse
)
