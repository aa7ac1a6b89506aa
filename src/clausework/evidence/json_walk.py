"""Walks a JSON document too large to hold: into what is large, taking whole what is small.

The standard library's scanner reads each value that is taken, so that a report of 100 MB is read about as
fast as it can be parsed at all, and a member named twice is seen, which two readers could read in two ways.
Refused besides: text that is not UTF-8, ``NaN`` and ``Infinity``, values too large to hold, nesting too
deep, anything behind the end.
"""

from __future__ import annotations

import codecs
import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from clausework.evidence.json_elements import Element, RunDecoder
from clausework.evidence.source import CHUNK, Source, Unreadable, ValueRejected

LARGEST_VALUE = 4 << 20
"""Characters of one value that is taken whole, such as one result or one component."""

DEEPEST = 64
"""Levels of containers that are walked into."""

_MOST_MEMBERS = 100_000
_OF_NUMBER = (
    2  # characters of a number, such as "e+", that may stand at the end of the text at hand and need more
)

T = TypeVar("T")

_space = re.compile(r"[ \t\n\r]*+")
_plain_name = re.compile(r'"([^"\\\x00-\x1f]{0,1000}+)"[ \t\n\r]*+:')
_next_name = re.compile(rf"[ \t\n\r]*+,[ \t\n\r]*+{_plain_name.pattern}[ \t\n\r]*+")
_next_element = re.compile(r"[ \t\n\r]*+,[ \t\n\r]*+")
_boundary = re.compile(r'\}[ \t\n\r]*+,[ \t\n\r]*+\{[ \t\n\r]*+"(?:[^"\\]++|\\.)*+"')
_TOKEN = re.compile(r'"(?P<name>[^"\\]{1,100})"\s*+:|"(?:[^"\\]++|\\.)*+(?:"|\Z)|[{}\[\]]')


def _past_space(text: str, at: int) -> int:
    found = _space.match(text, at)
    return found.end() if found else at


class NotJson(Unreadable):
    """A file is not one whole JSON document in UTF-8."""


class MemberRepeated(Unreadable):
    """An object names a member twice."""


class ValueTooLarge(Unreadable):
    """A value is larger than is held in memory, or nested deeper than is followed."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                printable = name[:60].encode("ascii", "backslashreplace").decode()
                raise MemberRepeated(f"an object names '{printable}' twice")
            seen.add(name)
    return members


def _refuse_constant(text: str) -> Any:
    raise NotJson(f"{text} is not JSON")


_scan = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_refuse_constant).raw_decode


def decode_kept(raw: msgspec.Raw, into: type[T]) -> T:
    """Return a value that was kept as it stands as ``into``; it too may name no member twice."""
    try:
        text = bytes(raw).decode()
        _scan(text, 0)
        return msgspec.json.decode(text, type=into)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise ValueRejected(f"a value is not as it should be: {error}") from error


class JsonWalk:
    """A place in a JSON document. Each value is consumed once: taken, walked into or skipped."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._ended = False
        self._depth = 0
        self._doubted = ""

    def peek(self) -> str:
        """Return the first character of the next value, or of what stands there instead; empty at the end."""
        first = self._text[self._at : self._at + 1]
        if first > " ":  # most often no white space stands before it
            return first
        while True:
            self._at = _past_space(self._text, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._fill(CHUNK)

    def take(self, into: type[T]) -> T:
        """Return the next value as ``into``; raises ``ValueRejected`` where it has another shape."""
        text = self._scan_whole()
        try:
            return msgspec.json.decode(text, type=into)
        except msgspec.ValidationError as error:
            raise ValueRejected(f"a value is not as it should be: {error}", offset=self.offset()) from error
        except (msgspec.DecodeError, RecursionError) as error:
            raise NotJson(f"not well-formed JSON: {error}", offset=self.offset()) from error

    def take_at_hand(self, into: type[T]) -> T | None:
        """Return the next value as ``into`` where it is short; ``None``, and nothing is consumed, where there is doubt.

        Doubt is a value that is not all at hand or has another shape: it is to be walked into, which finds out why.
        """
        if not self.peek():
            return None
        try:
            _, end = _scan(self._text, self._at)
            value = msgspec.json.decode(self._text[self._at : end], type=into)
        except (ValueError, RecursionError, Unreadable, msgspec.MsgspecError):
            return None
        if end + _OF_NUMBER >= len(self._text) and not self._ended:
            return None
        self._at = end
        return value

    def take_text(self) -> str:
        """Return the next value, a text; ``null`` is an empty one."""
        if self.peek() == "n":
            self.skip()
            return ""
        return self.take(str)

    def each(self, into: type[Element]) -> Iterator[Element]:
        """Yield each element of an array as ``into``, a struct made for ``RunDecoder``."""
        runs = RunDecoder(into)
        self._enter("[", "an array")
        if self.peek() != "]":
            between = ""
            while True:
                yield self.take(into)
                between = self._between() or between
                if between:
                    yield from self._run(runs, between)
                if not self._goes_on("]"):
                    break
        self._leave("]")

    def _between(self) -> str:
        """Return the text from the end of one element to the first name in the next, if it is at hand."""
        found = _boundary.match(self._text, self._at - 1) if self._at else None
        return found.group() if found else ""

    def _run(self, runs: RunDecoder[Element], between: str) -> list[Element]:
        """Return the elements that follow the last one, as far as the text at hand has them whole."""
        if self._doubted is self._text or not self._text.startswith(between, self._at - 1):
            return []
        start = self._at - 1 + between.index("{")
        last = self._text.rfind(between, start)
        if last < 0:
            return []
        elements = runs.decode(self._text[start : last + 1])
        if elements is None:
            self._doubted = (
                self._text
            )  # what is at hand is read one by one; the next piece may be plain again
            return []
        self._at = last + 1
        return elements

    def members(self) -> Iterator[str]:
        """Walk into an object; yield each member's name, after which its value is consumed or skipped."""
        self._enter("{", "an object")
        seen: set[str] = set()
        if self.peek() != "}":
            name = self._name()
            while True:
                if len(seen) >= _MOST_MEMBERS:
                    raise ValueTooLarge(
                        f"an object has more than {_MOST_MEMBERS} members", offset=self.offset()
                    )
                if name in seen:
                    raise MemberRepeated(f"an object names '{name[:60]}' twice", offset=self.offset())
                seen.add(name)
                yield name
                if found := _next_name.match(self._text, self._at):
                    self._at, name = found.end(), found[1]
                elif self._goes_on("}"):
                    name = self._name()
                else:
                    break
        self._leave("}")

    def _name(self) -> str:
        """Consume a member's name and the colon behind it."""
        if self.peek() != '"':
            raise self._malformed("a member's name is missing")
        if found := _plain_name.match(self._text, self._at):
            self._at = found.end()
            return found[1]
        name = self.take(str)
        self._expect(":")
        return name

    def elements(self) -> Iterator[int]:
        """Walk into an array; yield each element's number, after which it is consumed."""
        self._enter("[", "an array")
        if self.peek() != "]":
            number = 0
            while True:
                yield number
                number += 1
                if found := _next_element.match(self._text, self._at):
                    self._at = found.end()
                elif not self._goes_on("]"):
                    break
        self._leave("]")

    def skip(self) -> None:
        """Consume the next value without keeping it, however large it is."""
        first = self.peek()
        if first in {"{", "["} and self._skip_at_hand():
            return
        if first == "{":
            for _ in self.members():
                self.skip()
        elif first == "[":
            for _ in self.elements():
                self.skip()
        else:
            self._scan_whole()

    def _skip_at_hand(self) -> bool:
        """Skip a container if the text at hand has it whole."""
        try:
            _, end = _scan(self._text, self._at)
        except (ValueError, RecursionError, Unreadable):
            return False  # the walk into it will find why
        self._at = end
        return True

    def finish(self) -> None:
        """Make sure that nothing but white space follows."""
        if self.peek():
            raise self._malformed("something follows the end of the document")

    def offset(self) -> int:
        """Return the byte at which the walk stands."""
        return self._source.offset - len(self._text[self._at :].encode("utf-8", "surrogatepass"))

    def _scan_whole(self) -> str:
        """Consume the next value and return its text, which may be held whole and names no member twice."""
        if not self.peek():
            raise self._malformed("the document is cut off")
        while True:
            try:
                _, end = _scan(self._text, self._at)
            except ValueError as error:
                if self._ended:
                    what = error.msg if isinstance(error, json.JSONDecodeError) else "no value stands here"
                    raise self._malformed(what) from error
            except RecursionError as error:
                raise ValueTooLarge("values are nested too deeply", offset=self.offset()) from error
            except Unreadable as error:
                error.offset = self.offset()
                raise
            else:
                if end - self._at <= LARGEST_VALUE and (end + _OF_NUMBER < len(self._text) or self._ended):
                    start, self._at = self._at, end
                    return self._text[start:end]
            held = len(self._text) - self._at
            if held > LARGEST_VALUE + _OF_NUMBER:
                raise ValueTooLarge(
                    f"a value is not complete after {LARGEST_VALUE} characters", offset=self.offset()
                )
            self._fill(max(CHUNK, held))

    def _fill(self, size: int) -> None:
        parts = [self._text[self._at :]]
        taken = 0
        while taken < size:
            chunk = self._source.read(CHUNK)
            try:
                parts.append(self._decoder.decode(chunk, not chunk))
            except UnicodeDecodeError as error:
                where = self._source.offset - len(chunk) + error.start
                raise NotJson(f"not UTF-8, as JSON must be, at byte {where}", offset=where) from error
            taken += len(chunk)
            if not chunk:
                self._ended = True
                break
        self._text, self._at = "".join(parts), 0

    def _enter(self, bracket: str, what: str) -> None:
        if self.peek() != bracket:
            raise self._malformed(f"{what} should stand here")
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueTooLarge(f"values are nested deeper than {DEEPEST}", offset=self.offset())
        self._at += 1

    def _leave(self, bracket: str) -> None:
        self._expect(bracket)
        self._depth -= 1

    def _goes_on(self, end: str) -> bool:
        if self.peek() == end:
            return False
        self._expect(",")
        return True

    def _expect(self, character: str) -> None:
        if self.peek() != character:
            raise self._malformed(f"'{character}' should stand here")
        self._at += 1

    def _malformed(self, what: str) -> NotJson:
        at = self.offset()
        found = (
            f"'{self._text[self._at : self._at + 20]}' stands" if self._at < len(self._text) else "it ends"
        )
        return NotJson(f"not well-formed JSON: {what}, where {found} (byte {at})", offset=at)


@functools.lru_cache(maxsize=2)  # every reader of the family asks about the same head, and about its array
def first_members(head: bytes) -> Mapping[str, str] | None:
    """Return the members of the top-level object that ``head`` shows, each with the beginning of its value.

    ``None`` when it does not begin with an object. Containers are shown by their first 200 characters.
    """
    text = codecs.getincrementaldecoder("utf-8-sig")("ignore").decode(head)
    at = _past_space(text, 0)
    if text[at : at + 1] != "{":
        return None
    seen: dict[str, str] = {}
    depth = 0
    name = ""
    for found in _TOKEN.finditer(text, at):
        what = found.group()
        if depth == 1 and found.group("name") is not None:
            name = found.group("name")
            seen.setdefault(name, text[found.end() : found.end() + 200].lstrip())
        elif what in "{[":
            depth += 1
        elif what in "}]":
            depth -= 1
            if not depth:
                break
    return seen
