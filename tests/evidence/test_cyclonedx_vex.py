"""CycloneDX VEX: the state of an analysis becomes one of OpenVEX's statuses, never a better one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import VexStatement
from clausework.evidence.format import SbomRead, VexRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.cyclonedx_vex import CYCLONEDX_VEX

AUTHORED = {"metadata": {"timestamp": "2026-01-01T00:00:00Z", "authors": [{"name": "Ada"}]}}


def vex(*vulnerabilities: Any, **members: Any) -> bytes:
    """Return a document of ``vulnerabilities``."""
    content = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, **AUTHORED}
    return json.dumps({**content, "vulnerabilities": vulnerabilities, **members}).encode()


def about(state: str | None, **members: Any) -> dict[str, Any]:
    """Return a vulnerability analysed to ``state``."""
    analysis = {"state": state, "justification": "code_not_present"} if state else {}
    return {"id": "CVE-1", "analysis": analysis, "affects": [{"ref": "pump"}], **members}


def test_the_sample_gives_its_statements() -> None:
    """Status, products by what their reference stands for, reason and action are taken."""
    first, second = lines(CYCLONEDX_VEX, VexStatement)
    assert first == VexStatement(
        "CVE-2024-0001",
        "not_affected",
        ("infusor 2.4.0",),
        "code_not_reachable",
        "The parser is not built in.",
        aliases=("GHSA-xxxx",),
    )
    assert (second.status, second.action) == ("affected", "update; workaround_available; Update to 2.4.1.")
    assert second.products == ("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#rtos",)
    read = accepted(CYCLONEDX_VEX, VexRead)
    assert read == VexRead("Example Medical", "2026-03-01T10:00:00Z", {"affected": 1, "not_affected": 1})


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("resolved", "fixed"),
        ("resolved_with_pedigree", "fixed"),
        ("exploitable", "affected"),
        ("in_triage", "under_investigation"),
        ("false_positive", "not_affected"),
        ("not_affected", "not_affected"),
    ],
)
def test_each_state_becomes_a_status(state: str, status: str) -> None:
    """The six states of CycloneDX stand for four statuses."""
    assert accepted(vex(about(state)), VexRead).statements_by_status == {status: 1}
    assert accepted(vex(about(state)), VexRead).remarks == ()


@pytest.mark.parametrize("state", [None, "harmless", "", "NOT_AFFECTED"])
def test_what_is_not_analysed_or_not_known_is_affected(state: str | None) -> None:
    """No word, and no known word, is never taken as harmless."""
    read = accepted(vex(about(state)), VexRead)
    assert read.statements_by_status == {"affected": 1}
    assert len(read.remarks) == 1


def test_versions_that_are_told_apart_give_a_statement_each() -> None:
    """Without an analysis, each version stands as the bill says of it."""
    versions = [
        {"version": "1"},
        {"version": "2", "status": "unaffected"},
        {"range": "vers:generic/>3", "status": "unknown"},
    ]
    found = about(None, affects=[{"ref": "pump", "versions": versions}])
    assert [(one.status, one.products) for one in lines(vex(found), VexStatement)] == [
        ("affected", ("pump 1",)),
        ("not_affected", ("pump 2",)),
        ("under_investigation", ("pump vers:generic/>3",)),
    ]


def test_not_affected_without_a_reason_is_remarked_upon() -> None:
    """The person who evaluates is told that nothing supports it."""
    found = {"id": "CVE-1", "analysis": {"state": "not_affected"}, "affects": [{"ref": "pump"}]}
    assert "without a reason" in accepted(vex(found), VexRead).remarks[0]


def test_a_bill_with_components_is_read_when_it_is_asked_for() -> None:
    """The same bytes are a bill by themselves, and statements when named so; each reading tells of the other."""
    data = vex(about("exploitable"), components=[{"bom-ref": "pump", "name": "p", "purl": "pkg:generic/p@1"}])
    assert accepted(data, SbomRead).component_count == 1
    read = accepted(data, VexRead, as_format="cyclonedx_vex")
    assert read.statements_by_status == {"affected": 1}
    assert "1 components" in read.remarks[0]


def test_references_are_resolved_to_package_urls_of_components_before_them() -> None:
    """A reference within the document says less than the package URL that it stands for."""
    component = {"bom-ref": "pump", "name": "p", "purl": "pkg:generic/p@1"}
    content = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}
    data = json.dumps({**content, "vulnerabilities": [about("exploitable")]}).encode()
    (statement,) = lines(data, VexStatement, as_format="cyclonedx_vex")
    assert statement.products == ("pkg:generic/p@1",)


def test_a_document_without_vulnerabilities_is_refused_and_an_empty_list_is_none() -> None:
    """A bill that says nothing on vulnerabilities is no statement; an empty list of them states nothing."""
    data = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}).encode()
    assert "no vulnerabilities" in rejected(data, as_format="cyclonedx_vex").reason
    assert accepted(vex(), VexRead, as_format="cyclonedx_vex").statements_by_status == {}


@pytest.mark.parametrize(
    "found",
    [
        {"analysis": {"state": "not_affected"}},
        {"id": " "},
        {"id": 7},
        {"id": "CVE-1", "analysis": "not_affected"},
        {"id": "CVE-1", "affects": [{}]},
        {"id": "CVE-1", "affects": [{"ref": "a", "versions": "1"}]},
        [],
    ],
)
def test_a_vulnerability_that_cannot_be_told_is_refused(found: Any) -> None:
    """One without an ID, or of another shape, is not passed over."""
    rejected(vex(found), as_format="cyclonedx_vex")


def test_an_identifier_used_twice_is_refused() -> None:
    """A ``bom-ref`` is unique."""
    found = {"bom-ref": "v", **about("exploitable")}
    assert "identifier 'v'" in rejected(vex(found, found)).reason


def test_a_vulnerability_of_nothing_is_affected_and_remarked_upon() -> None:
    """It names no product, and is kept."""
    (statement,) = lines(vex({"id": "CVE-1"}), VexStatement)
    assert (statement.status, statement.products) == ("affected", ())


@pytest.mark.parametrize("version", ["1.3", "2.0", ""])
def test_other_versions_are_refused(version: str) -> None:
    """Vulnerabilities came into the specification with 1.4."""
    rejected(vex(about("exploitable"), specVersion=version), as_format="cyclonedx_vex")


def test_deeply_nested_components_do_not_break_the_reading() -> None:
    """Depth is bounded."""
    nested = b'{"name": "a", "components": [' * 3000 + b"]}" * 3000
    data = vex(about("exploitable"), components=[0]).replace(b"[0]", b"[" + nested + b"]")
    rejected(data, as_format="cyclonedx_vex")
