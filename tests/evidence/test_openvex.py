"""OpenVEX: who says what about which product, and a claim of no effect has a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from clausework.evidence.detail import VexStatement
from clausework.evidence.format import VexRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.openvex import OPENVEX, OPENVEX_FIRST
from tests.evidence.vulnerability_reports import hostile


def changed(change: Callable[[Any], object]) -> bytes:
    """Return the sample after ``change``."""
    document = json.loads(OPENVEX)
    change(document)
    return json.dumps(document).encode()


def test_the_sample_gives_its_statements() -> None:
    """Vulnerability, products with their parts, status and reasons are taken."""
    first, second = lines(OPENVEX, VexStatement)
    assert (first.vulnerability, first.status, first.aliases) == (
        "CVE-2026-0001",
        "not_affected",
        ("GHSA-aaaa-bbbb-cccc",),
    )
    assert first.products == ("pkg:oci/controller@sha256%3Aab > pkg:pypi/attrs@1.0",)
    assert (first.justification, first.impact) == (
        "vulnerable_code_not_in_execute_path",
        "It is never called.",
    )
    assert (second.products, second.action) == (("pkg:generic/controller@1.0",), "Update to 1.1.")
    read = accepted(OPENVEX, VexRead)
    assert (read.author, read.issued_at) == ("Example Medical", "2026-01-09T00:02:03.647Z")
    assert read.statements_by_status == {
        "not_affected": 1,
        "affected": 1,
        "fixed": 0,
        "under_investigation": 0,
    }


def test_the_first_context_is_read() -> None:
    """It has names where later ones have objects."""
    (found,) = lines(OPENVEX_FIRST, VexStatement)
    assert (found.vulnerability, found.status, found.products) == (
        "CVE-2026-0001",
        "fixed",
        ("pkg:generic/controller@1.0 > pkg:pypi/attrs@1.0",),
    )


def test_a_later_update_dates_the_document() -> None:
    """What was updated counts from then."""
    data = changed(lambda document: document.update(last_updated="2026-02-01T00:00:00Z"))
    assert accepted(data, VexRead).issued_at == "2026-02-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["statements"][1].pop("products"),
        lambda document: document["statements"][1].pop("action_statement"),
        lambda document: document.update(statements=[]),
    ],
)
def test_what_is_left_open_is_remarked(change: Callable[[Any], object]) -> None:
    """A statement about no product, or without what to do, is somebody's word all the same."""
    assert accepted(changed(change), VexRead).remarks


def test_an_impact_statement_is_a_reason() -> None:
    """The specification takes a text where no label fits."""
    data = changed(lambda document: document["statements"][0].pop("justification"))
    assert lines(data, VexStatement)[0].impact == "It is never called."


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["statements"][0].update(justification=None, impact_statement=None),
        lambda document: document["statements"][0].update(justification="trust_me"),
        lambda document: document["statements"][0].update(status="harmless"),
        lambda document: document["statements"][0].pop("status"),
        lambda document: document["statements"][0].pop("vulnerability"),
        lambda document: document["statements"][0].update(vulnerability={}),
        lambda document: document["statements"][0].update(products=[{}]),
        lambda document: document.pop("author"),
        lambda document: document.pop("timestamp"),
        lambda document: document.update(timestamp="soon"),
        lambda document: document.pop("statements"),
        lambda document: document.update(statements={}),
        lambda document: document.update({"@context": "https://example.com/ns"}),
    ],
)
def test_what_the_specification_refuses_is_rejected(change: Callable[[Any], object]) -> None:
    """A statement without a reason, an unknown status, a document of nobody: none is kept as somebody's word."""
    rejected(changed(change), as_format="openvex")


@hostile
def test_hostile_documents_are_rejected(data: bytes) -> None:
    """Nothing makes the reader crash."""
    rejected(data, as_format="openvex")
