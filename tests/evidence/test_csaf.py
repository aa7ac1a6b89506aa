"""CSAF: products are resolved, contradictions are refused, and a VEX that claims no effect says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from clausework.evidence.detail import VexStatement
from clausework.evidence.format import VexRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.csaf import CSAF
from tests.evidence.vulnerability_reports import hostile


def changed(change: Callable[[Any], object]) -> bytes:
    """Return the sample after ``change``."""
    document = json.loads(CSAF)
    change(document)
    return json.dumps(document).encode()


def status(**groups: Any) -> Callable[[Any], object]:
    """Return a change of the products' status."""
    return lambda document: document["vulnerabilities"][0].update(product_status=groups)


def test_the_sample_gives_its_statements() -> None:
    """Products are told by package URL or name, parts with what they are part of; flags and threats are reasons."""
    found = {one.status: one for one in lines(CSAF, VexStatement)}
    assert found["affected"].products == ("pkg:generic/controller@1.0",)
    assert found["affected"].action == "vendor_fix: Update to 1.1."
    assert found["fixed"].products == ("Controller 1.1",)
    not_affected = found["not_affected"]
    assert not_affected.products == ("Controller 1.1 > ring 3",)
    assert (not_affected.justification, not_affected.impact) == (
        "vulnerable_code_not_present",
        "The part is left out.",
    )
    assert {one.vulnerability for one in found.values()} == {"CVE-2026-0001"}
    assert found["fixed"].aliases == ("EX-7",)
    read = accepted(CSAF, VexRead)
    assert (read.author, read.issued_at, read.remarks) == ("Example Medical", "2026-01-29T00:00:00.000Z", ())


@pytest.mark.parametrize(
    ("group", "taken"),
    [
        ("first_affected", "affected"),
        ("last_affected", "affected"),
        ("first_fixed", "fixed"),
        ("under_investigation", "under_investigation"),
        ("unknown", "under_investigation"),
    ],
)
def test_every_group_has_its_status(group: str, taken: str) -> None:
    """What CSAF tells apart more finely is told by OpenVEX's words."""
    (found,) = lines(changed(status(**{group: ["C-1"]})), VexStatement)
    assert found.status == taken


def test_a_recommendation_is_no_statement() -> None:
    """It may be of any product, even of an affected one."""
    read = accepted(changed(status(recommended=["C-2"])), VexRead)
    assert not any(read.statements_by_status.values())
    assert read.remarks


def test_version_2_1_is_read() -> None:
    """Its several package URLs tell a product too."""

    def change(document: Any) -> None:
        document["document"]["csaf_version"] = "2.1"
        product = document["product_tree"]["branches"][0]["branches"][0]["product"]
        product["product_identification_helper"] = {"purls": ["pkg:generic/controller@1.0.0"]}

    found = {one.status: one for one in lines(changed(change), VexStatement)}
    assert found["affected"].products == ("pkg:generic/controller@1.0.0",)


def test_a_claim_without_a_reason_is_refused_in_a_vex_and_remarked_elsewhere() -> None:
    """The profile of VEX asks for a flag or an impact, that of advisories does not."""

    def change(document: Any) -> None:
        document["vulnerabilities"][0].update(flags=[], threats=[])

    rejected(changed(change), as_format="csaf")

    def advisory(document: Any) -> None:
        change(document)
        document["document"]["category"] = "csaf_security_advisory"

    assert any("not why" in remark for remark in accepted(changed(advisory), VexRead).remarks)


def test_many_products_are_divided() -> None:
    """A supplier's document names tens of thousands; a line of detail stays short."""

    def change(document: Any) -> None:
        names = [f"P-{number}" for number in range(2500)]
        document["product_tree"]["full_product_names"] += [
            {"product_id": name, "name": name} for name in names
        ]
        document["vulnerabilities"][0]["product_status"] = {"under_investigation": names}

    found = lines(changed(change), VexStatement)
    assert [len(one.products) for one in found] == [1000, 1000, 500]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["document"].update(category="csaf_base"),
        lambda document: document["document"]["tracking"].update(status="draft"),
        lambda document: document.pop("vulnerabilities"),
    ],
)
def test_what_is_unusual_is_remarked(change: Callable[[Any], object]) -> None:
    """Another profile, a draft, a document that says nothing."""
    assert accepted(changed(change), VexRead).remarks


@pytest.mark.parametrize(
    "change",
    [
        status(known_affected=["C-1"], fixed=["C-1"]),
        status(known_affected=["nobody"]),
        status(harmless=["C-1"]),
        status(known_affected="C-1"),
        lambda document: document["vulnerabilities"][0].update(flags=[{"label": "trust_me"}]),
        lambda document: document["vulnerabilities"][0].update(
            flags=[{"label": "component_not_present", "group_ids": ["nobody"]}]
        ),
        lambda document: document["vulnerabilities"][0].update(cve=None, ids=[]),
        lambda document: document["product_tree"]["full_product_names"].append({"product_id": "C-1"}),
        lambda document: document["document"].update(csaf_version="1.2"),
        lambda document: document["document"]["publisher"].pop("name"),
        lambda document: document["document"]["tracking"].update(current_release_date="soon"),
        lambda document: document.pop("document"),
        lambda document: document.update(vulnerabilities=7),
    ],
)
def test_what_the_specification_refuses_is_rejected(change: Callable[[Any], object]) -> None:
    """A product that is two things at once, or none that is known, is not spoken of."""
    rejected(changed(change), as_format="csaf")


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    rejected(data, as_format="csaf")


def test_neighbours_are_not_claimed() -> None:
    """Other documents have a document in them."""
    assert rejected(b'{"document": {"title": "x"}}').format == ""
