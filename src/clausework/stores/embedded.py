"""The embedded ledger: one folder on one machine, SQLite for the log and files for the blobs.

    create_embedded(folder, "example.com/infusor", ledger_key, clock_key).close()
    with open_embedded(folder, ledger_key, clock_key) as store:
        ledger = Ledger(store.log, store.blobs, pipeline_key)

In the folder: ``ledger.sqlite`` and its write-ahead log ``ledger.sqlite-wal``; ``pages``, a digest per page
of the database; ``head-0`` and ``head-1``, the newest acknowledged checkpoint; ``lock``; ``blobs/``. Each
byte of these is checked by ``inspect``. ``ledger.sqlite-shm`` is not: it is a cache that SQLite builds anew
from the write-ahead log. Nor is ``registers.sqlite``: it is a projection, dropped and built anew at will.
Nor is ``state.sqlite``, which counts what proves nothing, such as failed attempts to open a key.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from clausework.core.clock import Clock, system_clock
from clausework.ledger.append import first_state
from clausework.ledger.checkpoint import CheckpointSigners, checkpoint_signers
from clausework.ledger.note import check_cosignature, check_signature, parse_note
from clausework.ledger.signing import Signer
from clausework.stores.backfill import Backfill
from clausework.stores.durable_files import descriptor, sync_directory, write_durably
from clausework.stores.embedded_inspection import EmbeddedFiles, inspect_embedded
from clausework.stores.failures import (
    NoStore,
    OtherKeys,
    StoreExists,
    StoreIncomplete,
    StoreUnavailable,
    store_failures,
)
from clausework.stores.file_blobs import FileBlobs
from clausework.stores.head_slots import HeadSlots, create_slots
from clausework.stores.open_files import RawFile
from clausework.stores.page_digests import PAGE_SIZE, create_page_digests
from clausework.stores.sqlite_log import SqliteLog
from clausework.stores.sqlite_registers import NAME as REGISTERS_NAME
from clausework.stores.sqlite_registers import SqliteRegisters
from clausework.stores.sqlite_rows import Rows
from clausework.stores.sqlite_schema import connect_reader, connect_writer, create_schema
from clausework.stores.sqlite_state import NAME as STATE_NAME
from clausework.stores.sqlite_state import SqliteState
from clausework.stores.sqlite_writer import SqliteWriter
from clausework.stores.write_ahead_log import inspect_wal
from clausework.stores.writer_lock import IDLE, WriterLock


class EmbeddedStore:
    """An open embedded ledger: log, blobs, registers, state. Close it, or use it as a context manager."""

    def __init__(
        self,
        log: SqliteLog,
        blobs: FileBlobs,
        registers: SqliteRegisters,
        state: SqliteState,
        closing: ExitStack,
    ) -> None:
        self.log = log
        self.blobs = blobs
        self.registers = registers
        self.state = state
        self._closing = closing

    def close(self) -> None:
        """Move the write-ahead log into the database and let go of all files."""
        self._closing.close()

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def create_embedded(
    path: Path, origin: str, ledger_signer: Signer, clock_signer: Signer, *, clock: Clock = system_clock
) -> EmbeddedStore:
    """Make an empty ledger in the folder ``path`` and open it.

    ``origin`` names the log for ever, as ``example.com/device``. Raises ``StoreExists``, ``NotAKeyName``,
    ``StoreUnavailable``.
    """
    signers = checkpoint_signers(origin, ledger_signer, clock_signer, clock)
    files = EmbeddedFiles(path)
    if files.database.exists():
        raise StoreExists(f"There is a ledger in {path}.")
    try:
        _create(files, signers)
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error}.") from error
    return _open(files, ledger_signer, clock_signer, clock)


def open_embedded(
    path: Path,
    ledger_signer: Signer | None = None,
    clock_signer: Signer | None = None,
    *,
    clock: Clock = system_clock,
) -> EmbeddedStore:
    """Open the ledger in the folder ``path``; without both signers, for reading only.

    A damaged store opens for reading, so that it can be verified. Raises ``NoStore``, ``StoreIncomplete``,
    ``StoreUnavailable``, and for writing ``OtherKeys`` and what makes a store unfit to append to:
    ``BehindItsHead``, ``Forked``, ``DatabaseUnreadable``, ``HeadUnreadable``.
    """
    files = EmbeddedFiles(path)
    missing = [name.name for name in files.required() if not name.exists()]
    if len(missing) == len(files.required()):
        raise NoStore(f"There is no ledger in {path}.")
    if missing and files.database.with_name("ledger.sqlite.new").exists():
        raise StoreUnavailable(
            f"Making the ledger in {path} did not come to its end.",
            hint="Run 'clausework init --establish' again; it takes up what is there.",
        )
    if missing:
        raise StoreIncomplete(f"{path} lacks {', '.join(missing)}.")
    return _open(files, ledger_signer, clock_signer, clock)


def _create(files: EmbeddedFiles, signers: CheckpointSigners) -> None:
    files.folder.mkdir(parents=True, exist_ok=True)
    files.blobs.mkdir(exist_ok=True)
    note = first_state(signers).note
    write_durably(files.lock, IDLE)
    create_slots(files.folder, note)
    fresh = files.database.with_name("ledger.sqlite.new")
    fresh.unlink(missing_ok=True)
    with store_failures(fresh):
        create_schema(fresh, note)
    create_page_digests(files.pages, fresh.read_bytes())
    with descriptor(fresh, os.O_RDONLY) as number:
        os.fsync(number)
    # The database's name comes last: a folder without it holds no ledger, and creating begins again.
    fresh.rename(files.database)
    sync_directory(files.folder)


def _open(
    files: EmbeddedFiles, ledger_signer: Signer | None, clock_signer: Signer | None, clock: Clock
) -> EmbeddedStore:
    with ExitStack() as opening:
        writing = ledger_signer is not None and clock_signer is not None
        try:
            lock = WriterLock(files.lock, writing=writing)
            opening.callback(lock.close)
            heads = HeadSlots(files.folder, writing=writing)
            opening.callback(heads.close)
            raw = RawFile(files.database)
            opening.callback(raw.close)
        except OSError as error:
            raise StoreUnavailable(f"{files.folder}: {error}.") from error
        with store_failures(files.database):
            reader = connect_reader(files.database)
        closing_reader = opening.enter_context(ExitStack())
        closing_reader.callback(reader.close)
        rows = Rows(reader, files.database)
        writer = None
        if ledger_signer is not None and clock_signer is not None:
            head = heads.newest()
            signers = checkpoint_signers(head.origin, ledger_signer, clock_signer, clock)
            _require_own_keys(head.note, signers)
            # A connection that can write moves the log when it is closed: none is made to a store that is unfit.
            rows.newest_state(head)
            writer = _open_writer(files, heads, lock, signers)
            opening.callback(writer.close, closing_reader.close)
            _tidy_after_power_failure(files, writer)
        log = SqliteLog(
            files.database, rows, heads, writer, lambda: inspect_embedded(files, raw, heads, lock)
        )
        registers = SqliteRegisters(files.folder / REGISTERS_NAME)
        opening.callback(registers.close)
        state = SqliteState(files.folder / STATE_NAME)
        return EmbeddedStore(log, FileBlobs(files.blobs), registers, state, opening.pop_all())


def _open_writer(
    files: EmbeddedFiles, heads: HeadSlots, lock: WriterLock, signers: CheckpointSigners
) -> SqliteWriter:
    with store_failures(files.database):
        connection = connect_writer(files.database)
    backfill = Backfill(files.database, files.pages, connection)
    return SqliteWriter(files.database, Rows(connection, files.database), heads, lock, backfill, signers)


def _tidy_after_power_failure(files: EmbeddedFiles, writer: SqliteWriter) -> None:
    if files.wal.exists() and inspect_wal(files.wal.read_bytes(), PAGE_SIZE).leftover:
        writer.tidy()


def _require_own_keys(note: bytes, signers: CheckpointSigners) -> None:
    parsed = parse_note(note)
    expected = [(key.name, key.key_hash) for key in (signers.keys.ledger, signers.keys.clock)]
    if [(name, key_hash) for name, key_hash, _ in parsed.signatures] != expected:
        raise OtherKeys(f"The checkpoints of '{signers.origin}' stand under other keys than those given.")
    check_signature(parsed, signers.keys.ledger)
    check_cosignature(parsed, signers.keys.clock)
