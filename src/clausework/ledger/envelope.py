"""DSSE v1 envelopes: a Statement and the signatures over it, as one entry of the log.

What is signed is the pre-authentication encoding (PAE) of payload type and payload, as the DSSE protocol
says. Reading is strict: the one payload type, no unknown members, and no key that signs twice.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec

from clausework.core.errors import Defect, IntegrityViolated
from clausework.ledger.signing import Signer, key_id_of, signature_holds

PAYLOAD_TYPE = "application/vnd.in-toto+json"
LARGEST_ENVELOPE = 65_535
"""Bytes: an entry bundle (C2SP tlog-tiles) gives an entry's length in 16 bits."""

_PAE_HEAD = b"DSSEv1 %d %s " % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode())


class EnvelopeTooLarge(Defect):
    """An envelope grew past 65,535 bytes: detail belongs in a blob."""


class NotAnEnvelope(IntegrityViolated):
    """Bytes that should be a DSSE envelope of an in-toto Statement are not one."""


class EnvelopeSignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key's ID (SHA-256 of the raw public key) and its raw Ed25519 signature over the payload's PAE."""

    keyid: str
    sig: bytes


class Envelope(msgspec.Struct, frozen=True):
    """An opened envelope, its signatures not yet checked: who may sign at an index, the key ring knows."""

    payload: bytes
    signatures: tuple[EnvelopeSignature, ...]


class _Envelope(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"payload_type": "payloadType"}
):
    """An envelope on the wire; msgspec holds ``bytes`` as base64, as DSSE does."""

    payload: bytes
    payload_type: str
    signatures: tuple[EnvelopeSignature, ...]


_decoder = msgspec.json.Decoder(_Envelope)


def pre_authentication_encoding(payload: bytes) -> bytes:
    """Return the bytes that a signature over ``payload`` covers: DSSE's PAE with the in-toto payload type."""
    return b"%b%d %b" % (_PAE_HEAD, len(payload), payload)


def seal(statement: bytes, signers: Sequence[Signer]) -> bytes:
    """Return the envelope of ``statement`` that bears the signatures of ``signers``, in their order.

    Raises ``EnvelopeTooLarge`` past 65,535 bytes.
    """
    covered = pre_authentication_encoding(statement)
    signatures = ",".join(
        f'{{"keyid":"{key_id_of(signer.public_key)}","sig":"{_base64(signer.sign(covered))}"}}'
        for signer in signers
    )
    envelope = (
        f'{{"payload":"{_base64(statement)}","payloadType":"{PAYLOAD_TYPE}","signatures":[{signatures}]}}'
    ).encode()
    if len(envelope) > LARGEST_ENVELOPE:
        raise EnvelopeTooLarge(f"An envelope of {len(envelope)} bytes is past {LARGEST_ENVELOPE}.")
    return envelope


def open_envelope(data: bytes) -> Envelope:
    """Return the envelope in ``data``; raises ``NotAnEnvelope`` for whatever is not exactly one."""
    if len(data) > LARGEST_ENVELOPE:
        raise NotAnEnvelope(f"An envelope of {len(data)} bytes is past {LARGEST_ENVELOPE}.")
    try:
        envelope = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAnEnvelope(f"The bytes are not a DSSE envelope: {error}.") from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise NotAnEnvelope(f"The envelope holds '{envelope.payload_type[:80]}', not '{PAYLOAD_TYPE}'.")
    key_ids = [signature.keyid for signature in envelope.signatures]
    if not key_ids or len(set(key_ids)) != len(key_ids):
        raise NotAnEnvelope("The envelope bears no signature, or two by one key.")
    return Envelope(envelope.payload, envelope.signatures)


def signature_of(envelope: Envelope, public_key: bytes) -> bytes | None:
    """Return the signature that the raw ``public_key`` made on ``envelope``, or ``None`` if none of its holds."""
    key_id = key_id_of(public_key)
    for signature in envelope.signatures:
        if signature.keyid == key_id:
            holds = signature_holds(public_key, signature.sig, pre_authentication_encoding(envelope.payload))
            return signature.sig if holds else None
    return None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
