"""Whether a place in a source file stands in a comment, told from its own line and from the block that it may be in.

No language is parsed. A line's comment begins at a token that comments begin with, outside quotes; a line without one
is in a comment where the last block that was opened before it is still open.
"""

from __future__ import annotations

import re

_LONGEST_PREFIX = 2000
_FARTHEST_BACK = 1 << 16
_LONGEST_OPENING = 4096

_PROSE = (
    ".md",
    ".markdown",
    ".rst",
    ".txt",
    ".adoc",
    ".csv",
    ".tsv",
    ".json",
    ".html",
    ".htm",
    ".xml",
    ".svg",
)
"""Files in which a line is text unless it is in ``<!-- -->``."""

_DATA = (".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".properties")
"""Files without blocks of comments, in which a key may be called as a marker is."""

_BASIC = (".vb", ".vbs", ".bas", ".cls", ".frm", ".brs")
"""Files in which an apostrophe begins a comment."""

_NO_BACKTICKS = (".v", ".vh", ".sv", ".svh", ".lisp", ".el", ".scm", ".clj", ".tex", ".sty")
"""Files in which a backtick does not begin a text."""

_TEXTS = rb"""(?P<text>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.){0,200}'|`(?:[^`\\]|\\.)*+`)"""
_BEFORE_SPACE = rb"""\#(?=[\s!#:'*@\\\[]|$)|--(?=[\s!|@\\\[-]|$)|%(?=[\s%!@\\\[]|$)"""
_TOKENS = rb"""(?P<token>(?<!:)//|/\*|<!--|\(\*|\{-|(?:(?<=\s)|^)(?:""" + _BEFORE_SPACE + rb"))"
_PIECE = re.compile(_TEXTS + rb"|" + _TOKENS + rb"""|(?P<open>["`])""", re.DOTALL)
_FIRST = re.compile(rb"\s*(?:[rRuU]?(?:\"\"\"|''')|;|!(?=[\s<>!@$])|\*(?=[\s@]|$)|(?:REM|rem|dnl)\s)")
_APOSTROPHE = re.compile(rb"\s*'")
_OPENS_DOCSTRING = re.compile(rb"[ \t]*[rRuU]?")
_BLOCKS = ((b"/*", b"*/"), (b"<!--", b"-->"), (b"{-", b"-}"), (b"(*", b"*)"), (b"=begin", b"=end"))
_CLOSERS = dict(_BLOCKS)
_DELIMITER = re.compile(b"|".join(re.escape(mark) for pair in (*_BLOCKS, (b'"""', b"'''")) for mark in pair))


class CommentPlaces:
    """Answers for one file, front to back: it is asked of places in their order."""

    def __init__(self, path: str, data: bytes) -> None:
        lower = path.lower()
        self._data = data
        self._prose = lower.endswith(_PROSE)
        self._key_and_value = lower.endswith(_DATA)
        self._basic = lower.endswith(_BASIC)
        self._backticks = not lower.endswith(_NO_BACKTICKS)
        self._quotes = {b'"""': 0, b"'''": 0}
        self._counted = 0
        self._in_block = False
        self._as_before_until = -1

    def comment_begins(self, line_start: int, place: int) -> int:
        """Return how far into the line the text of the comment begins in which ``place`` is; -1 where in none."""
        if place - line_start > _LONGEST_PREFIX:
            return -1
        prefix = self._data[line_start:place]
        if self._prose:
            at = prefix.rfind(b"<!--")
            return at + 4 if at >= 0 and prefix.find(b"-->", at) < 0 else -1
        found = None if self._key_and_value else _FIRST.match(prefix)
        if found is None and self._basic:
            found = _APOSTROPHE.match(prefix)
        return found.end() if found else self._token_ends(prefix)

    def _token_ends(self, prefix: bytes) -> int:
        for piece in _PIECE.finditer(prefix):
            if piece.lastgroup == "open" and (piece.group() == b'"' or self._backticks):
                return -1  # what follows stands in a text that goes on
            if piece.lastgroup == "token":
                closer = _CLOSERS.get(piece.group())
                if closer is None or prefix.find(closer, piece.end()) < 0:
                    return piece.end()
        return -1

    def in_open_block(self, line_start: int) -> bool:
        """Tell whether the line that begins at ``line_start`` is in a comment that began on a line before it."""
        if line_start > self._as_before_until:
            self._in_block = self._looked_up(line_start)
            found = _DELIMITER.search(self._data, line_start)
            self._as_before_until = found.start() if found else len(self._data)
        return self._in_block

    def _looked_up(self, line_start: int) -> bool:
        if self._key_and_value:
            return False
        data, back = self._data, max(0, line_start - _FARTHEST_BACK)
        if self._prose:
            return data.rfind(b"<!--", back, line_start) > data.rfind(b"-->", back, line_start)
        for opener, closer in _BLOCKS:
            at = data.rfind(opener, back, line_start)
            if (
                at >= 0
                and data.find(closer, at + len(opener), line_start) < 0
                and self._opens(at, len(opener))
            ):
                return True
        self._count_quotes(line_start)
        return any(self._in_docstring(back, line_start, quotes) for quotes in self._quotes)

    def _opens(self, at: int, length: int) -> bool:
        """Tell whether the opener at ``at`` stands where a comment can begin, and not in a text or a path."""
        start = self._data.rfind(b"\n", max(0, at - _LONGEST_OPENING), at) + 1
        before = self._data[start:at]
        if before.strip() and before[-1:] not in {b" ", b"\t", b";", b"{", b"}", b"(", b")", b","}:
            return False
        return not before.strip() or self.comment_begins(start, at + length) >= 0

    def _count_quotes(self, line_start: int) -> None:
        if line_start > self._counted:
            for quotes in self._quotes:
                self._quotes[quotes] += self._data.count(quotes, self._counted, line_start)
            self._counted = line_start

    def _in_docstring(self, back: int, line_start: int, quotes: bytes) -> bool:
        """Tell whether quotes are open that opened a line: a docstring, and no text that is given to a name."""
        at = self._data.rfind(quotes, back, line_start)
        if at < 0 or self._quotes[quotes] % 2 == 0:
            return False
        start = self._data.rfind(b"\n", 0, at) + 1
        return _OPENS_DOCSTRING.fullmatch(self._data, start, at) is not None
