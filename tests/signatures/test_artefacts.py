"""Signatures of artefacts: what holds, and what does not."""

from __future__ import annotations

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.digests import NotADigest, sha256_of
from clausework.ledger.signing import Ed25519Signer
from clausework.signatures.artefacts import artefact_message, artefact_signature_holds, sign_artefact

SIGNER, OTHER = Ed25519Signer(b"1" * 32), Ed25519Signer(b"2" * 32)


@given(data=st.binary())
def test_a_signature_holds_for_its_artefact(data: bytes) -> None:
    """The signature of an artefact's digest holds for it and for no other."""
    digest = sha256_of(data)
    signature = sign_artefact(digest, SIGNER)
    assert artefact_signature_holds(digest, signature, SIGNER.public_key)
    assert not artefact_signature_holds(sha256_of(data + b"x"), signature, SIGNER.public_key)


def test_the_message_is_its_own() -> None:
    """The signed bytes are those that the documentation says, and the digest's notation does not matter."""
    assert artefact_message("A" * 64) == b"clausework artefact v1\nsha256:" + b"a" * 64 + b"\n"
    assert artefact_message("sha256:" + "a" * 64) == artefact_message("A" * 64)
    with pytest.raises(NotADigest):
        artefact_message("a" * 63)


def test_attack_another_keys_signature() -> None:
    """Attack: a signature by another key, under its own or a borrowed key ID, does not hold."""
    theirs = sign_artefact("a" * 64, OTHER)
    assert not artefact_signature_holds("a" * 64, theirs, SIGNER.public_key)
    borrowed = msgspec.structs.replace(theirs, key_id=sign_artefact("a" * 64, SIGNER).key_id)
    assert not artefact_signature_holds("a" * 64, borrowed, SIGNER.public_key)
    lent = msgspec.structs.replace(sign_artefact("a" * 64, SIGNER), key_id=theirs.key_id)
    assert not artefact_signature_holds("a" * 64, lent, SIGNER.public_key)


def test_attack_a_signature_over_the_bare_digest() -> None:
    """Attack: a signature over the bare digest, given for another purpose, is not an artefact's."""
    mine = sign_artefact("a" * 64, SIGNER)
    for data in (b"a" * 64, bytes.fromhex("a" * 64), b"sha256:" + b"a" * 64):
        bare = msgspec.structs.replace(mine, signature=base64.b64encode(SIGNER.sign(data)).decode())
        assert not artefact_signature_holds("a" * 64, bare, SIGNER.public_key)


@given(text=st.text(max_size=100))
def test_whatever_stands_for_a_signature(text: str) -> None:
    """Text that is no signature does not hold, and does not end in a traceback."""
    mine = msgspec.structs.replace(sign_artefact("a" * 64, SIGNER), signature=text)
    assert not artefact_signature_holds("a" * 64, mine, SIGNER.public_key)
