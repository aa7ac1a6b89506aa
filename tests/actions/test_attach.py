"""Attachments and configurations: what is kept without being read, and what a test ran on."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clausework.actions.attach import attach_files
from clausework.actions.build import open_build
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.record import record_files
from clausework.core.places import FindingsInInput
from clausework.ledger.records.evidence import Attachment, Rejection, TestResult
from tests.actions.device import Device, junit

CONFIGURATION = """\
name: bench 3
digests: ["{digest}"]
hardware: {{device: SN-0042}}
equipment: {{manometer: "M-7, calibrated until 2027-03-01"}}
"""


@pytest.fixture
def built(established: Device) -> Device:
    """Return a device whose build is open."""
    established.build()
    with established.open() as workplace:
        open_build(workplace)
    return established


def test_an_attachment_is_kept_and_lets_no_gate_pass(built: Device) -> None:
    """A job's log that says that all tests passed is kept byte for byte, and is no evidence of a test."""
    log = built.write("reports/job.log", junit("unit"))
    with built.open() as workplace:
        (one,) = attach_files(workplace, [log], evidence_target(workplace, level="unit"), "job-log").files
        body: Attachment = workplace.record(one.index).body
        assert workplace.ledger.read_blob(body.raw.sha256) == log.read_bytes()
        assert (body.declared, body.origin.level) == ("job-log", "unit")
        run = run_gates(workplace, ["unit"])
    assert not run.passes


def test_an_attachment_given_again_is_recognised(built: Device) -> None:
    """The same bytes of the same kind about the same build are recorded once; as another kind they are another."""
    photo = built.write("reports/bench.jpg", b"\xff\xd8\xff")
    with built.open() as workplace:
        target = evidence_target(workplace)
        first = attach_files(workplace, [photo], target, "photo").files[0]
        again = attach_files(workplace, [photo], target, "photo").files[0]
        other = attach_files(workplace, [photo], target, "document").files[0]
    assert (first.existed, again.existed, other.existed) == (False, True, False)
    assert first.index == again.index != other.index


def test_a_configuration_names_what_was_tested_and_is_kept(built: Device) -> None:
    """Results from a bench are about the digests that its configuration names, and the file is evidence itself."""
    digest = "ab" * 32
    file = built.write("bench.yaml", CONFIGURATION.format(digest=digest))
    report = built.write("reports/bench.xml", junit("system"))
    with built.open() as workplace:
        target = evidence_target(workplace, level="system", configuration=file, software_item="counter")
        (one,) = record_files(workplace, [report], target).files
        record = workplace.record(one.index)
        body: TestResult = record.body
        assert [subject.digest["sha256"] for subject in record.subjects] == [digest]
        described = body.clausework.origin.configuration
        assert described is not None
        assert workplace.ledger.read_blob(described.sha256) == file.read_bytes()


@pytest.mark.parametrize(
    ("text", "told"),
    [("hardware: {}", "name"), ("name: x\nnonsense: 1", "nonsense"), ("- {", "error"), ("name: [x]", "name")],
)
def test_a_configuration_that_is_not_well_written_is_refused(built: Device, text: str, told: str) -> None:
    """Nothing is recorded on a configuration that cannot be told, and the message says where it is wrong."""
    file = built.write("bench.yaml", text)
    before = built.count()
    with built.open() as workplace, pytest.raises(FindingsInInput, match=told):
        evidence_target(workplace, configuration=file)
    assert built.count() == before


def attested(key: Ed25519PrivateKey) -> bytes:
    """Return a DSSE envelope around an in-toto statement, signed by ``key``."""
    payload = json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": "counter.zip", "digest": {"sha256": "ab" * 32}}],
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {
                "buildDefinition": {"buildType": "b"},
                "runDetails": {"builder": {"id": "https://ci"}},
            },
        }
    ).encode()
    kind = b"application/vnd.in-toto+json"
    covered = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    signature = base64.b64encode(key.sign(covered)).decode()
    return json.dumps(
        {
            "payloadType": kind.decode(),
            "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": "", "sig": signature}],
        }
    ).encode()


def public(key: Ed25519PrivateKey) -> bytes:
    """Return the public key in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_attestations_are_verified_by_the_keys_that_are_given(built: Device) -> None:
    """The record names the key that signed; without keys nothing is claimed; another's key rejects the file."""
    signer, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    report = built.write("reports/build.intoto.jsonl", attested(signer) + b"\n")
    own, other = built.write("own.pem", public(signer)), built.write("other.pem", public(stranger))
    with built.open() as workplace:
        target = evidence_target(workplace)
        plain = record_files(workplace, [report], target).files[0]
        verified = record_files(workplace, [report], target, verify_with=[own]).files[0]
        refused = record_files(workplace, [report], target, verify_with=[other]).files[0]
        assert workplace.record(plain.index).body.verified_by == ()
        assert len(workplace.record(verified.index).body.verified_by) == 1
        assert isinstance(workplace.record(refused.index).body, Rejection)
    assert (plain.accepted, verified.accepted, refused.accepted) == (True, True, False)
    assert "no signature by any" in refused.summary
