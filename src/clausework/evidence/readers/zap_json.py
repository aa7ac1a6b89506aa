"""Reads ZAP's traditional JSON report: a dynamic scan of a running program (EN IEC 81001-5-1 5.7; 5.1.12, 5.7)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.finding_report import FindingReport
from clausework.evidence.readers.zap_alert import MOST_PLACES, Alert, Place, place_of, take_alert
from clausework.evidence.source import Source, ValueRejected, WrongKind

_OF_ALERT = ("pluginid", "alertRef", "alert", "name", "riskcode", "confidence", "count", "cweid")
_OF_PLACE = ("uri", "method", "param")


class _Place(msgspec.Struct, frozen=True):
    uri: str | None = None
    method: str | None = None
    param: str | None = None


_Text = str | int | None | UnsetType


class _WholeAlert(msgspec.Struct, frozen=True):
    """An alert that is short enough to be taken whole; see ``_take_text``."""

    pluginid: _Text = UNSET
    alert_ref: _Text = msgspec.field(default=UNSET, name="alertRef")
    alert: _Text = UNSET
    name: _Text = UNSET
    riskcode: _Text = UNSET
    confidence: _Text = UNSET
    count: _Text = UNSET
    cweid: _Text = UNSET
    uri: _Text = UNSET
    method: _Text = UNSET
    param: _Text = UNSET
    instances: tuple[_Place, ...] = ()

    def members(self) -> dict[str, str]:
        """Return all but the instances, each as a text."""
        found = {name: getattr(self, field) for field, name in _MEMBERS}
        return {
            name: "" if value is None else str(value) for name, value in found.items() if value is not UNSET
        }


_MEMBERS = tuple(
    (field.name, field.encode_name)
    for field in msgspec.structs.fields(_WholeAlert)
    if field.name != "instances"
)


class _Reading:
    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.report = FindingReport(detail)
        self.version = ""
        self.sites = 0
        self.seen: set[str] = set()

    def read(self) -> FindingsRead:
        for member in self.walk.members():
            self.seen.add(member)
            if member == "@version":
                self.version = self.walk.take_text()[:100]
            elif member == "site":
                self._read_sites()
            elif member == "afPlanErrors" and self.walk.peek() == "[":
                for _ in self.walk.elements():
                    self.report.incomplete("ZAP's plan reports an error", str(self.walk.take(Any)))
            elif member == "afPlanWarns" and self.walk.peek() == "[":
                for _ in self.walk.elements():
                    self.report.remarks.add("ZAP's plan reports a warning", str(self.walk.take(Any))[:200])
            elif member == "stoppingInsight" and self.walk.peek() == "{":
                self.walk.skip()
                self.report.incomplete("ZAP stopped before its end")
            else:
                self.walk.skip()
        self.walk.finish()
        if "site" not in self.seen or "@version" not in self.seen:
            raise WrongKind("it has no 'site' or no '@version', as ZAP's reports have", offset=0)
        if not self.sites:
            self.report.incomplete("there is no site in it: ZAP reached nothing")
        self.report.made("dynamic")
        self.report.made_by(f"ZAP {self.version}")
        return self.report.result()

    def _read_sites(self) -> None:
        if self.walk.peek() == "{":  # one site alone is no array in versions up to 2.7
            self._read_site()
            return
        for _ in self.walk.elements():
            self._read_site()

    def _read_site(self) -> None:
        """Read a site; its alerts need its name only where they have no place of their own."""
        self.sites += 1
        name = ""
        alerts = False
        for member in self.walk.members():
            if member == "@name":
                name = self.walk.take_text()[:1000]
            elif member == "alerts":
                alerts = True
                self._read_alerts(name)
            else:
                self.walk.skip()
        if not alerts:
            raise ValueRejected(f"site '{name[:80]}' has no 'alerts'", offset=self.walk.offset())

    def _read_alerts(self, site: str) -> None:
        if self.walk.peek() == "{":  # so it is, with one alert, in versions up to 2.7
            self._read_alert(site)
            return
        for _ in self.walk.elements():
            self._read_alert(site)

    def _read_alert(self, site: str) -> None:
        whole = self.walk.take_at_hand(_WholeAlert)
        if whole is None:
            self._read_long_alert(site)
            return
        if len(whole.instances) > MOST_PLACES:
            raise _too_many_places()
        self._take(site, whole.members(), [_place_of(one) for one in whole.instances])

    def _read_long_alert(self, site: str) -> None:
        """Read an alert member by member, for with requests and responses it may be too large to hold."""
        members: dict[str, str] = {}
        places: list[Place] = []
        for member in self.walk.members():
            if member in _OF_ALERT or member in _OF_PLACE:
                members[member] = self._take_text(member)
            elif member == "instances":
                for _ in self.walk.elements():
                    if len(places) >= MOST_PLACES:
                        raise _too_many_places()
                    places.append(_place_of(self.walk.take(_Place)))
            else:
                self.walk.skip()
        self._take(site, members, places)

    def _take(self, site: str, members: dict[str, str], places: list[Place]) -> None:
        if not places and "uri" in members:
            places.append(place_of(members))
        read = Alert(
            pluginid=members.get("pluginid", ""),
            alertref=members.get("alertRef", ""),
            name=members.get("name", "") or members.get("alert", ""),
            riskcode=members.get("riskcode", ""),
            confidence=members.get("confidence", ""),
            count=members.get("count", ""),
            cweid=members.get("cweid", ""),
        )
        take_alert(self.report, site, read, places)

    def _take_text(self, member: str) -> str:
        """Return a member that is a text in most versions and a number in some."""
        value: object = self.walk.take(object)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise ValueRejected(f"an alert's '{member}' is no text", offset=self.walk.offset())
        return "" if value is None else str(value)


def _too_many_places() -> ValueRejected:
    return ValueRejected(f"an alert has more than {MOST_PLACES} places")


def _place_of(one: _Place) -> Place:
    return place_of({"uri": one.uri or "", "method": one.method or "", "param": one.param or ""})


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or members.keys() & {"vulnerabilities", "scan", "remediations", "runs", "bomFormat"}:
        return False  # GitLab's own report of a ZAP scan begins likewise
    return (
        "@version" in members and "@generated" in members and members.get("site", "[").startswith(("[", "{"))
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    return _Reading(JsonWalk(source), detail).read()


FORMAT = Format(
    "zap_json",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "ZAP JSON",
    ("5.1.12", "5.7", "81001-5-1 5.7"),
)
