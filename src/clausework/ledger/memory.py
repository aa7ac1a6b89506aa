"""A log and blobs in memory, true to the ports: for trying a plan's gates and for tests; nothing of it lasts."""

from __future__ import annotations

import io
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import msgspec

from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.digests import Sha256, sha256_of
from clausework.core.errors import IntegrityViolated
from clausework.ledger.append import advance, first_state, place
from clausework.ledger.checkpoint import CheckpointSigners, checkpoint_signers, read_checkpoint
from clausework.ledger.envelope import seal
from clausework.ledger.ledger import Ledger
from clausework.ledger.ports import Committed, NewEntry
from clausework.ledger.records import encode_statement, subject
from clausework.ledger.records.root import Person, PipelineKey, Root
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Ed25519Signer, Signer, encode_key
from clausework.ledger.tree import leaf_hash


class BlobAbsent(IntegrityViolated):
    """No blob is kept under a digest."""


class MemoryLog:
    """A log in memory. Threads may share it."""

    def __init__(self, signers: CheckpointSigners) -> None:
        self._signers = signers
        self._state = first_state(signers)
        self._notes = [self._state.note]
        self._entries: list[bytes] = []
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._idempotency: dict[str, int] = {}
        self._lock = threading.Lock()

    def checkpoint(self) -> bytes:
        """See ``LogReader``."""
        return self._state.note

    def checkpoints(self) -> Iterator[bytes]:
        """Yield every checkpoint since the first, oldest first."""
        yield from tuple(self._notes)

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """See ``LogReader``."""
        yield from self._entries[start:end]

    def tile(self, level: int, number: int) -> bytes:
        """See ``LogReader``."""
        return self._tiles[level, number]

    def find(self, idempotency: str) -> int | None:
        """See ``Log``."""
        return self._idempotency.get(idempotency)

    def checkpoint_at(self, size: int) -> bytes | None:
        """See ``Log``."""
        return next((note for note in reversed(self._notes) if read_checkpoint(note).size <= size), None)

    def checkpoint_covering(self, index: int) -> bytes | None:
        """See ``Log``."""
        return next((note for note in self._notes if read_checkpoint(note).size > index), None)

    def append(self, prepare: Callable[[int, bytes], Sequence[NewEntry]]) -> Committed:
        """See ``Log``; raises ``ClockWentBack``."""
        with self._lock:
            placed = place(prepare(self._state.size, self._state.note), self._state.size, self.find)
            if placed.new:
                envelopes = [entry.envelope for entry in placed.new]
                made = advance(self._state, envelopes, self._signers, self._leaves, self.tile)
                for number, entry in enumerate(placed.new, self._state.size):
                    if entry.idempotency:
                        self._idempotency[entry.idempotency] = number
                self._tiles.update({(tile.level, tile.number): tile.hashes for tile in made.tiles})
                self._entries.extend(envelopes)
                self._notes.append(made.state.note)
                self._state = made.state
            return Committed(placed.indexes, placed.existed, self._state.note)

    def _leaves(self, start: int, end: int) -> Sequence[bytes]:
        return [leaf_hash(entry) for entry in self._entries[start:end]]


class MemoryBlobs:
    """Blobs in memory."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def receive(self) -> _Incoming:
        """See ``Blobs``."""
        return _Incoming(self._blobs)

    def open(self, sha256: str) -> BinaryIO:
        """See ``Blobs``; raises ``BlobAbsent``."""
        if sha256 not in self._blobs:
            raise BlobAbsent(f"No blob is kept under {sha256}.")
        return io.BytesIO(self._blobs[sha256])

    def holds(self, sha256: str) -> bool:
        """See ``Blobs``."""
        return sha256 in self._blobs

    def digests(self) -> Iterator[Sha256]:
        """See ``Blobs``."""
        yield from sorted(self._blobs)

    def check(self, sha256: str) -> None:
        """See ``Blobs``; raises ``BlobAbsent``."""
        self.open(sha256)


class _Incoming:
    def __init__(self, blobs: dict[str, bytes]) -> None:
        self._blobs = blobs
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._parts.append(bytes(data))

    def keep(self) -> tuple[Sha256, int]:
        whole = b"".join(self._parts)
        sha256 = sha256_of(whole)
        self._blobs.setdefault(sha256, whole)
        return sha256, len(whole)

    def discard(self) -> None:
        self._parts.clear()


class MemoryLedger(msgspec.Struct, frozen=True):
    """An established ledger in memory, and the keys that it was established with, the people's by e-mail address."""

    ledger: Ledger
    log: MemoryLog
    blobs: MemoryBlobs
    pipeline: Signer
    people: dict[str, Signer]


def memory_ledger(
    *,
    people: Sequence[str] = ("quality@example.com", "release@example.com"),
    plan: bytes = b"device: {name: Example}\n",
    origin: str = "example.com/device",
    clock: Clock = system_clock,
) -> MemoryLedger:
    """Return a ledger in memory with fresh keys, established by ``people``, each in the role before the ``@``."""
    ledger_key, clock_key, pipeline = (Ed25519Signer(secrets.token_bytes(32)) for _ in range(3))
    log = MemoryLog(checkpoint_signers(origin, ledger_key, clock_key, clock))
    blobs = MemoryBlobs()
    ledger = Ledger(log, blobs, pipeline)
    signers: dict[str, Signer] = {email: Ed25519Signer(secrets.token_bytes(32)) for email in people}
    made = Made(timestamp(clock()), people[0], "clausework")
    keys = checkpoint_signers(origin, ledger_key, clock_key, clock).keys
    root = Root(
        made=made,
        manufacturer="Example Medical",
        device="Example",
        people=tuple(_person(email, signer) for email, signer in signers.items()),
        ledger_key=str(keys.ledger),
        clock_key=str(keys.clock),
        pipeline_keys=(PipelineKey("pipeline", encode_key(pipeline.public_key)),),
        plan=ledger.put_blob(plan, "clausework.yaml", "application/yaml"),
    )
    statement = encode_statement((subject("clausework.yaml", root.plan.sha256),), root)
    ledger.append_sealed(seal(statement, (*signers.values(), pipeline)))
    return MemoryLedger(ledger, log, blobs, pipeline, signers)


def _person(email: str, signer: Signer) -> Person:
    role = email.partition("@")[0]
    return Person(
        email, role.title(), encode_key(signer.public_key), "identity card", "the other person", (role,)
    )
