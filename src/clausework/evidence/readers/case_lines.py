"""Reads a report that is made of lines: whole lines only, in memory that stays bounded."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.evidence.source import Source, Unreadable

LONGEST_LINE = 4 << 20
"""Bytes of one line with its end."""

_MARK = b"\xef\xbb\xbf"


class LineCutOff(Unreadable):
    """The last line of a file does not end: what wrote it did not come to its end."""


class LineTooLong(Unreadable):
    """A line is longer than is held in memory."""


class NotText(Unreadable):
    """A file of lines holds what is no text in UTF-8."""


def blocks_of_lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of whole lines, each with the byte at which it begins, without a byte order mark.

    Raises ``LineCutOff`` where the last line does not end, ``LineTooLong`` and, for a NUL, ``NotText``.
    """
    waiting, start, first = b"", 0, True
    for chunk in source.chunks():
        end = chunk.rfind(b"\n") + 1
        if end:
            block = waiting + chunk[:end]
            waiting = chunk[end:]
            if b"\0" in block:
                raise NotText("a NUL stands in it", offset=start + block.index(b"\0"))
            begin = len(_MARK) if first and block.startswith(_MARK) else 0
            yield start + begin, block[begin:]
            start, first = start + len(block), False
        else:
            waiting += chunk
        if len(waiting) > LONGEST_LINE:
            raise LineTooLong(f"a line is longer than {LONGEST_LINE} bytes", offset=start)
    if waiting.strip():
        raise LineCutOff("its last line is cut off: it does not end", offset=source.offset)


def text_of(block: bytes, start: int) -> str:
    """Return ``block``, which begins at the byte ``start``, as text; raises ``NotText``."""
    try:
        return block.decode()
    except UnicodeDecodeError as error:
        where = start + error.start
        raise NotText(f"not UTF-8 at byte {where}", offset=where) from error
