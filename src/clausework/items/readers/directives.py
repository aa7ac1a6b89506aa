"""Directives in reStructuredText: those that are asked for, with arguments, options and content, and where they stand.

What shows code, comments something out or is a literal block is passed over; the content of any other directive is
looked through too.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterator, Sequence

import msgspec

from clausework.core.places import Place
from clausework.items.readers.rejection import Rejection

_DIRECTIVE = re.compile(r"(?P<indent> *)\.\. +(?P<name>[A-Za-z][\w.+:-]*?) ?::(?:[ ]+(?P<rest>.*))?")
_EXPLICIT = re.compile(r" *\.\. +(?:_|\[|\|)")
_OPTION = re.compile(r" *:(?P<name>[^:\s][^:]*):(?:[ ]+(?P<value>.*))?")
_DEEPEST = 10

SHOWN_AS_IT_IS = frozenset(
    {
        *("code", "code-block", "sourcecode", "parsed-literal", "literalinclude", "raw", "math", "highlight"),
        *(
            "csv-table",
            "graphviz",
            "digraph",
            "graph",
            "mermaid",
            "uml",
            "plantuml",
            "productionlist",
            "prompt",
        ),
        *("doctest", "testcode", "testoutput", "testsetup", "testcleanup", "ipython", "jinja", "include"),
    }
)
"""Directives whose content is no text of the document."""


class Directive(msgspec.Struct, frozen=True):
    """A directive on ``line``: its arguments as one text, its options with their lines, its content."""

    name: str
    argument: str
    options: tuple[tuple[str, str, int], ...]
    content: str
    line: int


def directives_in(
    path: str, lines: Sequence[str], names: Collection[str], first_line: int = 1
) -> Iterator[Directive]:
    """Yield the directives of those ``names``; the first of ``lines`` is the ``first_line`` of the file ``path``.

    Raises ``Rejection`` where they stand within each other beyond all use.
    """
    expanded = [line.expandtabs(8).rstrip() for line in lines]
    around: list[int] = []
    at = 0
    while at < len(expanded):
        found = _DIRECTIVE.fullmatch(expanded[at])
        if found and found["name"] in names:
            indent = len(found["indent"])
            around = [*(one for one in around if one < indent), indent]
            if len(around) > _DEEPEST:
                message = f"items stand within each other more than {_DEEPEST} deep"
                raise Rejection("sphinx", message, Place(path, first_line + at, 1))
            yield _directive(expanded, at, found, first_line)
        at = _behind(expanded, at, found)


def _behind(lines: Sequence[str], at: int, found: re.Match[str] | None) -> int:
    """Return the next line to look at: that behind the block at ``at`` if there is nothing to be found in it."""
    line = lines[at]
    if found:
        return _end_of_block(lines, at) if found["name"] in SHOWN_AS_IT_IS else at + 1
    written = line.lstrip()
    if written == "..":
        empty = at + 1 < len(lines) and not lines[at + 1]
        return at + 1 if empty else _end_of_block(lines, at)
    if written.startswith(".. "):
        return at + 1 if _EXPLICIT.match(line) else _end_of_block(lines, at)
    if written.endswith("::") and at + 1 < len(lines) and not lines[at + 1]:
        return _end_of_block(lines, at)
    return at + 1


def indent_of(line: str) -> int:
    """Return how many blanks ``line`` begins with."""
    return len(line) - len(line.lstrip(" "))


def _end_of_block(lines: Sequence[str], at: int) -> int:
    """Return the number of the line behind the block that belongs to the line ``at``: all that is indented deeper."""
    indent = indent_of(lines[at])
    end = at + 1
    while end < len(lines) and (not lines[end] or indent_of(lines[end]) > indent):
        end += 1
    return end


def _directive(lines: Sequence[str], at: int, found: re.Match[str], first_line: int) -> Directive:
    block = [found["rest"] or "", *lines[at + 1 : _end_of_block(lines, at)]]
    begin = next((number for number, line in enumerate(block) if line), len(block))
    end = next((number for number in range(begin, len(block)) if not block[number]), len(block))
    first_option = next((number for number in range(begin, end) if _OPTION.fullmatch(block[number])), end)
    argument = " ".join(" ".join(block[begin:first_option]).split())
    options = options_in(block[first_option:end], first_line + at + first_option)
    content = textwrap.dedent("\n".join(block[end:])).strip("\n")
    return Directive(found["name"], argument, options, content, first_line + at)


def options_in(lines: Sequence[str], first_line: int) -> tuple[tuple[str, str, int], ...]:
    """Return the options in ``lines``, each with its line; what follows an option belongs to its value."""
    options: list[tuple[str, list[str], int]] = []
    for number, line in enumerate(lines):
        if found := _OPTION.fullmatch(line):
            options.append((found["name"].strip(), [found["value"] or ""], first_line + number))
        elif options:
            options[-1][1].append(line.strip())
    return tuple((name, "\n".join(value).strip(), line) for name, value, line in options)


def is_option(line: str) -> bool:
    """Tell whether ``line`` begins an option."""
    return _OPTION.fullmatch(line) is not None
