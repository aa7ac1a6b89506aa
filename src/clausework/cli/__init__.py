"""The command line: one file per verb, each thin; an action does the work and this shows what came of it."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line and leave with its exit code."""
    _open_standard_descriptors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that lacks a character is shown its escape
            stream.reconfigure(errors="backslashreplace")
    from clausework.cli.program import run

    raise SystemExit(run())


def _open_standard_descriptors() -> None:
    """Open what the caller closed, lest a file of the ledger be taken for a terminal."""
    while True:
        number = os.open(os.devnull, os.O_RDWR)
        if number > 2:
            os.close(number)
            return
