"""``infusor-controller --version`` tells what it is; ``infusor-controller bench`` opens the bench port."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from infusor import PRODUCT, __version__
from infusor.bench import NotUnderstood, run_bench


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog=PRODUCT, description="Controller of the Infusor.")
    parser.add_argument("--version", action="version", version=f"{PRODUCT} {__version__}")
    parser.add_argument("port", choices=["bench"], help="read instructions from standard input, one a line")
    parser.parse_args(arguments)
    try:
        for answer in run_bench(sys.stdin):
            print(answer)
    except NotUnderstood as error:
        print(f"{PRODUCT}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
