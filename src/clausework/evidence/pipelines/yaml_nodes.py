"""YAML of a pipeline's definition as nodes that know their places: anchors, aliases and merge keys are taken.

A key is the text that was written: ``on`` is no truth value. An alias is the anchor's own node, so that what stands
there is mended there; how much would stand there written out is bounded, so that no alias makes a bomb. A key that is
given twice, a tag that is not known, a value too deep: the file cannot be read whole, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from clausework.core.errors import InputRejected
from clausework.core.places import Place

LARGEST_FILE = 1 << 20
"""Bytes of one definition that are read."""

_DEEPEST = 60
_MOST_NODES = 100_000
_TEXT_PER_NODE = 200
"""Characters of a text that weigh as much as one value, so that a long text is not written out without end."""

_REFERENCE = "!reference"
_MERGE = "<<"
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")
)


class NotReadable(InputRejected):
    """A definition of a pipeline cannot be read whole; ``place`` says where that shows."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(f"{place}: {message}")
        self.what = message
        self.place = place


class Text(msgspec.Struct, frozen=True):
    """A scalar: its text, its place, the line on which its first line of content stands, whether it is not quoted.

    ``folded`` tells that its lines were written otherwise than they read.
    """

    text: str
    place: Place
    first_line: int
    plain: bool = True
    folded: bool = False
    weight: int = 1

    def lines(self) -> tuple[tuple[str, Place], ...]:
        """Return the lines of the text, each with its place."""
        step = 0 if self.folded else 1
        return tuple(
            (line, Place(self.place.path, self.first_line + at * step))
            for at, line in enumerate(self.text.split("\n"))
        )


class Listing(msgspec.Struct, frozen=True):
    """A list; ``reference`` marks GitLab's ``!reference``, whose members name what is to stand here."""

    members: tuple[Node, ...]
    place: Place
    weight: int
    reference: bool = False


class Mapping(msgspec.Struct, frozen=True):
    """A mapping: its values by key in order, and the places of the keys."""

    entries: dict[str, Node]
    keys: dict[str, Place]
    place: Place
    weight: int

    def get(self, key: str) -> Node | None:
        """Return the value of ``key``; ``None`` where it is not given, or given as nothing."""
        found = self.entries.get(key)
        return None if found is None or is_null(found) else found

    def place_of(self, key: str) -> Place:
        """Return where ``key`` stands."""
        return self.keys.get(key, self.place)


Node = Text | Listing | Mapping


def is_null(node: Node) -> bool:
    """Tell whether nothing was written, or that it is nothing."""
    return isinstance(node, Text) and node.plain and node.text in {"", "~", "null", "Null", "NULL"}


def load_yaml(data: bytes, path: str) -> tuple[Node, ...]:
    """Return the documents in ``data``, which came from ``path``; an empty file has none. Raises ``NotReadable``."""
    if len(data) > LARGEST_FILE:
        raise NotReadable(f"the file has more than {LARGEST_FILE >> 20} MiB", Place(path))
    builder = _Builder(path)
    try:
        text = data.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotReadable("the file is not UTF-8", Place(path, line)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Place(path, mark.line + 1) if mark else Place(path)
        told = getattr(error, "problem", "") or str(error).splitlines()[0]
        raise NotReadable(f"it is not YAML: {told}", place) from error
    return tuple(builder.documents)


class _Open(msgspec.Struct):
    """A mapping or a list whose end was not seen; ``key`` is of the value to come, ``merged`` is what ``<<`` names."""

    place: Place
    anchor: str | None
    entries: dict[str, Node] | None
    members: list[Node]
    keys: dict[str, Place]
    key: str | None = None
    reference: bool = False
    merged: tuple[Node, ...] = ()
    has_merge: bool = False


class _Builder:
    """Builds nodes from parser events in one loop, so that depth costs no stack."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.documents: list[Node] = []
        self.anchors: dict[str, Node] = {}
        self.open: list[_Open] = []
        self.nodes = 0

    def take(self, event: Any) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.anchors = {}
            case yaml.AliasEvent():
                self.alias(event)
            case yaml.ScalarEvent():
                self.scalar(event)
            case yaml.CollectionStartEvent():
                self.begin(event)
            case yaml.CollectionEndEvent():
                self.end()
            case _:
                pass

    def place(self, event: Any) -> Place:
        return Place(self.path, event.start_mark.line + 1)

    def alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise NotReadable(f"the alias '*{event.anchor}' has no anchor before it", self.place(event))
        self.put(node, event)

    def scalar(self, event: Any) -> None:
        self.tag(event)
        place = self.place(event)
        block = event.style in {"|", ">"}
        node = Text(
            str(event.value),
            place,
            place.line + 1 if block else place.line,
            plain=bool(event.implicit[0]),
            folded=event.style != "|",
            weight=1 + len(event.value) // _TEXT_PER_NODE,
        )
        self.put(node, event)
        if event.anchor:
            self.anchors[event.anchor] = node

    def tag(self, event: Any) -> bool:
        """Tell whether the node is a reference; raises ``NotReadable`` for a tag that is not known."""
        tag = event.tag
        if tag is None or tag == "!" or tag in _PLAIN_TAGS:
            return False
        if tag == _REFERENCE and isinstance(event, yaml.SequenceStartEvent):
            return True
        raise NotReadable(f"the tag '{tag}' is not known here", self.place(event))

    def begin(self, event: Any) -> None:
        reference = self.tag(event)
        if len(self.open) >= _DEEPEST:
            raise NotReadable(f"values are nested deeper than {_DEEPEST} levels", self.place(event))
        if self.open and self.open[-1].entries is not None and self.open[-1].key is None:
            raise NotReadable("a key must be plain text", self.place(event))
        entries: dict[str, Node] | None = {} if isinstance(event, yaml.MappingStartEvent) else None
        self.open.append(_Open(self.place(event), event.anchor, entries, [], {}, reference=reference))

    def end(self) -> None:
        done = self.open.pop()
        node: Node
        if done.entries is None:
            weight = 1 + sum(one.weight for one in done.members)
            node = Listing(tuple(done.members), done.place, weight, done.reference)
        else:
            entries, keys = _with_merged(done)
            weight = 1 + sum(one.weight for one in entries.values())
            node = Mapping(entries, keys, done.place, weight)
        if weight > _MOST_NODES:
            raise NotReadable(f"written out, what stands here has more than {_MOST_NODES} values", done.place)
        if done.anchor:
            self.anchors[done.anchor] = node
        self.store(node, done.place)

    def put(self, node: Node, event: Any) -> None:
        self.store(node, self.place(event))

    def store(self, node: Node, place: Place) -> None:
        if not self.open:
            self.documents.append(node)
            return
        into = self.open[-1]
        if into.entries is None:
            into.members.append(node)
        elif into.key is None:
            self.store_key(into, node, place)
        else:
            if into.key == _MERGE:
                into.merged = _mergeable(node, place)
            else:
                into.entries[into.key] = node
            into.key = None

    def store_key(self, into: _Open, node: Node, place: Place) -> None:
        if not isinstance(node, Text):
            raise NotReadable("a key must be plain text", place)
        if node.text in into.keys:
            raise NotReadable(f"'{node.text}' is given twice", place)
        into.key = node.text
        into.keys[node.text] = place


def _mergeable(node: Node, place: Place) -> tuple[Node, ...]:
    found = node.members if isinstance(node, Listing) else (node,)
    if not all(isinstance(one, Mapping) for one in found):
        raise NotReadable("'<<' names what is no mapping", place)
    return found


def _with_merged(done: _Open) -> tuple[dict[str, Node], dict[str, Place]]:
    """Return a mapping's entries with what ``<<`` brings behind them: its own, and what comes first, wins."""
    entries = dict(done.entries or {})
    keys = {key: place for key, place in done.keys.items() if key != _MERGE}
    for one in done.merged:
        if isinstance(one, Mapping):
            for key, value in one.entries.items():
                if key not in entries:
                    entries[key], keys[key] = value, one.keys[key]
    return entries, keys


def texts_in(node: Node) -> Iterator[Text]:
    """Yield every scalar value in ``node``."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Text):
            yield one
        else:
            waiting.extend(reversed(one.members if isinstance(one, Listing) else tuple(one.entries.values())))


def mapping(node: Node | None, what: str, place: Place) -> Mapping:
    """Return ``node`` as a mapping; nothing is an empty one. Raises ``NotReadable``."""
    if node is None or is_null(node):
        return Mapping({}, {}, place, 1)
    if not isinstance(node, Mapping):
        raise NotReadable(f"{what} should be a mapping", node.place)
    return node


def text(node: Node | None, what: str) -> str:
    """Return ``node`` as text; nothing is empty. Raises ``NotReadable``."""
    if node is None or is_null(node):
        return ""
    if not isinstance(node, Text):
        raise NotReadable(f"{what} should be a text", node.place)
    return node.text


def one_or_many(node: Node | None, what: str) -> tuple[Text, ...]:
    """Return ``node``, a text or a list of texts that may hold lists, as texts. Raises ``NotReadable``."""
    if node is None or is_null(node):
        return ()
    if isinstance(node, Mapping):
        raise NotReadable(f"{what} should be a text or a list of texts", node.place)
    if isinstance(node, Listing):
        return tuple(text for one in node.members for text in one_or_many(one, what))
    return (node,)
