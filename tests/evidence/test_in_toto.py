"""In-toto: statements bare and in envelopes, of any predicate; provenance is looked into, nothing is verified."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from clausework.evidence.detail import AttestedStatement
from clausework.evidence.format import ProvenanceRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.in_toto import IN_TOTO, STATEMENT, envelope


def bare(**members: Any) -> bytes:
    """Return a statement in no envelope."""
    return json.dumps({**STATEMENT, **members}).encode()


def certificate() -> x509.Certificate:
    """Return a certificate as Fulcio issues them, signed by itself."""
    key = ed25519.Ed25519PrivateKey.generate()
    at = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    issuer = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.8"), b"\x0c\x1ahttps://accounts.example.com"[:28]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at)
        .not_valid_after(at + datetime.timedelta(minutes=10))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name("ada@example.com")]), critical=True)
        .add_extension(issuer, critical=False)
        .sign(key, None)
    )


def test_the_sample_gives_what_it_attests() -> None:
    """Predicate, subjects, builder, materials and key IDs are taken from within the envelope."""
    (statement,) = lines(IN_TOTO, AttestedStatement)
    assert statement == AttestedStatement(
        "https://slsa.dev/provenance/v1",
        (("infusor.bin", "sha256:" + "ab" * 32),),
        "https://example.com/builder",
        "https://example.com/build/v1",
        (("git+https://example.com/pump@refs/heads/main", "gitCommit:" + "cd" * 20),),
        ("key-1",),
    )
    assert accepted(IN_TOTO, ProvenanceRead) == ProvenanceRead(
        ("https://slsa.dev/provenance/v1",), ("https://example.com/builder",), ("ab" * 32,), ("key-1",)
    )


@pytest.mark.parametrize("version", ["v0.1", "v1"])
@pytest.mark.parametrize("indent", [None, 2])
def test_bare_statements_of_both_versions_are_read_and_said_to_be_unsigned(
    version: str, indent: int | None
) -> None:
    """Nobody signed them, and the record shows it."""
    statement = {**STATEMENT, "_type": f"https://in-toto.io/Statement/{version}"}
    read = accepted(json.dumps(statement, indent=indent).encode(), ProvenanceRead)
    assert read.key_ids == ()
    assert "no signature" in read.remarks[0]


@pytest.mark.parametrize(
    ("version", "predicate"),
    [
        ("v0.1", {"builder": {"id": "b"}, "recipe": {"type": "t"}}),
        ("v0.2", {"builder": {"id": "b"}, "buildType": "t"}),
        ("v1", {"buildDefinition": {"buildType": "t"}, "runDetails": {"builder": {"id": "b"}}}),
    ],
)
def test_each_version_of_provenance_tells_builder_and_build_type(
    version: str, predicate: dict[str, Any]
) -> None:
    """They stand in other places in each."""
    data = bare(predicateType=f"https://slsa.dev/provenance/{version}", predicate=predicate)
    (statement,) = lines(data, AttestedStatement)
    assert (statement.builder, statement.build_type) == ("b", "t")


def test_materials_are_taken_with_and_without_digests() -> None:
    """What went into the build is shown as far as it is told."""
    materials = [{"uri": "a", "digest": {"sha1": "cd", "sha256": "AB" * 32}}, {"uri": "b"}]
    predicate = {"builder": {"id": "b"}, "materials": materials}
    data = bare(predicateType="https://slsa.dev/provenance/v0.2", predicate=predicate)
    (statement,) = lines(data, AttestedStatement)
    assert statement.materials == (("a", "sha256:" + "ab" * 32), ("a", "sha1:cd"), ("b", ""))


def test_other_predicates_are_kept_with_type_and_subjects() -> None:
    """What they say is not looked into, and a predicate may be missing."""
    data = b"\n".join([bare(predicateType="urn:one"), bare(predicateType="urn:two", predicate=None)])
    read = accepted(data, ProvenanceRead)
    assert read.predicate_types == ("urn:one", "urn:two")
    assert read.builders == ()


def test_a_provenance_that_names_no_builder_or_is_of_another_version_is_remarked_upon() -> None:
    """Neither is taken for more than it says."""
    data = bare(predicate={"buildDefinition": {}})
    assert "does not name its builder" in " ".join(accepted(data, ProvenanceRead).remarks)
    data = bare(predicateType="https://slsa.dev/provenance/v2")
    assert "not looked into: v2" in " ".join(accepted(data, ProvenanceRead).remarks)


def test_several_envelopes_in_lines_are_all_read() -> None:
    """With empty lines between them, and the last line open."""
    other = {**STATEMENT, "subject": [{"name": "b", "digest": {"sha256": "cd" * 32}}]}
    data = IN_TOTO + b"\r\n\n" + json.dumps(envelope(other)).encode()
    assert accepted(data, ProvenanceRead).subjects == ("ab" * 32, "cd" * 32)
    assert len(lines(data, AttestedStatement)) == 2


def test_a_large_envelope_whose_payload_stands_first_is_recognised() -> None:
    """Some programs write the payload before its type, which is then not in the head."""
    large = {**STATEMENT, "predicateType": "urn:bill", "predicate": {"text": "x" * 100_000}}
    content = envelope(large)
    content["payloadType"] = content.pop("payloadType")
    assert accepted(json.dumps(content).encode(), ProvenanceRead).predicate_types == ("urn:bill",)


def test_a_certificate_beside_a_signature_is_shown() -> None:
    """To whom it was issued and by whose word; it is not verified."""
    pem = certificate().public_bytes(Encoding.PEM).decode()
    data = json.dumps(envelope(signatures=[{"keyid": "", "sig": "AAAA", "cert": pem}])).encode()
    (statement,) = lines(data, AttestedStatement)
    assert statement.signed_by == ("ada@example.com, as https://accounts.example.c says",)
    assert statement.key_ids == ()
    rejected(json.dumps(envelope(signatures=[{"sig": "AAAA", "cert": "none"}])).encode())


def test_of_many_subjects_all_are_kept_and_a_hundred_shown() -> None:
    """A record is small; the detail has them all."""
    subjects = [{"name": f"{number}", "digest": {"sha256": f"{number:064x}"}} for number in range(150)]
    read = accepted(bare(subject=subjects), ProvenanceRead)
    assert len(read.subjects) == 100
    assert any("150 subjects" in remark for remark in read.remarks)
    assert len(lines(bare(subject=subjects), AttestedStatement)[0].subjects) == 150


@pytest.mark.parametrize(
    "members",
    [
        {"_type": "https://in-toto.io/Statement/v2"},
        {"_type": "link"},
        {"predicateType": ""},
        {"predicateType": None},
        {"subject": []},
        {"subject": [{"name": "a"}]},
        {"subject": [{"name": "a", "digest": {}}]},
        {"subject": [{"name": "a", "digest": {"sha256": "ab"}}]},
        {"subject": [{"name": "a", "digest": {"sha256": "zz" * 32}}]},
        {"subject": [{"name": "a", "digest": {"sha1": "not a digest"}}]},
        {"subject": [{"name": "a", "digest": {"sha1": 7}}]},
        {"subject": {}},
        {"subject": [{"name": "a", "digest": {f"a{number}": "1" for number in range(6000)}}]},
        {"predicate": None},
        {"predicate": []},
        {"predicate": {"runDetails": {"builder": {"id": 7}}}},
    ],
)
def test_a_statement_that_cannot_be_told_is_refused(members: dict[str, Any]) -> None:
    """Bare or in an envelope: other types, about nothing, digests that are none."""
    rejected(bare(**members), as_format="in_toto")
    rejected(json.dumps(envelope({**STATEMENT, **members})).encode())


@pytest.mark.parametrize(
    "members",
    [
        {"payloadType": "application/json"},
        {"payload": "!"},
        {"payload": base64.b64encode(b"\xff{}").decode()},
        {"payload": base64.b64encode(b"{} {}").decode()},
        {"payload": ""},
        {"signatures": []},
        {"signatures": [{"keyid": "a"}]},
        {"signatures": [{"sig": ""}]},
        {"signatures": [{"sig": "!"}]},
        {"signatures": [{"sig": "AAAA"}] * 200},
        {"signatures": None},
    ],
)
def test_an_envelope_that_cannot_be_opened_is_refused(members: dict[str, Any]) -> None:
    """Another payload, no payload, no signature."""
    rejected(json.dumps(envelope(**members)).encode(), as_format="in_toto")


def test_hostile_files_are_refused() -> None:
    """Too large, too many, nested too deeply, a member twice in file or payload, a broken line."""
    assert "larger than" in rejected(b'{"payload": "' + b"A" * (17 << 20), as_format="in_toto").reason
    assert "more than" in rejected(IN_TOTO * 10_001).reason
    rejected(bare(predicate="x").replace(b'"x"', b"[" * 50_000 + b"]" * 50_000))
    twice = json.dumps(STATEMENT).replace('{"_type"', '{"subject": [], "_type"').encode()
    assert "twice" in rejected(twice).reason
    inner = envelope(payload=base64.b64encode(twice).decode())
    assert "twice" in rejected(json.dumps(inner).encode()).reason
    rejected(IN_TOTO + IN_TOTO[:-20])
    rejected(IN_TOTO + b"[]\n")


@pytest.mark.parametrize(
    "data",
    [
        b'{"_type": "layout"}',
        b'{"signed": {"_type": "link"}, "signatures": []}',
        b'{"payloadType": "application/json", "payload": "e30="}',
        b'{"payload": "hello"}',
    ],
)
def test_look_alikes_are_not_claimed(data: bytes) -> None:
    """Layouts, links and envelopes of something else are not attestations."""
    assert rejected(data).format == ""
