"""The embedded ledger's tables, and the triggers that refuse whatever is not an append.

``INSERT OR REPLACE`` deletes without firing delete triggers unless ``recursive_triggers`` is on, which a
foreign connection need not do; so each insert is refused where its key is taken, and entries must follow one
another.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

_TABLES = (
    "CREATE TABLE entry (idx INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT",
    "CREATE TABLE idempotency (digest TEXT PRIMARY KEY, idx INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE tile (level INTEGER, number INTEGER, hashes BLOB NOT NULL, PRIMARY KEY (level, number))"
    " STRICT, WITHOUT ROWID",
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL, frontier BLOB NOT NULL) STRICT",
)
_TAKEN = {
    "entry": "NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM entry)",
    "idempotency": "EXISTS (SELECT 1 FROM idempotency WHERE digest = NEW.digest)",
    "tile": "EXISTS (SELECT 1 FROM tile WHERE level = NEW.level AND number = NEW.number)",
    "checkpoint": "NEW.size <= (SELECT max(size) FROM checkpoint)",
}
_APPLICATION = 0x434C574B  # 'CLWK', shown by file(1)
_VERSION = 1


def schema() -> dict[str, str]:
    """Return the SQL of every table and trigger by name, as ``sqlite_schema`` holds it."""
    made = {statement.split()[2]: statement for statement in _TABLES}
    for table, taken in _TAKEN.items():
        refusal = f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {table}'); END"
        made[f"{table}_insert"] = (
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN {taken} {refusal}"
        )
        for change in ("update", "delete"):
            name = f"{table}_{change}"
            made[name] = f"CREATE TRIGGER {name} BEFORE {change.upper()} ON {table} {refusal}"
    return made


def create_schema(path: Path, note: bytes) -> None:
    """Make the database at ``path`` with an empty log under its first checkpoint."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("BEGIN")
        for statement in schema().values():
            connection.execute(statement)
        connection.execute("INSERT INTO checkpoint VALUES (0, ?, x'')", (note,))
        connection.execute("COMMIT")
    finally:
        connection.close()


def connect_writer(path: Path) -> sqlite3.Connection:
    """Return a connection that commits durably and leaves the write-ahead log to us."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    for setting in (
        "synchronous = FULL",
        "wal_autocheckpoint = 0",
        "recursive_triggers = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {setting}")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write, nor move the write-ahead log into the database when it closes."""
    connection = _connect_read_only(path, "mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_CANTOPEN or path.with_name(f"{path.name}-wal").exists():
            raise
        # SQLite keeps an index of the write-ahead log beside it even to read. Where that cannot be made, as on a
        # medium that takes no writing, and there is no log to index, the database alone is the whole.
        return _connect_read_only(path, "mode=ro&immutable=1")
    return connection


def _connect_read_only(path: Path, query: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?{query}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection
