"""The newest acknowledged checkpoint, outside the database: two slots, written in turn, each synced before a receipt.

SQLite drops commits in silence when its write-ahead log is damaged, and an older copy of a database is a
perfect database. The slots say what was acknowledged. While one is being written the other stays whole.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import msgspec

from clausework.core.errors import IntegrityViolated
from clausework.ledger.checkpoint import Checkpoint, read_checkpoint
from clausework.stores.durable_files import write_all, write_durably
from clausework.stores.failures import HeadUnreadable

SLOT_NAMES = ("head-0", "head-1")
_MAGIC = b"clausework head v1\n"
_SIZE = 4096
_ROOM = _SIZE - len(_MAGIC) - 4 - 32


class Slot(msgspec.Struct, frozen=True):
    """What a slot holds, or why it cannot be read."""

    checkpoint: Checkpoint | None
    problem: str = ""


class HeadSlots:
    """The two slots of one store, as one process has them open."""

    def __init__(self, folder: Path, *, writing: bool) -> None:
        flags = (os.O_RDWR if writing else os.O_RDONLY) | os.O_CLOEXEC
        self._numbers = [os.open(folder / name, flags) for name in SLOT_NAMES]
        self._read: list[tuple[bytes, Slot]] = [(b"", Slot(None)), (b"", Slot(None))]

    def slots(self) -> tuple[Slot, Slot]:
        """Return what the slots hold now."""
        return self._slot(0), self._slot(1)

    def newest(self) -> Checkpoint:
        """Return the newest checkpoint that was acknowledged; raises ``HeadUnreadable`` when no slot is whole."""
        slots = self.slots()
        whole = [slot.checkpoint for slot in slots if slot.checkpoint is not None]
        if not whole:
            raise HeadUnreadable(f"Neither {' nor '.join(SLOT_NAMES)} can be read: {slots[0].problem}.")
        return max(whole, key=lambda checkpoint: checkpoint.size)

    def write(self, note: bytes) -> None:
        """Put ``note`` durably in the slot that does not hold the newest checkpoint."""
        sizes = [slot.checkpoint.size if slot.checkpoint else -1 for slot in self.slots()]
        number = self._numbers[sizes.index(min(sizes))]
        write_all(number, encode_slot(note), 0)
        os.fdatasync(number)

    def close(self) -> None:
        """Close the files."""
        for number in self._numbers:
            os.close(number)

    def _slot(self, which: int) -> Slot:
        data = os.pread(self._numbers[which], _SIZE + 1, 0)
        before, slot = self._read[which]
        if data != before:
            slot = decode_slot(data)
            self._read[which] = (data, slot)
        return slot


def create_slots(folder: Path, note: bytes) -> None:
    """Make both slots with the log's first checkpoint."""
    for name in SLOT_NAMES:
        write_durably(folder / name, encode_slot(note))


def encode_slot(note: bytes) -> bytes:
    """Return a slot that holds ``note``: 4,096 bytes, the last 32 of them the SHA-256 of the others."""
    body = _MAGIC + len(note).to_bytes(4, "big") + note.ljust(_ROOM, b"\x00")
    return body + sha256(body).digest()


def decode_slot(data: bytes) -> Slot:
    """Return what the slot ``data`` holds."""
    body, digest = data[:-32], data[-32:]
    if len(data) != _SIZE or not body.startswith(_MAGIC) or sha256(body).digest() != digest:
        return Slot(None, "its bytes do not have the digest that stands at its end")
    start = len(_MAGIC) + 4
    note = body[start : start + int.from_bytes(body[start - 4 : start], "big")]
    try:
        return Slot(read_checkpoint(note))
    except IntegrityViolated as error:
        return Slot(None, error.message)
