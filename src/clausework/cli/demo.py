"""``clausework demo``."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import click

from clausework.actions.demo.play import Played, play
from clausework.actions.demo.walk import Ended
from clausework.cli.output import say, say_again, styled
from clausework.cli.program import INTERRUPTED, run

WIDEST = 100
"""Columns that prose takes at most."""


@click.command("demo")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Do it in this folder, which must be empty or not there, and keep it.",
)
def command(keep: Path | None) -> None:
    """Walk a real device project from a failing safety test to a released, deployed, traced build. Nothing is canned.

    The example is copied to a scratch git repository; tests, analysis and SBOM really run, and every command is shown
    as you could type it. Takes less than a minute; your home and your git settings are left alone.
    """
    _show_summary(play(_clausework, Terminal(), keep=keep))


class Terminal:
    """Shows the walk on standard output."""

    def scene(self, number: int, title: str, prose: str) -> None:
        """Open a scene."""
        width = min(shutil.get_terminal_size().columns, WIDEST)
        say()
        say()
        say(styled(f"{number}. {title}", "cyan", "bold"))
        for line in textwrap.wrap(prose, width, break_long_words=False, break_on_hyphens=False):
            say(line)

    def command(self, words: Sequence[str]) -> None:
        """Show a command before it runs, on as many lines as it takes."""
        say()
        lines = ["$"]
        for word in _options_with_values(words):
            if len(lines[-1]) + len(word) + 3 > WIDEST:
                lines.append("   ")
            lines[-1] += f" {word}"
        for line in " \\\n".join(lines).split("\n"):
            say(styled(line, "bold"))
        sys.stdout.flush()

    def output(self, lines: Sequence[str], left_out: int) -> None:
        """Show what a command wrote."""
        for line in lines:
            say_again(line)
        if left_out and lines:
            say(styled(f"  ... and {left_out} more line{'s' if left_out > 1 else ''}", "dim"))


def _options_with_values(words: Sequence[str]) -> list[str]:
    """Return ``words`` with each long option and the value behind it in one."""
    joined: list[str] = []
    for word in words:
        if joined and re.fullmatch(r"--[a-z-]+", joined[-1]) and not word.startswith("-"):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


class _Page(io.StringIO):
    """Takes what a command writes on standard output; colours stay where the reader has a terminal."""

    def isatty(self) -> bool:
        return sys.__stdout__ is not None and sys.__stdout__.isatty()


class _Margin(io.TextIOBase):
    """Takes what a command writes on standard error, into the same page, in order."""

    def __init__(self, page: _Page) -> None:
        self._page = page

    def write(self, text: str) -> int:
        return self._page.write(text)


def _clausework(arguments: Sequence[str]) -> Ended:
    """Run Clausework's own command line in this process; an interruption ends the demo."""
    page = _Page()
    with contextlib.redirect_stdout(page), contextlib.redirect_stderr(_Margin(page)):
        code = run(arguments)
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return Ended(code, page.getvalue())


def _show_summary(played: Played) -> None:
    say()
    say(styled("Done", "green", "bold") + f" in {played.seconds:.0f} s: {played.commands} commands ran,")
    say(f"of which {played.refusals} had to be refused and were.")
    if played.kept:
        say(f"Go on in {played.kept / 'infusor'}: first '. {played.kept / 'environment.sh'}',")
        say("then for instance 'clausework trace --release 2.4.1', the whole matrix.")
    else:
        say("The scratch folder is removed; 'clausework demo --keep DIR' keeps it to go on in.")
    say("In your own repository begin with 'clausework init', then 'clausework lint'.")
