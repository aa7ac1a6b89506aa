"""Makes a small good report a large one: an entry of it is repeated, each time with another number, and totals grow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

_HOLE = "\0hole\0"
_DIGITS = 7
_BATCH = 500


def _as_it_is(data: bytes) -> bytes:
    return data


class Entry(msgspec.Struct, frozen=True):
    """What is repeated, and the texts in it behind which each copy has its own number.

    ``path`` leads to it in a JSON document; without one it stands from ``start`` up to ``end`` in the text. Where a
    text is a pair, it gives way to the second, behind which the number stands.
    """

    vary: tuple[str | tuple[str, str], ...]
    path: tuple[str | int, ...] = ()
    start: str = ""
    end: str = ""


class Recipe(msgspec.Struct, frozen=True):
    """How a format's sample grows: its entries, and texts whose numbers grow by so much with each copy.

    ``megabytes`` is how large the report is made, ``memory`` what may be taken to record it, in MB, and ``ratio`` how
    many times a bare pass it may last; ``because`` says why one of them is not what it is elsewhere. ``prepare`` first
    puts the sample's parts into an order in which they can be repeated.
    """

    entries: tuple[Entry, ...]
    totals: tuple[tuple[str, tuple[int, ...]], ...] = ()
    megabytes: int = 50
    memory: int = 96
    ratio: int = 4
    because: str = ""
    prepare: Callable[[bytes], bytes] = _as_it_is


def write_grown(sample: bytes, recipe: Recipe, path: Path) -> int:
    """Write ``sample`` grown by ``recipe`` to ``path``; return how many copies of its entries are in it."""
    frame, entries = _taken_apart(recipe.prepare(sample).decode(), recipe.entries)
    size = sum(len(each) for _, each in entries) + _DIGITS * sum(len(entry.vary) for entry in recipe.entries)
    copies = recipe.megabytes * 1_000_000 // size
    for text, steps in recipe.totals:
        if not any(text in part for part in frame):
            raise SystemExit(f"'{text}' stands nowhere outside of the entries")
        frame = [part.replace(text, _grown_text(text, steps, copies)) for part in frame]
    with path.open("wb") as file:
        file.write(frame[0].encode())
        for entry, (separator, text), behind in zip(recipe.entries, entries, frame[1:], strict=True):
            for block in _copies(entry, text, separator, copies):
                file.write(block)
            file.write(behind.encode())
    return copies


def _taken_apart(text: str, entries: tuple[Entry, ...]) -> tuple[list[str], list[tuple[str, str]]]:
    """Return what stands around the entries, and each entry with what stands between two of them."""
    frame = [text]
    found: list[tuple[str, str]] = []
    for entry in entries:
        separator, each, before, behind = (
            _cut_document(frame[-1], entry) if entry.path else _cut(frame[-1], entry)
        )
        found.append((separator, each))
        frame[-1:] = [before, behind]
    return frame, found


def _cut(text: str, entry: Entry) -> tuple[str, str, str, str]:
    start = text.index(entry.start)
    end = text.index(entry.end, start + len(entry.start)) if entry.end else len(text)
    return "", text[start:end], text[:start], text[end:]


def _cut_document(text: str, entry: Entry) -> tuple[str, str, str, str]:
    document = json.loads(text)
    holder: Any = document
    for step in entry.path[:-1]:
        holder = holder[step]
    last = entry.path[-1]
    if isinstance(holder, list):
        each = json.dumps(holder[int(last)])
        holder[int(last)] = _HOLE
        hole = json.dumps(_HOLE)
    else:
        each = json.dumps({last: holder[last]})[1:-1]
        holder[last] = _HOLE
        hole = json.dumps({last: _HOLE})[1:-1]
    before, behind = json.dumps(document).split(hole)
    return ",\n", each, before, behind


def _grown_text(text: str, steps: tuple[int, ...], copies: int) -> str:
    left = iter(steps)
    return re.sub("[0-9]+", lambda found: str(int(found[0]) + next(left, 0) * (copies - 1)), text)


def _copies(entry: Entry, text: str, separator: str, copies: int) -> Iterator[bytes]:
    for vary in entry.vary:
        old, new = vary if isinstance(vary, tuple) else (vary, vary)
        if old not in text:
            raise SystemExit(f"'{old}' is not in the entry")
        text = text.replace(old, new + _HOLE)
    parts = text.split(_HOLE)
    for first in range(1, copies + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, copies + 1))
        block = separator.join(f"{number:0{_DIGITS}d}".join(parts) for number in numbers)
        yield (block if first == 1 else separator + block).encode()
