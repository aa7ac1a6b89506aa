"""govulncheck: the deepest way to a vulnerability is told, and what is only required is a finding as well."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.govulncheck import GOVULNCHECK
from tests.evidence.vulnerability_reports import hostile

CONFIG = {"config": {"protocol_version": "v1.0.0", "scanner_name": "govulncheck", "scan_level": "symbol"}}
LOOKED = {
    "progress": {"message": "Scanning your code and 3 packages across 1 dependent module for known ..."}
}
MODULE = {"module": "golang.example/text", "version": "v0.3.5"}


def stream(*messages: Any) -> bytes:
    """Return a stream of ``messages``."""
    return "\n".join(json.dumps(message) for message in messages).encode()


def finding(*frames: Any) -> Any:
    """Return a finding of GO-2026-0113 with a trace."""
    return {"finding": {"osv": "GO-2026-0113", "trace": list(frames)}}


def test_a_vulnerability_by_several_ways_is_one_finding() -> None:
    """The stream tells it for the module, the package and the symbol; the deepest counts, at its place."""
    (found,) = lines(GOVULNCHECK, FindingDetail)
    assert (found.rule, found.component, found.version, found.status) == (
        "GO-2026-0113",
        "golang.example/text",
        "v0.3.5",
        "called",
    )
    assert (found.path, found.line, found.fixed_in) == ("main.go", 12, ("v0.3.7",))
    assert found.ids == ("GO-2026-0113", "CVE-2026-0001", "GHSA-aaaa-bbbb-cccc")
    assert found.purl == "pkg:golang/golang.example/text@v0.3.5"
    read = accepted(GOVULNCHECK, FindingsRead)
    assert (read.tools, read.database_at, read.complete) == (
        ("govulncheck v1.1.4",),
        "2026-02-16T23:55:18.000Z",
        True,
    )


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (MODULE, "required"),
        ({**MODULE, "package": "golang.example/text/language"}, "imported"),
        ({**MODULE, "package": "golang.example/text/language", "function": "Parse"}, "called"),
    ],
)
def test_what_is_not_called_is_grave_too(frame: Any, status: str) -> None:
    """Go's database gives no severities: each finding is grave, and its status tells how far it is reached."""
    (found,) = lines(stream(CONFIG, LOOKED, finding(frame)), FindingDetail)
    assert (found.status, found.severity) == (status, "high")


def test_the_messages_may_stand_in_an_array() -> None:
    """Some pipelines gather the stream into one document."""
    data = json.dumps([CONFIG, LOOKED, finding(MODULE)]).encode()
    assert len(lines(data, FindingDetail)) == 1


@pytest.mark.parametrize(
    "messages", [(CONFIG,), (CONFIG, {"progress": {"message": "Fetching vulnerabilities ..."}})]
)
def test_a_stream_that_ends_before_the_check_is_not_complete(messages: Any) -> None:
    """The tool stops there when the program cannot be loaded."""
    assert not accepted(stream(*messages), FindingsRead).complete


def test_a_clean_check_is_complete() -> None:
    """Something was looked at and nothing was found."""
    read = accepted(stream(CONFIG, LOOKED), FindingsRead)
    assert (read.complete, sum(read.open_by_severity.values())) == (True, 0)


def test_a_scan_that_does_not_look_at_calls_is_remarked() -> None:
    """The level is the tool's own word."""
    config = {"config": {**CONFIG["config"], "scan_level": "module"}}
    assert any("calls" in remark for remark in accepted(stream(config, LOOKED), FindingsRead).remarks)


@pytest.mark.parametrize(
    "data",
    [
        stream(LOOKED),
        stream(CONFIG, CONFIG),
        stream({"config": {"protocol_version": "v2.0.0"}}),
        stream(CONFIG, {}),
        stream(CONFIG, finding()),
        stream(CONFIG, finding({"package": "a"})),
        stream(CONFIG, {"osv": {"summary": "no id"}}),
        stream(CONFIG, {"finding": {"trace": [MODULE]}}),
        stream({"Calls": {}, "Imports": {}, "Requires": {}, "Vulns": []}),
        stream(CONFIG, LOOKED) + b"]",
    ],
)
def test_what_is_not_as_it_should_be_is_rejected(data: bytes) -> None:
    """A stream without its parts, or of another protocol, is not a clean one."""
    rejected(data, as_format="govulncheck")


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    rejected(data, as_format="govulncheck")
