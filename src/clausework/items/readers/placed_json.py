"""JSON read whole and strictly, and the lines on which the members of one of its objects stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from clausework.core.places import Place
from clausework.items.readers.rejection import Rejection

_HINT = "Build it again; it was cut off, changed by hand, or is of another format."
_space = re.compile(r"[ \t\r\n]*")
_skip = json.JSONDecoder().raw_decode


class _Wrong(ValueError):
    pass


def load_json(data: bytes, path: str) -> tuple[str, Any]:
    """Return the text of the file ``path`` and its value.

    Raises ``Rejection`` unless it is one JSON document in UTF-8 whose objects name no member twice.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Rejection("encoding", f"byte {error.start} is not UTF-8", Place(path, line), _HINT) from error
    try:
        return text, json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = Place(path, error.lineno, error.colno)
        raise Rejection("json", f"not well-formed JSON: {error.msg}", place, _HINT) from error
    except RecursionError as error:
        raise Rejection("json", "values are nested too deeply", Place(path), _HINT) from error
    except ValueError as error:
        raise Rejection("json", f"a value cannot be read: {error!s:.200}", Place(path), _HINT) from error


def lines_of(text: str, *path: str) -> dict[str, int]:
    """Return the line of each member of the object to which ``path`` leads through ``text``, well-formed JSON."""
    at = _inside(text, 0)
    for step in path:
        at = next((_inside(text, value) for name, _, value in _members(text, at) if name == step), len(text))
    lines: dict[str, int] = {}
    line, counted = 1, 0
    for name, start, _ in _members(text, at):
        line += text.count("\n", counted, start)
        counted = start
        lines[name] = line
    return lines


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, its offset and the value's offset of each member; ``at`` is behind the object's opening brace."""
    at = _past_space(text, at)
    while text[at : at + 1] == '"':
        start = at
        name, at = _skip(text, at)
        at = _past_space(text, _past_space(text, at) + 1)
        yield name, start, at
        _, at = _skip(text, at)
        at = _past_space(text, at)
        if text[at : at + 1] == ",":
            at = _past_space(text, at + 1)


def _inside(text: str, at: int) -> int:
    return _past_space(text, at) + 1


def _past_space(text: str, at: int) -> int:
    found = _space.match(text, at)
    return found.end() if found else at


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Wrong(f"an object names {name[:60]!a} twice")
            seen.add(name)
    return members


def _refuse_constant(text: str) -> Any:
    raise _Wrong(f"{text} is not JSON")
