"""``clausework`` as it will answer some days from now: ``python later.py DAYS ARGUMENT...``.

Clausework has no setting for its clock. This puts another in its place before any module takes it; the program is
otherwise what ``clausework`` starts.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from clausework.core import clock


def main(days: int) -> int:
    """Run the command line with its clock ``days`` ahead; return the exit code."""
    present = clock.system_clock

    def later() -> datetime:
        return present() + timedelta(days=days)

    clock.system_clock = later
    from clausework.cli.program import run  # only now: modules take the clock when they are imported

    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
