"""CycloneDX: components, nested ones too, and what a bill says of itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import Component
from clausework.evidence.formats import SbomRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples import CYCLONEDX


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
    assert (source.name, rtos.name, rtos.version) == ("ring.c", "rtos", "9")
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
    main = {"type": "device", "name": "pump", "components": [{"name": "board"}]}
    read = accepted(bill(metadata={"component": main}), SbomRead)
    assert (read.component_count, read.main_component) == (1, "pump")


def test_nesting_bombs_are_refused() -> None:
    """Depth is bounded."""
    nested: dict[str, Any] = {"name": "a"}
    for _ in range(50):
        nested = {"name": "a", "components": [nested]}
    assert "nested deeper" in rejected(bill(nested)).reason


def test_vulnerabilities_in_a_bill_are_remarked_upon() -> None:
    """They are counted by their worst rating and not read as a scan."""
    vulnerabilities = [
        {"id": "CVE-1", "ratings": [{"severity": "low"}, {"severity": "critical"}]},
        {"id": "CVE-2", "ratings": []},
    ]
    (remark,) = accepted(bill(vulnerabilities=vulnerabilities), SbomRead).remarks
    assert "1 critical" in remark
    assert "1 unknown" in remark


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
