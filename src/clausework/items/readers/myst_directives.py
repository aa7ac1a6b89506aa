"""Directives in MyST Markdown: fences whose info is a name in braces, and reStructuredText within ``eval-rst``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from clausework.core.placed_yaml import load_placed_yaml
from clausework.core.places import Place
from clausework.items.readers.directives import (
    SHOWN_AS_IT_IS,
    Directive,
    directives_in,
    is_option,
    options_in,
)
from clausework.items.readers.rejection import Rejection

_FENCE = re.compile(r" *(?P<fence>`{3,}|~{3,}|:{3,}) *(?P<info>.*)")
_NAMED = re.compile(r"\{(?P<name>[A-Za-z][\w.+:-]*)\} *(?P<rest>.*)")
_REST = "eval-rst"


def myst_directives_in(path: str, lines: Sequence[str], names: Collection[str]) -> Iterator[Directive]:
    """Yield the directives of those ``names`` in the file ``path``.

    Raises ``Rejection`` where one is not closed, and ``FindingsInInput`` where its options are not plain YAML.
    """
    open_fences: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at].lstrip().startswith("<!--"):
            at = _behind_comment(lines, at)
            continue
        found = _FENCE.fullmatch(lines[at].rstrip())
        at += 1
        if not found:
            continue
        if open_fences and _closes(found, open_fences[-1]):
            open_fences.pop()
            continue
        named = _NAMED.fullmatch(found["info"])
        name = named["name"] if named else ""
        if named and name not in names and name != _REST and name not in SHOWN_AS_IT_IS:
            open_fences.append(found["fence"])
            continue
        end = _closing(lines, at, found["fence"])
        if named and name in names:
            if end == len(lines):
                place = Place(path, at, 1)
                raise Rejection(
                    "sphinx", f"the directive {{{name}}} is not closed", place, "Close its fence."
                )
            yield _directive(path, named, lines[at:end], at)
        elif name == _REST:
            yield from directives_in(path, lines[at:end], names, at + 1)
        at = end + 1


def _behind_comment(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and "-->" not in lines[at]:
        at += 1
    return at + 1


def _closes(found: re.Match[str], opened: str) -> bool:
    fence = found["fence"]
    return not found["info"] and fence[0] == opened[0] and len(fence) >= len(opened)


def _closing(lines: Sequence[str], at: int, opened: str) -> int:
    """Return the number of the line that closes a fence; that behind the last where none does."""
    for number in range(at, len(lines)):
        found = _FENCE.fullmatch(lines[number].rstrip())
        if found and _closes(found, opened):
            return number
    return len(lines)


def _directive(path: str, named: re.Match[str], inner: Sequence[str], line: int) -> Directive:
    """Return the directive on ``line``, with ``inner`` between its fences."""
    if inner and inner[0].strip() == "---":
        end = next((number for number in range(1, len(inner)) if inner[number].strip() == "---"), len(inner))
        options = _yaml_options(path, inner[1:end], line + 2)
        content = inner[end + 1 :]
    else:
        end = next((number for number, one in enumerate(inner) if not is_option(one.rstrip())), len(inner))
        options = options_in(inner[:end], line + 1)
        content = inner[end:]
    return Directive(named["name"], named["rest"].strip(), options, "\n".join(content).strip("\n"), line)


def _yaml_options(path: str, lines: Sequence[str], first_line: int) -> tuple[tuple[str, str, int], ...]:
    read = load_placed_yaml("\n".join(lines).encode(), path, first_line=first_line)
    if read.value is None:
        return ()
    if not isinstance(read.value, dict) or any(isinstance(one, list | dict) for one in read.value.values()):
        raise Rejection("sphinx", "options are names with texts", read.place_of(()))
    return tuple(
        (name, "" if value is None else str(value), read.place_of_key((name,)).line)
        for name, value in read.value.items()
    )
