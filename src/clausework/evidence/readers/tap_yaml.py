"""The YAML block behind a test point: the few members that are taken, read line by line.

The block is never given to a YAML parser: it may hold whatever a test printed.
"""

from __future__ import annotations

import re

from clausework.evidence.readers.case_tags import is_role
from clausework.evidence.readers.case_tally import LONGEST_MESSAGE, milliseconds

BEGIN = re.compile(r"( +)---(?:\s.*)?")
_MEMBER = re.compile(r"([A-Za-z_-]{1,40}):(?:\s+(.*))?")
_ENTRY = re.compile(r"-\s+(.*)")
_PLACE = re.compile(r"(.{1,1000}?):([0-9]{1,9})(?::[0-9]+)?")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,20})?(?:e-?[0-9]{1,2})?")
_MESSAGES = ("message", "error", "reason")
_TAKEN = frozenset({*_MESSAGES, "duration_ms", "location", "tags"})
_LARGEST = 1 << 20


class YamlBlock:
    """A block that is being read; ``indent`` is the number of spaces before its first and last line."""

    def __init__(self, indent: int) -> None:
        self.indent = indent
        self._members: dict[str, list[str]] = {}
        self._open: list[str] | None = None
        self._size = 0

    def take(self, line: str) -> None:
        """Take the next line, without the block's own indentation."""
        self._size += len(line)
        if self._size > _LARGEST:
            return  # what is of use stands at the beginning
        found = _MEMBER.fullmatch(line)
        if found:
            name, value = found.group(1), (found.group(2) or "").strip()
            wanted = name in _TAKEN or is_role(name)
            self._open = self._members.setdefault(name, []) if wanted else None
            if self._open is not None and value:
                self._open.append(value)
        elif self._open is not None and sum(map(len, self._open)) < LONGEST_MESSAGE:
            self._open.append(line.strip())

    @property
    def duration_ms(self) -> int:
        """How long the test took; 0 where it is not told."""
        text = self._text("duration_ms")
        return milliseconds(float(text), "duration_ms") if _NUMBER.fullmatch(text) else 0

    @property
    def message(self) -> str:
        """What went wrong."""
        return next(filter(None, (self._text(name) for name in _MESSAGES)), "")[:LONGEST_MESSAGE]

    @property
    def place(self) -> tuple[str, int]:
        """The source file and line of the test; empty and 0 where they are not told."""
        found = _PLACE.fullmatch(self._text("location"))
        return (found.group(1), int(found.group(2))) if found else ("", 0)

    @property
    def words(self) -> list[str]:
        """The tags, and the links written as tags are."""
        words = list(self._list("tags"))
        for name in self._members:
            if is_role(name):
                words += [f"{name}:{value}" for value in self._list(name)]
        return words

    def _text(self, name: str) -> str:
        parts = self._members.get(name, [])
        if parts and parts[0][:1] in {"|", ">"}:
            parts = parts[1:]
        return _unquoted("\n".join(parts))

    def _list(self, name: str) -> list[str]:
        parts = [_ENTRY.sub(r"\1", part) for part in self._members.get(name, [])]
        joined = ",".join(parts).strip()
        if joined.startswith("[") and joined.endswith("]"):
            joined = joined[1:-1]
        return [word for word in (_unquoted(part.strip()) for part in joined.split(",")) if word]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text
