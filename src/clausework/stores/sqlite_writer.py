"""Appending to the embedded log: one transaction for all who wait, then the head slot, then the receipts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from clausework.core.errors import ClauseworkError, IntegrityViolated
from clausework.ledger.append import Advance, TreeState, advance, place
from clausework.ledger.checkpoint import CheckpointSigners, read_checkpoint
from clausework.ledger.ports import Committed
from clausework.ledger.tree import leaf_hash, root_of_frontier
from clausework.stores.backfill import Backfill
from clausework.stores.failures import DatabaseUnreadable, StoreUnavailable, store_failures
from clausework.stores.group_commit import Waiting
from clausework.stores.head_slots import HeadSlots
from clausework.stores.sqlite_rows import Rows
from clausework.stores.writer_lock import WriterLock


class SqliteWriter:
    """Commits to one database; whoever calls ``commit`` is alone in this process to do so."""

    def __init__(
        self,
        path: Path,
        rows: Rows,
        heads: HeadSlots,
        lock: WriterLock,
        backfill: Backfill,
        signers: CheckpointSigners,
    ) -> None:
        self._path = path
        self.rows = rows
        self._connection: sqlite3.Connection = rows.connection
        self._heads = heads
        self._lock = lock
        self._backfill = backfill
        self._signers = signers

    def commit(self, batch: Sequence[Waiting]) -> None:
        """Append for each of ``batch`` under a checkpoint of its own, all durable together, and settle each."""
        with self._lock.alone() as unfinished, store_failures(self._path):
            tidy = not unfinished or self._tidied()
            for waiting, result in self._transact(batch):
                waiting.committed = result
            if self._backfill.run_between_appends() and tidy:
                self._lock.finished()

    def tidy(self) -> None:
        """Move what a writer that died, or a power failure, left in the write-ahead log."""
        with self._lock.alone(), store_failures(self._path):
            if self._tidied():
                self._lock.finished()

    def close(self, beside: Callable[[], None]) -> None:
        """Close the connection, and call ``beside``, which closes the store's other one.

        The write-ahead log is moved into the database first, but not into one that is not as it was: the log may
        be all that is left of what is missing there. SQLite does away with the log when the last connection that
        can write is closed last.
        """
        try:
            with self._lock.alone(), store_failures(self._path):
                self.rows.newest_state(self._heads.newest())
                beside()
                self._backfill.close()
                self._lock.finished()
        except ClauseworkError as error:
            self._backfill.abandon()
            beside()
            if not isinstance(error, IntegrityViolated):
                raise

    def _tidied(self) -> bool:
        self.rows.newest_state(self._heads.newest())
        return self._backfill.run()

    def _transact(self, batch: Sequence[Waiting]) -> list[tuple[Waiting, Committed]]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            before = state = self._state()
            committed: list[tuple[Waiting, Committed]] = []
            for waiting in batch:
                try:
                    state, result = self._append(waiting, state)
                except sqlite3.Error:
                    raise
                except BaseException as error:  # noqa: BLE001
                    # What one caller's preparing raises is that caller's, and stops nobody else's append.
                    waiting.error = error
                else:
                    committed.append((waiting, result))
            self._connection.execute("COMMIT" if state.size > before.size else "ROLLBACK")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        if state.size > before.size:
            self._acknowledge(state)
        return committed

    def _acknowledge(self, state: TreeState) -> None:
        try:
            self._heads.write(state.note)
        except OSError as error:
            raise StoreUnavailable(
                f"{self._path.parent}: the head slot cannot be written: {error}."
            ) from error

    def _state(self) -> TreeState:
        """Return the state to append to; a frontier that does not give the signed root would fork the log."""
        state = self.rows.newest_state(self._heads.newest())
        if root_of_frontier(state.frontier) != read_checkpoint(state.note).root:
            raise DatabaseUnreadable(
                f"{self._path}: the frontier at {state.size} does not have the signed root hash."
            )
        return state

    def _append(self, waiting: Waiting, state: TreeState) -> tuple[TreeState, Committed]:
        entries = waiting.prepare(state.size, state.note)
        known = self.rows.find_all([entry.idempotency for entry in entries if entry.idempotency])
        placed = place(entries, state.size, known.get)
        if placed.new:
            made = advance(
                state, [entry.envelope for entry in placed.new], self._signers, self._leaves, self.rows.tile
            )
            self._insert([(entry.envelope, entry.idempotency) for entry in placed.new], state.size, made)
            state = made.state
        return state, Committed(placed.indexes, placed.existed, state.note)

    def _insert(self, entries: Sequence[tuple[bytes, str]], first: int, made: Advance) -> None:
        connection = self._connection
        connection.executemany(
            "INSERT INTO entry VALUES (?, ?)",
            [(index, envelope) for index, (envelope, _) in enumerate(entries, first)],
        )
        known = [(digest, index) for index, (_, digest) in enumerate(entries, first) if digest]
        if known:
            connection.executemany("INSERT INTO idempotency VALUES (?, ?)", known)
        if made.tiles:
            tiles = [(tile.level, tile.number, tile.hashes) for tile in made.tiles]
            connection.executemany("INSERT INTO tile VALUES (?, ?, ?)", tiles)
        connection.execute(
            "INSERT INTO checkpoint VALUES (?, ?, ?)",
            (made.state.size, made.state.note, b"".join(made.state.frontier)),
        )

    def _leaves(self, start: int, end: int) -> Sequence[bytes]:
        return [leaf_hash(entry) for entry in self.rows.entries(start, end)]
