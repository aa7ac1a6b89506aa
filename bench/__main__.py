"""Runs every row of the bench and prints them as a table: ``python -m bench [ROOM...]``."""

from __future__ import annotations

import importlib
import sys

ROOMS = ("evidence", "every_format", "ledger", "matrix", "query", "start")


def main() -> None:
    """Print the rows of the rooms named, or of all."""
    print(f"{'what':<72} {'measured':<34} {'ratio':>7}  reach")
    for room in sys.argv[1:] or ROOMS:
        for row in importlib.import_module(f"bench.{room}").rows():
            ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
            print(f"{row.what:<72} {row.measured:<34} {ratio:>7}  {row.reach}", flush=True)


main()
