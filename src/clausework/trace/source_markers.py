r"""Finds the markers in source files that say what the code implements, or what a test in it verifies.

``// implements REQ-1``, ``# verifies: REQ-1, REQ-2``, ``@verifies REQ-1``, ``\verifies{REQ-1}`` and
``[[verifies REQ-1]]``, in comments only, of whatever language (clauses 5.1.1 c, 5.4.2, 7.3.3). An ID in a marker has a
digit in it: words that have none are the prose around it, or the name of a class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from clausework.core.errors import InputRejected
from clausework.core.identities import is_item_id
from clausework.evidence.remarks import Remarks
from clausework.trace.comment_places import CommentPlaces

WORDS = (
    "verifies",
    "implements",
    "verifies_implementation",
    "verifies_effectiveness",
    "verifies_under_fault",
)
"""The words that make a marker unless the plan gives more."""

LARGEST_FILE = 8 << 20
"""Bytes of a file that is looked into; source that a person wrote is smaller."""

MOST_MARKERS = 1_000_000
_HEAD = 8192
_MOST_WORDS = 50
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_ID = rb"[A-Za-z][A-Za-z0-9]*+(?:[._-][A-Za-z0-9]++)*+"
_NUMBERED = rb"(?=[A-Za-z._-]*+[0-9])" + _ID
_IDS = _NUMBERED + rb"(?:[ \t]{0,8}[,;][ \t]{0,8}" + _NUMBERED + rb")*+"
_SEPARATOR = re.compile(r"\s*[,;]\s*")
_NOTHING = re.compile(rb"[\s*/#!<>;%'\"|:.-]*")
_NO_WORD_FOLLOWS = re.compile(rb"\.[ \t]|[.;,]?[ \t]*(?:$|[\r\n(:*\"'\]})-])")
_GOES_ON = re.compile(rb"[ \t]{0,8}[,;](?![ \t]{0,8}[A-Za-z])")


class WordRefused(InputRejected):
    """A word that the plan gives for markers cannot be one."""

    hint = "Write one word of letters, digits, '_' and '-', such as satisfies."


class Marker(msgspec.Struct, frozen=True):
    """A place that names an item: path, line and column from 1, the word in lower case, the item's ID as written."""

    path: str
    line: int
    word: str
    item: str
    column: int


class SourceMarkers(msgspec.Struct, frozen=True):
    """The markers in the order of the files, and what was noticed on the way."""

    markers: tuple[Marker, ...]
    remarks: tuple[str, ...]


class _Words:
    """The words compiled: a quick look whether a file can have a marker, and the pattern that finds them."""

    def __init__(self, words: Sequence[str]) -> None:
        chosen = tuple(dict.fromkeys(word.strip() for word in (*WORDS, *words)))
        if len(chosen) > _MOST_WORDS:
            raise WordRefused(f"there are more than {_MOST_WORDS} words for markers")
        for word in chosen:
            if not _WORD.fullmatch(word):
                raise WordRefused(f"'{word[:60]}' cannot be the word of a marker")
        spelled = {form.encode() for word in chosen for form in (word, word[:1].upper() + word[1:])}
        self.stems = tuple({word[1:].encode() for word in chosen})
        either = b"|".join(re.escape(word) for word in sorted(spelled, key=len, reverse=True))
        lead = rb"(?P<lead>[ \t]{0,8}:[ \t]{0,8}|[ \t]{1,8}|\{[ \t]{0,8})"
        self.pattern = re.compile(
            rb"(?<![A-Za-z0-9_.$-])(?P<word>" + either + rb")" + lead + rb"(?P<ids>" + _IDS + rb")"
        )

    def can_be_in(self, data: bytes) -> bool:
        """Tell whether one of the words may stand in ``data``."""
        return any(stem in data for stem in self.stems)


def find_markers(files: Iterable[tuple[str, bytes]], words: Sequence[str] = ()) -> SourceMarkers:
    """Return the markers in ``files``, each a path and its bytes; ``words`` are the plan's beside the usual ones.

    A file with a NUL in its head is not looked into, and one larger than ``LARGEST_FILE`` is told in a remark. Raises
    ``WordRefused``.
    """
    compiled = _Words(words)
    remarks = Remarks()
    markers: list[Marker] = []
    for path, data in files:
        if len(data) > LARGEST_FILE:
            remarks.add(f"a file of more than {LARGEST_FILE >> 20} MiB was not looked into for markers", path)
        elif b"\0" in data[:_HEAD]:
            if data.startswith((b"\xff\xfe", b"\xfe\xff")):
                remarks.add("a file in UTF-16 was not looked into for markers", path)
        elif compiled.can_be_in(data):
            markers += _markers_in(path, data, compiled, remarks)
            if len(markers) > MOST_MARKERS:
                raise InputRejected(f"the source has more than {MOST_MARKERS} markers")
    return SourceMarkers(tuple(markers), remarks.all())


def find_markers_under(root: Path, paths: Iterable[str], words: Sequence[str] = ()) -> SourceMarkers:
    """Return the markers in the files ``paths`` under ``root``; links are not followed.

    A file that cannot be read is told in a remark. Raises ``WordRefused``.
    """
    unread = Remarks()
    found = find_markers(_read(root, paths, unread), words)
    return SourceMarkers(found.markers, (*found.remarks, *unread.all()))


def _read(root: Path, paths: Iterable[str], unread: Remarks) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        file = root / path
        try:
            if file.is_symlink():
                continue
            with file.open("rb") as stream:
                data = stream.read(LARGEST_FILE + 1)
        except (OSError, ValueError) as error:
            unread.add("a file could not be read for markers", f"{path}: {type(error).__name__}")
            continue
        yield path, data


def _markers_in(path: str, data: bytes, words: _Words, remarks: Remarks) -> Iterator[Marker]:
    places = CommentPlaces(path, data)
    line, counted = 1, 0
    for found in words.pattern.finditer(data):
        word_at = found.start()
        line_start = data.rfind(b"\n", 0, word_at) + 1
        if not _is_marker(places, data, line_start, found):
            continue
        line += data.count(b"\n", counted, word_at)
        counted = word_at
        column = len(data[line_start:word_at].decode("utf-8", "replace")) + 1
        word = found.group("word").decode().lower()
        for item in _SEPARATOR.split(found.group("ids").decode()):
            if is_item_id(item) and any(each.isdigit() for each in item):
                yield Marker(path, line, word, item, column)
        if _GOES_ON.match(data, found.end()):
            remarks.add("the list of a marker goes on where no ID follows on its line", f"{path}:{line}")


def _is_marker(places: CommentPlaces, data: bytes, line_start: int, found: re.Match[bytes]) -> bool:
    """Tell whether what was found has one of the forms of a marker, and stands in a comment."""
    word_at, lead = found.start(), found.group("lead").strip()
    before = data[max(line_start, word_at - 2) : word_at]
    if lead == b"{" and not before.endswith(b"\\"):
        return False
    explicit = bool(lead) or before.endswith((b"@", b"\\")) or before == b"[["
    begins = places.comment_begins(line_start, word_at)
    if begins >= 0:
        return explicit or (
            _NOTHING.fullmatch(data, line_start + begins, word_at) is not None
            and _NO_WORD_FOLLOWS.match(data, found.end()) is not None
        )
    first_on_line = not data[line_start:word_at].strip(b" \t*#@\\[")
    return explicit and first_on_line and places.in_open_block(line_start)
