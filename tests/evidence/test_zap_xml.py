"""ZAP's XML: what is taken of each version, places that are not listed, and what it reached."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.zap_json import ZAP_JSON
from tests.evidence.samples.zap_xml import ZAP_XML


def place(uri: str = "https://pump.example/a", method: str = "GET", param: str = "q", more: str = "") -> str:
    """Return an instance of an alert."""
    return (
        f"<instance><uri>{escape(uri)}</uri><method>{method}</method><param>{param}</param>{more}</instance>"
    )


def alert(
    *places: str, risk: str = "2", confidence: str = "2", count: str | None = None, rule: str = "1"
) -> str:
    """Return an alert with its places."""
    return (
        f"<alertitem><pluginid>{rule}</pluginid><name>Header missing</name><riskcode>{risk}</riskcode>"
        f"<confidence>{confidence}</confidence><desc>Long &lt;p&gt;text</desc><cweid>-1</cweid>"
        f"<instances>{''.join(places)}</instances><count>{len(places) if count is None else count}</count></alertitem>"
    )


def zap(*alerts: str, site: str = "https://pump.example") -> bytes:
    """Return a report of one site."""
    return (
        f'<OWASPZAPReport version="2.9.0" generated="Fri"><site name="{site}" host="h" port="1" ssl="true">'
        f"<alerts>{''.join(alerts)}</alerts></site></OWASPZAPReport>"
    ).encode()


def test_the_sample_gives_a_finding_for_each_place() -> None:
    """Rule, risk, confidence, place, host and weakness are taken; the values sent in a query are not."""
    first, second = lines(ZAP_XML, FindingDetail)
    assert (first.rule, first.severity, first.source_severity) == (
        "40012-1",
        "high",
        "risk 3 (confidence Medium)",
    )
    assert (first.path, first.component, first.ids) == ("/search?q", "pump.example", ("CWE-79",))
    assert first.message == "Cross Site Scripting: GET /search?q, parameter q"
    assert (first.tool, first.analysis) == ("ZAP", "dynamic")
    assert second.path == "/log"
    read = accepted(ZAP_XML, FindingsRead)
    assert (read.analysis, read.tools, read.complete) == ("dynamic", ("ZAP 2.16.1",), True)


def test_both_kinds_of_report_give_the_same_findings() -> None:
    """A scan that is reported in XML today and in JSON tomorrow has the same fingerprints."""
    assert lines(ZAP_XML, FindingDetail) == lines(ZAP_JSON, FindingDetail)


@pytest.mark.parametrize(("risk", "severity"), [("0", "none"), ("1", "low"), ("2", "medium"), ("3", "high")])
def test_risks_are_severities(risk: str, severity: str) -> None:
    """ZAP has four risks."""
    (found,) = lines(zap(alert(place(), risk=risk)), FindingDetail)
    assert found.severity == severity


def test_what_was_marked_as_a_false_positive_is_suppressed() -> None:
    """Confidence 0 is a person's word in ZAP."""
    (found,) = lines(zap(alert(place(), confidence="0")), FindingDetail)
    assert (found.suppressed, found.suppression) == (True, "marked as a false positive in ZAP")


def test_places_that_are_not_listed_stay_open() -> None:
    """Old versions count more places than they list; what a person says of those listed is not said of the rest."""
    listed, rest = lines(zap(alert(place(), count="67")), FindingDetail)
    assert "66 further places" in rest.message
    assert rest.severity == listed.severity
    assert rest.fingerprint != listed.fingerprint
    assert accepted(zap(alert(place(), count="67")), FindingsRead).remarks


def test_an_alert_without_places_is_a_finding_of_its_site() -> None:
    """Old versions give one place in the alert itself, and some alerts have none."""
    (bare,) = lines(zap(alert(count="")), FindingDetail)
    assert (bare.component, bare.severity) == ("pump.example", "medium")
    old = zap(alert(count="").replace("<instances></instances>", "<uri>https://pump.example/old</uri>"))
    (found,) = lines(old, FindingDetail)
    assert found.path == "/old"


def test_a_site_without_alerts_is_clean_and_a_report_without_sites_incomplete() -> None:
    """Where nothing was reached, nothing was looked at."""
    read = accepted(zap(), FindingsRead)
    assert read.complete
    assert not any(read.open_by_severity.values())
    assert not accepted(b'<OWASPZAPReport version="2.9.0"/>', FindingsRead).complete


def test_a_finding_keeps_its_fingerprint_where_the_program_runs_elsewhere() -> None:
    """Neither the address of a test machine nor values in a query are part of it; a host's name is."""
    first, second, other = (
        lines(zap(alert(place(uri=uri))), FindingDetail)[0]
        for uri in (
            "http://172.17.0.2:80/a?id=1",
            "http://localhost:8080/a?id=2",
            "http://pump.example/a?id=1",
        )
    )
    assert first.fingerprint == second.fingerprint
    assert other.fingerprint != first.fingerprint


def test_a_finding_keeps_its_fingerprint_when_others_stand_before_it() -> None:
    """The order of places and alerts is no part of it."""
    alone = lines(zap(alert(place())), FindingDetail)[0]
    after = lines(
        zap(alert(place(uri="http://x/b"), rule="2"), alert(place(param="z"), place())), FindingDetail
    )
    assert alone.fingerprint in {one.fingerprint for one in after}


def test_equal_findings_are_told_apart_and_other_ones_differ() -> None:
    """Two equal findings stay two; another place, method, parameter or rule is another finding."""
    others = [place(), place(uri="https://pump.example/b"), place(method="POST"), place(param="r")]
    found = lines(zap(alert(place(), *others), alert(place(), rule="2")), FindingDetail)
    assert found[1].fingerprint == f"{found[0].fingerprint}-2"
    assert len({one.fingerprint for one in found}) == 6


@pytest.mark.parametrize(
    "data",
    [
        zap(alert(place(), risk="4")),
        zap(alert(place(), risk="")),
        zap(alert(place(), confidence="9")),
        zap(alert(place(), place(), count="1")),
        zap(alert(place(), count="many")),
        zap(alert(place(), count="9" * 40)),
        zap(alert(place(more="<uri>x</uri>"))),
        zap("<alertitem/>"),
        zap(alert(alert(place()))),
        zap(place()),
        b'<OWASPZAPReport version="2"><alertitem/></OWASPZAPReport>',
        b"<report/>",
        zap("<a>" * 70 + "</a>" * 70),
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + zap(alert(place(param="&b;"))),
    ],
)
def test_another_shape_is_refused(data: bytes) -> None:
    """A risk that ZAP does not have, fewer places counted than listed, and alerts out of place are not read."""
    rejected(data, as_format="zap_xml")


def test_a_very_long_description_is_not_held() -> None:
    """What is not read may be long."""
    data = zap(alert(place(more=f"<responsebody>{'x' * 3_000_000}</responsebody>")))
    assert len(lines(data, FindingDetail)) == 1
