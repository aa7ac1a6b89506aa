"""Writing files so that they are there after a power failure: the bytes first, then the name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def descriptor(path: Path, flags: int) -> Iterator[int]:
    """Open ``path`` for as long as the block runs."""
    number = os.open(path, flags | os.O_CLOEXEC, 0o644)
    try:
        yield number
    finally:
        os.close(number)


def write_all(number: int, data: bytes, offset: int) -> None:
    """Write all of ``data`` at ``offset``."""
    view = memoryview(data)
    while view:
        written = os.pwrite(number, view, offset)
        view, offset = view[written:], offset + written


def sync_directory(path: Path) -> None:
    """Make the names in the folder durable."""
    with descriptor(path, os.O_RDONLY | os.O_DIRECTORY) as number:
        os.fsync(number)


def write_durably(path: Path, data: bytes) -> None:
    """Make ``path`` hold ``data``, wholly or not at all."""
    temporary = path.with_name(path.name + ".new")
    with descriptor(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as number:
        write_all(number, data, 0)
        os.fsync(number)
    temporary.replace(path)
    sync_directory(path.parent)
