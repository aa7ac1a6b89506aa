"""Moving the write-ahead log into the database, so that every page's digest is on disk before the log is reset.

The order is what makes it safe to die anywhere: (1) SQLite copies the pages, the log still holds them all;
(2) their digests are written from the log's frames and synced; (3) the log is cut to nothing. Before (3) a
page is as its digest says or as a frame of the log has it; after, as its digest says.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from clausework.stores.durable_files import write_all
from clausework.stores.page_digests import PAGE_SIZE, write_page_digests
from clausework.stores.write_ahead_log import FRAME_HEADER_SIZE, HEADER_SIZE, last_images, slot_in_use

FRAMES = 1000
"""The log is moved once it holds this many frames, about 4 MB."""
_SLOT = FRAME_HEADER_SIZE + PAGE_SIZE
_BRIEFLY, _PATIENTLY = 10, 5_000  # milliseconds
_APPENDS_TO_PAUSE = 200
_PREPARED = HEADER_SIZE + (FRAMES + 64) * _SLOT


class Backfill:
    """Moves one database's log; the caller holds the writer lock."""

    def __init__(self, database: Path, digests: Path, connection: sqlite3.Connection) -> None:
        self._wal = database.with_name(database.name + "-wal")
        self._digests = digests
        self._connection = connection
        self._pause = 0
        self._number = -1

    def run_between_appends(self) -> bool:
        """Move the log if it is due, without waiting long for a reader, and lay it out anew in zeros.

        Commits that need no new blocks take half the time. What was appended is safe in the log as it is, so a disk
        that refuses is no failure of the append: then the result is false, and the next writer has to tidy up.
        """
        if self._pause:
            self._pause -= 1
            return True
        try:
            if self._due():
                self._wait_for_readers(_BRIEFLY)
                if self.run():
                    self._lay_out()
                else:
                    self._pause = _APPENDS_TO_PAUSE
                self._wait_for_readers(_PATIENTLY)
        except (sqlite3.OperationalError, OSError):
            self._pause = _APPENDS_TO_PAUSE
            return False
        return True

    def run(self) -> bool:
        """Move the log and cut it; tell whether both were done, which a reader in a long transaction can prevent."""
        if self.copy() is None:
            return False
        busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def copy(self) -> dict[int, bytes] | None:
        """Copy the log's pages and write their digests; return them, or ``None`` when a reader was in the way."""
        busy, frames, copied = self._connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        if busy or copied < frames:
            return None
        digests = last_images(self._wal, PAGE_SIZE, frames) if frames > 0 else {}
        if digests:
            write_page_digests(self._digests, digests)
        return digests

    def close(self) -> None:
        """Move the log and close the connection, which, as the last one, does away with the log."""
        left = None
        if not self.run():
            _, frames, _ = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            left = last_images(self._wal, PAGE_SIZE, frames)
        self.abandon()
        if left and not (self._wal.exists() and self._wal.stat().st_size):
            write_page_digests(self._digests, left)

    def abandon(self) -> None:
        """Close the connection and leave the log as it is, as far as other connections stay open."""
        self._connection.close()
        if self._number >= 0:
            os.close(self._number)
            self._number = -1

    def _wait_for_readers(self, milliseconds: int) -> None:
        self._connection.execute(f"PRAGMA busy_timeout = {milliseconds}")

    def _due(self) -> bool:
        if self._number < 0:
            # SQLite keeps one file for the log as long as our connection is open.
            self._number = os.open(self._wal, os.O_RDWR | os.O_CLOEXEC)
        frame = os.pread(self._number, FRAME_HEADER_SIZE, HEADER_SIZE + FRAMES * _SLOT)
        return slot_in_use(os.pread(self._number, HEADER_SIZE, 0), frame)

    def _lay_out(self) -> None:
        # SQLite's write lock keeps a foreign writer, who knows nothing of ours, from being overwritten.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            if os.fstat(self._number).st_size == 0:
                write_all(self._number, bytes(_PREPARED), 0)
                os.fsync(self._number)
        finally:
            self._connection.execute("ROLLBACK")
