"""The lines of text of a coverage profile, one after the other, in bounded memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from clausework.evidence.source import Source, Unreadable

LONGEST = 1 << 20
"""Characters of one line; names of generated functions are long."""

_controls = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class NotText(Unreadable):
    """A file is not text in UTF-8, or a line of it has no end."""


def text_lines(source: Source, *, ended: bool = False) -> Iterator[str]:
    """Yield each line without its end, a line feed or both; ``ended`` says that the last one must have one too.

    Raises ``NotText`` for bytes that are not UTF-8, for control characters and for a line that is too long.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    while True:
        chunk = source.read()
        try:
            text = rest + decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            where = source.offset - len(chunk) + error.start
            raise NotText(f"not UTF-8 at byte {where}", offset=where) from error
        if found := _controls.search(text):
            raise NotText(f"a control character ({ord(found[0])}) stands in it", offset=source.offset)
        *lines, rest = text.split("\n")
        for line in lines:
            yield line.removesuffix("\r")
        if len(rest) > LONGEST:
            raise NotText(f"a line is longer than {LONGEST} characters", offset=source.offset)
        if not chunk:
            break
    if rest and ended:
        raise NotText("its last line has no end: it is cut off", offset=source.offset)
    if rest:
        yield rest


def first_lines(head: bytes) -> list[str]:
    """Return the lines that ``head`` begins with and has whole, at most 200, without those that are empty."""
    text = codecs.getincrementaldecoder("utf-8-sig")("ignore").decode(head[:20_000])
    lines = text.splitlines()
    whole = lines if text.endswith(("\n", "\r")) or len(head) <= 20_000 else lines[:-1]
    return [line for line in whole[:200] if line.strip()]
