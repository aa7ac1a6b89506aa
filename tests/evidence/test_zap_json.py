"""ZAP's JSON: what is taken of each version, and what says that the scan did not end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from clausework.evidence.formats import format_named
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.gitlab_report import GITLAB
from tests.evidence.samples.zap_json import ZAP_JSON


def place(**members: Any) -> dict[str, Any]:
    """Return an instance of an alert."""
    return {"uri": "https://pump.example/a", "method": "GET", "param": "q", **members}


def alert(*places: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return an alert with its places."""
    return {
        "pluginid": "10020",
        "name": "Header missing",
        "riskcode": "2",
        "confidence": "2",
        "instances": list(places),
        "count": str(len(places)),
        "cweid": "-1",
        **members,
    }


def zap(*alerts: dict[str, Any], **members: Any) -> bytes:
    """Return a report of one site."""
    site = {"@name": "https://pump.example", "@host": "pump.example", "alerts": list(alerts)}
    return json.dumps({"@version": "2.14.0", "@generated": "Fri", "site": [site], **members}).encode()


def test_the_sample_gives_a_finding_for_each_place() -> None:
    """Rule, risk, place and weakness are taken."""
    first, second = lines(ZAP_JSON, FindingDetail)
    assert (first.rule, first.severity, first.ids, second.path) == ("40012-1", "high", ("CWE-79",), "/log")
    read = accepted(ZAP_JSON, FindingsRead)
    assert (read.analysis, read.tools, read.complete) == ("dynamic", ("ZAP 2.16.1",), True)
    assert read.open_by_severity["high"] == 2


def test_numbers_and_single_sites_of_other_versions_are_read() -> None:
    """Numbers may be numbers, and one site or alert need not be in an array."""
    site = {"@name": "http://x", "alerts": alert(place(), riskcode=3, count=1, cweid=79, confidence=None)}
    (found,) = lines(zap(site=site), FindingDetail)
    assert (found.severity, found.ids) == ("high", ("CWE-79",))


def test_a_scan_that_did_not_end_is_incomplete() -> None:
    """Errors of ZAP's plan and its own stopping mean that not all was looked at; a warning does not."""
    assert not accepted(zap(afPlanErrors=["Job spider failed"]), FindingsRead).complete
    assert not accepted(zap(stoppingInsight={"key": "insight.code.5xx"}), FindingsRead).complete
    assert not accepted(zap(site=[]), FindingsRead).complete
    read = accepted(zap(afPlanErrors=[], afPlanWarns=["Slow"]), FindingsRead)
    assert read.complete
    assert "Slow" in read.remarks[0]


def test_a_finding_keeps_its_fingerprint_where_the_program_runs_elsewhere() -> None:
    """An address that only the test had is no part of it."""
    first, second = (
        lines(zap(alert(place(uri=uri))), FindingDetail)[0]
        for uri in ("http://10.0.0.7:81/a", "http://localhost/a")
    )
    assert first.fingerprint == second.fingerprint


def test_equal_findings_are_told_apart() -> None:
    """Two equal findings stay two."""
    first, second = lines(zap(alert(place(), place())), FindingDetail)
    assert second.fingerprint == f"{first.fingerprint}-2"


def test_an_alert_larger_than_is_held_is_read() -> None:
    """With requests and responses an alert may be large; each place of it is taken alone."""
    places = [place(param=str(number), **{"response-body": "x" * 1_000_000}) for number in range(6)]
    assert len(lines(zap(alert(*places)), FindingDetail)) == 6


@pytest.mark.parametrize(
    "data",
    [
        zap(alert(place(), riskcode="4")),
        zap(alert(place(), riskcode=True)),
        zap(alert(place(), count="0")),
        zap(alert(place(), instances={})),
        zap(alert(place(uri=7))),
        zap(alert(place(), pluginid=None, name="")),
        zap(site=[{"@name": "x"}]),
        zap(site=None),
        b'{"@version": "2", "@generated": "x"}',
        b'{"site": []}',
        zap(alert(place()))[:-1] + b', "site": []}',
    ],
)
def test_another_shape_is_refused(data: bytes) -> None:
    """A risk that ZAP does not have, wrong counts, and sites or alerts of another shape are not read."""
    rejected(data, as_format="zap_json")


def test_neighbours_are_not_claimed() -> None:
    """GitLab's report of a scan by ZAP begins as ZAP's own does."""
    sniff = format_named("zap_json").sniff
    assert not sniff(GITLAB, "report.json")
    assert not sniff(b'{"@generated": "x", "@version": "y", "scan": {"type": "dast"}, "site": []}', "r.json")
