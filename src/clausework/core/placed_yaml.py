"""YAML that remembers where each value stands, so that an error can point at line and column.

Only plain data is taken: no tags, no anchors or aliases (so no alias bombs), no duplicate keys, bounded
depth. Scalars are read as the YAML 1.2 core schema reads true, false, null and decimal integers; all else
stays the text that was written: times, dates, decimals, ``yes``, ``007``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from clausework.core.places import Finding, FindingsInInput, Place

Path = tuple[str | int, ...]
"""The way from the document's root to a value: member names and list positions."""

_DEEPEST = 40
_LONGEST_INTEGER = 18
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]*)", re.ASCII)  # an identifier such as 007 keeps its zeros
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOT_TEXT = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Controls, and the line ends that YAML knows and editors do not: with these, lines could not be told."""


class PlacedDocument(msgspec.Struct, frozen=True):
    """A document's plain values, and the place of each value and of each mapping's keys."""

    value: Any
    source: str
    places: dict[Path, Place]
    key_places: dict[Path, Place]

    def place_of(self, path: Path) -> Place:
        """Return the place of the value at ``path``, or of the nearest value around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.source))

    def place_of_key(self, path: Path) -> Place:
        """Return the place of the key whose value is at ``path``, or of the value's surroundings."""
        return self.key_places.get(path) or self.place_of(path)


def load_placed_yaml(data: bytes, source: str, *, first_line: int = 1) -> PlacedDocument:
    """Return the one document in ``data``; an empty one has the value ``None``.

    ``source`` is the path to name in places; ``first_line`` is the line of that file on which ``data``
    begins (front matter). Raises ``FindingsInInput`` when it is not plain YAML in UTF-8.
    """
    builder = _Builder(source, first_line)
    text = _decode(data, source, first_line)
    try:
        builder.build(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        told = " ".join(filter(None, (getattr(error, "context", ""), getattr(error, "problem", ""))))
        builder.report("yaml", told or str(error), builder.place(mark) if mark else Place(source))
    if builder.findings:
        raise FindingsInInput(source, builder.findings)
    return PlacedDocument(builder.value, source, builder.places, builder.key_places)


def _decode(data: bytes, source: str, first_line: int) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        start = error.start + len(data) - len(data.removeprefix(b"\xef\xbb\xbf"))
        line = data[:start].decode("utf-8-sig").rpartition("\n")[2]
        place = Place(source, data.count(b"\n", 0, start) + first_line, len(line) + 1)
        raise FindingsInInput(source, [Finding("encoding", f"byte {start} is not UTF-8", place)]) from error
    if strange := _NOT_TEXT.search(text):
        before = text[: strange.start()]
        place = Place(source, before.count("\n") + first_line, len(before) - before.rfind("\n"))
        message = f"the character U+{ord(strange.group()):04X} may not stand here"
        raise FindingsInInput(source, [Finding("encoding", message, place)])
    return text


class _Open(msgspec.Struct):
    """A mapping or a list whose end has not been seen; ``key`` is that of the value to come."""

    path: Path
    into: dict[str, Any] | list[Any]
    key: str | None = None
    discard: bool = False

    @property
    def next_path(self) -> Path:
        return (*self.path, len(self.into) if self.key is None else self.key)

    @property
    def wants_key(self) -> bool:
        return isinstance(self.into, dict) and self.key is None


class _Builder:
    """Builds the values from parser events in one loop, so that depth costs no stack."""

    def __init__(self, source: str, first_line: int) -> None:
        self.source = source
        self.line_offset = first_line - 1
        self.value: Any = None
        self.places: dict[Path, Place] = {(): Place(source, first_line, 1)}
        self.key_places: dict[Path, Place] = {}
        self.findings: list[Finding] = []
        self.open: list[_Open] = []
        self.stopped = False

    def place(self, mark: Any) -> Place:
        return Place(self.source, mark.line + 1 + self.line_offset, mark.column + 1)

    def report(self, rule: str, message: str, place: Place) -> None:
        self.findings.append(Finding(rule, message, place))

    def build(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.stop("only one document may stand in the file", event)
            elif isinstance(event, yaml.NodeEvent):
                self.node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
            if self.stopped:
                return

    def stop(self, message: str, event: Any) -> None:
        """Report, and read no further: what follows could not be told apart any more."""
        self.report("yaml", message, self.place(event.start_mark))
        self.stopped = True

    def node(self, event: Any) -> None:
        place = self.place(event.start_mark)
        if event.anchor is not None:
            self.report("yaml", "anchors and aliases are not taken here; write the value out", place)
        elif event.tag is not None:
            self.report("yaml", f"the tag '{event.tag}' is not taken here", place)
        if self.open and self.open[-1].wants_key:
            self.key(event, place)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.begin(event, place)
        else:
            self.put(self.scalar(event, place), place)

    def key(self, event: Any, place: Place) -> None:
        if isinstance(event, yaml.CollectionStartEvent):
            self.stop("a key must be plain text", event)
            return
        parent = self.open[-1]
        key = f"*{event.anchor}" if isinstance(event, yaml.AliasEvent) else str(event.value)
        parent.key = key
        parent.discard = key in parent.into
        if parent.discard:
            self.report("duplicate-key", f"'{key}' is given twice", place)
        else:
            self.key_places[(*parent.path, key)] = place

    def begin(self, event: Any, place: Place) -> None:
        if len(self.open) > _DEEPEST:
            self.stop(f"values are nested deeper than {_DEEPEST} levels", event)
            return
        path = self.open[-1].next_path if self.open else ()
        into: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.put(into, place)
        self.open.append(_Open(path, into))

    def put(self, value: Any, place: Place) -> None:
        """Put ``value`` where the innermost open collection wants it."""
        if not self.open:
            self.value = value
            self.places[()] = place
            return
        parent = self.open[-1]
        if not parent.discard:
            self.places[parent.next_path] = place
            if isinstance(parent.into, dict):
                parent.into[str(parent.key)] = value
            else:
                parent.into.append(value)
        parent.key = None
        parent.discard = False

    def scalar(self, event: Any, place: Place) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return None
        text = str(event.value)
        plain, _ = event.implicit
        if not plain:
            return text
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _INTEGER.fullmatch(text):
            if len(text.lstrip("+-")) > _LONGEST_INTEGER:
                self.report("yaml", f"a number may have {_LONGEST_INTEGER} digits at most", place)
                return None
            return int(text)
        return text
