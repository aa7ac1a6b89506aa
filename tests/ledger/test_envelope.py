"""DSSE envelopes: agreement with another implementation, and strict reading."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, SSlibKey  # type: ignore[attr-defined]

from clausework.ledger.envelope import (
    LARGEST_ENVELOPE,
    EnvelopeTooLarge,
    NotAnEnvelope,
    open_envelope,
    pre_authentication_encoding,
    seal,
    signature_of,
)
from clausework.ledger.signing import key_id_of
from tests.ledger.making import new_key


def their_key(public_key: bytes) -> SSlibKey:
    """Return a public key as securesystemslib holds it."""
    return SSlibKey(key_id_of(public_key), "ed25519", "ed25519", {"public": public_key.hex()})


@given(st.binary(max_size=2000))
def test_securesystemslib_verifies_what_we_seal(payload: bytes) -> None:
    """An envelope of ours, with two signatures, holds under an independent implementation of DSSE."""
    signers = [new_key(), new_key()]
    theirs = TheirEnvelope.from_dict(json.loads(seal(payload, signers)))
    keys: list[Key] = [their_key(signer.public_key) for signer in signers]
    assert set(theirs.verify(keys, threshold=2)) == {key.keyid for key in keys}
    assert theirs.payload == payload
    assert theirs.pae() == pre_authentication_encoding(payload)
    with pytest.raises(VerificationError):
        theirs.verify([their_key(new_key().public_key)], threshold=1)


@given(st.binary(max_size=2000))
def test_what_is_sealed_is_what_is_opened(payload: bytes) -> None:
    """Opening gives back the payload and a signature per signer, in their order."""
    signers = [new_key(), new_key()]
    envelope = open_envelope(seal(payload, signers))
    assert envelope.payload == payload
    assert [one.keyid for one in envelope.signatures] == [key_id_of(signer.public_key) for signer in signers]
    assert all(signature_of(envelope, signer.public_key) for signer in signers)
    assert signature_of(envelope, new_key().public_key) is None


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused_or_opened_whole(data: bytes) -> None:
    """Whatever the bytes are, reading ends in an envelope or in NotAnEnvelope."""
    with suppress(NotAnEnvelope):
        open_envelope(data)


@given(st.data())
def test_attack_a_changed_byte_breaks_the_envelope_or_its_signature(data: st.DataObject) -> None:
    """No change to an envelope leaves a valid signature over another payload."""
    signer = new_key()
    sealed = bytearray(seal(b'{"a":1}', (signer,)))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    try:
        envelope = open_envelope(bytes(sealed))
    except NotAnEnvelope:
        return
    assert envelope.payload == b'{"a":1}' or signature_of(envelope, signer.public_key) is None


@pytest.mark.parametrize(
    "change",
    [
        {"payloadType": "text/plain"},
        {"signatures": []},
        {"extra": 1},
        {"payload": "%%%"},
        {"signatures": [{"keyid": "a", "sig": "AA=="}, {"keyid": "a", "sig": "AA=="}]},
        {"signatures": [{"keyid": "a", "sig": "AA==", "cert": "x"}]},
    ],
)
def test_an_envelope_that_says_more_or_less_is_refused(change: dict[str, object]) -> None:
    """Another payload type, unknown members, no signature or a key twice: not an envelope of this log."""
    whole = json.loads(seal(b"{}", (new_key(),)))
    with pytest.raises(NotAnEnvelope):
        open_envelope(json.dumps(whole | change).encode())


def test_deep_nesting_is_refused() -> None:
    """Nested brackets end in a refusal, not in a crash."""
    with pytest.raises(NotAnEnvelope):
        open_envelope(b'{"payload":' + b"[" * 30_000)


def test_an_envelope_past_the_limit_is_refused() -> None:
    """Neither writing nor reading goes past 65,535 bytes."""
    with pytest.raises(EnvelopeTooLarge):
        seal(bytes(LARGEST_ENVELOPE), (new_key(),))
    with pytest.raises(NotAnEnvelope):
        open_envelope(bytes(LARGEST_ENVELOPE + 1))
