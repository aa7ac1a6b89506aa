"""One writer at a time among all processes, by flock; and a word in the file that tells when a writer died.

The file holds ``idle`` or ``busy``. A writer that finds ``busy`` though nobody holds the lock knows that the
last writer did not finish, and tidies up before it goes on. The word is not synced: it is for deaths of
processes; after a power failure the write-ahead log itself is looked at when the store is opened.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clausework.stores.durable_files import descriptor

IDLE = b"idle\n"
BUSY = b"busy\n"


class WriterLock:
    """The lock file of one store, as one process has it open."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        self._path = path
        self._number = os.open(path, (os.O_RDWR if writing else os.O_RDONLY) | os.O_CLOEXEC)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Wait for the lock and hold it; yield whether the last writer left its work unfinished.

        The file says ``busy`` from here on until ``finished`` is called.
        """
        fcntl.flock(self._number, fcntl.LOCK_EX)
        try:
            unfinished = self.word() != IDLE
            os.pwrite(self._number, BUSY, 0)
            yield unfinished
        finally:
            fcntl.flock(self._number, fcntl.LOCK_UN)

    @contextmanager
    def beside_readers(self) -> Iterator[None]:
        """Wait until no writer is at work, and keep writers out."""
        # A second lock on the writer's own descriptor would take the place of the first.
        with descriptor(self._path, os.O_RDONLY) as number:
            fcntl.flock(number, fcntl.LOCK_SH)
            yield

    def finished(self) -> None:
        """Say that the files are as they should be."""
        os.pwrite(self._number, IDLE, 0)

    def word(self) -> bytes:
        """Return what the file says."""
        return os.pread(self._number, 16, 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._number)
