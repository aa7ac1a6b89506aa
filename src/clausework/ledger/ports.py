"""What the ledger asks of a store. A store implements these beside its SQL; the contract suite holds it to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol

import msgspec

from clausework.core.digests import Sha256
from clausework.core.errors import Unavailable


class NewEntry(msgspec.Struct, frozen=True):
    """An envelope to append, and the digest that makes its append idempotent (empty: it always appends)."""

    envelope: bytes
    idempotency: str = ""


class Committed(msgspec.Struct, frozen=True):
    """Where each entry of a batch stands, whether it stood there before, and the checkpoint that covers them."""

    indexes: tuple[int, ...]
    existed: tuple[bool, ...]
    note: bytes


class LogReader(Protocol):
    """All that a verifier needs of a log."""

    def checkpoint(self) -> bytes:
        """Return the newest signed checkpoint."""
        ...

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the envelopes with indexes ``start`` to ``end`` (exclusive), in order."""
        ...

    def tile(self, level: int, number: int) -> bytes:
        """Return the full hash tile ``number`` of ``level`` (256 hashes of 32 bytes; C2SP tlog-tiles)."""
        ...


class Log(LogReader, Protocol):
    """An append-only log of envelopes under signed checkpoints."""

    def append(self, prepare: Callable[[int, bytes], Sequence[NewEntry]]) -> Committed:
        """Append what ``prepare`` returns, all or nothing, durably, under one new checkpoint.

        ``prepare`` is called with the log's size and newest checkpoint while no other writer can append, so
        that what it decides from them still holds when its entries are committed.
        """
        ...

    def find(self, idempotency: str) -> int | None:
        """Return the index of the entry that was appended under ``idempotency``, if there is one."""
        ...

    def checkpoint_at(self, size: int) -> bytes | None:
        """Return the newest checkpoint that is kept of the log at ``size`` or before."""
        ...

    def checkpoint_covering(self, index: int) -> bytes | None:
        """Return the oldest checkpoint that is kept of the log with the entry ``index`` in it."""
        ...


class Incoming(Protocol):
    """Bytes on their way into a blob; nothing is visible until ``keep``."""

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        ...

    def keep(self) -> tuple[Sha256, int]:
        """Make the bytes durable under their SHA-256; return it and their length."""
        ...

    def discard(self) -> None:
        """Forget the bytes."""
        ...


class Blobs(Protocol):
    """Bytes by their SHA-256. Once kept they never change."""

    def receive(self) -> Incoming:
        """Begin a new blob."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes as a stream that raises ``IntegrityViolated`` at its end when they are not the digest's."""
        ...

    def holds(self, sha256: str) -> bool:
        """Tell whether a blob is kept under ``sha256``."""
        ...

    def digests(self) -> Iterator[Sha256]:
        """Yield the digest of every blob kept."""
        ...

    def check(self, sha256: str) -> None:
        """Read every byte of the blob as it is stored; raise ``IntegrityViolated`` naming its place if not whole."""
        ...


class RegistersUnavailable(Unavailable):
    """The registers cannot be read or written now; what they answer can be folded from the log instead."""

    hint = "Nothing is lost: the answer is worked out from the log. See that the disk has space."


class Registers(Protocol):
    """Values by key for projections: dropped at will and built anew from the log.

    Every method raises ``RegistersUnavailable`` where the store cannot be read or written.
    """

    def read(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the values that are kept under those of ``keys`` that have one."""
        ...

    def keys(self, prefix: bytes) -> list[bytes]:
        """Return the keys that begin with ``prefix``, sorted."""
        ...

    def change(self, prepare: Callable[[], Mapping[bytes, bytes | None]]) -> None:
        """Write what ``prepare`` returns, all or nothing; ``None`` lets go of a key.

        ``prepare`` may read, and no other writer changes anything until what it returns is written.
        """
        ...

    def clear(self) -> None:
        """Let go of everything, damaged or not."""
        ...


class StateUnavailable(Unavailable):
    """What was counted beside the ledger cannot be read or written; what depends on the count is not done."""

    hint = "See that the disk has space and that you may write beside the ledger, then run the command again."


class State(Protocol):
    """Small values that belong to the running of one store and prove nothing: failed attempts, and the like.

    They survive restarts. Every method raises ``StateUnavailable`` where the store cannot be read or written.
    """

    def change(self, key: str, prepare: Callable[[bytes | None], bytes | None]) -> None:
        """Write what ``prepare`` returns, given the present value; ``None`` is no value.

        Nobody else reads or changes a value between the two: attempts are counted one after the other.
        """
        ...
