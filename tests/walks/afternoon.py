"""What happened before 17:00: a commit that breaks a safety function, loses tests, and the pipeline's run of it."""

from __future__ import annotations

from pathlib import Path

from clausework.actions.demo.evidence import record_unit_tests, unit_tests
from clausework.actions.demo.walk import Walk
from tests.walks.device import Place, inside

OTHER_RUNNER = ("env", "TZ=EST5")
"""A runner that is set to another time zone than the developers' machines."""

_LOG_DAY = '''"""The log's days."""

import time

import pytest


@pytest.mark.verifies("UNIT-007")
def test_the_log_begins_on_the_first_day() -> None:
    """What is logged at zero is of the first day."""
    assert time.strftime("%d %B %Y", time.localtime(0)) == "01 January 1970"
'''


def spend_the_afternoon(place: Place) -> None:
    """Commit the afternoon's work, and do what the pipeline does with it up to the gate of unit verification."""
    with inside(place) as walk:
        _work()
        walk.run("git", "add", "--all")
        walk.run(
            "git", "commit", "--quiet", "-m", "REQ-037: an occlusion is confirmed once it lasts over 0.5 s"
        )
        _pipeline(walk)


def _work() -> None:
    _replace("src/infusor/occlusion.py", "self._above_ms >= CONFIRM_MS", "self._above_ms > CONFIRM_MS")
    tests = "tests/unit/controller"
    _replace(f"{tests}/test_units.py", "def test_volume_does_not_drift(", "def test_volumes_do_not_drift(")
    slow = "def test_air_is_forgotten_after_fifteen_minutes("
    _replace(f"{tests}/test_air.py", slow, f'@pytest.mark.skip(reason="slow")\n{slow}')
    Path(f"{tests}/test_log_day.py").write_text(_LOG_DAY, encoding="utf-8")


def _pipeline(walk: Walk) -> None:
    controller = ("--software-item", "controller")
    walk.run("python", "tools/build.py", "controller")
    walk.clausework("build", *controller)
    walk.clausework("rebuild", *controller)
    walk.run(*OTHER_RUNNER, *unit_tests("controller"), ends=1)
    record_unit_tests(walk, "controller")
    walk.clausework("record", "reports/sbom.cdx.json", *controller)


def _replace(name: str, old: str, new: str) -> None:
    path = Path(name)
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"'{old}' is in {name} once"
    path.write_text(text.replace(old, new), encoding="utf-8")
