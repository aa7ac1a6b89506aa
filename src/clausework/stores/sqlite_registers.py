"""Registers of the embedded ledger: a SQLite file of their own beside it, no part of what is verified.

A reader needs no key and may fill them: they hold nothing that the log does not say. Losing the file, or half of a
change with the power, costs time and nothing else.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from clausework.ledger.ports import RegistersUnavailable

NAME = "registers.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS value (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT"
_CHUNK = 500
_FILES = ("", "-journal", "-wal", "-shm")


class SqliteRegisters:
    """Registers in one SQLite file, made when something is first written. Threads may share them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def read(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """See ``Registers``."""
        wanted = list(keys)
        found: dict[bytes, bytes] = {}
        with self._turn, _failures(self._path):
            if self._connection is None and not self._path.exists():
                return found
            execute = self._reading().execute
            for start in range(0, len(wanted), _CHUNK):
                part = wanted[start : start + _CHUNK]
                marks = ",".join("?" * len(part))
                found.update(execute(f"SELECT key, value FROM value WHERE key IN ({marks})", part))  # noqa: S608
        return found

    def keys(self, prefix: bytes) -> list[bytes]:
        """See ``Registers``."""
        with self._turn, _failures(self._path):
            if self._connection is None and not self._path.exists():
                return []
            rows = self._reading().execute("SELECT key FROM value WHERE key >= ? ORDER BY key", (prefix,))
            found = []
            for (key,) in rows:
                if not key.startswith(prefix):
                    break
                found.append(key)
            return found

    def change(self, prepare: Callable[[], Mapping[bytes, bytes | None]]) -> None:
        """See ``Registers``."""
        with self._turn, _failures(self._path):
            connection = self._writing()
            connection.execute("BEGIN IMMEDIATE")
            try:
                values = prepare()
                gone = [(key,) for key, value in values.items() if value is None]
                connection.executemany("DELETE FROM value WHERE key = ?", gone)
                kept = [(key, value) for key, value in values.items() if value is not None]
                connection.executemany("INSERT OR REPLACE INTO value VALUES (?, ?)", kept)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def clear(self) -> None:
        """See ``Registers``."""
        with self._turn, _failures(self._path):
            self.close()
            for ending in _FILES:
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _reading(self) -> sqlite3.Connection:
        if self._connection is None:
            address = f"file:{quote(str(self._path))}"
            self._connection = _connect(f"{address}?mode=ro")
            try:
                self._connection.execute("SELECT count(*) FROM sqlite_schema")
            except sqlite3.OperationalError:
                self.close()
                raise
        return self._connection

    def _writing(self) -> sqlite3.Connection:
        self.close()
        connection = self._connection = _connect(f"file:{quote(str(self._path))}?mode=rwc")
        connection.execute("PRAGMA page_size = 16384")  # pages of a register have some kilobytes
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_TABLE)
        return connection


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=5)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise RegistersUnavailable(f"{path}: {error}.") from error
