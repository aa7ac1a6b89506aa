"""All records at one moment, every byte of them covered by the signed checkpoint. Gates read nothing else.

A verdict must not rest on bytes that nobody vouches for: each entry is hashed, the root is worked out and
held against the checkpoint, and only then is anything returned. A later snapshot continues from an earlier
one, whose records are in memory and were checked.
"""

from __future__ import annotations

import msgspec

from clausework.core.errors import IntegrityViolated
from clausework.ledger.checkpoint import Checkpoint, CheckpointKeys, verify_checkpoint
from clausework.ledger.collector import collector_paused
from clausework.ledger.envelope import Envelope, NotAnEnvelope, open_envelope, signature_of
from clausework.ledger.keyring import KeyRing, fold
from clausework.ledger.note import parse_verifier_key
from clausework.ledger.ports import LogReader
from clausework.ledger.records import Record, decode_statement
from clausework.ledger.records.root import Root
from clausework.ledger.signing import decode_key
from clausework.ledger.tree import extend_frontier, leaf_hash, root_of_frontier


class NotRooted(IntegrityViolated):
    """The log does not begin with a root that its people and its first pipeline key signed."""

    hint = "This is not a ledger that two people established; restore it from its last good copy."


class EntriesNotCovered(IntegrityViolated):
    """The entries as they are stored are not those that the signed checkpoint covers."""

    hint = (
        "Run 'clausework verify' to see which entry was changed; restore the ledger from its last good copy."
    )


class Snapshot(msgspec.Struct, frozen=True):
    """Records, the checkpoint that covers them, the keys as they stand after them, and the tree's frontier."""

    records: tuple[Record, ...]
    checkpoint: Checkpoint
    keyring: KeyRing
    frontier: tuple[bytes, ...] = ()


def take_snapshot(reader: LogReader, note: bytes, keys: CheckpointKeys, before: Snapshot | None) -> Snapshot:
    """Return the records that ``note`` covers, continuing from ``before`` where it is given.

    Raises ``NotANote`` and ``NoteSignatureInvalid`` for the checkpoint, ``EntriesNotCovered`` for the
    entries.
    """
    checkpoint = verify_checkpoint(note, keys)
    if before is not None and before.checkpoint.size > checkpoint.size:
        before = None
    start = before.checkpoint.size if before else 0
    records = list(before.records) if before else []
    keyring = before.keyring if before else KeyRing()
    leaves: list[bytes] = []
    payloads: list[bytes] = []
    with collector_paused():
        for index, entry in enumerate(reader.entries(start, checkpoint.size), start):
            leaves.append(leaf_hash(entry))
            payloads.append(_payload(entry, index))
        frontier = extend_frontier(before.frontier if before else (), start, leaves)
        if start + len(leaves) != checkpoint.size or root_of_frontier(frontier) != checkpoint.root:
            raise EntriesNotCovered(
                f"The {start + len(leaves)} entries of '{checkpoint.origin}' do not have the root hash that its "
                f"checkpoint at {checkpoint.size} states."
            )
        for index, payload in enumerate(payloads, start):
            record = decode_statement(payload, index)
            keyring = fold(keyring, record)
            records.append(record)
    return Snapshot(tuple(records), checkpoint, keyring, frontier)


def read_root(entry: bytes) -> tuple[Record, Root]:
    """Return the record and the root in the log's first ``entry``; raises ``NotRooted``."""
    try:
        envelope = open_envelope(entry)
        record = decode_statement(envelope.payload, 0)
    except IntegrityViolated as error:
        raise NotRooted(f"Entry 0 is not a root: {error.message}") from error
    root = record.body
    if not isinstance(root, Root):
        raise NotRooted(f"Entry 0 is a '{record.kind}', not a root.")
    if missing := missing_root_signatures(envelope, root):
        raise NotRooted(f"The root lacks a valid signature of {' and of '.join(missing)}.")
    return record, root


def missing_root_signatures(envelope: Envelope, root: Root) -> tuple[str, ...]:
    """Return who should have signed the root and did not: its people, its first pipeline key, and a second person."""
    wanted = [(person.email, person.public_key) for person in root.people]
    wanted += [(f"the pipeline key '{key.name}'", key.public_key) for key in root.pipeline_keys[:1]]
    missing = [name for name, key in wanted if signature_of(envelope, decode_key(key)) is None]
    if len({person.email for person in root.people}) < 2 or len({key for _, key in wanted}) < len(wanted):
        missing.append("two people with a key each")
    if not root.pipeline_keys:
        missing.append("a pipeline key")
    return tuple(missing)


def root_checkpoint_keys(root: Root) -> CheckpointKeys:
    """Return the keys under which the root says that checkpoints stand; raises ``NotANote``."""
    return CheckpointKeys(parse_verifier_key(root.ledger_key), parse_verifier_key(root.clock_key))


def _payload(entry: bytes, index: int) -> bytes:
    try:
        return open_envelope(entry).payload
    except NotAnEnvelope as error:
        raise EntriesNotCovered(f"Entry {index} is not an envelope: {error.message}") from error
