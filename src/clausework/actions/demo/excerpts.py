"""Which lines of an output are shown: all where they teach, the ones that matter where there are many."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Excerpt = Callable[[Sequence[str]], list[str]]

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def whole(lines: Sequence[str]) -> list[str]:
    """Return every line."""
    return list(lines)


def nothing(_lines: Sequence[str]) -> list[str]:
    """Return no line: the tool's report is what counts, and it is recorded next."""
    return []


def first(count: int) -> Excerpt:
    """Return what takes the first ``count`` lines."""
    return lambda lines: list(lines[:count])


def last(count: int) -> Excerpt:
    """Return what takes the last ``count`` lines."""
    return lambda lines: list(lines[-count:])


def headlines(lines: Sequence[str]) -> list[str]:
    """Return the lines that are not indented: of a gate, one for each stage."""
    return [line for line in lines if not plain(line).startswith(" ")]


def blocking(lines: Sequence[str]) -> list[str]:
    """Return the headlines, the checks that block with their reasons, and what to do next."""
    kept, blocks = [], False
    for line in lines:
        bare = plain(line)
        depth = len(bare) - len(bare.lstrip())
        if depth == 2:
            blocks = bare.strip().startswith(("fail", "not evaluated", "next:"))
        if depth < 2 or blocks:
            kept.append(line)
    return kept


def containing(*texts: str) -> Excerpt:
    """Return what takes the headlines and the lines that contain one of ``texts``."""
    return lambda lines: [
        line for line in lines if not plain(line).startswith(" ") or any(text in line for text in texts)
    ]


def plain(text: str) -> str:
    """Return ``text`` without its colours."""
    return _STYLE.sub("", text)
