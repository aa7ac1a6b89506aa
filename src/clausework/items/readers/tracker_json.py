"""JSON as trackers export it: one document, several one behind the other, or one a line; with the place of each issue.

Every file is read to its end. A member named twice, a number that is none, nesting beyond use: nothing is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from clausework.core.places import Place
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.utf8_lines import text_in
from clausework.items.source import SourceFile

_DEEPEST = 60
_SPACE = re.compile(r"[ \t\n\r]*")
_RULE = "json"
_HINT = "Export the file again; it was cut off, changed by hand, or is of another kind."


class Entry(msgspec.Struct, frozen=True):
    """A value of a document that is one issue, and where it stands."""

    value: Any
    place: Place


class JsonFile(msgspec.Struct, frozen=True):
    """What a file holds: its entries, and each document's other members.

    ``arrays`` tells how many entries each array has that is a document by itself.
    """

    path: str
    entries: tuple[Entry, ...]
    documents: tuple[dict[str, Any], ...]
    arrays: tuple[int, ...]


def read_json(file: SourceFile, within: tuple[str, ...]) -> JsonFile:
    """Return the entries of ``file``: the elements of its arrays, or of a member of a name ``within``, or itself.

    An object without such a member is one entry. Raises ``Rejection`` unless the file is whole.
    """
    return _Reading(file).file(within)


class _Reading:
    def __init__(self, file: SourceFile) -> None:
        self.path = file.path
        self.text = text_in(file)
        self.at = 0
        self.counted = (0, 1, -1)
        self.scan = json.JSONDecoder(object_pairs_hook=self.once, parse_constant=self.no_constant).raw_decode
        self.entries: list[Entry] = []
        self.documents: list[dict[str, Any]] = []
        self.arrays: list[int] = []

    def file(self, within: tuple[str, ...]) -> JsonFile:
        self.skip_space()
        if self.at == len(self.text):
            raise Rejection("empty", "the file holds nothing", Place(self.path, 1), _HINT)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self.arrays.append(self.array(deeper=True))
            elif self.text[self.at] == "{":
                self.object(within)
            else:
                raise self.wrong("an object or an array should stand here")
            self.skip_space()
        return JsonFile(self.path, tuple(self.entries), tuple(self.documents), tuple(self.arrays))

    def skip_space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def place(self) -> Place:
        before, line, line_end = self.counted
        line += self.text.count("\n", before, self.at)
        line_end = max(line_end, self.text.rfind("\n", before, self.at))
        self.counted = (self.at, line, line_end)
        return Place(self.path, line, self.at - line_end)

    def wrong(self, message: str) -> Rejection:
        return Rejection(_RULE, message, self.place(), _HINT)

    def once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise self.wrong("an object names a member twice")
        return members

    def no_constant(self, text: str) -> Any:
        raise self.wrong(f"{text} is not JSON")

    def value(self) -> Any:
        """Take the value that stands here."""
        try:
            value, end = self.scan(self.text, self.at)
        except json.JSONDecodeError as error:
            self.at = min(max(error.pos, self.at), len(self.text))
            raise self.wrong(f"not well-formed JSON: {error.msg}") from error
        except (RecursionError, ValueError) as error:
            raise self.wrong("values are nested too deeply, or a number is too long") from error
        if problem := _problem_of(value):
            raise self.wrong(problem)
        self.at = end
        return value

    def between(self, closing: str) -> bool:
        """Go behind a comma, or behind what closes; tell whether there is more."""
        self.skip_space()
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip_space()
            return True
        if not self.text.startswith(closing, self.at):
            raise self.wrong(f"a comma or '{closing}' should stand here")
        self.at += 1
        return False

    def array(self, *, deeper: bool = False) -> int:
        """Take an array's elements as entries; return how many. Arrays right within it are pages put together."""
        self.at += 1
        self.skip_space()
        if self.text.startswith("]", self.at):
            self.at += 1
            return 0
        before = len(self.entries)
        pages: list[int] = []
        while True:
            if deeper and self.text.startswith("[", self.at):
                pages.append(self.array())
            else:
                place = self.place()
                self.entries.append(Entry(self.value(), place))
            if not self.between("]"):
                break
        self.arrays += pages
        return len(self.entries) - before - sum(pages)

    def object(self, within: tuple[str, ...]) -> None:
        """Take an object: the entries in it, or itself as one."""
        place = self.place()
        members: dict[str, Any] = {}
        found = False
        for name in self.names():
            if name in members:
                raise self.wrong("an object names a member twice")
            if name in within and self.text.startswith("[", self.at):
                members[name] = self.array()
                found = True
            else:
                members[name] = self.value()
        if found:
            self.documents.append(members)
        else:
            self.entries.append(Entry(members, place))

    def names(self) -> Iterator[str]:
        """Yield the name of each member of the object that stands here, whose value is then to be taken."""
        self.at += 1
        self.skip_space()
        if self.text.startswith("}", self.at):
            self.at += 1
            return
        while True:
            name = self.value() if self.text.startswith('"', self.at) else None
            self.skip_space()
            if not isinstance(name, str) or not self.text.startswith(":", self.at):
                raise self.wrong("a member's name should stand here")
            self.at += 1
            self.skip_space()
            yield name
            if not self.between("}"):
                return


def _problem_of(value: Any) -> str:
    """Return what keeps ``value`` from being taken: nesting beyond use, half a character; empty for nothing."""
    level = [value]
    for _ in range(_DEEPEST):
        if any(isinstance(one, str) and not _is_whole(one) for one in level):
            return "a text holds half of a character"
        level = [
            inner
            for one in level
            if isinstance(one, list | dict)
            for inner in ((*one, *one.values()) if isinstance(one, dict) else one)
        ]
        if not level:
            return ""
    return f"values are nested deeper than {_DEEPEST}"


def _is_whole(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_of(value: Any) -> str:
    """Return a plain value as a text; empty for none, and for what holds others."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""


def texts_of(value: Any, *names: str) -> tuple[str, ...]:
    """Return the texts in a list: of its plain values, and of the first of those ``names`` that its objects have."""
    if not isinstance(value, list):
        return ()
    texts = (named(one, *names) for one in value)
    return tuple(text for text in texts if text)


def named(value: Any, *names: str) -> str:
    """Return the text of the first of those ``names`` that the object ``value`` has; a plain value is its own."""
    if isinstance(value, dict):
        return next((text_of(value[name]) for name in names if text_of(value.get(name))), "")
    return text_of(value)
