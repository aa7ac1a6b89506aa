"""Checkpoints (C2SP tlog-checkpoint): origin, size and root, signed by the ledger key and timed by the clock key.

Two keys sign because they say different things: the ledger key that this is the log, the clock key when it
stood so. ``cosignature/v1`` gives whole seconds.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

import msgspec

from clausework.core.clock import Clock
from clausework.core.errors import Unavailable
from clausework.ledger import note as notes
from clausework.ledger.note import NotANote, VerifierKey
from clausework.ledger.signing import Signer


class ClockWentBack(Unavailable):
    """The clock shows a time before the last checkpoint's: nothing is recorded until it is right again."""

    hint = "Set this machine's clock; it must not be behind the time of the last checkpoint."


class Checkpoint(msgspec.Struct, frozen=True):
    """A log's state at a size: root hash (32 bytes), the signed note, and its time in seconds since 1970."""

    origin: str
    size: int
    root: bytes
    note: bytes
    time: int

    @property
    def root_base64(self) -> str:
        """The root hash as checkpoints and intents hold it."""
        return base64.b64encode(self.root).decode()


class CheckpointKeys(msgspec.Struct, frozen=True):
    """The two verifier keys under which a log's checkpoints stand."""

    ledger: VerifierKey
    clock: VerifierKey


class CheckpointSigners(msgspec.Struct, frozen=True):
    """What writes checkpoints: the log's origin, the two signers and their verifier keys, and the clock."""

    origin: str
    ledger: Signer
    clock: Signer
    keys: CheckpointKeys
    now: Clock


def checkpoint_keys(origin: str, ledger_public_key: bytes, clock_public_key: bytes) -> CheckpointKeys:
    """Return the verifier keys of the log ``origin``; raises ``NotAKeyName`` when it cannot name a log."""
    return CheckpointKeys(
        notes.verifier_key(origin, notes.ED25519, ledger_public_key),
        notes.verifier_key(f"{origin}/clock", notes.COSIGNATURE, clock_public_key),
    )


def checkpoint_signers(origin: str, ledger: Signer, clock: Signer, now: Clock) -> CheckpointSigners:
    """Return the signers of the log ``origin``; raises ``NotAKeyName`` when it cannot name a log."""
    keys = checkpoint_keys(origin, ledger.public_key, clock.public_key)
    return CheckpointSigners(origin, ledger, clock, keys, now)


def sign_checkpoint(signers: CheckpointSigners, size: int, root: bytes, *, not_before: int) -> bytes:
    """Return the signed note for a log of ``size`` entries and ``root``.

    Raises ``ClockWentBack`` when the clock is behind ``not_before``, the last checkpoint's time in seconds.
    """
    time = int(signers.now().timestamp())
    if time < not_before:
        raise ClockWentBack(
            f"The clock is {not_before - time} s behind the last checkpoint of '{signers.origin}'."
        )
    text = f"{signers.origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    return notes.join_note(
        text,
        (
            notes.sign_note(text, signers.keys.ledger, signers.ledger),
            notes.cosign_note(text, signers.keys.clock, signers.clock, time),
        ),
    )


@lru_cache(maxsize=256)  # one append asks several times what its note and the last one state
def read_checkpoint(note: bytes) -> Checkpoint:
    """Return the checkpoint that ``note`` states, its signatures not checked; raises ``NotANote``.

    Exactly two signature lines are taken, the log's and its clock's: a line that nobody could check would
    be bytes that nobody vouches for.
    """
    return _read(notes.parse_note(note), note)


def verify_checkpoint(note: bytes, keys: CheckpointKeys) -> Checkpoint:
    """Return the checkpoint in ``note``, signed and cosigned by ``keys``.

    Raises ``NotANote`` and ``NoteSignatureInvalid``.
    """
    parsed = notes.parse_note(note)
    checkpoint = _read(parsed, note)
    if checkpoint.origin != keys.ledger.name:
        raise NotANote(f"The checkpoint is of '{checkpoint.origin}', not of '{keys.ledger.name}'.")
    notes.check_signature(parsed, keys.ledger)
    notes.check_cosignature(parsed, keys.clock)
    return checkpoint


def _read(parsed: notes.SignedNote, note: bytes) -> Checkpoint:
    lines = parsed.text.split("\n")
    if len(lines) != 4 or lines.pop() or not lines[1].isascii() or not lines[1].isdigit():
        raise NotANote("The note's text is not origin, size and root hash of a log.")
    origin, size, encoded = lines
    try:
        root = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotANote(f"'{encoded[:60]}' is not a base64 root hash.") from error
    if len(root) != 32 or str(int(size)) != size or base64.b64encode(root).decode() != encoded:
        raise NotANote("The checkpoint's size or root hash is not spelled as one is.")
    holders = tuple(name for name, _, _ in parsed.signatures)
    if holders != (origin, f"{origin}/clock"):
        raise NotANote(
            f"The checkpoint of '{origin}' is signed by {', '.join(holders)}, not by it and its clock."
        )
    return Checkpoint(origin, int(size), root, note, notes.cosigned_time(parsed, f"{origin}/clock"))
