"""State of the embedded ledger: a SQLite file of its own beside it, no evidence and no part of what is verified.

What it counts must not be lost with a process or the power: every change is on disk before it is acted upon. Who may
write in the ledger's folder may delete the file; that takes no lock off, for locks stand in the ledger.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from clausework.ledger.ports import StateUnavailable

NAME = "state.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS value (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT"
_PATIENCE = 60
"""Seconds to wait for one's turn: attempts to open a key stand in line, and each takes its time."""


class SqliteState:
    """State in one SQLite file, made when something is first written. Threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def change(self, key: str, prepare: Callable[[bytes | None], bytes | None]) -> None:
        """See ``State``."""
        with _failures(self._path), closing(self._connect()) as connection:
            connection.execute(_TABLE)
            connection.execute("BEGIN IMMEDIATE")
            try:
                rows = connection.execute("SELECT value FROM value WHERE key = ?", (key,)).fetchall()
                value = prepare(rows[0][0] if rows else None)
                connection.execute("DELETE FROM value WHERE key = ?", (key,))
                if value is not None:
                    connection.execute("INSERT INTO value VALUES (?, ?)", (key, value))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connect(self) -> sqlite3.Connection:
        address = f"file:{quote(str(self._path))}?mode=rwc"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_PATIENCE)
        connection.execute("PRAGMA synchronous = FULL")
        return connection


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StateUnavailable(f"{path}: {error}.") from error
