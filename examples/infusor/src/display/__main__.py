"""``infusor-display --version`` tells what it is; ``infusor-display show`` shows what comes on standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence

from display import PRODUCT, __version__
from display.screen import NO_STATUS, NOT_VALID, screen
from display.status import NotValid, read_status


def screens(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the screen for each line, and the one that stays when no more come."""
    for line in lines:
        try:
            yield screen(read_status(line))
        except NotValid:
            yield NOT_VALID
    yield NO_STATUS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog=PRODUCT, description="Display of the Infusor.")
    parser.add_argument("--version", action="version", version=f"{PRODUCT} {__version__}")
    parser.add_argument("port", choices=["show"], help="read status messages, one a line; write three lines for each")
    parser.parse_args(arguments)
    for lines in screens(sys.stdin):
        print("\n".join(lines), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
