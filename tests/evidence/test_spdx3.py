"""SPDX 3.0: packages of the graph, completed by the elements that they refer to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import Component
from clausework.evidence.format import SbomRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.spdx3 import BASE, SPDX3

RTOS = {"type": "software_Package", "spdxId": "urn:rtos", "name": "rtos", "software_packageVersion": "9"}
CREATION = {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1"}
DOCUMENT = {"type": "SpdxDocument", "spdxId": "urn:doc", "rootElement": ["urn:pump"]}
PUMP = {"type": "software_Package", "spdxId": "urn:pump", "name": "pump"}


def spdx(*elements: Any, **members: Any) -> bytes:
    """Return a document about a pump, whose graph has ``elements``."""
    content = {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [CREATION, DOCUMENT, PUMP, *elements],
    }
    return json.dumps({**content, **members}).encode()


def related(one: Any, kind: str, *others: Any) -> dict[str, Any]:
    """Return a relationship."""
    return {"type": "Relationship", "spdxId": "urn:r", "from": one, "relationshipType": kind, "to": others}


def test_the_sample_gives_its_components() -> None:
    """Supplier and licence come from elements behind the package; the root is not counted, nor are files."""
    (ring,) = lines(SPDX3, Component)
    assert ring == Component(
        "ring",
        "1.0",
        "pkg:generic/ring@1.0",
        "library",
        ("SHA-256:" + "ab" * 32,),
        ("MIT OR ISC",),
        supplier="Example",
        cpe="cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*",
    )
    assert accepted(SPDX3, SbomRead) == SbomRead("SPDX 3.0.1", BASE, 1, "infusor 2.4.0")


@pytest.mark.parametrize("version", ["3.0", "3.0.0", "3.0.1"])
def test_the_versions_3_0_are_read(version: str) -> None:
    """CreationInfo says which version it is, also within an element."""
    data = spdx(RTOS).replace(b'"specVersion": "3.0.1"', f'"specVersion": "{version}"'.encode())
    assert accepted(data, SbomRead).specification == f"SPDX {version}"
    inline = {**RTOS, "creationInfo": {"type": "CreationInfo", "specVersion": version}}
    data = spdx(inline).replace(json.dumps(CREATION).encode() + b", ", b"")
    assert accepted(data, SbomRead).specification == f"SPDX {version}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"specVersion": "3.0.1"', b'"specVersion": "3.1.0"'),
        (b'"specVersion": "3.0.1"', b'"specVersion": "2.3"'),
        (b'"specVersion": "3.0.1"', b'"x": "3.0.1"'),
        (b"rdf/3.0.1/", b"rdf/3.1/"),
        (b"spdx.org", b"example.com"),
        (b"CreationInfo", b"Other"),
        (b"@graph", b"@graphs"),
    ],
)
def test_other_versions_and_graphs_are_refused(old: bytes, new: bytes) -> None:
    """Without context, graph or version nothing says that it is SPDX 3.0."""
    rejected(spdx(RTOS).replace(old, new), as_format="spdx3")


@pytest.mark.parametrize(
    "element",
    [
        {},
        {**RTOS, "name": " "},
        {**RTOS, "spdxId": ""},
        {**RTOS, "name": 7},
        {**RTOS, "verifiedUsing": {}},
        {**RTOS, "spdxId": "urn:pump"},
        {**DOCUMENT, "spdxId": "urn:doc2"},
        {"type": "Relationship", "from": "urn:rtos", "to": ["urn:pump"]},
        {"type": "Relationship", "from": "urn:rtos", "relationshipType": "contains"},
        3,
    ],
)
def test_an_element_that_cannot_be_told_is_refused(element: Any) -> None:
    """No type, name or identifier, another's identifier, a second document, half a relationship."""
    rejected(spdx(element))


def test_a_context_may_be_one_of_several() -> None:
    """SPDX's own context stands beside others."""
    own = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
    assert accepted(spdx(RTOS, **{"@context": [{"a": "b"}, own]}), SbomRead).component_count == 1
    rejected(spdx(RTOS, **{"@context": [{"a": own}]}), as_format="spdx3")


def test_packages_of_models_and_data_are_components_too() -> None:
    """Both are packages by the model."""
    model = {"type": "ai_AIPackage", "spdxId": "urn:m", "name": "grader", "software_packageVersion": "2"}
    data = {
        "type": "dataset_DatasetPackage",
        "spdxId": "urn:d",
        "name": "images",
        "software_packageVersion": "1",
    }
    found = lines(spdx(model, data), Component)
    assert [(one.name, one.type) for one in found] == [
        ("grader", "machine-learning-model"),
        ("images", "data"),
    ]


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("https://spdx.org/licenses/MIT", ("MIT",)),
        ("https://spdx.org/rdf/3.0.1/terms/Licensing/NoneLicense", ("NONE",)),
        ("https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertionLicense", ()),
        ({"type": "x", "simplelicensing_licenseExpression": "ISC"}, ("ISC",)),
    ],
)
def test_licences_are_followed(licence: Any, expected: tuple[str, ...]) -> None:
    """Listed ones, the individuals for none and no assertion, one that stands within."""
    (rtos,) = lines(spdx(RTOS, related("urn:rtos", "hasDeclaredLicense", licence)), Component)
    assert rtos.licences == expected


def test_suppliers_are_followed() -> None:
    """By identifier, within the package, else the originator; an unknown one stays as it is written."""
    maker = {"type": "Organization", "spdxId": "urn:maker", "name": "Example"}
    for members, expected in (
        ({"suppliedBy": "urn:maker"}, "Example"),
        ({"suppliedBy": {"name": "Other"}}, "Other"),
        ({"originatedBy": ["urn:maker"]}, "Example"),
        ({"suppliedBy": "urn:gone"}, "urn:gone"),
        ({}, ""),
    ):
        (rtos,) = lines(spdx({**RTOS, **members}, maker), Component)
        assert rtos.supplier == expected


def test_a_relationship_says_too_what_is_described() -> None:
    """Without a root, ``describes`` names the main component."""
    data = spdx(RTOS, related("urn:doc", "describes", "urn:pump")).replace(b'["urn:pump"]}, {', b"[]}, {", 1)
    assert accepted(data, SbomRead).main_component == "pump"


def test_what_is_missing_and_passed_over_is_remarked_upon() -> None:
    """A named element that is not there, statements on vulnerabilities."""
    data = spdx(
        RTOS, related("urn:rtos", "dependsOn", "urn:gone"), {"type": "security_Vulnerability", "spdxId": "v"}
    )
    remarks = " ".join(accepted(data, SbomRead).remarks)
    assert "urn:gone" in remarks
    assert "security_Vulnerability" in remarks


def test_imported_elements_may_be_named() -> None:
    """The document says which elements stand in others."""
    document = {**DOCUMENT, "import": [{"type": "ExternalMap", "externalSpdxId": "urn:out"}]}
    data = spdx(RTOS, related("urn:rtos", "dependsOn", "urn:out"))
    assert (
        accepted(data.replace(json.dumps(DOCUMENT).encode(), json.dumps(document).encode()), SbomRead).remarks
        == ()
    )


@pytest.mark.parametrize(
    "data",
    [
        b'{"@context": "https://schema.org", "@graph": []}',
        b'{"@graph": [{"@id": "x"}]}',
        b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": {}}',
    ],
)
def test_look_alikes_are_not_claimed(data: bytes) -> None:
    """Other vocabularies are written as JSON-LD too."""
    assert rejected(data).format == ""
