"""Checks every byte of an embedded ledger's files, the blobs apart, and that the files agree with each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from clausework.core.errors import ClauseworkError
from clausework.ledger.inspection import Inspection, Problem
from clausework.ledger.tiles import tiles_of
from clausework.stores.failures import store_failures
from clausework.stores.head_slots import SLOT_NAMES, HeadSlots
from clausework.stores.open_files import RawFile
from clausework.stores.page_digests import PAGE_SIZE, check_pages
from clausework.stores.sqlite_rows import Rows
from clausework.stores.sqlite_schema import connect_reader, schema
from clausework.stores.write_ahead_log import WalInspection, inspect_wal
from clausework.stores.writer_lock import BUSY, IDLE, WriterLock


class EmbeddedFiles(msgspec.Struct, frozen=True):
    """The files of the embedded ledger in ``folder``."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database."""
        return self.folder / "ledger.sqlite"

    @property
    def wal(self) -> Path:
        """Its write-ahead log, which is there while the database is open, or after a writer died."""
        return self.folder / "ledger.sqlite-wal"

    @property
    def pages(self) -> Path:
        """The digests of its pages."""
        return self.folder / "pages"

    @property
    def lock(self) -> Path:
        """The writers' lock."""
        return self.folder / "lock"

    @property
    def blobs(self) -> Path:
        """The folder of the blobs."""
        return self.folder / "blobs"

    def required(self) -> tuple[Path, ...]:
        """Return what every store has."""
        return (
            self.database,
            self.pages,
            self.lock,
            self.blobs,
            *(self.folder / name for name in SLOT_NAMES),
        )


def inspect_embedded(files: EmbeddedFiles, raw: RawFile, heads: HeadSlots, lock: WriterLock) -> Inspection:
    """Return all that is wrong with the files; writers wait meanwhile."""
    with lock.beside_readers():
        word = lock.word()
        wal = inspect_wal(files.wal.read_bytes() if files.wal.exists() else b"", PAGE_SIZE)
        raw.rewind()
        pages = check_pages(raw, files.database.name, files.pages.read_bytes(), files.pages.name, wal.images)
        problems = [*_lock_problems(word, files), *_wal_problems(wal, word, files), *pages]
        with closing(connect_reader(files.database)) as connection:
            problems += _head_problems(heads, Rows(connection, files.database))
            problems += _sqlite_problems(connection, files.database)
    remarks = []
    if word == BUSY:
        remarks.append(Problem(files.lock.name, "a writer died at work; the next one tidies up after it"))
    if wal.leftover and word == BUSY:
        remarks.append(Problem(files.wal.name, f"holds {wal.leftover} that nobody acknowledged"))
    return Inspection(tuple(problems), tuple(remarks))


def _lock_problems(word: bytes, files: EmbeddedFiles) -> Iterator[Problem]:
    if word not in {IDLE, BUSY}:
        yield Problem(files.lock.name, f"holds {word!r}")


def _wal_problems(wal: WalInspection, word: bytes, files: EmbeddedFiles) -> Iterator[Problem]:
    # A writer that died between two frames leaves what would otherwise be damage; then the head slot decides.
    if word == BUSY and wal.leftover and "ended a commit" in " ".join(wal.problems):
        return
    for problem in wal.problems:
        yield Problem(files.wal.name, problem)
    if wal.leftover.endswith("unfinished commit") and word != BUSY and not wal.problems:
        yield Problem(
            files.wal.name,
            f"holds {wal.leftover}, though no writer died: a commit was damaged, or power failed while one was made",
        )


def _head_problems(heads: HeadSlots, rows: Rows) -> Iterator[Problem]:
    for name, slot in zip(SLOT_NAMES, heads.slots(), strict=True):
        if slot.checkpoint is None:
            yield Problem(name, f"cannot be read: {slot.problem}")
            continue
        try:
            rows.newest_state(slot.checkpoint)
        except ClauseworkError as error:
            yield Problem(name, error.message)


def _sqlite_problems(connection: sqlite3.Connection, path: Path) -> list[Problem]:
    try:
        with store_failures(path):
            found = [
                Problem(path.name, str(line)) for (line,) in connection.execute("PRAGMA integrity_check")
            ]
            found = [problem for problem in found if problem.message != "ok"]
            return [*found, *_schema_problems(connection, path.name), *_table_problems(connection, path.name)]
    except ClauseworkError as error:
        return [Problem(path.name, error.message)]


def _schema_problems(connection: sqlite3.Connection, name: str) -> Iterator[Problem]:
    expected = schema()
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall())
    for named in sorted(expected.keys() | found.keys()):
        if named not in found:
            yield Problem(name, f"the table or trigger '{named}' is missing")
        elif named not in expected:
            yield Problem(name, f"the table or trigger '{named}' is foreign")
        elif expected[named] != found[named]:
            yield Problem(name, f"the table or trigger '{named}' is changed")


def _table_problems(connection: sqlite3.Connection, name: str) -> Iterator[Problem]:
    ((size,),) = connection.execute("SELECT coalesce(max(size), 0) FROM checkpoint")
    ((count, last),) = connection.execute("SELECT count(*), coalesce(max(idx) + 1, 0) FROM entry")
    if not size == count == last:
        yield Problem(name, f"holds {count} entries up to {last} under a checkpoint at {size}")
    ((astray,),) = connection.execute(
        "SELECT count(*) FROM idempotency WHERE idx NOT IN (SELECT idx FROM entry)"
    )
    if astray:
        yield Problem(name, f"{astray} idempotency digests name entries that are not there")
    full = {(level, number) for level, number, width in tiles_of(size) if width == 256}
    for level, number in sorted(full ^ set(connection.execute("SELECT level, number FROM tile"))):
        yield Problem(
            f"tile/{level}/{number}", "is missing" if (level, number) in full else "is not of this log"
        )
