"""Does what a page tells: types each command in a shell as the reader would, and holds what it prints against it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.walks.device import Place
from tests.walks.likeness import Stands, missing_line
from tests.walks.page import Typed, read_page

HOME_ON_THE_PAGES = "/home/dana"
"""Where the pages say that the scratch folder is."""


class Stale(AssertionError):
    """A command did not do what the page shows."""


class Terminal:
    """A reader at the keyboard, in the project of ``place``; each command is a process of its own."""

    def __init__(self, place: Place, *, days_later: int = 0) -> None:
        self._place = place
        self._folder = place.project
        self._days_later = days_later
        self._stands = Stands()
        self.typed = 0

    def walk(self, page: Path) -> None:
        """Type every command of ``page``; raises ``Stale`` at the first that does not do what the page shows."""
        for typed in read_page(page):
            self.type(page.name, typed)

    def type(self, page: str, typed: Typed) -> None:
        """Type one command; raises ``Stale``."""
        self.typed += 1
        code, printed = self._run(typed)
        wrong = "" if code == typed.exit_code else f"ends with {code}, the page says {typed.exit_code}"
        if not wrong:
            missing = missing_line(typed.prints, printed, self._stands)
            wrong = "" if missing is None else f"does not print what the page shows next:\n  {missing}"
        if wrong:
            whole = "\n".join(printed)
            raise Stale(f"{page}:{typed.line}: $ {typed.command}\n{wrong}\n--- it printed ---\n{whole}")

    def _run(self, typed: Typed) -> tuple[int, list[str]]:
        command = self._stands.in_words_of_this_run(typed.command)
        if command.startswith("cd "):
            self._folder = (self._folder / command.removeprefix("cd ")).resolve(strict=True)
            return 0, []
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=self._environment(self._days_later + typed.days_later),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        text = done.stdout.decode("utf-8", "replace")
        return done.returncode, text.replace(str(self._place.folder), HOME_ON_THE_PAGES).splitlines()

    def _environment(self, days_later: int) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        environment = kept | self._place.environment | {"PYTHONUNBUFFERED": "1"}
        if days_later:
            programs = self._later_programs(days_later)
            environment["PATH"] = os.pathsep.join([str(programs), environment["PATH"]])
        return environment

    def _later_programs(self, days_later: int) -> Path:
        """Return a folder with a ``clausework`` whose clock is ahead; no other program's clock is."""
        folder = self._place.folder / f"{days_later} days later"
        program = folder / "clausework"
        if not program.exists():
            folder.mkdir()
            entry = Path(__file__).with_name("later.py")
            program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{entry}' {days_later} \"$@\"\n", "utf-8")
            program.chmod(0o755)
        return folder
