"""How long ``--help`` and ``--version`` take, beside Doorstop's, the lightest of the peers."""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import time

from bench.row import Row

RUNS = 9


def _seconds(arguments: list[str]) -> float:
    """Return the median wall time of a command, whole process, in seconds."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(arguments, check=True, capture_output=True, env=dict(os.environ))
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def rows() -> list[Row]:
    """Return one row per option."""
    found = []
    peer = importlib.util.find_spec("doorstop") is not None
    for option in ("--help", "--version"):
        ours = _seconds([sys.executable, "-m", "clausework", option])
        if not peer:
            found.append(
                Row(f"clausework {option}", f"{ours * 1000:.0f} ms, Doorstop not installed", None, "<= 0.25")
            )
            continue
        theirs = _seconds([sys.executable, "-c", "from doorstop.cli.main import main; main()", option])
        found.append(
            Row(
                f"clausework {option}, against doorstop {option}",
                f"{ours * 1000:.0f} ms / {theirs * 1000:.0f} ms",
                ours / theirs,
                "<= 0.25",
            )
        )
    return found
