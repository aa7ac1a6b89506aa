"""``infusor-companion report LOG...`` writes the ward's report; ``infusor-companion --version`` tells what it is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from companion import PRODUCT, __version__
from companion.log import NotALog, read_log, summed
from companion.report import report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog=PRODUCT, description="Reports of the Infusor's exported logs.")
    parser.add_argument("--version", action="version", version=f"{PRODUCT} {__version__}")
    parser.add_argument("task", choices=["report"])
    parser.add_argument("logs", nargs="+", type=Path, metavar="LOG", help="a log as a pump exports it")
    given = parser.parse_args(arguments)
    found = []
    for path in given.logs:
        try:
            found.append((path.stem, summed(read_log(path.read_text("utf-8").splitlines()))))
        except (OSError, NotALog) as error:
            print(f"{PRODUCT}: {path}: {error}", file=sys.stderr)
            return 2
    print(report(found), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
