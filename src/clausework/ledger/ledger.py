"""The ledger as actions use it: drafts go in, receipts come out, and records are read as the checkpoint covers them.

receipts = ledger.append([Draft((subject("report.xml", digest),), body, idempotency)])
snapshot = ledger.snapshot()
"""

from __future__ import annotations

import base64
import threading
from binascii import b2a_base64
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import msgspec

from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated, NotAllowed, UsageFault
from clausework.ledger.checkpoint import Checkpoint, CheckpointKeys, read_checkpoint, verify_checkpoint
from clausework.ledger.collector import collector_paused
from clausework.ledger.envelope import open_envelope, seal
from clausework.ledger.note import check_cosignature, parse_note
from clausework.ledger.ports import Blobs, Committed, Log, NewEntry
from clausework.ledger.records import (
    PREDICATE_TYPES,
    Body,
    Record,
    Subject,
    decode_statement,
    encode_statement,
)
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.root import KeyRevoked, Root
from clausework.ledger.records.values import Descriptor
from clausework.ledger.signing import Signer, decode_key, key_id_of
from clausework.ledger.snapshot import Snapshot, read_root, root_checkpoint_keys, take_snapshot
from clausework.ledger.tree import leaf_hash
from clausework.ledger.tree_reader import TreeReader

__all__ = ["Draft", "Ledger", "Receipt", "Snapshot"]


class ReadOnly(UsageFault):
    """The ledger was opened without a pipeline key, so nothing can be appended."""

    hint = "Open the ledger with the pipeline's key; reading needs none."


class KeyNotInForce(NotAllowed):
    """The pipeline key that would sign is not enrolled, or was revoked."""

    hint = "Use a pipeline key in force; two people let a new one in."


class AlreadyEstablished(NotAllowed):
    """A ledger has one root, at entry 0."""

    hint = "Append to the ledger as it is; a new root needs a new ledger."


class NotEstablished(NotAllowed):
    """The ledger has no root yet, and nothing may stand before it."""

    hint = "Two people establish the ledger first: 'clausework init --establish'."


class NonceReplayed(NotAllowed):
    """An approval bears the nonce of another one: no signature is given twice (21 CFR 11.70)."""

    hint = "Have the person sign again; each signature has its own nonce."


class IdempotencyMisled(IntegrityViolated):
    """The store knows an idempotency digest for an entry of another kind: its table was changed."""


class Draft(msgspec.Struct, frozen=True):
    """A record to append: its subjects, its body, and the digest that makes the append idempotent (empty: none).

    An approval and a revocation are always idempotent by nonce and by key, whatever is given here.
    """

    subjects: tuple[Subject, ...]
    body: Body
    idempotency: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """Proof that a record is in the log.

    ``index`` is its place, ``sha256`` the digest of its Statement, ``existed`` whether it stood there before.
    ``note`` is the signed checkpoint at ``size``, ``proof`` the base64 hashes of the RFC 6962 inclusion
    proof, leaf side first.
    """

    index: int
    sha256: str
    existed: bool
    size: int
    note: str
    proof: tuple[str, ...]


Decide = Callable[[Snapshot], Sequence[Draft]]
"""Returns what to append, given all records; no other writer can append before that is committed."""


class _Sealed(msgspec.Struct, frozen=True):
    kind: str
    sha256: str
    entry: NewEntry


class Ledger:
    """A log, its blobs, and the pipeline key that signs envelopes (none: reading only). Threads may share it."""

    def __init__(self, log: Log, blobs: Blobs, signer: Signer | None = None) -> None:
        self.log = log
        self.blobs = blobs
        self._signer = signer
        self._tree = TreeReader(log)
        self._lock = threading.Lock()
        self._keys: CheckpointKeys | None = None
        self._snapshot: Snapshot | None = None
        self._enrolled = False
        self._times: dict[bytes, int] = {}

    def append(self, drafts: Sequence[Draft]) -> list[Receipt]:
        """Append ``drafts``, all or none, durably; return a receipt for each.

        Raises ``ReadOnly``, ``NotEstablished``, ``KeyNotInForce``, ``NonceReplayed``, and what the store
        raises.
        """
        with collector_paused():
            sealed = self._seal(drafts)

            def prepare(size: int, _note: bytes) -> Sequence[NewEntry]:
                self._require_key_in_force(size)
                return [one.entry for one in sealed]

            return self._receipts(self.log.append(prepare), sealed)

    def append_if(self, decide: Decide) -> list[Receipt]:
        """Append what ``decide`` returns, given a snapshot that still holds when it is committed.

        Raises what ``append``, ``snapshot`` and ``decide`` raise; then nothing is appended.
        """
        sealed: list[_Sealed] = []

        def prepare(size: int, note: bytes) -> Sequence[NewEntry]:
            self._require_key_in_force(size)
            sealed[:] = self._seal(decide(self._snapshot_of(note)))
            return [one.entry for one in sealed]

        return self._receipts(self.log.append(prepare), sealed)

    def append_sealed(self, envelope: bytes) -> Receipt:
        """Append the root, which bears the signatures of its people and its first pipeline key, as entry 0.

        Raises ``AlreadyEstablished``; ``NotRooted``, ``NotANote`` or ``NoteSignatureInvalid`` for a root that
        this log cannot stand on.
        """
        record, root = read_root(envelope)
        keys = root_checkpoint_keys(root)

        def prepare(size: int, note: bytes) -> Sequence[NewEntry]:
            if size:
                raise AlreadyEstablished(f"The ledger has {size} entries; a root is its first.")
            verify_checkpoint(note, keys)
            return [NewEntry(envelope)]

        committed = self.log.append(prepare)
        return self._receipts(committed, [_Sealed(record.kind, record.sha256, NewEntry(envelope))])[0]

    def size(self) -> int:
        """Return the number of entries that the newest checkpoint covers."""
        return self.checkpoint().size

    def checkpoint(self) -> Checkpoint:
        """Return the newest checkpoint, its signatures checked; that of an empty log is nobody's yet.

        Raises ``NotANote``, ``NoteSignatureInvalid``, ``NotRooted``.
        """
        note = self.log.checkpoint()
        checkpoint = read_checkpoint(note)
        return verify_checkpoint(note, self._checkpoint_keys()) if checkpoint.size else checkpoint

    def root(self) -> tuple[Record, Root]:
        """Return entry 0; raises ``NotEstablished`` and ``NotRooted``."""
        for entry in self.log.entries(0, 1):
            return read_root(entry)
        raise NotEstablished("The ledger has no root yet.")

    def records(self, start: int = 0, end: int | None = None) -> Iterator[Record]:
        """Yield the records from ``start`` to before ``end`` as they are stored: to look at, not for verdicts."""
        last = self.size() if end is None else end
        for index, entry in enumerate(self.log.entries(start, last), start):
            yield decode_statement(open_envelope(entry).payload, index)

    def snapshot(self) -> Snapshot:
        """Return all records, every byte of them covered by the signed checkpoint.

        Raises ``EntriesNotCovered``, ``NotRooted``, ``NotEstablished``, ``UnknownRecord``, and what
        ``checkpoint`` raises.
        """
        return self._snapshot_of(self.log.checkpoint())

    def put_blob(self, data: bytes, name: str, media_type: str) -> Descriptor:
        """Keep ``data`` durably; return its descriptor."""
        incoming = self.blobs.receive()
        try:
            incoming.write(data)
            sha256, size = incoming.keep()
        except BaseException:
            incoming.discard()
            raise
        return Descriptor(name, sha256, size, media_type)

    def open_blob(self, sha256: str) -> BinaryIO:
        """Return the blob as a stream that raises ``IntegrityViolated`` at its end if it is not the digest's."""
        return self.blobs.open(sha256)

    def read_blob(self, sha256: str) -> bytes:
        """Return the blob whole; raises ``IntegrityViolated`` when its bytes are not the digest's."""
        with self.blobs.open(sha256) as stream:
            return stream.read()

    def proof(self, index: int) -> tuple[str, ...]:
        """Return the inclusion proof of entry ``index`` for the newest checkpoint, in base64; raises ``NoSuchLeaf``."""
        size = self.size()
        with self._lock:
            return _texts(self._tree.inclusions([index], size)[0])

    def consistency(self, old_size: int) -> tuple[str, ...]:
        """Return the proof, in base64, that the log still begins as it was at ``old_size``; raises ``NoSuchLeaf``."""
        size = self.size()
        with self._lock:
            return _texts(self._tree.consistency(old_size, size))

    def root_at(self, size: int) -> str | None:
        """Return the root hash, in base64, that the log had at ``size``; ``None`` if it never had that size."""
        if not 0 < size <= self.size():
            return None
        with self._lock:
            return base64.b64encode(self._tree.root(size)).decode()

    def time_at(self, size: int) -> int | None:
        """Return the cosigned time, in seconds since 1970, of the newest checkpoint kept at ``size`` or before.

        ``None`` where none is kept. Raises ``NotANote``, ``NoteSignatureInvalid``.
        """
        return self._time(self.log.checkpoint_at(size))

    def time_covering(self, index: int) -> int | None:
        """Return the cosigned time of the oldest checkpoint kept that covers entry ``index``: it stood by then.

        ``None`` where none does. Raises ``NotANote``, ``NoteSignatureInvalid``.
        """
        return self._time(self.log.checkpoint_covering(index))

    def _time(self, note: bytes | None) -> int | None:
        if note is None:
            return None
        if note not in self._times:
            parsed = parse_note(note)
            check_cosignature(parsed, self._checkpoint_keys().clock)
            self._times[note] = read_checkpoint(note).time
        return self._times[note]

    def _snapshot_of(self, note: bytes) -> Snapshot:
        self._snapshot = taken = take_snapshot(self.log, note, self._checkpoint_keys(), self._snapshot)
        return taken

    def _checkpoint_keys(self) -> CheckpointKeys:
        if self._keys is None:
            self._keys = root_checkpoint_keys(self.root()[1])
        return self._keys

    def _seal(self, drafts: Sequence[Draft]) -> list[_Sealed]:
        return [self._seal_one(draft) for draft in drafts]

    def _seal_one(self, draft: Draft) -> _Sealed:
        if self._signer is None:
            raise ReadOnly("This ledger is open for reading only.")
        if isinstance(draft.body, Root):
            raise AlreadyEstablished("A root is appended sealed by its people, as entry 0.")
        if isinstance(draft.body, KeyRevoked) and draft.body.key_id == key_id_of(self._signer.public_key):
            raise KeyNotInForce("A key cannot revoke itself: it is not valid at the index of its revocation.")
        statement = encode_statement(draft.subjects, draft.body)
        entry = NewEntry(seal(statement, (self._signer,)), _idempotency(draft))
        return _Sealed(PREDICATE_TYPES[type(draft.body)], sha256_of(statement), entry)

    def _require_key_in_force(self, size: int) -> None:
        if self._signer is None:
            raise ReadOnly("This ledger is open for reading only.")
        if size == 0:
            raise NotEstablished("The ledger has no root yet; nothing stands before it.")
        public_key = self._signer.public_key
        key_id = key_id_of(public_key)
        if not self._enrolled:
            first = {decode_key(key.public_key) for key in self.root()[1].pipeline_keys}
            self._enrolled = (
                public_key in first or self.snapshot().keyring.pipeline_key(key_id, size) is not None
            )
        if not self._enrolled or self.log.find(_revocation_of(key_id)) is not None:
            raise KeyNotInForce(f"The pipeline key {key_id[:12]} is not in force at entry {size}.")

    def _receipts(self, committed: Committed, sealed: Sequence[_Sealed]) -> list[Receipt]:
        size = read_checkpoint(committed.note).size
        note = committed.note.decode()
        with self._lock:
            for one, index, existed in zip(sealed, committed.indexes, committed.existed, strict=True):
                if not existed:
                    self._tree.learn(index, leaf_hash(one.entry.envelope))
            proofs = self._tree.inclusions(list(committed.indexes), size)
        return [
            Receipt(
                index,
                self._existing(one, index) if existed else one.sha256,
                existed,
                size,
                note,
                _texts(proof),
            )
            for one, index, existed, proof in zip(
                sealed, committed.indexes, committed.existed, proofs, strict=True
            )
        ]

    def _existing(self, sealed: _Sealed, index: int) -> str:
        """Return the digest of the Statement at ``index``, which the store says is what ``sealed`` would repeat."""
        (entry,) = self.log.entries(index, index + 1)
        record = decode_statement(open_envelope(entry).payload, index)
        if record.kind != sealed.kind:
            raise IdempotencyMisled(
                f"Entry {index} is a '{record.kind}', not the '{sealed.kind}' that was recorded before."
            )
        if isinstance(record.body, Approval) and record.sha256 != sealed.sha256:
            given = decode_statement(open_envelope(sealed.entry.envelope).payload, index).body
            if given.intent != record.body.intent:
                raise NonceReplayed(f"The nonce of this approval was used by the one at entry {index}.")
        return record.sha256


def _idempotency(draft: Draft) -> str:
    if isinstance(draft.body, Approval):
        return sha256_of(b"nonce " + draft.body.intent.nonce.encode())
    if isinstance(draft.body, KeyRevoked):
        return _revocation_of(draft.body.key_id)
    return draft.idempotency


def _revocation_of(key_id: str) -> str:
    return sha256_of(b"revocation " + key_id.encode())


def _texts(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple([b2a_base64(one, newline=False).decode() for one in hashes])
