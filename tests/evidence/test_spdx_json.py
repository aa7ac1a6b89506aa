"""SPDX 2 in JSON: packages as components, without the one that the document is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import Component
from clausework.evidence.format import SbomRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.spdx_json import SPDX_JSON

RTOS = {"SPDXID": "SPDXRef-rtos", "name": "rtos", "versionInfo": "9", "downloadLocation": "NONE"}

PUMP = {"SPDXID": "SPDXRef-pump", "name": "pump", "versionInfo": "1", "downloadLocation": "NONE"}


def spdx(*packages: Any, **members: Any) -> bytes:
    """Return a document of ``packages`` that says to be about something outside."""
    content = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "documentNamespace": "https://example.com/a",
        "documentDescribes": ["DocumentRef-other:SPDXRef-pump"],
        "packages": packages,
    }
    return json.dumps({**content, **members}).encode()


def related(one: str, kind: str, other: str) -> dict[str, str]:
    """Return a relationship."""
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def test_the_sample_gives_its_components() -> None:
    """Identity, digests, licences and supplier are taken; files and the described package are not counted."""
    ring, rtos = lines(SPDX_JSON, Component)
    assert ring == Component(
        "ring",
        "1.0",
        "pkg:generic/ring@1.0",
        hashes=("SHA-256:" + "ab" * 32,),
        licences=("MIT", "MIT OR ISC"),
        supplier="Example (mail@example.com)",
        cpe="cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*",
    )
    assert (rtos.name, rtos.supplier, rtos.licences) == ("rtos", "Ada", ())
    serial = "https://example.com/spdx/infusor-2.4.0"
    assert accepted(SPDX_JSON, SbomRead) == SbomRead("SPDX 2.3", serial, 2, "infusor 2.4.0")


@pytest.mark.parametrize("version", ["SPDX-2.2", "SPDX-2.3"])
def test_the_versions_2_2_and_2_3_are_read(version: str) -> None:
    """Both were written as JSON."""
    expected = version.replace("-", " ")
    assert accepted(spdx(RTOS, spdxVersion=version), SbomRead).specification == expected


@pytest.mark.parametrize(
    "members",
    [{"spdxVersion": "SPDX-2.4"}, {"spdxVersion": None}, {"SPDXID": "SPDXRef-x"}, {"spdxVersion": 2.3}],
)
def test_other_versions_and_documents_are_refused(members: dict[str, Any]) -> None:
    """What is not an SPDX 2 document by its own word is not read as one."""
    rejected(spdx(RTOS, **members), as_format="spdx_json")


def test_the_document_as_an_interface_of_github_wraps_it_is_read() -> None:
    """The wrapping is known; something beside it is not passed over."""
    wrapped = b'{"sbom": ' + spdx(RTOS) + b"}"
    assert accepted(wrapped, SbomRead).component_count == 1
    rejected(wrapped[:-1] + b', "packages": []}', as_format="spdx_json")


@pytest.mark.parametrize(
    "package",
    [
        {},
        {**RTOS, "name": ""},
        {**RTOS, "name": "NOASSERTION"},
        {**RTOS, "name": 7},
        {**RTOS, "SPDXID": ""},
        {**RTOS, "SPDXID": None},
        {**RTOS, "checksums": {}},
        3,
    ],
)
def test_a_package_that_cannot_be_told_is_refused(package: Any) -> None:
    """A package without a name or an identifier, or of another shape, is not counted as one."""
    rejected(spdx(package))


def test_two_elements_with_one_identifier_are_refused() -> None:
    """Identifiers are unique, between packages and files too."""
    assert "identifier 'SPDXRef-rtos'" in rejected(spdx(RTOS, RTOS)).reason
    rejected(spdx(RTOS, files=[{"SPDXID": "SPDXRef-rtos", "fileName": "a"}]))


@pytest.mark.parametrize(
    "members",
    [
        {"documentDescribes": ["SPDXRef-rtos"]},
        {
            "documentDescribes": [],
            "relationships": [related("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-rtos")],
        },
        {
            "documentDescribes": ["SPDXRef-rtos"],
            "relationships": [related("SPDXRef-rtos", "DESCRIBED_BY", "SPDXRef-DOCUMENT")],
        },
    ],
)
def test_the_one_described_package_is_the_main_component(members: dict[str, Any]) -> None:
    """It is named, and not counted; all three ways to say so are read, and saying it twice is one."""
    ring = {**RTOS, "SPDXID": "SPDXRef-ring", "name": "ring"}
    read = accepted(spdx(ring, RTOS, **members), SbomRead)
    assert (read.component_count, read.main_component, read.remarks) == (1, "rtos 9", ())


def test_with_several_described_packages_all_are_counted() -> None:
    """None is left out of the bill for being described."""
    ring = {**RTOS, "SPDXID": "SPDXRef-ring", "name": "ring"}
    read = accepted(spdx(ring, RTOS, documentDescribes=["SPDXRef-ring", "SPDXRef-rtos"]), SbomRead)
    assert (read.component_count, read.main_component) == (2, "")
    assert "about 2 elements" in read.remarks[0]


def test_what_is_missing_is_remarked_upon() -> None:
    """A named element that is not there, no packages, nothing described, advisories."""
    dangling = related("SPDXRef-rtos", "DEPENDS_ON", "SPDXRef-gone")
    assert "SPDXRef-gone" in " ".join(accepted(spdx(RTOS, relationships=[dangling]), SbomRead).remarks)
    remarks = " ".join(accepted(spdx(documentDescribes=[]), SbomRead).remarks)
    assert "no packages" in remarks
    assert "what it is about" in remarks
    advisory = {"referenceType": "advisory", "referenceLocator": "https://example.com/CVE-1"}
    assert "CVE-1" in accepted(spdx({**RTOS, "externalRefs": [advisory]}), SbomRead).remarks[0]


def test_relationships_may_come_before_what_they_relate() -> None:
    """Members of a document stand in any order."""
    relationships = [related("SPDXRef-rtos", "CONTAINS", "SPDXRef-s"), related("SPDXRef-rtos", "A", "NONE")]
    content = json.loads(
        spdx(RTOS, PUMP, snippets=[{"SPDXID": "SPDXRef-s"}], documentDescribes=["SPDXRef-pump"])
    )
    data = json.dumps({"relationships": relationships, **content}).encode()
    assert accepted(data, SbomRead).remarks == ()


@pytest.mark.parametrize(
    "relationship", [{}, related("", "A", "b"), related("a", "", "b"), related("a", "A", "")]
)
def test_a_relationship_that_relates_nothing_is_refused(relationship: dict[str, str]) -> None:
    """It may have been the one that says what the document is about."""
    rejected(spdx(RTOS, relationships=[relationship]))


def test_a_member_named_twice_is_refused() -> None:
    """Also where packages are decoded many at a time, an ambiguous one is noticed."""
    many = [{**RTOS, "SPDXID": f"SPDXRef-{number}"} for number in range(9)]
    data = spdx(*many).replace(b'"SPDXRef-5", "name": "rtos"', b'"SPDXRef-5", "name": "x", "name": "rtos"')
    assert "twice" in rejected(data).reason


@pytest.mark.parametrize(
    "data",
    [
        b'{"sbom": {"name": "x"}}',
        b'{"SPDXID": "SPDXRef-Package", "name": "x"}',
        b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "spdxVersion": "SPDX-2.3"}',
        b'{"spdxVersion": "SPDX-3.0", "packages": []}',
    ],
)
def test_look_alikes_are_not_claimed(data: bytes) -> None:
    """Only a document of SPDX 2 is."""
    assert rejected(data).format != "spdx_json"
