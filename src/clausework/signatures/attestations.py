"""Which of the given public keys signed the attestations in a file (clause 5.8.8; EN IEC 81001-5-1 5.8.3).

A file holds one DSSE v1 envelope or a Sigstore bundle with one, or one of them on each line. What a signature covers
is the pre-authentication encoding of payload type and payload. Key IDs in envelopes are hints that nobody vouches
for, so every signature is held against every key. Kept out of the reading of evidence: there, nothing is verified.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from clausework.core.digests import Sha256
from clausework.core.errors import InputRejected, IntegrityViolated, UsageFault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

LARGEST_FILE = 16 << 20
"""Bytes of a file of attestations, which is held whole."""

_MOST_DOCUMENTS = 10_000
_MOST_SIGNATURES = 100
_MOST_KEYS = 100
_SMALLEST_RSA_KEY = 2048
_LINE = re.compile(r"[^\s][^\n]*")


class NotAttestations(InputRejected):
    """A file is not whole envelopes, or is too large to be held."""

    hint = "Give the file as the signer wrote it: DSSE envelopes or Sigstore bundles, one on each line."


class KeyNotUsable(UsageFault):
    """A public key is none that attestations are verified with."""

    hint = "Give public keys in PEM: Ed25519, ECDSA on P-256 or P-384, or RSA of 2048 bits and more."


class NotVerified(IntegrityViolated):
    """An envelope bears no signature by any of the given keys."""

    hint = (
        "Find out where the file came from. Give the signer's public key if it was signed with another one; "
        "otherwise the attestation was changed, or is not the signer's."
    )


class VerifiedEnvelope(msgspec.Struct, frozen=True):
    """One envelope of a file, the first being 1, with the SHA-256 of its payload and of each key that signed it.

    A key's digest is that of its DER SubjectPublicKeyInfo.
    """

    number: int
    payload_sha256: Sha256
    keys: tuple[Sha256, ...]


class _Signature(msgspec.Struct, frozen=True):
    sig: str


class _Envelope(msgspec.Struct, frozen=True, rename="camel"):
    payload: str
    payload_type: str
    signatures: tuple[_Signature, ...]


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    payload: str | None = None
    dsse_envelope: _Envelope | None = None


def verify_attestations(
    attestations: bytes | BinaryIO, public_keys: Sequence[bytes]
) -> tuple[VerifiedEnvelope, ...]:
    """Return each envelope in ``attestations`` with those of ``public_keys``, in PEM, that signed it.

    Raises ``NotVerified`` naming the first envelope that none of the keys signed, so that a file is verified wholly or
    not at all; ``NotAttestations`` where it is not whole envelopes of at most 16 MiB; ``KeyNotUsable``.
    """
    if not 0 < len(public_keys) <= _MOST_KEYS:
        raise KeyNotUsable(f"{len(public_keys)} public keys were given; 1 to {_MOST_KEYS} can be.")
    keys = dict(_usable(pem) for pem in public_keys)
    verified = []
    for number, envelope in enumerate(map(_envelope, _documents(_bytes(attestations))), start=1):
        payload = _base64(envelope.payload)
        covered = pre_authentication_encoding(envelope.payload_type, payload)
        signatures = [_base64(one.sig) for one in envelope.signatures]
        signers = tuple(
            digest for digest, key in keys.items() if any(_holds(key, one, covered) for one in signatures)
        )
        if not signers:
            raise NotVerified(f"Envelope {number} bears no signature by any of the {len(keys)} given keys.")
        verified.append(VerifiedEnvelope(number, hashlib.sha256(payload).hexdigest(), signers))
    return tuple(verified)


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that a signature covers, as DSSE v1 says."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _bytes(attestations: bytes | BinaryIO) -> bytes:
    data = attestations if isinstance(attestations, bytes) else attestations.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise NotAttestations(f"The file is larger than {LARGEST_FILE} bytes.")
    return data


def _documents(data: bytes) -> Iterator[str]:
    """Yield the file's documents: it is one, or each of its lines is."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAttestations(f"The file is not UTF-8 at byte {error.start}.") from error
    lines = (found.group().rstrip() for found in _LINE.finditer(text))
    first, second = next(lines, ""), next(lines, None)
    if second is None or not _is_json(first):
        yield text.strip()
        return
    yield from (first, second)
    for number, line in enumerate(lines, start=3):
        if number > _MOST_DOCUMENTS:
            raise NotAttestations(f"The file holds more than {_MOST_DOCUMENTS} envelopes.")
        yield line


def _envelope(text: str) -> _Envelope:
    try:
        json.loads(text, object_pairs_hook=_without_repeats)
        document = msgspec.json.decode(text, type=_Document)
        bundled = document.payload is None and document.dsse_envelope is not None
        envelope = document.dsse_envelope if bundled else msgspec.json.decode(text, type=_Envelope)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise NotAttestations(f"A document of the file is no envelope: {error}.") from error
    if envelope is None or (document.dsse_envelope is not None and not bundled):
        raise NotAttestations("A document of the file is a bundle and an envelope at once.")
    if len(envelope.signatures) > _MOST_SIGNATURES:
        raise NotAttestations(f"An envelope bears more than {_MOST_SIGNATURES} signatures.")
    return envelope


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object names a member twice")  # two readers could read it in two ways
    return members


def _is_json(line: str) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return False
    return True


def _base64(text: str) -> bytes:
    """Return the bytes of base64 in either alphabet, as DSSE allows."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotAttestations("A payload or a signature is not base64.") from error


def _usable(pem: bytes) -> tuple[Sha256, PublicKeyTypes]:
    """Return a key's digest and the key; raises ``KeyNotUsable``."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyNotUsable("A file that was given as a public key is none in PEM.") from error
    match key:
        case ed25519.Ed25519PublicKey():
            usable = True
        case ec.EllipticCurvePublicKey():
            usable = isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
        case rsa.RSAPublicKey():
            usable = key.key_size >= _SMALLEST_RSA_KEY
        case _:
            usable = False
    if not usable:
        raise KeyNotUsable(f"A public key is a {type(key).__name__} of a kind or size that is not used.")
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest(), key


def _holds(key: PublicKeyTypes, signature: bytes, covered: bytes) -> bool:
    """Tell whether ``signature`` is that of ``key`` over ``covered``.

    Neither DSSE nor the envelope names an algorithm. P-256 and RSA sign SHA-256; P-384 signs SHA-384, by some signers
    SHA-256; RSA pads by PSS or PKCS #1 v1.5.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    match key:
        case ed25519.Ed25519PublicKey():
            ways: list[tuple[Any, ...]] = [()]
        case ec.EllipticCurvePublicKey():
            digests = (hashes.SHA256(),) if key.key_size == 256 else (hashes.SHA384(), hashes.SHA256())
            ways = [(ec.ECDSA(digest),) for digest in digests]
        case rsa.RSAPublicKey():
            digest = hashes.SHA256()
            pss = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
            ways = [(pss, digest), (padding.PKCS1v15(), digest)]
        case _:
            return False
    for way in ways:
        try:
            key.verify(signature, covered, *way)
        except InvalidSignature:
            continue
        return True
    return False
