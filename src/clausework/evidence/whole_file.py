"""A small file read whole, for formats that cannot be read piece by piece."""

from __future__ import annotations

from clausework.evidence.source import Source, Unreadable


class FileTooLarge(Unreadable):
    """A file is larger than what is read of its format."""


def read_whole(source: Source, largest: int) -> bytes:
    """Return all bytes of ``source``; raises ``FileTooLarge`` beyond ``largest`` of them."""
    parts: list[bytes] = []
    size = 0
    for chunk in source.chunks():
        size += len(chunk)
        if size > largest:
            raise FileTooLarge(f"it has more than {largest} bytes", offset=largest)
        parts.append(chunk)
    return b"".join(parts)
