"""Sigstore bundles: the attestation or the signature within, its signer and its log entries, shown as they stand."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from clausework.evidence.detail import AttestedStatement
from clausework.evidence.format import ProvenanceRead
from clausework.evidence.reading import Accepted, Quarantined
from tests.evidence.recording import accepted, lines, read, rejected
from tests.evidence.samples.sigstore import SIGSTORE, bundle
from tests.evidence.test_in_toto import certificate

DIGEST = {"algorithm": "SHA2_256", "digest": base64.b64encode(bytes(32)).decode()}


def message(**members: Any) -> dict[str, Any]:
    """Return a bundle that signs bytes and states nothing."""
    content = bundle(messageSignature={"messageDigest": DIGEST, "signature": "AAAA", **members})
    del content["dsseEnvelope"]
    return content


def encoded(content: Any) -> bytes:
    """Return ``content`` as JSON."""
    return json.dumps(content).encode()


def test_the_sample_gives_what_it_attests() -> None:
    """The statement within, the key that is named and the log entry."""
    (statement,) = lines(SIGSTORE, AttestedStatement)
    assert statement.predicate_type == "https://slsa.dev/provenance/v1"
    assert statement.key_ids == ("key-1",)
    assert statement.signed_by == ("a key; transparency log entry 42 of 2026-01-01T00:00:00Z",)
    read = accepted(SIGSTORE, ProvenanceRead)
    assert (read.subjects, read.remarks) == (("ab" * 32,), ())


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.dev.sigstore.bundle+json;version=0.1",
        "application/vnd.dev.sigstore.bundle+json;version=0.2",
        "application/vnd.dev.sigstore.bundle+json; version=0.3",
        "application/vnd.dev.sigstore.bundle.v0.3+json",
    ],
)
def test_the_versions_0_1_to_0_3_are_read(media_type: str) -> None:
    """The media type says which version it is, in either spelling."""
    assert accepted(encoded(bundle(mediaType=media_type)), ProvenanceRead).subjects


@pytest.mark.parametrize(
    "media_type", ["application/vnd.dev.sigstore.bundle.v0.4+json", "application/json", "", None, 3]
)
def test_other_versions_are_refused(media_type: Any) -> None:
    """A bundle of another version is not read as one of these."""
    rejected(encoded(bundle(mediaType=media_type)), as_format="sigstore")


def test_a_signature_over_bytes_is_kept_as_that() -> None:
    """It attests nothing but that somebody signed the digest."""
    (statement,) = lines(encoded(message()), AttestedStatement)
    assert statement.predicate_type == "message-signature"
    assert statement.subjects == (("", "sha256:" + "00" * 32),)
    assert accepted(encoded(message()), ProvenanceRead).subjects == ("00" * 32,)


@pytest.mark.parametrize("chained", [False, True])
def test_the_signer_is_shown_as_the_certificate_names_them(chained: bool) -> None:
    """Both places of a certificate are read, the first of a chain being the signer's."""
    raw = {"rawBytes": base64.b64encode(certificate().public_bytes(Encoding.DER)).decode()}
    material = {"x509CertificateChain": {"certificates": [raw]}} if chained else {"certificate": raw}
    (statement,) = lines(encoded(bundle(verificationMaterial=material)), AttestedStatement)
    assert statement.signed_by[0].startswith("ada@example.com, as https://accounts.example.c")
    remarks = accepted(encoded(bundle(verificationMaterial=material)), ProvenanceRead).remarks
    assert "transparency log" in remarks[0]


def test_several_bundles_are_all_read() -> None:
    """In lines, and in the answer of an interface that holds several."""
    assert len(lines(SIGSTORE + encoded(message()), AttestedStatement)) == 2
    answer = {"attestations": [{"bundle": bundle(), "repository_id": 1}, {"bundle": message()}]}
    assert len(lines(encoded(answer), AttestedStatement)) == 2


@pytest.mark.parametrize(
    "members",
    [
        {"verificationMaterial": {}},
        {"verificationMaterial": None},
        {"verificationMaterial": {"certificate": {"rawBytes": "AAAA"}}},
        {"verificationMaterial": {"certificate": {"rawBytes": "!"}}},
        {"verificationMaterial": {"publicKey": {"hint": "a"}, "tlogEntries": [{"logIndex": "x"}]}},
        {"verificationMaterial": {"publicKey": {"hint": "a"}, "tlogEntries": [{"integratedTime": "9" * 30}]}},
        {"verificationMaterial": {"publicKey": {"hint": "a"}, "tlogEntries": [{}] * 200}},
        {"dsseEnvelope": None},
        {"dsseEnvelope": {}},
        {"messageSignature": {"messageDigest": DIGEST, "signature": "AAAA"}},
    ],
)
def test_a_bundle_that_cannot_be_told_is_refused(members: dict[str, Any]) -> None:
    """No signer, a damaged certificate, entries that are none, nothing signed, or two things."""
    rejected(encoded(bundle(**members)))


@pytest.mark.parametrize(
    "members",
    [
        {"signature": ""},
        {"signature": "!"},
        {"messageDigest": {"algorithm": "SHA2_256", "digest": "AAAA"}},
        {"messageDigest": {"algorithm": "MD5", "digest": DIGEST["digest"]}},
        {"messageDigest": {}},
    ],
)
def test_a_signature_over_bytes_that_cannot_be_told_is_refused(members: dict[str, Any]) -> None:
    """No signature, or a digest that is none."""
    rejected(encoded(message(**members)))


def test_a_damaged_certificate_never_breaks_the_reading() -> None:
    """Each of its bytes is changed in turn: it is read, or the bundle is refused."""
    der = certificate().public_bytes(Encoding.DER)
    for place in range(len(der)):
        damaged = der[:place] + bytes([der[place] ^ 0x5F]) + der[place + 1 :]
        material = {"certificate": {"rawBytes": base64.b64encode(damaged).decode()}}
        outcome = read(encoded(bundle(verificationMaterial=material)))
        assert isinstance(outcome, Accepted | Quarantined)


def test_a_member_named_twice_is_refused() -> None:
    """Two readers could read it in two ways."""
    data = SIGSTORE.replace(b'{"hint": "key-1"}', b'{"hint": "key-1", "hint": "key-2"}')
    assert "twice" in rejected(data).reason


@pytest.mark.parametrize(
    "data", [b'{"mediaType": "application/vnd.oci.image.manifest.v1+json"}', b'{"attestations": [1]}']
)
def test_look_alikes_are_not_claimed(data: bytes) -> None:
    """Other documents have media types and attestations too."""
    assert rejected(data).format == ""
