"""What can be checked of a run of entries and checkpoints alone, so that many processes can do it at once."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import msgspec

from clausework.core.errors import IntegrityViolated
from clausework.ledger.checkpoint import Checkpoint, CheckpointKeys, read_checkpoint, verify_checkpoint
from clausework.ledger.envelope import open_envelope, pre_authentication_encoding
from clausework.ledger.records import decode_statement
from clausework.ledger.records.accounts import AccountClosed
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.identification import PasskeyEnrolled, ProviderKeys
from clausework.ledger.records.root import KeyRevoked, PersonEnrolled, PipelineKeyEnrolled, Root
from clausework.ledger.references import descriptors_of
from clausework.ledger.signing import signature_holds

_ABOUT_KEYS = (
    Root,
    PersonEnrolled,
    PipelineKeyEnrolled,
    PasskeyEnrolled,
    ProviderKeys,
    KeyRevoked,
    AccountClosed,
    Approval,
)


class SignatureToCheck(msgspec.Struct, frozen=True):
    """A signature whose key was not known yet: the entry's index, the key's ID, the signature, what it covers."""

    index: int
    key_id: str
    signature: bytes
    covered: bytes


class Run(msgspec.Struct, frozen=True):
    """Entries from index ``first`` on (``None``: unreadable), checkpoints, and the keys known so far by ID."""

    first: int
    entries: tuple[bytes | None, ...]
    notes: tuple[bytes, ...]
    keys: Mapping[str, bytes]
    checkpoint_keys: CheckpointKeys | None


class RunFindings(msgspec.Struct, frozen=True):
    """What a run holds.

    ``leaves`` are the leaf hashes (``None`` where unreadable), ``signers`` the key IDs on each entry,
    ``about_keys`` the Statements on which the key ring depends with their index, ``blobs`` the digests that
    are referred to with the first index that does, ``checkpoints`` what the notes state. A problem is a place
    and a message.
    """

    first: int
    leaves: list[bytes | None]
    signers: list[tuple[str, ...]]
    about_keys: list[tuple[int, bytes]]
    blobs: dict[str, int]
    checkpoints: list[Checkpoint]
    unchecked: list[SignatureToCheck]
    problems: list[tuple[str, str]]


def check_run(run: Run) -> RunFindings:
    """Check every entry and every checkpoint of ``run`` as far as they go alone."""
    findings = RunFindings(run.first, [], [], [], {}, [], [], [])
    for index, entry in enumerate(run.entries, run.first):
        findings.leaves.append(None if entry is None else sha256(b"\x00" + entry).digest())
        findings.signers.append(() if entry is None else _check_entry(index, entry, run.keys, findings))
    for note in run.notes:
        _check_note(note, run.checkpoint_keys, findings)
    return findings


def check_signatures(batch: list[tuple[bytes, SignatureToCheck]]) -> list[int]:
    """Return the indexes of the entries in ``batch`` whose signature does not hold under the public key beside it."""
    return [one.index for key, one in batch if not signature_holds(key, one.signature, one.covered)]


def _check_entry(
    index: int, entry: bytes, keys: Mapping[str, bytes], findings: RunFindings
) -> tuple[str, ...]:
    place = f"entry {index}"
    try:
        envelope = open_envelope(entry)
    except IntegrityViolated as error:
        findings.problems.append((place, error.message))
        return ()
    covered = pre_authentication_encoding(envelope.payload)
    for one in envelope.signatures:
        public_key = keys.get(one.keyid)
        if public_key is None:
            findings.unchecked.append(SignatureToCheck(index, one.keyid, one.sig, covered))
        elif not signature_holds(public_key, one.sig, covered):
            findings.problems.append((place, f"the signature of key {one.keyid[:12]} does not hold"))
    _check_statement(index, envelope.payload, findings)
    return tuple(one.keyid for one in envelope.signatures)


def _check_statement(index: int, payload: bytes, findings: RunFindings) -> None:
    try:
        body = decode_statement(payload, index).body
    except IntegrityViolated as error:
        findings.problems.append((f"entry {index}", error.message))
        return
    if isinstance(body, _ABOUT_KEYS):
        findings.about_keys.append((index, payload))
    for descriptor in descriptors_of(body):
        findings.blobs.setdefault(descriptor.sha256, index)


def _check_note(note: bytes, keys: CheckpointKeys | None, findings: RunFindings) -> None:
    try:
        findings.checkpoints.append(read_checkpoint(note) if keys is None else verify_checkpoint(note, keys))
    except IntegrityViolated as error:
        try:
            checkpoint = read_checkpoint(note)
        except IntegrityViolated:
            findings.problems.append(("a checkpoint", error.message))
        else:
            findings.checkpoints.append(checkpoint)
            findings.problems.append((f"checkpoint at {checkpoint.size}", error.message))
