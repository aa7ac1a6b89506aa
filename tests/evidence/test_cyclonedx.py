"""CycloneDX: components, nested ones too, and what a bill says of itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import Component
from clausework.evidence.format import SbomRead
from clausework.evidence.source import HEAD
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.cyclonedx import CYCLONEDX

RTOS = {"type": "operating-system", "name": "rtos", "version": "9"}


def bill(*components: dict[str, Any], **members: Any) -> bytes:
    """Return a bill of ``components``."""
    content = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}
    return json.dumps({**content, **members}).encode()


def test_the_sample_gives_its_components() -> None:
    """Identity, digests, licences and supplier are taken, of nested components too."""
    ring, source, rtos = lines(CYCLONEDX, Component)
    assert ring == Component(
        "ring",
        "1.0",
        "pkg:generic/ring@1.0",
        "library",
        ("SHA-256:" + "ab" * 32,),
        ("MIT", "MIT OR ISC"),
        "",
        "Example",
        "org.example",
    )
    assert (source.name, source.parent) == ("ring.c", "pkg:generic/ring@1.0")
    assert (rtos.name, rtos.version, rtos.parent) == ("rtos", "9", "")
    serial = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
    assert accepted(CYCLONEDX, SbomRead) == SbomRead("CycloneDX 1.5", serial, 3, "infusor 2.4.0")


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"])
def test_the_versions_1_2_to_1_7_are_read(version: str) -> None:
    """Every version that is written as JSON is read."""
    assert accepted(bill(specVersion=version), SbomRead).specification == f"CycloneDX {version}"


@pytest.mark.parametrize(
    "members", [{"specVersion": "2.0"}, {"specVersion": None}, {"specVersion": 1.5}, {"bomFormat": "SPDX"}]
)
def test_other_versions_and_formats_are_refused(members: dict[str, Any]) -> None:
    """A bill of another version is not read as one of these."""
    rejected(bill(**members), as_format="cyclonedx")


@pytest.mark.parametrize(
    "component", [{}, {"name": ""}, {"name": None}, {"name": 7}, {"name": "a", "hashes": {}}, 3]
)
def test_a_component_that_cannot_be_told_is_refused(component: Any) -> None:
    """A component without a name, or of another shape, is not counted as one; nested ones neither."""
    rejected(bill(component))
    rejected(bill({"name": "outer", "components": [component]}))


def test_components_nested_in_the_main_one_are_counted() -> None:
    """What the device itself consists of belongs to the bill."""
    main = {"type": "device", "name": "pump", "components": [{"name": "board", "version": "1"}]}
    read = accepted(bill(metadata={"component": main}), SbomRead)
    assert (read.component_count, read.main_component) == (1, "pump")


def test_nesting_bombs_are_refused() -> None:
    """Depth is bounded."""
    nested: dict[str, Any] = {"name": "a"}
    for _ in range(50):
        nested = {"name": "a", "components": [nested]}
    assert "nested deeper" in rejected(bill(nested)).reason


def test_vulnerabilities_in_a_bill_are_remarked_upon() -> None:
    """They are counted by their worst rating and by the state of their analysis, and not read as a scan."""
    vulnerabilities = [
        {"id": "CVE-1", "ratings": [{"severity": "low"}, {"severity": "critical"}]},
        {"id": "CVE-2", "ratings": [], "analysis": {"state": "not_affected"}},
        {"id": "CVE-3", "ratings": [{"score": 9.8}]},
    ]
    (remark,) = accepted(bill(RTOS, vulnerabilities=vulnerabilities), SbomRead).remarks
    assert "2 critical, 1 unknown" in remark
    assert "2 not analysed, 1 not_affected" in remark or "1 not_affected, 2 not analysed" in remark
    assert "--as cyclonedx_vex" in remark


def test_two_elements_with_one_identifier_are_refused() -> None:
    """A ``bom-ref`` is unique, between nested components and the main one too: else links point two ways."""
    again = {**RTOS, "bom-ref": "a"}
    for members in (
        bill(again, again),
        bill(again, {"name": "outer", "version": "1", "components": [again]}),
        bill(again, metadata={"component": {"name": "pump", "bom-ref": "a"}}),
    ):
        assert "identifier 'a'" in rejected(members).reason


def test_a_package_url_that_is_none_is_kept_with_a_remark() -> None:
    """What the bill says stays to be seen; that it cannot be matched is told."""
    data = bill({**RTOS, "purl": "pkg:rtos"}, {**RTOS, "purl": "pkg:npm/%40a/b@1.0?x=y#z"})
    (remark,) = accepted(data, SbomRead).remarks
    assert "pkg:rtos" in remark
    assert [component.purl for component in lines(data, Component)] == [
        "pkg:rtos",
        "pkg:npm/%40a/b@1.0?x=y#z",
    ]


@pytest.mark.parametrize(
    ("members", "supplier"),
    [
        ({"supplier": {"name": "S"}, "manufacturer": {"name": "M"}, "author": "A"}, "S"),
        ({"supplier": {"url": []}, "manufacturer": {"name": "M"}, "publisher": "P"}, "M"),
        ({"publisher": "P", "authors": [{"name": "B"}]}, "P"),
        ({"author": "A"}, "A"),
        ({"authors": [{"name": "B"}, {"email": "x"}, {"name": "C"}]}, "B, C"),
    ],
)
def test_the_supplier_is_who_stands_closest_to_one(members: dict[str, Any], supplier: str) -> None:
    """Supplier, else manufacturer, publisher, author, authors."""
    (component,) = lines(bill({**RTOS, **members}), Component)
    assert component.supplier == supplier


def test_cpe_and_version_range_are_taken() -> None:
    """They identify what has no package URL, or no version of its own."""
    cpe = "cpe:2.3:o:example:rtos:9:*:*:*:*:*:*:*"
    (component,) = lines(bill({"name": "rtos", "versionRange": "vers:generic/>=9", "cpe": cpe}), Component)
    assert (component.version, component.cpe) == ("vers:generic/>=9", cpe)


def test_services_and_components_without_a_version_are_remarked_upon() -> None:
    """Neither is passed over in silence; a service is no component."""
    read = accepted(bill({"name": "rtos"}, services=[{"name": "cloud"}]), SbomRead)
    assert read.component_count == 1
    assert any("1 services" in remark for remark in read.remarks)
    assert any("no version: rtos" in remark for remark in read.remarks)


def test_components_that_only_made_or_preceded_the_software_are_not_counted() -> None:
    """Tools, pedigree and evidence name components that are not part of it."""
    tools = {"components": [{"name": "maker", "version": "1"}]}
    pedigree = {"ancestors": [{"name": "older", "version": "1"}]}
    data = bill({**RTOS, "pedigree": pedigree, "evidence": {"identity": []}}, metadata={"tools": tools})
    assert [component.name for component in lines(data, Component)] == ["rtos"]


def test_a_large_bill_whose_format_stands_last_is_recognised() -> None:
    """cyclonedx-python-lib sorts members, so that ``bomFormat`` comes behind all components."""
    members = {
        "components": [{"bom-ref": f"{number}", **RTOS} for number in range(3000)],
        "metadata": {},
        "$schema": "x",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
    }
    data = json.dumps(members).encode()
    assert data.index(b"bomFormat") > HEAD
    assert accepted(data, SbomRead).component_count == 3000


def test_other_files_with_components_are_not_claimed() -> None:
    """Components alone do not make a bill of CycloneDX."""
    for members in ({"components": [{"path": "a"}]}, {"components": [{"name": "a"}], "project": "b"}, {}):
        assert rejected(json.dumps(members).encode()).format == ""


def test_a_bill_that_is_not_whole_by_its_own_word_is_remarked_upon() -> None:
    """What the author says is incomplete is told."""
    (remark,) = accepted(bill(compositions=[{"aggregate": "incomplete"}]), SbomRead).remarks
    assert "not whole" in remark


def test_a_bill_without_components_is_accepted_as_none_with_a_remark() -> None:
    """It is for the gate to refuse an empty bill."""
    data = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6"}).encode()
    read = accepted(data, SbomRead)
    assert read.component_count == 0
    assert read.remarks


def test_a_member_named_twice_in_a_nested_component_is_refused() -> None:
    """Also where components are decoded many at a time, an ambiguous one is noticed."""
    ambiguous = b'{"name": "c", "components": [{"name": "a", "version": "1", "version": "2"}]}'
    plain = b'{"name": "c", "components": [{"name": "a", "version": "1"}]}'
    data = bill().replace(b"[]", b"[" + b", ".join([plain] * 4 + [ambiguous] + [plain] * 4) + b"]")
    assert "twice" in rejected(data).reason
