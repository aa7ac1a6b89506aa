"""From an alert of ZAP to findings, whichever of its reports it stands in: one finding for each place of an alert."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from clausework.evidence.detail import FindingDetail, Severity
from clausework.evidence.readers.finding_report import (
    FindingReport,
    clipped,
    place_on_site,
    told,
    without_tags,
)
from clausework.evidence.source import ValueRejected

_TOOL = "zap"
_RISKS: dict[str, Severity] = {"0": "none", "1": "low", "2": "medium", "3": "high"}
_CONFIDENCES = {"0": "False Positive", "1": "Low", "2": "Medium", "3": "High", "4": "Confirmed"}
_NUMBER = re.compile(r"[0-9]{1,9}")
_FALSE_POSITIVE = "0"
_LONGEST_URI = 2000

MOST_PLACES = 100_000
"""Places of one alert that are held until the alert is read."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an alert was raised: an instance of it."""

    uri: str = ""
    method: str = ""
    param: str = ""


def place_of(members: Mapping[str, str]) -> Place:
    """Return the place that ``members`` tell of, no longer than is used of it."""
    return Place(*(members.get(name, "").strip()[:_LONGEST_URI] for name in ("uri", "method", "param")))


class Alert(msgspec.Struct, frozen=True):
    """An alert of a site as both kinds of report tell it; numbers are texts in them."""

    pluginid: str = ""
    alertref: str = ""
    name: str = ""
    riskcode: str = ""
    confidence: str = ""
    count: str = ""
    cweid: str = ""


def take_alert(report: FindingReport, site: str, alert: Alert, places: Sequence[Place]) -> None:
    """Take ``alert`` of the site named ``site``, raised in ``places``; raises ``ValueRejected``.

    Old versions of ZAP list no more than 20 places or so and count all. Those not listed stay open, as one finding.
    """
    rule = alert.alertref.strip() or alert.pluginid.strip()
    name = clipped(without_tags(alert.name))
    if not rule or not name:
        raise ValueRejected("an alert has no plugin ID or no name")
    risk, confidence = alert.riskcode.strip(), alert.confidence.strip()
    if risk not in _RISKS:
        raise ValueRejected(f"alert {rule[:40]} has the risk code '{risk[:40]}', which ZAP does not have")
    if confidence and confidence not in _CONFIDENCES:
        raise ValueRejected(
            f"alert {rule[:40]} has the confidence '{confidence[:40]}', which ZAP does not have"
        )
    missing = _count(alert, rule) - len(places) if alert.count.strip() else 0
    if missing < 0:
        raise ValueRejected(f"alert {rule[:40]} counts {alert.count.strip()} places and lists {len(places)}")
    for place in places or (Place(site),):
        _take(report, site, alert, place)
    if missing and places:
        report.remarks.add(
            "alerts count more places than they list; the rest stays open as one finding", name
        )
        _take(report, site, alert, None, missing)


def _count(alert: Alert, rule: str) -> int:
    text = alert.count.strip()
    if not _NUMBER.fullmatch(text):
        raise ValueRejected(f"alert {rule[:40]} counts '{text[:40]}' places")
    return int(text)


def _take(report: FindingReport, site: str, alert: Alert, place: Place | None, missing: int = 0) -> None:
    rule = clipped(alert.alertref.strip() or alert.pluginid.strip())
    name = clipped(without_tags(alert.name))
    host, path = place_on_site(place.uri if place else site)
    method, param = (clipped(place.method), clipped(place.param)) if place else ("", f"{missing} not listed")
    confidence = _CONFIDENCES.get(alert.confidence.strip(), "")
    where = f"{method} {path}".strip() + (f", parameter {param}" if param else "")
    if place is None:
        where = f"{missing} further places that the report does not list"
    ignored = alert.confidence.strip() == _FALSE_POSITIVE
    cwe = alert.cweid.strip()
    report.add(
        FindingDetail(
            report.fingerprints.of(_TOOL, rule, name, host, path if place else "", method, param),
            rule,
            _RISKS[alert.riskcode.strip()],
            f"risk {alert.riskcode.strip()}" + (f" (confidence {confidence})" if confidence else ""),
            told(f"{name}: {where}"),
            path if place else "",
            tool="ZAP",
            suppressed=ignored,
            suppression="marked as a false positive in ZAP" if ignored else "",
            component=host or clipped(site),
            ids=(f"CWE-{int(cwe)}",) if _NUMBER.fullmatch(cwe) and int(cwe) else (),
            analysis="dynamic",
        )
    )
