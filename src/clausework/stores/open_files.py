"""One descriptor per database file and process, open as long as any store here uses the file.

POSIX locks belong to the process: closing *any* descriptor of a file drops all of its locks, SQLite's too,
and another process could then take the log away from under us. So the raw file is opened once, and closed
last.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec


class _Held(msgspec.Struct):
    number: int
    users: int


_guard = threading.Lock()
_held: dict[tuple[int, int], _Held] = {}


class RawFile:
    """The raw bytes of a database file that SQLite may have open in this process; close it after SQLite's."""

    def __init__(self, path: Path) -> None:
        with _guard:
            status = path.stat()
            self._key = (status.st_dev, status.st_ino)
            held = _held.get(self._key)
            if held is None:
                held = _held[self._key] = _Held(os.open(path, os.O_RDONLY | os.O_CLOEXEC), 0)
            held.users += 1
            self._number = held.number
        self._offset = 0

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer at the end."""
        data = os.pread(self._number, size, self._offset)
        self._offset += len(data)
        return data

    def rewind(self) -> None:
        """Read from the beginning again."""
        self._offset = 0

    def close(self) -> None:
        """Let go of the file."""
        with _guard:
            held = _held[self._key]
            held.users -= 1
            if not held.users:
                del _held[self._key]
                os.close(held.number)
