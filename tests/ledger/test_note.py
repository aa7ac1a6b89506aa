"""Signed notes, verifier keys, cosignatures and checkpoints."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.errors import IntegrityViolated
from clausework.ledger.checkpoint import (
    ClockWentBack,
    checkpoint_signers,
    read_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from clausework.ledger.note import (
    COSIGNATURE,
    ED25519,
    NotAKeyName,
    NotANote,
    NoteSignatureInvalid,
    check_signature,
    parse_note,
    parse_verifier_key,
    verifier_key,
)
from tests.ledger.making import ORIGIN, Ticking, new_key

# The example of golang.org/x/mod/sumdb/note's documentation.
THEIR_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
THEIR_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_published_note_verifies_under_its_published_key() -> None:
    """The note in Go's documentation holds, and its key is spelled as there."""
    key = parse_verifier_key(THEIR_KEY)
    assert str(key) == THEIR_KEY
    check_signature(parse_note(THEIR_NOTE.encode()), key)
    with pytest.raises(NoteSignatureInvalid):
        check_signature(parse_note(THEIR_NOTE.replace("problem,", "problem;").encode()), key)


def test_a_checkpoint_holds_under_its_two_keys() -> None:
    """What is signed and timed is what is read."""
    clock = Ticking()
    signers = checkpoint_signers(ORIGIN, new_key(), new_key(), clock)
    note = sign_checkpoint(signers, 7, bytes(range(32)), not_before=clock.seconds)
    checkpoint = verify_checkpoint(note, signers.keys)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 7, bytes(range(32)))
    assert (checkpoint.time, checkpoint.note) == (clock.seconds, note)
    with pytest.raises(ClockWentBack):
        sign_checkpoint(signers, 8, bytes(32), not_before=clock.seconds + 1)


@pytest.mark.parametrize("replaced", ["ledger", "clock"])
def test_attack_a_checkpoint_by_another_key(replaced: str) -> None:
    """A checkpoint whose signature or whose time is by another key does not verify."""
    keys = {"ledger": new_key(), "clock": new_key()}
    expected = checkpoint_signers(ORIGIN, keys["ledger"], keys["clock"], Ticking()).keys
    forged = checkpoint_signers(ORIGIN, **(keys | {replaced: new_key()}), now=Ticking())
    with pytest.raises(NoteSignatureInvalid):
        verify_checkpoint(sign_checkpoint(forged, 7, bytes(32), not_before=0), expected)


def test_attack_another_time_under_the_same_cosignature() -> None:
    """The time is under the clock key's signature: another one does not hold."""
    signers = checkpoint_signers(ORIGIN, new_key(), new_key(), Ticking())
    notes = [sign_checkpoint(signers, 7, bytes(32), not_before=0)]
    later = checkpoint_signers(ORIGIN, new_key(), new_key(), Ticking())
    notes.append(sign_checkpoint(later, 7, bytes(32), not_before=0))
    mixed = b"".join(notes[0].splitlines(keepends=True)[:-1]) + notes[1].splitlines(keepends=True)[-1]
    with pytest.raises(NoteSignatureInvalid):
        verify_checkpoint(mixed, signers.keys)


def test_every_changed_byte_of_a_checkpoint_is_found() -> None:
    """There is one spelling of a checkpoint: no byte of it, base64 padding included, can change unseen."""
    signers = checkpoint_signers(ORIGIN, new_key(), new_key(), Ticking())
    note = sign_checkpoint(signers, 123, bytes(range(32)), not_before=0)
    for position in range(len(note)):
        for bit in range(8):
            changed = bytearray(note)
            changed[position] ^= 1 << bit
            with pytest.raises(IntegrityViolated):
                verify_checkpoint(bytes(changed), signers.keys)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_hostile_bytes_are_no_note(data: bytes) -> None:
    """Whatever the bytes are, reading ends in a note or in NotANote."""
    for read in (parse_note, read_checkpoint):
        with suppress(IntegrityViolated):
            read(data)


@given(st.binary(min_size=32, max_size=32), st.sampled_from([ED25519, COSIGNATURE]))
def test_a_verifier_key_reads_as_it_is_written(raw: bytes, key_type: int) -> None:
    """Name, type and key come back from a verifier key's text."""
    key = verifier_key("example.com/log", key_type, raw)
    assert parse_verifier_key(str(key)) == key


@pytest.mark.parametrize(
    "text", ["", "a", "a+b+c", THEIR_KEY + "=", THEIR_KEY.replace("c74f20a3", "c74f20a4"), "a b+00+AA"]
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    """A wrong hash, an unknown type or a name with a space is no key."""
    with pytest.raises(NotANote):
        parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\n", "é"])
def test_a_name_that_notes_do_not_allow_is_refused(name: str) -> None:
    """Names with white space, plus signs or beyond ASCII cannot stand in a signature line."""
    with pytest.raises(NotAKeyName):
        verifier_key(name, ED25519, bytes(32))
