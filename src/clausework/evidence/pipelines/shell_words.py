"""A shell script as the words and operators that a POSIX shell would see, each with its place.

Only what decides about exit codes is told apart: operators, groups, quotes, here-documents, comments. Nothing is
expanded and nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from clausework.core.places import Place
from clausework.evidence.pipelines.model import Said

OPERATORS = ("&&", "||", ";;", "|&", "|", "&", ";", "(", ")")
_HEREDOC = re.compile(r"<<(-?)\s*(?:'([^']+)'|\"([^\"]+)\"|\\?([\w.-]+))")
_OPENING = {"$(": ")", "${": "}", "`": "`"}


class Token(msgspec.Struct, frozen=True):
    """A simple command's text, or an operator; the end of a line is ``;`` as well."""

    text: str
    place: Place
    operator: bool = False


def tokens(script: Sequence[Said]) -> tuple[Token, ...]:
    """Return the tokens of a script given as lines."""
    scanner = _Scanner()
    for line in _joined(script):
        scanner.line(line)
    scanner.finish()
    return tuple(scanner.found)


def _joined(script: Sequence[Said]) -> Iterator[Said]:
    """Yield the lines with those joined that a backslash continues."""
    held: list[str] = []
    begun: Place | None = None
    for line in script:
        held.append(line.text.lstrip() if held else line.text)
        begun = begun or line.place
        if _is_continued(line.text):
            held[-1] = held[-1].rstrip()[:-1].rstrip()
        else:
            yield Said(" ".join(held), begun)
            held, begun = [], None
    if begun:
        yield Said(" ".join(held), begun)


def _is_continued(line: str) -> bool:
    bare = line.rstrip("\\")
    return (len(line) - len(bare)) % 2 == 1


class _Scanner:
    """Goes through the lines once; an open quote or substitution goes on in the next line."""

    def __init__(self) -> None:
        self.found: list[Token] = []
        self.held = ""
        self.begun: Place | None = None
        self.closing: list[str] = []
        self.documents: list[str] = []

    def line(self, line: Said) -> None:
        if self.documents:
            if line.text.strip() == self.documents[0]:
                self.documents.pop(0)
            return
        if not self.held:
            self.begun = line.place
        self.text(line)
        if self.closing:
            self.held += "\n"
            return
        for mark in _HEREDOC.finditer(line.text):
            self.documents.append(next(filter(None, mark.groups()[1:])))
        self.flush(line.place)
        self.found.append(Token(";", line.place, operator=True))

    def text(self, line: Said) -> None:
        at = 0
        while at < len(line.text):
            at += self.character(line.text, at, line.place)

    def character(self, text: str, at: int, place: Place) -> int:
        """Take what stands at ``at``; return how many characters that were."""
        two, one = text[at : at + 2], text[at]
        inside = self.closing[-1] if self.closing else ""
        if inside == "'":
            return self.keep(one, closes=one == "'")
        if one == "\\":
            return self.keep(two)
        if one == inside:
            return self.keep(one, closes=True)
        if inside == '"':
            return self.open(two, "$(") or self.keep(one)
        opened = self.open(two, "$(", "${") or self.open(one, "`", "'", '"')
        if opened:
            return opened
        if inside == ")" and one == "(":
            self.closing.append(")")
            return self.keep(one)
        if inside:
            return self.keep(one)
        if one == "#" and (not self.held or self.held[-1].isspace()):
            return len(text)
        if two == ">&" or two == "&>" or (one == "&" and self.held.endswith((">", "<"))):
            return self.keep(two if two in {">&", "&>"} else one)
        return self.operator(text, at, place) or self.keep(one)

    def open(self, seen: str, *openings: str) -> int:
        if seen not in openings:
            return 0
        self.closing.append(_OPENING.get(seen, seen))
        return self.keep(seen)

    def keep(self, text: str, *, closes: bool = False) -> int:
        self.held += text
        if closes:
            self.closing.pop()
        return len(text)

    def operator(self, text: str, at: int, place: Place) -> int:
        for sign in OPERATORS:
            if text.startswith(sign, at):
                self.flush(place)
                self.found.append(Token(sign, place, operator=True))
                return len(sign)
        return 0

    def flush(self, next_place: Place) -> None:
        if self.held.strip():
            self.found.append(Token(self.held.strip(), self.begun or next_place))
        self.held = ""
        self.begun = next_place

    def finish(self) -> None:
        if self.held.strip() and self.begun:
            self.found.append(Token(self.held.strip(), self.begun))
