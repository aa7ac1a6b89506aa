"""An item's text as sentences, each with its place in the text; what explains is told from what requires.

Paragraphs, lists, tables, headings and blocks of code are told apart as plain text and Markdown write them. A full stop
ends no sentence behind an abbreviation, within a number or an identifier, or inside a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from clausework.items.quality.masking import masked
from clausework.items.quality.words import ABBREVIATIONS, NOTE_LABELS, NUMBERED_ABBREVIATIONS

Kind = Literal["prose", "list", "note", "table", "heading"]


class Sentence(msgspec.Struct, frozen=True):
    """A sentence as written and masked (see ``masking``), where it begins in the item's text, and what it is.

    ``words`` are its words in lower case. ``low`` is the masked sentence in lower case, where that is as long.
    """

    text: str
    masked: str
    low: str
    start: int
    kind: Kind
    words: frozenset[str]


class _Block(msgspec.Struct, frozen=True):
    start: int
    end: int
    kind: Kind


_LINE = re.compile(r"[^\n]*\n?")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_TABLE = re.compile(r"\s*\|")
_LIST = re.compile(r"\s*(?:[-*+•–]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")  # noqa: RUF001 - as they are written
_LABEL = re.compile(rf"[\W_]*(?:{'|'.join(NOTE_LABELS)})(?:\s+\d+)?[\W_]*?\s?[:–]", re.IGNORECASE)  # noqa: RUF001
_NOTE_HEADING = re.compile(rf"[\s#\d.]*(?:{'|'.join(NOTE_LABELS)})\W*\Z", re.IGNORECASE)
_END = re.compile(r"[.!?][)\]]?\s+")
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_OPENING = re.compile(r"[A-Z0-9\"“‘«„`*_<(\[]")  # noqa: RUF001 - as they are written


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of ``text`` in order; blocks of code have none."""
    hidden = masked(text)
    return tuple(
        sentence for block in _blocks(text) for sentence in _sentences(text, hidden, block) if sentence.text
    )


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the blocks of ``text``; under a heading such as 'Rationale' everything is a note."""
    if "\n" not in text:
        yield _Block(0, len(text), _kind_of(text))
        return
    explaining = False
    for block in _plain_blocks(text):
        if block.kind == "heading":
            explaining = _NOTE_HEADING.match(text, block.start, block.end) is not None
            yield block
        elif block.kind != "table" and (explaining or _LABEL.match(text, block.start, block.end)):
            yield _Block(block.start, block.end, "note")
        else:
            yield block


def _plain_blocks(text: str) -> Iterator[_Block]:
    start, kind = 0, None
    in_code = False
    for found in _LINE.finditer(text):
        line = found.group()
        if not line:
            break
        fence = _FENCE.match(line) is not None
        own = _line_kind(line)
        if kind is not None and (fence or in_code or own != "prose" or not line.strip()):
            yield _Block(start, found.start(), kind)
            kind = None
        if fence:
            in_code = not in_code
        elif not in_code and line.strip() and kind is None:
            start, kind = found.start(), own
        if kind in {"heading", "table"}:
            yield _Block(start, found.end(), kind)
            kind = None
    if kind is not None:
        yield _Block(start, len(text), kind)


def _line_kind(line: str) -> Kind:
    if _HEADING.match(line):
        return "heading"
    if _TABLE.match(line):
        return "table"
    return "list" if _LIST.match(line) else "prose"


def _kind_of(text: str) -> Kind:
    return "note" if _LABEL.match(text) else _line_kind(text)


def _sentences(text: str, hidden: str, block: _Block) -> Iterator[Sentence]:
    start, kind = block.start, block.kind
    if kind == "list" and (marker := _LIST.match(text, start, block.end)):
        start = marker.end()
    if kind in {"table", "heading"}:
        yield _sentence(text, hidden, start, block.end, kind)
        return
    for end in (*_ends(text, hidden, start, block.end), block.end):
        if kind != "note" and _LABEL.match(text, start, end):
            kind = "note"
        yield _sentence(text, hidden, start, end, kind)
        start = end


def _ends(text: str, hidden: str, start: int, end: int) -> Iterator[int]:
    for found in _END.finditer(hidden, start, end):
        following = text[found.end() : found.end() + 1]
        if _OPENING.match(following) and not _abbreviated(hidden, found, following):
            yield found.end()


def _abbreviated(hidden: str, found: re.Match[str], following: str) -> bool:
    if not found.group().startswith("."):
        return False
    before = hidden[max(0, found.start() - 12) : found.start()].split()
    word = before[-1].strip("([").lower() if before else ""
    return (
        word in ABBREVIATIONS
        or (word in NUMBERED_ABBREVIATIONS and following.isdigit())
        or (len(word) == 1 and word.isalpha() and before[-1].isupper())
    )


def _sentence(text: str, hidden: str, start: int, end: int, kind: Kind) -> Sentence:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    own = text[start:end]
    if (
        kind in {"prose", "list"}
        and own.startswith("(")
        and own.rstrip(".").endswith(")")
        and own.count("(") == 1
    ):
        kind = "note"
    shown = hidden[start:end]
    low = shown.lower()
    return Sentence(
        own, shown, low if len(low) == len(shown) else shown, start, kind, frozenset(_WORD.findall(low))
    )
