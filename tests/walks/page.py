"""What a page of docs/walks tells a reader to type, and what it says they will see.

A block of ```` ```console ```` holds commands and excerpts of what they print. A line that begins with ``$`` is a
command, continued where it ends with a backslash. A comment behind it may say how it ends and when it is typed:
``# exit 1``, ``# 31 days later``, or both with a comma between. The lines behind it are what it prints: ``...`` alone
stands for any number of lines, ``...`` in a line for any text. Nothing behind a command means that it prints nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SAYS = re.compile(r" +# (?P<said>(?:exit \d+|\d+ days? later)(?:, (?:exit \d+|\d+ days? later))*)$")


class Typed(msgspec.Struct, frozen=True):
    """A command as the page shows it: the line it is on, the exit code, days from now, the lines that it prints."""

    line: int
    command: str
    exit_code: int
    days_later: int
    prints: tuple[str, ...]


class NotAWalk(ValueError):
    """A page cannot be taken as a walk."""


def read_page(path: Path) -> tuple[Typed, ...]:
    """Return the commands of the page in their order; raises ``NotAWalk`` where a block begins with no command."""
    text = path.read_text(encoding="utf-8")
    typed: list[Typed] = []
    for block in _BLOCK.finditer(text):
        first_line = text.count("\n", 0, block.start(1)) + 1
        typed += _commands(path.name, block.group(1).splitlines(), first_line)
    if not typed:
        raise NotAWalk(f"{path.name} shows no command.")
    return tuple(typed)


def _commands(page: str, lines: list[str], first_line: int) -> list[Typed]:
    if not lines or not lines[0].startswith("$ "):
        raise NotAWalk(f"{page}:{first_line}: a console block begins with no command.")
    typed: list[Typed] = []
    at = 0
    while at < len(lines):
        began = at
        while lines[at].endswith("\\"):
            at += 1
        command = "\n".join(lines[began : at + 1])[2:]
        at += 1
        printed = at
        while at < len(lines) and not lines[at].startswith("$ "):
            at += 1
        typed.append(_typed(first_line + began, command, lines[printed:at]))
    return typed


def _typed(line: int, command: str, prints: list[str]) -> Typed:
    said = _SAYS.search(command)
    words = said["said"].split(", ") if said else []
    return Typed(
        line=line,
        command=command[: said.start()] if said else command,
        exit_code=sum(int(word.split()[1]) for word in words if word.startswith("exit ")),
        days_later=sum(int(word.split()[0]) for word in words if word.endswith("later")),
        prints=tuple(prints),
    )
