"""The example device that the demo works on: where it is, and a copy of it to work in."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import clausework
from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.errors import Unavailable

_PACKAGE = Path(clausework.__file__).resolve().parent
_REVIEW = re.compile(r"(\breview: )[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_MADE_BY_USE = ("__pycache__", ".pytest_cache", ".coverage*", ".clausework", "dist", "reports")


class ExampleMissing(Unavailable):
    """The example device came neither with the package nor with a checkout."""

    hint = "Install Clausework from its wheel, or run the demo in a whole checkout."


def find_example(package: Path = _PACKAGE) -> Path:
    """Return the folder of the example device: in an installed package inside it, in a checkout beside ``src``.

    Raises ``ExampleMissing``.
    """
    places = (package / "examples" / "infusor", package.parent.parent / "examples" / "infusor")
    for place in places:
        if (place / "clausework.yaml").is_file():
            return place
    raise ExampleMissing(f"The example device is in neither of: {', '.join(str(place) for place in places)}.")


def copy_example(example: Path, target: Path) -> None:
    """Copy the example to ``target``, writable, without what its own use leaves behind."""
    ignored = shutil.ignore_patterns(*_MADE_BY_USE)
    shutil.copytree(example, target, ignore=ignored, copy_function=shutil.copyfile)


def plan_reviews_ahead(project: Path, clock: Clock = system_clock) -> None:
    """Set the days of review in the copied plan to a year from now, as whoever takes a plan on would.

    Otherwise the demo would end on the day on which the example's own reviews are overdue.
    """
    plan = project / "clausework.yaml"
    day = timestamp(clock() + timedelta(days=365))[:10]
    plan.write_text(_REVIEW.sub(rf"\g<1>{day}", plan.read_text(encoding="utf-8")), encoding="utf-8")
