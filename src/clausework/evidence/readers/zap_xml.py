"""Reads ZAP's traditional XML report: a dynamic scan of a running program (5.1.12, 5.7; EN IEC 81001-5-1 5.7)."""

from __future__ import annotations

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.readers.finding_report import FindingReport
from clausework.evidence.readers.zap_alert import MOST_PLACES, Alert, Place, place_of, take_alert
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import (
    DEEPEST,
    Attributes,
    NestedTooDeeply,
    feed,
    new_parser,
    root_of,
)

_ROOT = "OWASPZAPReport"
_OF_ALERT = {
    "pluginid": "pluginid",
    "alertRef": "alertref",
    "alert": "alert",
    "name": "name",
    "riskcode": "riskcode",
    "confidence": "confidence",
    "count": "count",
    "cweid": "cweid",
}
_OF_PLACE = ("uri", "method", "param")
_LONGEST_TEXT = 1 << 16


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.report = FindingReport(detail)
        self.path: list[str] = []
        self.sites = 0
        self.site: str | None = None
        self.alert: dict[str, str] | None = None
        self.instance: dict[str, str] | None = None
        self.places: list[Place] = []
        self.text: list[str] = []
        self.length = 0

    def start(self, name: str, attributes: Attributes) -> None:
        self.path.append(name)
        self.text.clear()
        self.length = 0
        if len(self.path) > DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {DEEPEST}")
        if len(self.path) == 1:
            self._open_report(name, attributes)
        elif name == "site" and len(self.path) == 2:
            self.site = attributes.get("name", "") or attributes.get("host", "")
            self.sites += 1
        elif name == "alertitem":
            self._open_alert()
        elif name == "instance":
            if self.alert is None or self.instance is not None:
                raise ValueRejected("an <instance> stands outside an alert")
            self.instance = {}

    def data(self, text: str) -> None:
        if self.alert is not None and self.length < _LONGEST_TEXT:
            self.text.append(text)
            self.length += len(text)

    def end(self, name: str) -> None:
        self.path.pop()
        if name == "alertitem":
            self._close_alert()
        elif name == "instance":
            self._close_place()
        elif name == "site" and len(self.path) == 1:
            self.site = None
        elif self.instance is not None and self.path[-1] == "instance":
            self._keep(self.instance, name if name in _OF_PLACE else "")
        elif self.alert is not None and self.path[-1] == "alertitem":
            self._keep(self.alert, name if name in _OF_PLACE else _OF_ALERT.get(name, ""))
        self.text.clear()

    def _open_report(self, name: str, attributes: Attributes) -> None:
        if name != _ROOT:
            raise WrongKind(f"the root element is <{name[:60]}>, not <{_ROOT}>")
        self.report.made("dynamic")
        self.report.made_by(f"ZAP {attributes.get('version', '')}")

    def _open_alert(self) -> None:
        if self.site is None or self.alert is not None:
            raise ValueRejected("an <alertitem> stands outside a site")
        self.alert, self.places = {}, []

    def _keep(self, members: dict[str, str], name: str) -> None:
        if not name:
            return
        if name in members:
            raise ValueRejected(f"an alert or instance has two <{name}>")
        members[name] = "".join(self.text)

    def _close_place(self) -> None:
        if len(self.places) >= MOST_PLACES:
            raise ValueRejected(f"an alert has more than {MOST_PLACES} places")
        self.places.append(place_of(self.instance or {}))
        self.instance = None

    def _close_alert(self) -> None:
        members = self.alert or {}
        if "uri" in members and not self.places:  # before ZAP 2.5 an alert has one place, in the alert itself
            self.places = [place_of(members)]
        name = members.pop("alert", "")
        known = {one: members.get(one, "") for one in _OF_ALERT.values() if one != "alert"}
        known["name"] = known["name"] or name
        take_alert(self.report, self.site or "", Alert(**known), self.places)
        self.alert, self.places = None, []


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] == _ROOT


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    parser = new_parser()
    reading = _Reading(detail)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.data
    feed(parser, source.chunks())
    if not reading.sites:
        reading.report.incomplete("there is no site in it: ZAP reached nothing")
    return reading.report.result()


FORMAT = Format(
    "zap_xml",
    1,
    "findings",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "ZAP XML",
    ("5.1.12", "5.7", "81001-5-1 5.7"),
)
