"""A Jenkinsfile as blocks and statements: Groovy is split into words, strings and braces, and nothing of it is run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from clausework.core.places import Place
from clausework.evidence.pipelines.yaml_nodes import LARGEST_FILE, NotReadable

_DEEPEST = 60
_WORD = re.compile(r"[A-Za-z_$][\w$]*(?:\s*\??\.\s*[A-Za-z_$][\w$]*)*|\d[\w.]*")
_BEFORE_SLASHY = frozenset(("=", "(", ",", ":", "~", "[", "!", "return", "&", "|"))


class Word(msgspec.Struct, frozen=True):
    """A word, a sign or a string, with the line on which it begins; ``string`` tells that it was quoted."""

    text: str
    line: int
    string: bool = False


class Statement(msgspec.Struct, frozen=True):
    """The words of a statement."""

    words: tuple[Word, ...]

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.words[0].line if self.words else 0

    @property
    def name(self) -> str:
        """The first word: of a step, its name."""
        return self.words[0].text if self.words and not self.words[0].string else ""

    @property
    def text(self) -> str:
        """The statement in one line, strings in quotes."""
        return " ".join(f"'{one.text}'" if one.string else one.text for one in self.words)

    def strings(self) -> tuple[Word, ...]:
        """Return the strings of the statement."""
        return tuple(one for one in self.words if one.string)

    def given(self, key: str) -> Word | None:
        """Return the value of the named argument ``key``."""
        for at in range(len(self.words) - 2):
            if self.words[at].text == key and self.words[at + 1].text == ":":
                return self.words[at + 2]
        return None


class Block(msgspec.Struct, frozen=True):
    """What stands in braces, and the statement before them."""

    header: Statement
    body: tuple[Block | Statement, ...]

    @property
    def name(self) -> str:
        """The name of the step, or the word, that the block belongs to."""
        return self.header.name

    @property
    def text(self) -> str:
        """The header and all that stands in it, in one line."""
        return " ".join((self.header.text, *(one.text for one in self.body)))

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks that stand directly in it."""
        for one in self.body:
            if isinstance(one, Block):
                yield one

    def named(self, *names: str) -> Block | None:
        """Return the first block directly in it of one of the names."""
        return next((one for one in self.blocks() if one.name in names), None)


def read_groovy(data: bytes, path: str) -> Block:
    """Return the file as a block without a header. Raises ``NotReadable``."""
    if len(data) > LARGEST_FILE:
        raise NotReadable(f"the file has more than {LARGEST_FILE >> 20} MiB", Place(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(path, data.count(b"\n", 0, error.start) + 1)
        raise NotReadable("the file is not UTF-8", place) from error
    return _blocks(_Lexer(text, path).words(), path)


class _Lexer:
    """Splits the text into words; the end of a line is the word of a line feed."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.at = 0
        self.line = 1
        self.found: list[Word] = []

    def words(self) -> list[Word]:
        while self.at < len(self.text):
            self.next()
        return self.found

    def next(self) -> None:
        text, at = self.text, self.at
        one = text[at]
        if one == "\n":
            self.add("\n", 1)
            self.line += 1
        elif one.isspace():
            self.at += 1
        elif text.startswith("//", at) or (one == "#" and text.startswith("#!", at) and at == 0):
            end = text.find("\n", at)
            self.at = len(text) if end < 0 else end
        elif text.startswith("/*", at):
            self.skip(self.end_of("*/", at + 2, "a comment"))
        elif one in "'\"":
            self.string()
        elif one == "/" and self.before() in _BEFORE_SLASHY:
            self.quoted("/", at + 1)
        elif word := _WORD.match(text, at):
            self.add(re.sub(r"\s|\?", "", word[0]), len(word[0]))
        else:
            self.add(one, 1)

    def before(self) -> str:
        return self.found[-1].text if self.found else ""

    def add(self, text: str, length: int, *, string: bool = False) -> None:
        self.found.append(Word(text, self.line, string))
        self.skip(self.at + length) if text != "\n" else self.skip_one()

    def skip_one(self) -> None:
        self.at += 1

    def skip(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def end_of(self, mark: str, start: int, what: str) -> int:
        end = self.text.find(mark, start)
        if end < 0:
            raise NotReadable(f"{what} does not end", Place(self.path, self.line))
        return end + len(mark)

    def string(self) -> None:
        one = self.text[self.at]
        if self.text.startswith(one * 3, self.at):
            self.quoted(one * 3, self.at + 3)
        else:
            self.quoted(one, self.at + 1)

    def quoted(self, mark: str, start: int) -> None:
        """Take a string up to ``mark``; in double quotes what stands in ``${}`` may hold quotes of its own."""
        at, depth = start, 0
        while True:
            if at >= len(self.text) or (len(mark) == 1 and self.text[at] == "\n"):
                raise NotReadable("a string does not end", Place(self.path, self.line))
            if self.text[at] == "\\":
                at += 2
            elif mark[0] == '"' and self.text.startswith("${", at):
                depth, at = depth + 1, at + 2
            elif depth and self.text[at] == "}":
                depth, at = depth - 1, at + 1
            elif not depth and self.text.startswith(mark, at):
                break
            else:
                at += 1
        content = self.text[start:at]
        first = self.line + (1 if content.startswith("\n") else 0)
        self.found.append(Word(content.removeprefix("\n"), first, string=True))
        self.skip(at + len(mark))


def _blocks(words: list[Word], path: str) -> Block:
    open_: list[tuple[Statement, list[Block | Statement]]] = [(Statement(()), [])]
    held: list[Word] = []
    depth = 0
    for word in words:
        sign = "" if word.string else word.text
        if sign == "{":
            open_.append((Statement(tuple(held)), []))
            held = []
            if len(open_) > _DEEPEST:
                raise NotReadable(f"blocks are nested deeper than {_DEEPEST} levels", Place(path, word.line))
        elif sign == "}":
            _end(held, open_[-1][1])
            held = []
            if len(open_) == 1:
                raise NotReadable("a '}' closes nothing", Place(path, word.line))
            header, body = open_.pop()
            open_[-1][1].append(Block(header, tuple(body)))
        elif sign in {"\n", ";"}:
            if depth <= 0 and not _goes_on(held):
                _end(held, open_[-1][1])
                held = []
        else:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
            depth = max(depth, 0)
            held.append(word)
    _end(held, open_[-1][1])
    if len(open_) > 1:
        raise NotReadable("a '{' is not closed", Place(path, open_[-1][0].line))
    return Block(Statement(()), tuple(open_[0][1]))


def _goes_on(held: list[Word]) -> bool:
    """Tell whether a statement goes on in the next line: it ends in a comma, or its braces are still to come."""
    if not held:
        return True
    last = held[-1]
    return not last.string and (last.text in {",", "=", "+", ":"} or held[0].text in {"catch", "else"})


def _end(held: list[Word], body: list[Block | Statement]) -> None:
    if any(word.string or word.text not in {")", "]", ","} for word in held):
        body.append(Statement(tuple(held)))
