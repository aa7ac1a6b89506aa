"""Reading the embedded ledger's tables over one connection."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clausework.ledger.append import TreeState
from clausework.ledger.checkpoint import Checkpoint
from clausework.ledger.tiles import TILE_WIDTH, split_hashes
from clausework.ledger.tree import HASH_SIZE
from clausework.stores.failures import BehindItsHead, DatabaseUnreadable, Forked, store_failures

_CHUNK = 500
_NEWEST = "SELECT size, note, frontier FROM checkpoint ORDER BY size DESC LIMIT 1"
_ENTRIES = "SELECT idx, envelope FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"
_KNOWN = "SELECT digest, idx FROM idempotency WHERE digest IN"
_NOTE_BEFORE = "SELECT note FROM checkpoint WHERE size <= ? ORDER BY size DESC LIMIT 1"
_NOTE_AFTER = "SELECT note FROM checkpoint WHERE size > ? ORDER BY size LIMIT 1"
_CHECKPOINTS = "SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?"


class Rows:
    """The tables as one connection sees them; threads take turns on it, and no read lasts longer than a chunk."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self._path = path
        self._turn = threading.Lock()

    def newest_state(self, head: Checkpoint) -> TreeState:
        """Return the log's state, held against ``head``, the newest that was acknowledged.

        Raises ``DatabaseUnreadable``, ``BehindItsHead``, ``Forked``.
        """
        rows: list[tuple[int, bytes, bytes]] = self._fetch(_NEWEST, ())
        if not rows:
            raise DatabaseUnreadable(f"{self._path}: there is no checkpoint.")
        size, note, frontier = rows[0]
        if size < head.size:
            raise BehindItsHead(
                f"{self._path} holds {size} entries; {head.size} were acknowledged, as the head slot beside it shows."
            )
        if (note if size == head.size else self.note_at(head.size)) != head.note:
            raise Forked(
                f"{self._path} at {head.size} entries is not what the head slot beside it acknowledged."
            )
        return TreeState(size, split_hashes(frontier), note)

    def note_at(self, size: int) -> bytes | None:
        """Return the checkpoint that was made at ``size``, if one was."""
        rows: list[tuple[bytes]] = self._fetch("SELECT note FROM checkpoint WHERE size = ?", (size,))
        return rows[0][0] if rows else None

    def note_before(self, size: int) -> bytes | None:
        """Return the newest checkpoint that was made at ``size`` or before."""
        rows: list[tuple[bytes]] = self._fetch(_NOTE_BEFORE, (size,))
        return rows[0][0] if rows else None

    def note_after(self, size: int) -> bytes | None:
        """Return the oldest checkpoint that was made behind ``size``."""
        rows: list[tuple[bytes]] = self._fetch(_NOTE_AFTER, (size,))
        return rows[0][0] if rows else None

    def checkpoints(self) -> Iterator[bytes]:
        """Yield every checkpoint, oldest first."""
        rows: list[tuple[int, bytes]] = [(-1, b"")]
        while rows := self._fetch(_CHECKPOINTS, (rows[-1][0], _CHUNK)):
            for _, note in rows:
                yield note

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the envelopes from ``start`` to before ``end``; raises ``DatabaseUnreadable`` for a gap."""
        for first in range(start, end, _CHUNK):
            rows: list[tuple[int, bytes]] = self._fetch(_ENTRIES, (first, min(first + _CHUNK, end)))
            for expected, (index, envelope) in enumerate(rows, first):
                if index != expected:
                    raise DatabaseUnreadable(f"{self._path}: entry {expected} is missing.")
                yield envelope
            if len(rows) < _CHUNK:
                return

    def tile(self, level: int, number: int) -> bytes:
        """Return a full tile; raises ``DatabaseUnreadable`` where it is missing."""
        rows: list[tuple[bytes]] = self._fetch(
            "SELECT hashes FROM tile WHERE level = ? AND number = ?", (level, number)
        )
        hashes = rows[0][0] if rows else b""
        if len(hashes) != TILE_WIDTH * HASH_SIZE:
            raise DatabaseUnreadable(f"{self._path}: tile {number} of level {level} is missing or not whole.")
        return hashes

    def find(self, idempotency: str) -> int | None:
        """Return the index of the entry that was appended under ``idempotency``, if there is one."""
        rows: list[tuple[int]] = self._fetch("SELECT idx FROM idempotency WHERE digest = ?", (idempotency,))
        return rows[0][0] if rows else None

    def find_all(self, idempotencies: Sequence[str]) -> dict[str, int]:
        """Return the index of each of ``idempotencies`` that is known."""
        found: dict[str, int] = {}
        for start in range(0, len(idempotencies), _CHUNK):
            asked = idempotencies[start : start + _CHUNK]
            found.update(self._fetch(f"{_KNOWN} ({','.join('?' * len(asked))})", tuple(asked)))
        return found

    def _fetch(self, query: str, values: tuple[object, ...]) -> list[Any]:
        with self._turn, store_failures(self._path):
            return self.connection.execute(query, values).fetchall()
