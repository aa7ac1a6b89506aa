"""What becomes of each command's failure in a shell script: it ends the script, or something hides it.

A script is gone through once. ``hidden`` holds, for each command, what hides that it failed: an alternative behind
``||`` that cannot fail, a pipe that tells only of its end, ``set +e``, a condition, a background job.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import msgspec

from clausework.core.places import Place
from clausework.evidence.pipelines.model import Said, Shell
from clausework.evidence.pipelines.shell_words import Token, tokens
from clausework.evidence.pipelines.yaml_nodes import NotReadable

ALTERNATIVE = "alternative"
"""Behind a failure stands something that does not fail."""

PIPE = "pipe"
"""The failure is in the midst of a pipe, which tells of its end only."""

NOT_FATAL = "not_fatal"
"""The script goes on after a failure."""

_BLOCK_BEGINS = re.compile(r"^(if|while|until|for|case|select)\b\s*(.*)$", re.DOTALL)
_BLOCK_MIDDLE = re.compile(r"^(then|do|else|elif)\b\s*(.*)$", re.DOTALL)
_BLOCK_ENDS = re.compile(r"^(?:fi|done|esac|\})(?=\s|$)")
_FUNCTION = re.compile(r"^function\s+([\w.-]+)\s*(\{.*)?$", re.DOTALL)
_SET = re.compile(r"^set((?:\s+[-+]?\w+)+)$")
_FAILS = re.compile(r"^(?:exit|return)(?:\s+0*[1-9]\d*|\s+\"?\$\{?\?\}?\"?)?\s*$|^false\b")
_CALLED_FAILURES = frozenset(("die", "fail", "error", "abort"))
_TEST = re.compile(r"^(?:\[{1,2}\s|test\s)")
_CAPTURES = re.compile(r"^(?:export\s+|local\s+|declare\s+)?(\w+)=\"?\$\{?(?:\?|PIPESTATUS\S*)")
_PUTS = re.compile(r"^(?:export\s+|local\s+|declare\s+)?(\w+)=")
_NESTED = re.compile(
    r"^(?:sudo\s+)?(?:su\s+\S+|(?:\S*/)?(?:ba|da|z|k)?sh)\s+((?:-\w+\s+)*)-(\w*)c\s+(['\"])(.*)\3\s*$",
    re.DOTALL,
)
_SUBSTITUTION = re.compile(r"(?<!\\)\$\((?!\()(.*)\)", re.DOTALL)
_TRAP = re.compile(r"^trap\b.*\bexit\s+0\b.*\b(?:EXIT|ERR|0)\b")
_DEEPEST = 10
_ASKS = re.compile(r"^(?:(?:exit|return|test)\b|\[|\()")
_KEPT = "kept in "
_SUCCEEDS = re.compile(r"^(?:exit\s+0|true|:)$")


class Hidden(msgspec.Struct, frozen=True):
    """What hides a failure: how (``ALTERNATIVE``, ``PIPE``, ``NOT_FATAL``), as written, and where."""

    how: str
    text: str
    place: Place


class Command(msgspec.Struct, frozen=True):
    """A simple command, and what hides its failure.

    ``ends_well`` is a success before it that ends the script, ``under`` the conditions on which it runs at all.
    """

    text: str
    place: Place
    hidden: tuple[Hidden, ...] = ()
    ends_well: Said | None = None
    under: tuple[Said, ...] = ()


@functools.lru_cache(maxsize=1024)
def read_script(script: tuple[Said, ...], shell: Shell) -> tuple[Command, ...]:
    """Return the commands of a script in order; those of a quoted ``sh -c`` stand behind it.

    Of what is no POSIX shell every line is a command of which nothing more is told. Raises ``NotReadable``.
    """
    if not shell.known:
        return tuple(Command(line.text.strip(), line.place) for line in script if line.text.strip())
    reading = _Reading(shell)
    drafts = reading.all(tokens(script))
    _settle(drafts, reading.functions, reading.trap)
    return tuple(
        Command(one.text, one.place, tuple(dict.fromkeys(one.hidden)), one.ends_well, one.under)
        for one in drafts
    )


class _Draft(msgspec.Struct):
    """A command while its script is read: the state of the shell, and how its chain goes on.

    ``off`` is what switched errexit off (``None``: it is on). ``handled`` tells that ``||`` stands behind it,
    ``goes_on`` that ``&&`` does. ``around`` is the command that runs it by a quoted ``sh -c``.
    """

    text: str
    place: Place
    off: Said | None
    condition: Said | None
    ends_well: Said | None
    hidden: list[Hidden]
    under: tuple[Said, ...] = ()
    handled: bool = False
    goes_on: bool = False
    around: _Draft | None = None


class _Level(msgspec.Struct):
    """A group, a block, a function or the script itself: where it and its present chain and pipe began."""

    start: int
    chain: int
    pipe: int
    function: str = ""
    under: Said | None = None
    tests: list[Said] = []
    alternatives: list[tuple[int, Place]] = []


class _Reading:
    """One pass over the tokens of one script."""

    def __init__(self, shell: Shell, depth: int = 0) -> None:
        self.depth = depth
        self.off = None if shell.errexit else Said("no 'set -e'", Place(""))
        self.pipefail = shell.pipefail
        self.drafts: list[_Draft] = []
        self.levels = [_Level(0, 0, 0)]
        self.functions: dict[str, list[_Draft]] = {}
        self.named = ""
        self.condition: Said | None = None
        self.ends_well: Said | None = None
        self.trap: Said | None = None

    def all(self, found: Sequence[Token]) -> list[_Draft]:
        for token in found:
            if token.operator:
                self.operator(token)
            else:
                self.simple(token.text, token.place)
        while len(self.levels) > 1:
            self.close()
        self.separate()
        return self.drafts

    def operator(self, token: Token) -> None:
        level, here = self.levels[-1], len(self.drafts)
        match token.text:
            case "(":
                self.open()
            case ")":
                self.close_parenthesis()
            case "||":
                level.alternatives.append((here, token.place))
                level.pipe = here
            case "&&":
                for one in self.drafts[level.chain : here]:
                    one.goes_on = True
                level.pipe = here
            case "|" | "|&":
                if not self.pipefail:
                    self.hide(level.pipe, here, Hidden(PIPE, token.text, token.place))
            case "&":
                self.hide(level.chain, here, Hidden(NOT_FATAL, token.text, token.place))
                self.separate()
            case _:
                self.separate()

    def hide(self, start: int, end: int, how: Hidden) -> None:
        for one in self.drafts[start:end]:
            one.hidden.append(how)

    def open(self) -> None:
        here = len(self.drafts)
        self.levels.append(_Level(here, here, here, self.named))
        self.named = ""

    def close(self) -> None:
        """End a group or a block: what stands behind it is about all of it."""
        self.separate()
        if len(self.levels) > 1:
            done = self.levels.pop()
            level = self.levels[-1]
            level.chain, level.pipe = min(level.chain, done.start), done.start
            if done.function:
                self.functions[done.function] = self.drafts[done.start :]

    def close_parenthesis(self) -> None:
        """End a group; an empty one behind a single word begins a function of that name."""
        is_empty = self.levels[-1].start == len(self.drafts)
        self.close()
        if is_empty and self.drafts and re.fullmatch(r"[\w.-]+", self.drafts[-1].text):
            self.named = self.drafts.pop().text
            level = self.levels[-1]
            level.chain = level.pipe = min(level.chain, len(self.drafts))

    def separate(self) -> None:
        """End a chain: what stands behind each ``||`` is known now."""
        level, here = self.levels[-1], len(self.drafts)
        ends = [*(begins for begins, _ in level.alternatives[1:]), here]
        start = level.chain
        for (begins, place), end in zip(level.alternatives, ends, strict=False):
            self.take_alternative(self.drafts[start:begins], self.drafts[begins:end], place)
            start = begins
        level.alternatives = []
        level.tests = []
        level.chain = level.pipe = here

    def take_alternative(self, tried: Sequence[_Draft], instead: Sequence[_Draft], place: Place) -> None:
        kept = [found[1] for one in instead if (found := _CAPTURES.match(one.text))]
        fails = any(_fails(one, self.functions) for one in instead)
        said = f"|| {instead[0].text if instead else ''}"
        for one in tried:
            one.handled = True
            if kept:
                one.hidden.append(Hidden(f"{_KEPT}{kept[0]}", said, place))
            elif not fails:
                one.hidden.append(Hidden(ALTERNATIVE, said, place))

    def simple(self, text: str, place: Place) -> None:
        """Take a simple command, or a word of a block with the command behind it."""
        if begun := _BLOCK_BEGINS.match(text):
            self.open()
            if begun[1] == "if":
                self.condition = Said(text, place)
            if begun[1] in {"if", "while", "until"}:
                self.simple(begun[2], place)
        elif middle := _BLOCK_MIDDLE.match(text):
            self.separate()
            if middle[1] in {"then", "else"}:
                self.levels[-1].under = self.condition or self.levels[-1].under
            self.condition = Said(text, place) if middle[1] == "elif" else None
            self.simple(middle[2], place)
        elif _BLOCK_ENDS.match(text):
            self.condition = None
            self.close()
        elif function := _FUNCTION.match(text):
            self.named = function[1]
            self.simple(function[2] or "", place)
        elif text.startswith("{") and text[1:2] in {"", " ", "\n"}:
            self.open()
            self.simple(text[1:].strip(), place)
        elif text:
            self.command(text, place)

    def command(self, text: str, place: Place) -> None:
        negated = text.startswith("! ")
        bare = text[2:].strip() if negated else text
        hidden = [Hidden(ALTERNATIVE, "!", place)] if negated and not self.condition else []
        draft = _Draft(bare, place, self.off, self.condition, self.ends_well, hidden, self.under())
        self.drafts.append(draft)
        if _TEST.match(bare) and len(self.levels[-1].tests) < _DEEPEST:
            self.levels[-1].tests.append(Said(bare, place))
        self.settings(bare, place)
        if _TRAP.match(bare):
            self.trap = Said(bare, place)
        if re.match(r"exit\s+0\b", bare):
            self.ends_well = self.ends_well or Said(bare, place)
        if nested := _NESTED.match(bare):
            self.nested(nested[4], place, Shell(errexit="e" in nested[1] + nested[2]), draft)
        elif substituted := _SUBSTITUTION.search(bare):
            told = re.match(r"\w+=[\"']?\$\(", bare)
            before = len(self.drafts)
            self.nested(substituted[1], place, Shell(errexit=self.off is None), draft)
            if not told:
                self.hide(before, len(self.drafts), Hidden(ALTERNATIVE, "$(...)", place))

    def under(self) -> tuple[Said, ...]:
        """Return the conditions of the blocks around the next command, and of the tests before it in its chain."""
        blocks = [level.under for level in self.levels[-_DEEPEST:] if level.under]
        return (*blocks, *self.levels[-1].tests)

    def nested(self, script: str, place: Place, shell: Shell, around: _Draft) -> None:
        """Read what a quoted ``sh -c`` runs; what hides that command's failure hides it too."""
        if self.depth >= _DEEPEST:
            raise NotReadable(f"commands within commands, deeper than {_DEEPEST} levels", place)
        reading = _Reading(shell, self.depth + 1)
        found = reading.all(tokens([Said(line, place) for line in script.split("\n")]))
        _settle(found, reading.functions, reading.trap)
        for one in found:
            under = (*around.under, *one.under)
            inner = _Draft(one.text, one.place, None, None, one.ends_well, one.hidden, under, around=around)
            self.drafts.append(inner)

    def settings(self, text: str, place: Place) -> None:
        found = _SET.match(text)
        words = found[1].split() if found else []
        for word, following in zip(words, [*words[1:], ""], strict=False):
            if word[0] in "-+":
                names = [following] if word.endswith("o") else []
                names += ["errexit"] if "e" in word else []
                for name in names:
                    self.switch(name, Said(text, place), on=word[0] == "-")

    def switch(self, name: str, said: Said, *, on: bool) -> None:
        if name == "errexit":
            self.off = None if on else said
        elif name == "pipefail":
            self.pipefail = on


def _fails(one: _Draft, functions: dict[str, list[_Draft]]) -> bool:
    """Tell whether a command cannot but fail: it ends with a failure, or calls a function that does."""
    name = one.text.split(maxsplit=1)[0]
    if name in functions:
        return any(_FAILS.match(inner.text) for inner in functions[name])
    return _FAILS.match(one.text) is not None or name in _CALLED_FAILURES


class _Rest(msgspec.Struct, frozen=True):
    """What the rest of a script says from each command on, gathered once.

    ``fails`` is the last command that ends with a failure; ``uses`` the last one that ends with the exit code kept in a
    variable, or asks for it, by the variable's name; ``lost`` are those that put something else into it;
    ``chain_ends`` tells where the chain of each command ends.
    """

    drafts: tuple[_Draft, ...]
    fails: int
    uses: dict[str, int]
    lost: dict[str, tuple[int, ...]]
    chain_ends: tuple[int, ...]

    def asks_for(self, name: str, at: int) -> bool:
        """Tell whether what ``name`` holds since the command ``at`` is asked for later, and is still that."""
        used = self.uses.get(name, -1)
        return used > at and not any(at < one < used for one in self.lost.get(name, ()))


def _rest(drafts: list[_Draft], functions: dict[str, list[_Draft]]) -> _Rest:
    fails, uses = -1, {}
    lost: dict[str, tuple[int, ...]] = {}
    for at, one in enumerate(drafts):
        put = _PUTS.match(one.text)
        if put and not _CAPTURES.match(one.text) and put[1] not in one.text[put.end() :]:
            lost[put[1]] = (*lost.get(put[1], ()), at)
        if _fails(one, functions):
            fails = at
        if _ASKS.match(one.text):
            uses.update(dict.fromkeys(re.findall(r"\w+", one.text), at))
    ends = [0] * len(drafts)
    for at in range(len(drafts) - 1, -1, -1):
        goes_on = drafts[at].goes_on and at + 1 < len(drafts)
        ends[at] = ends[at + 1] if goes_on else at
    return _Rest(tuple(drafts), fails, uses, lost, tuple(ends))


def _settle(drafts: list[_Draft], functions: dict[str, list[_Draft]], trap: Said | None) -> None:
    """Tell of each command whether its failure shows, now that the whole script is known."""
    rest = _rest(drafts, functions)
    for at, one in enumerate(drafts):
        one.hidden.extend(_by_the_rest(one, at, rest))
        one.hidden = [
            msgspec.structs.replace(hidden, how=ALTERNATIVE) if hidden.how.startswith(_KEPT) else hidden
            for hidden in one.hidden
            if not (hidden.how.startswith(_KEPT) and rest.asks_for(hidden.how.removeprefix(_KEPT), at))
        ]
        if trap:
            one.hidden.append(Hidden(NOT_FATAL, trap.text, trap.place))
    for one in drafts:
        for inner in functions.get(one.text.split(maxsplit=1)[0], ()):
            inner.hidden.extend(one.hidden[:1])
        if one.around:
            one.hidden.extend(one.around.hidden)


def _by_the_rest(one: _Draft, at: int, rest: _Rest) -> list[Hidden]:
    """Return what in the rest of the script hides the failure of a command."""
    found: list[Hidden] = []
    if one.around:
        return found
    after = at + 1
    while after < len(rest.drafts) and rest.drafts[after].around is one:
        after += 1
    following = rest.drafts[after] if after < len(rest.drafts) else None
    if one.condition:
        if rest.fails <= at:
            found.append(Hidden(ALTERNATIVE, one.condition.text, one.condition.place))
    elif following and not one.handled:
        captured = _CAPTURES.match(following.text)
        if one.off and captured:
            found.append(Hidden(f"{_KEPT}{captured[1]}", following.text, one.place))
        elif one.off:
            found.append(Hidden(NOT_FATAL, one.off.text, one.off.place if one.off.place.path else one.place))
        elif one.goes_on and rest.chain_ends[at] < len(rest.drafts) - 1:
            found.append(Hidden(NOT_FATAL, "&&", one.place))
    ends_well = following and following.place == one.place and _SUCCEEDS.match(following.text)
    if following and ends_well and not one.goes_on and not one.handled:
        found.append(Hidden(NOT_FATAL, f"; {following.text}", one.place))
    return found
