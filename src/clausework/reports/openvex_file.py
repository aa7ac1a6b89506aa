"""Writes OpenVEX 0.2.0: what a manufacturer says of vulnerabilities in its products (EN IEC 81001-5-1 clause 9).

The document is made of signed dispositions alone. By OpenVEX a product that is not affected has either a justification
or a statement of the impact, never both; one that is affected has a statement of what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from packageurl import PackageURL

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of

CONTEXT = "https://openvex.dev/ns/v0.2.0"

STATUSES = {
    "not_affected": "not_affected",
    "false_positive": "not_affected",
    "fixed": "fixed",
    "accepted": "affected",
    "affected": "affected",
    "under_investigation": "under_investigation",
}
"""What each status of a disposition is in OpenVEX: what was accepted is there, and affects the product."""


class VexProduct(msgspec.Struct, frozen=True, order=True):
    """An artefact of a version: its name (of a path, the last part tells it), the version, its SHA-256."""

    name: str
    version: str
    sha256: str


class VexClaim(msgspec.Struct, frozen=True):
    """A disposition of a vulnerability in products; ``component`` is the package URL of what it is in, if known."""

    vulnerability: str
    aliases: tuple[str, ...]
    status: str
    vex_justification: str
    why: str
    notes: str
    expires: str
    at: str
    products: tuple[VexProduct, ...]
    component: str = ""


def openvex_bytes(author: str, tooling: str, at: str, claims: Sequence[VexClaim]) -> bytes:
    """Return the document, issued at the moment ``at``. Its ID follows from what it says, so each is version 1."""
    told = [_statement(one) for one in claims]
    statements = list({canonical_json(one): one for one in told}.values())
    document = {
        "@context": CONTEXT,
        "@id": f"urn:clausework:vex:{sha256_of(canonical_json([author, statements]))}",
        "author": author,
        "role": "manufacturer",
        "timestamp": at,
        "version": 1,
        "tooling": tooling,
        "statements": statements,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _statement(claim: VexClaim) -> dict[str, object]:
    status = STATUSES[claim.status]
    statement: dict[str, object] = {
        "vulnerability": {"name": claim.vulnerability}
        | ({"aliases": list(claim.aliases)} if claim.aliases else {}),
        "timestamp": claim.at,
        "products": [_product(one, claim.component) for one in claim.products],
        "status": status,
        "status_notes": claim.notes,
    }
    if status == "not_affected" and claim.vex_justification:
        statement["justification"] = claim.vex_justification
        statement["status_notes"] = f"{claim.why} {claim.notes}"
    elif status == "not_affected":
        statement["impact_statement"] = claim.why
    elif status == "affected":
        until = f"Accepted until {claim.expires}: " if claim.status == "accepted" else ""
        statement["action_statement"] = f"{until}{claim.why}"
    else:
        statement["status_notes"] = f"{claim.why} {claim.notes}"
    return statement


def _product(product: VexProduct, component: str) -> dict[str, object]:
    purl = PackageURL(
        "generic",
        None,
        product.name.rstrip("/").rpartition("/")[2],
        product.version or None,
        {"checksum": f"sha256:{product.sha256}"},
    ).to_string()
    told: dict[str, object] = {
        "@id": purl,
        "identifiers": {"purl": purl},
        "hashes": {"sha-256": product.sha256},
    }
    if component:
        told["subcomponents"] = [{"@id": component, "identifiers": {"purl": component}}]
    return told
