"""Attestations verified with given keys: every envelope, by whoever really signed it, or none."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]

from clausework.signatures.attestations import (
    LARGEST_FILE,
    KeyNotUsable,
    NotAttestations,
    NotVerified,
    VerifiedEnvelope,
    pre_authentication_encoding,
    verify_attestations,
)

TYPE = "application/vnd.in-toto+json"
PAYLOAD = b'{"_type": "https://in-toto.io/Statement/v1"}'

SIGNERS: dict[str, Callable[[], Any]] = {
    "Ed25519": CryptoSigner.generate_ed25519,
    "ECDSA P-256": CryptoSigner.generate_ecdsa,
    "ECDSA P-384": lambda: CryptoSigner(ec.generate_private_key(ec.SECP384R1())),
    "RSA": lambda: CryptoSigner.generate_rsa(size=2048),
}


def sealed(*signers: Any, payload: bytes = PAYLOAD, payload_type: str = TYPE) -> dict[str, Any]:
    """Return the envelope that securesystemslib makes of ``payload``."""
    envelope = Envelope(payload, payload_type, {})
    for signer in signers:
        envelope.sign(signer)
    return dict(envelope.to_dict())


def pem(signer: Any) -> bytes:
    """Return the public key of ``signer``."""
    return bytes(signer.public_key.keyval["public"].encode()) if is_pem(signer) else raw_pem(signer)


def is_pem(signer: Any) -> bool:
    """Tell whether securesystemslib holds the key as PEM; of Ed25519 it holds the raw key."""
    return "BEGIN" in signer.public_key.keyval["public"]


def raw_pem(signer: Any) -> bytes:
    """Return the PEM of a raw Ed25519 key."""
    raw = bytes.fromhex(signer.public_key.keyval["public"])
    return as_pem(ed25519.Ed25519PublicKey.from_public_bytes(raw))


def as_pem(key: Any) -> bytes:
    """Return a public key's PEM."""
    return bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def digest(public_pem: bytes) -> str:
    """Return the SHA-256 of the DER within a PEM."""
    lines = public_pem.decode().strip().splitlines()
    return hashlib.sha256(base64.b64decode("".join(lines[1:-1]))).hexdigest()


def lines(*documents: Any) -> bytes:
    """Return JSON Lines."""
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


@pytest.fixture(scope="module")
def signer() -> Any:
    """The signer whose key is given."""
    return CryptoSigner.generate_ed25519()


@pytest.fixture(scope="module")
def other() -> Any:
    """A signer whose key is not given."""
    return CryptoSigner.generate_ed25519()


@pytest.mark.parametrize("kind", SIGNERS)
def test_an_envelope_that_securesystemslib_signed_is_verified(kind: str) -> None:
    """Each kind of key verifies what an independent program signed, and no other key of its kind does."""
    signer, other = SIGNERS[kind](), SIGNERS[kind]()
    expected = VerifiedEnvelope(1, hashlib.sha256(PAYLOAD).hexdigest(), (digest(pem(signer)),))
    assert verify_attestations(lines(sealed(signer)), [pem(other), pem(signer)]) == (expected,)
    with pytest.raises(NotVerified):
        verify_attestations(lines(sealed(signer)), [pem(other)])


def test_the_encoding_is_the_one_that_securesystemslib_signs() -> None:
    """Also of types and payloads beyond ASCII, whose lengths are in bytes."""
    for kind, payload in (("", b""), ("é", b"\xff"), (TYPE, PAYLOAD)):
        assert pre_authentication_encoding(kind, payload) == Envelope(payload, kind, {}).pae()


@pytest.mark.parametrize(
    "make",
    [
        lambda key, data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()),
        lambda key, data: key.sign(
            data, padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH), hashes.SHA256()
        ),
    ],
)
def test_rsa_is_verified_in_either_padding(make: Callable[[Any, bytes], bytes]) -> None:
    """DSSE names no algorithm; signers use both."""
    key = rsa.generate_private_key(65537, 2048)
    signature = make(key, pre_authentication_encoding(TYPE, PAYLOAD))
    assert verify_attestations(lines(with_signature(signature)), [as_pem(key.public_key())])


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384()])
def test_p_384_is_verified_over_either_digest(algorithm: hashes.HashAlgorithm) -> None:
    """Some signers sign SHA-256 whatever the curve."""
    key = ec.generate_private_key(ec.SECP384R1())
    signature = key.sign(pre_authentication_encoding(TYPE, PAYLOAD), ec.ECDSA(algorithm))
    assert verify_attestations(lines(with_signature(signature)), [as_pem(key.public_key())])


def with_signature(signature: bytes) -> dict[str, Any]:
    """Return an envelope that bears ``signature``."""
    return {
        "payload": base64.b64encode(PAYLOAD).decode(),
        "payloadType": TYPE,
        "signatures": [{"sig": base64.b64encode(signature).decode()}],
    }


def test_every_key_that_signed_is_named_and_each_envelope_by_its_number(signer: Any, other: Any) -> None:
    """Keys are told by the SHA-256 of their DER SubjectPublicKeyInfo, envelopes in the file's order."""
    data = lines(sealed(signer), sealed(other, signer, payload=b"2"))
    first, second = verify_attestations(io.BytesIO(data), [pem(signer), pem(other)])
    assert (first.number, first.keys) == (1, (digest(pem(signer)),))
    assert (second.number, second.keys) == (2, (digest(pem(signer)), digest(pem(other))))


def test_an_envelope_within_a_sigstore_bundle_is_verified(signer: Any) -> None:
    """A bundle adds to the envelope what a key does not need."""
    bundle = {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": sealed(signer)}
    assert len(verify_attestations(lines(bundle, sealed(signer)), [pem(signer)])) == 2


def test_both_alphabets_of_base64_are_read(signer: Any) -> None:
    """DSSE allows either."""
    envelope = sealed(signer, payload=b"\xfb\xff\xfe?>")
    assert "+" in envelope["payload"]
    envelope["payload"] = envelope["payload"].replace("+", "-").replace("/", "_")
    assert verify_attestations(json.dumps(envelope, indent=1).encode(), [pem(signer)])


def test_attack_the_payload_is_changed(signer: Any) -> None:
    """A signature does not hold for other bytes."""
    envelope = {**sealed(signer), "payload": base64.b64encode(PAYLOAD + b" ").decode()}
    with pytest.raises(NotVerified, match="Envelope 1"):
        verify_attestations(lines(envelope), [pem(signer)])


def test_attack_the_payload_type_is_changed(signer: Any) -> None:
    """The type is signed too, so that bytes are not taken for another thing."""
    with pytest.raises(NotVerified):
        verify_attestations(lines({**sealed(signer), "payloadType": "application/json"}), [pem(signer)])


def test_attack_bytes_move_between_type_and_payload(signer: Any) -> None:
    """Lengths are signed, so that the border between type and payload cannot be shifted."""
    envelope = {**sealed(signer, payload_type="a b", payload=b"c"), "payloadType": "a"}
    envelope["payload"] = base64.b64encode(b"b 1 c").decode()
    with pytest.raises(NotVerified):
        verify_attestations(lines(envelope), [pem(signer)])


def test_attack_the_signature_of_another_envelope(signer: Any) -> None:
    """A signature that holds elsewhere does not hold here."""
    envelope = {**sealed(signer), "signatures": sealed(signer, payload=b"other")["signatures"]}
    with pytest.raises(NotVerified):
        verify_attestations(lines(envelope), [pem(signer)])


def test_attack_the_key_id_lies(signer: Any, other: Any) -> None:
    """The key ID of a trusted key on a stranger's signature helps nothing; a wrong one hides nobody."""
    forged = sealed(other)
    forged["signatures"][0]["keyid"] = signer.public_key.keyid
    with pytest.raises(NotVerified):
        verify_attestations(lines(forged), [pem(signer)])
    (verified,) = verify_attestations(lines(forged), [pem(signer), pem(other)])
    assert verified.keys == (digest(pem(other)),)


def test_attack_an_unsigned_envelope_among_signed_ones(signer: Any, other: Any) -> None:
    """One envelope that does not verify refuses the file, and is named."""
    for stranger in ({**sealed(signer), "signatures": []}, sealed(other, payload=b"x")):
        with pytest.raises(NotVerified, match="Envelope 2"):
            verify_attestations(lines(sealed(signer), stranger, sealed(signer)), [pem(signer)])


def test_attack_a_member_is_named_twice(signer: Any) -> None:
    """Two readers could take two payloads; none is taken."""
    data = json.dumps(sealed(signer)).replace('{"payload":', '{"payload": "e30=", "payload":').encode()
    with pytest.raises(NotAttestations, match="twice"):
        verify_attestations(data, [pem(signer)])


def test_attack_a_bundle_that_is_an_envelope_too(signer: Any, other: Any) -> None:
    """Which of the two was verified would depend on the reader."""
    with pytest.raises(NotAttestations):
        verify_attestations(lines({**sealed(other), "dsseEnvelope": sealed(signer)}), [pem(signer)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"payload": "e30=", "payloadType": "x"}',
        b'{"payload": "!", "payloadType": "x", "signatures": [{"sig": ""}]}',
        b'{"payload": "e30=", "payloadType": "x", "signatures": [{"sig": "!"}]}',
        b'{"payload": "e30=", "payloadType": "x", "signatures": [{"sig": 1}]}',
        b'{"payload": "e30=", "payloadType": "x", "signatures": ' + b"[" * 100_000,
        b'{"payload": "e30=", "payloadType": "x", "signatures": ['
        + b'{"sig": "aa=="},' * 200
        + b'{"sig": "aa=="}]}',
        b'{"_type": "https://in-toto.io/Statement/v1", "subject": []}',
    ],
)
def test_what_is_not_envelopes_is_refused(signer: Any, data: bytes) -> None:
    """Nothing, other JSON, damaged and hostile documents, and statements that nobody signed."""
    with pytest.raises(NotAttestations):
        verify_attestations(data, [pem(signer)])
    with pytest.raises(NotAttestations):
        verify_attestations(lines(sealed(signer)) + data + b"x", [pem(signer)])


def test_a_file_beyond_all_use_is_refused(signer: Any) -> None:
    """Bytes and envelopes are bounded, however the file is given."""
    with pytest.raises(NotAttestations, match="larger"):
        verify_attestations(bytes(LARGEST_FILE + 1), [pem(signer)])
    with pytest.raises(NotAttestations, match="larger"):
        verify_attestations(io.BytesIO(bytes(LARGEST_FILE + 1)), [pem(signer)])
    with pytest.raises(NotAttestations, match="more than"):
        verify_attestations(lines(sealed(signer)) * 10_001, [pem(signer)])


def test_keys_that_are_not_used_are_refused(signer: Any) -> None:
    """No key, no PEM, other kinds, other curves and small keys."""
    small = rsa.generate_private_key(65537, 1024).public_key()
    curve = ec.generate_private_key(ec.SECP521R1()).public_key()
    kind = dsa.generate_private_key(2048).public_key()
    for keys in (
        [],
        [b""],
        [b"x" * 100],
        [as_pem(small)],
        [as_pem(curve)],
        [as_pem(kind)],
        [pem(signer)] * 101,
    ):
        with pytest.raises(KeyNotUsable):
            verify_attestations(lines(sealed(signer)), keys)
