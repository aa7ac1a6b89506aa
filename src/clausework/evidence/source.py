"""The bytes that a reader reads, each chunk kept before it is parsed; and the family of rejections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from clausework.core.errors import InputRejected

CHUNK = 1 << 18
"""Bytes per read: large enough that a second core can hash meanwhile, small enough to stay in its cache."""

HEAD = 1 << 16
"""Bytes from the beginning of a file on which its format is recognised."""


class Unreadable(InputRejected):
    """A file cannot be read whole; ``offset`` is the byte at which reading stopped (-1: not known)."""

    hint = (
        "Produce the report again and record that file; the bytes of this one are kept, and count as nothing."
    )

    def __init__(self, message: str, *, offset: int = -1) -> None:
        super().__init__(message)
        self.offset = offset


class WrongKind(Unreadable):
    """A file is well formed but is not of the format that it was taken for."""


class ValueRejected(Unreadable):
    """A value in a report is not what the format allows there, such as a negative duration."""


class Source:
    """A stream of bytes read once, front to back; ``keep`` is handed each chunk before the reader is."""

    def __init__(self, stream: BinaryIO, keep: Callable[[bytes], None]) -> None:
        self._stream = stream
        self._keep = keep
        self._head = b""
        self.offset = 0
        self.ended = False

    def head(self) -> bytes:
        """Return the first bytes, at most ``HEAD`` of them; they are read again by ``read``."""
        parts: list[bytes] = []
        missing = HEAD
        while missing > 0 and (part := self._next(missing)):
            parts.append(part)
            missing -= len(part)
        self._head = b"".join(parts)
        return self._head

    def read(self, size: int = CHUNK) -> bytes:
        """Return the next bytes, about ``size`` of them; empty at the end and only there."""
        if self._head:
            chunk, self._head = self._head, b""
        else:
            chunk = self._next(size)
        self.offset += len(chunk)
        return chunk

    def chunks(self) -> Iterator[bytes]:
        """Yield all bytes that are left."""
        while chunk := self.read():
            yield chunk

    def _next(self, size: int) -> bytes:
        if self.ended:
            return b""
        chunk = self._stream.read(size)
        if chunk:
            self._keep(chunk)
        else:
            self.ended = True
        return chunk
