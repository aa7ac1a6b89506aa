"""Reads CycloneDX 1.0 to 1.7 in XML: bills of materials (clauses 5.3.3, 8.1.2; 81001-5-1 4.3)."""

from __future__ import annotations

from clausework.evidence.detail import Component, DetailWriter
from clausework.evidence.format import Format, SbomRead
from clausework.evidence.readers.cyclonedx_analysis import VulnerabilityTally
from clausework.evidence.readers.cyclonedx_model import NOT_WHOLE
from clausework.evidence.readers.cyclonedx_names import FOREIGN, Names, root_version
from clausework.evidence.readers.cyclonedx_xml_component import OpenComponent, Place
from clausework.evidence.readers.sbom_bill import Bill, Identifiers
from clausework.evidence.severity import SEVERITIES, severity_of_word
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import (
    DEEPEST,
    Attributes,
    NestedTooDeeply,
    feed,
    new_parser,
    root_of,
)

_VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
_LONGEST_TEXT = 1 << 16
_DEEPEST = 32

_LISTED: Place = ("components", "component")
_MAIN: Place = ("metadata", "component")
_SERVICE: Place = ("services", "service")
_AGGREGATE: Place = ("compositions", "composition", "aggregate")
_VULNERABILITY: Place = ("vulnerabilities", "vulnerability")
_STATE: Place = (*_VULNERABILITY, "analysis", "state")
_SEVERITY: Place = (*_VULNERABILITY, "ratings", "rating", "severity")

_WALKED = {
    place[:length]
    for place in (_LISTED, _MAIN, _SERVICE, _AGGREGATE, _STATE, _SEVERITY)
    for length in range(1, len(place) + 1)
}


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.bill = Bill(detail)
        self.identifiers = Identifiers()
        self.names = Names()
        self.serial = ""
        self.main = Component("")
        self.vulnerabilities = VulnerabilityTally()
        self.services = 0
        self.path: list[str] = []
        self.passed_over = 0
        self.open: list[OpenComponent] = []
        self.text: list[str] | None = None
        self.length = 0
        self.once: set[str] = set()
        self.state = ""
        self.severities: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        local = self.names.enter(name, attributes)
        if self.text is not None and not self.passed_over:
            raise ValueRejected(f"<{name[:60]}> stands within the text of <{self.path[-1]}>")
        if len(self.path) + self.passed_over >= 2 * DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {2 * DEEPEST}")
        if not self.path:
            self._open_root(name, local, attributes)
        elif self.passed_over or local == FOREIGN or not self._open(local, attributes):
            self.passed_over += 1
            return
        self.path.append(local)

    def end(self, _name: str) -> None:
        self.names.leave()
        if self.passed_over:
            self.passed_over -= 1
            return
        place = self._place()
        if self.text is not None:
            self._take(place, "".join(self.text))
            self.text = None
        elif self.open and not place:
            self._close(self.open.pop())
        elif place[-2:] == _VULNERABILITY:
            gravest = [word for word in SEVERITIES if word in self.severities]
            self.vulnerabilities.add(gravest[0] if gravest else "unknown", self.state)
            self.state, self.severities = "", []
        self.path.pop()

    def characters(self, data: str) -> None:
        if self.text is None or self.passed_over:
            return
        self.length += len(data)
        if self.length > _LONGEST_TEXT:
            raise ValueRejected(f"the text of <{self.path[-1]}> is longer than {_LONGEST_TEXT} characters")
        self.text.append(data)

    def _open_root(self, name: str, local: str, attributes: Attributes) -> None:
        if local != "bom" or self.names.version not in _VERSIONS:
            raise WrongKind(f"the root element <{name[:60]}> is not the <bom> of CycloneDX 1.0 to 1.7")
        self.serial = attributes.get("serialNumber", "")[:200]

    def _place(self) -> Place:
        """Return where the innermost open element stands, from the component that holds it or from the root."""
        return tuple(self.path[self.open[-1].level if self.open else 1 :])

    def _open(self, local: str, attributes: Attributes) -> bool:
        """Open what is read; tell whether it is."""
        place = (*self._place(), local)
        component = self.open[-1] if self.open else None
        if place == _LISTED or (place == _MAIN and not component):
            self._open_component(place, attributes)
        elif place == _SERVICE and not component:
            self.services += 1
            return False
        elif (component and component.opens(place, attributes)) or place in {_AGGREGATE, _STATE, _SEVERITY}:
            self.text, self.length = [], 0
        elif place not in _WALKED and not (component and component.leads_on(place)):
            return False
        elif (
            len(place) == 1 and local != "vulnerabilities"
        ):  # an extension's may stand beside CycloneDX's own
            self._once(local, component.once if component else self.once)
        return True

    def _once(self, what: str, seen: set[str]) -> None:
        if what in seen:
            raise ValueRejected(f"two <{what}> stand where one may be")
        seen.add(what)

    def _open_component(self, place: Place, attributes: Attributes) -> None:
        if len(self.open) > _DEEPEST:
            raise ValueRejected(f"components nested deeper than {_DEEPEST}")
        if place == _MAIN:
            self._once("component", self.once)
        parent = self.open[-1].identity() if self.open else ""
        self.open.append(OpenComponent(attributes, len(self.path) + 1, parent))
        if self.open[-1].reference:
            self.identifiers.add(self.open[-1].reference)

    def _take(self, place: Place, text: str) -> None:
        if place == _AGGREGATE:
            if text.strip() in NOT_WHOLE:
                self.bill.remarks.add("the bill says of a part of itself that it is not whole", text.strip())
        elif place == _STATE:
            self.state = text.strip()
        elif place == _SEVERITY:
            self.severities.append(severity_of_word(text) or "unknown")
        else:
            self.open[-1].take(place, text)

    def _close(self, one: OpenComponent) -> None:
        component = one.component()
        if self.path[-2] == "metadata":
            self.main = component
        else:
            self.bill.add(component)

    def remark(self) -> None:
        """Remark upon what the bill holds besides components, and lacks."""
        if not self.bill.components:
            self.bill.remarks.add("it lists no components")
        if self.services:
            self.bill.remarks.add(f"it names {self.services} services, which are not counted as components")
        if self.vulnerabilities.count:
            self.bill.remarks.add(self.vulnerabilities.remark("which are not read from XML"))


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root_version(*root) != ""


def _parse(source: Source, detail: DetailWriter) -> SbomRead:
    parser = new_parser()
    reading = _Reading(detail)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    feed(parser, source.chunks())
    reading.remark()
    return SbomRead(
        specification=f"CycloneDX {reading.names.version}",
        serial=reading.serial,
        component_count=reading.bill.components,
        main_component=f"{reading.main.name} {reading.main.version}".strip()[:300],
        remarks=reading.bill.remarks.all(),
    )


FORMAT = Format(
    "cyclonedx_xml",
    1,
    "sbom",
    "application/vnd.cyclonedx+xml",
    (".cdx.xml", ".xml"),
    _sniff,
    _parse,
    "CycloneDX XML",
    ("8.1.2", "5.3.3"),
)
