"""The walk: runs commands as a user would type them, shows them, and stops where one ends otherwise than it must."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import msgspec

from clausework.actions.demo.excerpts import Excerpt, plain, whole
from clausework.actions.demo.scenery import Scenery
from clausework.core.errors import Defect


class NotAsItMust(Defect):
    """A command of the demo ended otherwise, or said something else, than it must."""


class Ended(msgspec.Struct, frozen=True):
    """How a command ended: its exit code and all that it wrote, in order, with its colours."""

    code: int
    output: str


Clausework = Callable[[Sequence[str]], Ended]
"""Runs Clausework's own command line with these arguments."""


class Narrator(Protocol):
    """Shows the walk to the reader."""

    def scene(self, number: int, title: str, prose: str) -> None:
        """Open a scene: what is about to be shown, and why it matters."""

    def command(self, words: Sequence[str]) -> None:
        """Show a command, in words as a shell takes them."""

    def output(self, lines: Sequence[str], left_out: int) -> None:
        """Show lines that a command wrote, and how many are left out."""


class Program(msgspec.Struct, frozen=True):
    """A program to run: its arguments, the exit code that it must have, the lines to show."""

    arguments: tuple[str, ...]
    ends: int = 0
    show: Excerpt = whole


class Walk:
    """Runs and shows the commands of one demo; ``commands`` and ``refusals`` count what was done."""

    def __init__(self, clausework: Clausework, narrator: Narrator, scenery: Scenery) -> None:
        self.scenery = scenery
        self.commands = 0
        self.refusals = 0
        self._clausework = clausework
        self._narrator = narrator

    def clausework(
        self, *arguments: str, ends: int = 0, says: Sequence[str] = (), show: Excerpt = whole
    ) -> str:
        """Run Clausework's command line; return its output, in which each text of ``says`` must be.

        Raises ``NotAsItMust``.
        """
        command = ("clausework", *arguments)
        self._announce(command)
        self.refusals += ends != 0
        return self._judge(command, self._clausework(arguments), ends, says, show)

    def run(self, *arguments: str, ends: int = 0, show: Excerpt = whole) -> str:
        """Run a program in the project; return its output. Raises ``NotAsItMust``."""
        self._announce(arguments)
        return self._judge(arguments, _run(arguments), ends, (), show)

    def run_together(self, *programs: Program) -> None:
        """Run programs that do not need each other at the same time; show what each wrote, in order."""
        for program in programs:
            self._announce(program.arguments, "&")
        self._narrator.command(("wait",))
        with ThreadPoolExecutor(len(programs)) as threads:
            every = list(threads.map(lambda program: _run(program.arguments), programs))
        for number, (program, ended) in enumerate(zip(programs, every, strict=True), start=1):
            lines = self._lines(program.arguments, ended, program.ends, ())
            said = program.show(lines) or [f"done, exit code {ended.code}"]
            self._narrator.output([f"[{number}] {line}" for line in said], 0)

    def must(self, what: str, *, hold: bool) -> None:
        """Raise ``NotAsItMust`` unless ``what``, put into words, does hold."""
        if not hold:
            raise NotAsItMust(f"This does not hold, and must: {what}.")

    def _announce(self, arguments: Sequence[str], *after: str) -> None:
        self.commands += 1
        self._narrator.command([*(shlex.quote(one) for one in arguments), *after])

    def _judge(
        self, command: Sequence[str], ended: Ended, ends: int, says: Sequence[str], show: Excerpt
    ) -> str:
        lines = self._lines(command, ended, ends, says)
        shown = show(lines)
        self._narrator.output(shown, len(lines) - len(shown))
        return ended.output

    def _lines(self, command: Sequence[str], ended: Ended, ends: int, says: Sequence[str]) -> list[str]:
        """Return the lines of a command that went as it must; else show all that it wrote, and stop."""
        lines = ended.output.splitlines()
        missing = [text for text in says if text not in plain(ended.output)]
        if ended.code == ends and not missing:
            return lines
        self._narrator.output(lines, 0)
        wrong = (
            f"does not say '{missing[0]}'" if ended.code == ends else f"ended with {ended.code}, not {ends}"
        )
        raise NotAsItMust(f"'{shlex.join(command)}' {wrong}.")


def _run(arguments: Sequence[str]) -> Ended:
    done = subprocess.run(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return Ended(done.returncode, done.stdout.decode("utf-8", "replace"))
