"""The embedded log: entries, tiles and checkpoints in SQLite, acknowledged once they and the head slot are on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from clausework.ledger.inspection import Inspection
from clausework.ledger.ports import Committed, NewEntry
from clausework.stores.failures import StoreUnavailable
from clausework.stores.group_commit import GroupCommit
from clausework.stores.head_slots import HeadSlots
from clausework.stores.sqlite_rows import Rows
from clausework.stores.sqlite_writer import SqliteWriter


class SqliteLog:
    """A log in one SQLite database. Threads may share it, and other processes may have it open too.

    Every method raises ``DatabaseUnreadable`` where the database is damaged, ``StoreUnavailable`` where it
    cannot be reached; all that look for the newest state raise ``BehindItsHead``, ``Forked`` or
    ``HeadUnreadable`` too.
    """

    def __init__(
        self,
        path: Path,
        rows: Rows,
        heads: HeadSlots,
        writer: SqliteWriter | None,
        inspector: Callable[[], Inspection],
    ) -> None:
        self._path = path
        self._reader_rows = rows
        self._heads = heads
        self._writer = writer
        self._inspector = inspector
        self._group = GroupCommit(writer.commit) if writer else None

    def checkpoint(self) -> bytes:
        """See ``LogReader``."""
        return self._rows().newest_state(self._heads.newest()).note

    def checkpoints(self) -> Iterator[bytes]:
        """Yield every checkpoint, oldest first."""
        return self._rows().checkpoints()

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """See ``LogReader``."""
        return self._rows().entries(start, end)

    def tile(self, level: int, number: int) -> bytes:
        """See ``LogReader``."""
        return self._rows().tile(level, number)

    def find(self, idempotency: str) -> int | None:
        """See ``Log``."""
        return self._rows().find(idempotency)

    def checkpoint_at(self, size: int) -> bytes | None:
        """See ``Log``."""
        return self._rows().note_before(size)

    def checkpoint_covering(self, index: int) -> bytes | None:
        """See ``Log``."""
        return self._rows().note_after(index)

    def append(self, prepare: Callable[[int, bytes], Sequence[NewEntry]]) -> Committed:
        """See ``Log``; raises ``StoreUnavailable`` when opened for reading, and ``ClockWentBack``."""
        if self._group is None:
            raise StoreUnavailable(f"{self._path} is open for reading only.", hint="Open it with its keys.")
        return self._group.submit(prepare)

    def inspect(self) -> Inspection:
        """Return what is wrong with the database, its write-ahead log, its page digests and the head slots."""
        return self._inspector()

    def _rows(self) -> Rows:
        """Return what this thread may see: inside an append, what that append has done already."""
        if self._writer is not None and self._group is not None and self._group.is_leader():
            return self._writer.rows
        return self._reader_rows
