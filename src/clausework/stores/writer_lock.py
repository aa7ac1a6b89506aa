"""One writer at a time among all processes, by flock; and a word in the file that tells when a writer died.

The file holds ``idle`` or ``busy``. A writer that finds ``busy`` though nobody holds the lock knows that the
last writer did not finish, and tidies up before it goes on. The word is not synced: it is for deaths of
processes; after a power failure the write-ahead log itself is looked at when the store is opened.
"""

from __future__ import annotations

import fcntl
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clausework.core.printable import printable
from clausework.stores.durable_files import descriptor

IDLE = b"idle\n"
BUSY = b"busy\n"

_PATIENCE = 1.0
"""Seconds that a writer waits for another in silence."""


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
        self._wait(self._number, fcntl.LOCK_EX)
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
            self._wait(number, fcntl.LOCK_SH)
            yield

    def _wait(self, number: int, kind: int) -> None:
        """Take the lock; where that lasts longer than ``_PATIENCE``, say who holds it."""
        try:
            fcntl.flock(number, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            telling = threading.Timer(_PATIENCE, self._tell)
            telling.daemon = True
            telling.start()
            try:
                fcntl.flock(number, kind)
            finally:
                telling.cancel()

    def _tell(self) -> None:
        """Say on standard error what this process waits for."""
        with suppress(OSError, ValueError):
            holder = _holder(os.fstat(self._number))
            sys.stderr.write(
                f"clausework: waiting for the ledger at {self._path.parent}: {holder} writes to it\n"
            )
            sys.stderr.flush()

    def finished(self) -> None:
        """Say that the files are as they should be."""
        os.pwrite(self._number, IDLE, 0)

    def word(self) -> bytes:
        """Return what the file says."""
        return os.pread(self._number, 16, 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._number)


def _holder(lock: os.stat_result) -> str:
    """Return which process holds the lock file of that status, as far as this system tells."""
    place = f"{os.major(lock.st_dev):02x}:{os.minor(lock.st_dev):02x}:{lock.st_ino}"
    for line in _lines(Path("/proc/locks")):
        words = (
            line.split()
        )  # 7: FLOCK ADVISORY WRITE 4711 08:01:1234 0 EOF; one that waits has '->' in front
        if words[1:2] == ["FLOCK"] and words[5:6] == [place]:
            command = Path(f"/proc/{words[4]}/cmdline").read_bytes().replace(b"\0", b" ").strip()
            return f"process {words[4]} ({printable(command.decode(errors='replace')[:200])})"
    return "another process"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else []
