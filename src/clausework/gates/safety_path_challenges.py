"""The challenges of the check ``safety_paths``."""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    ITEMS,
    PASSING,
    QUALITY,
    SOUND,
    Challenge,
    EvidenceFile,
    SignedDecision,
    World,
    but,
    junit,
    with_evidence,
)
from clausework.gates.coverage_samples import LINES, cobertura, lcov

_SETTINGS: dict[str, str | int | bool] = {"level": "unit", "line": 90}
_BRANCHES: dict[str, str | int | bool] = {**_SETTINGS, "branch": 90}

_ALARM = "src/controller/alarm.py"
_OTHERS = tuple(f"src/other/part{number}.py" for number in range(1, 10))


def told(*reports: bytes, source: tuple[str, ...] = (_ALARM, *_OTHERS), items: bytes = ITEMS) -> World:
    """Return the sound world with these coverage reports of the unit tests, and a commit of the files ``source``."""
    files = [EvidenceFile(f"report-{number}", data, "unit") for number, data in enumerate(reports)]
    world = with_evidence("coverage.xml", *files)
    return msgspec.structs.replace(world, source=source, items=items)


def much_elsewhere() -> bytes:
    """Return reports of nine files that are no control's, every line run."""
    return b"".join(lcov(file=name) for name in _OTHERS)


def challenges() -> tuple[Challenge, ...]:
    """A whole unit passes; an alarm handler hidden behind much coverage, not named or not tested, is refused."""
    return (*_of_coverage(), *_of_names(), *_of_items(), *_of_tests())


def _of_coverage() -> tuple[Challenge, ...]:
    dark = lcov(file=_ALARM, missed=LINES)
    two = (_ALARM, "src/controller/limits.py")
    larger = b"".join(lcov(file=f"src/controller/part{number}.py") for number in range(1, 12))
    files = tuple(f"src/controller/part{number}.py" for number in range(1, 12))
    set_aside = SignedDecision(
        "supersede",
        "record",
        "report-1",
        {"cause": "recorded_by_mistake", "reason": "The job ran the tests of another branch, see its log."},
        signers=((*QUALITY, "superseded"),),
    )
    superseded = told(much_elsewhere() + dark, lcov(file=_ALARM))
    return (
        Challenge("the control's unit is covered and tested", "pass", SOUND, _BRANCHES),
        Challenge(
            "nine tenths of all lines are covered, and none of the alarm handler",
            "fail",
            told(much_elsewhere() + dark),
            _SETTINGS,
        ),
        Challenge(
            "a comment in the alarm handler leaves all of it out of the report",
            "not_evaluated",
            told(lcov(file=two[1]) + b"SF:%s\nend_of_record\n" % _ALARM.encode(), source=two),
            _SETTINGS,
        ),
        Challenge(
            "the alarm handler's package has a file without a line to run",
            "pass",
            told(
                lcov(file=_ALARM) + b"SF:src/controller/__init__.py\nend_of_record\n",
                source=(_ALARM, "src/controller/__init__.py"),
            ),
            _SETTINGS,
        ),
        Challenge(
            "the alarm handler is covered as the rest is",
            "pass",
            told(much_elsewhere() + lcov(file=_ALARM)),
            _BRANCHES,
        ),
        Challenge(
            "the alarm handler is below the threshold",
            "fail",
            told(lcov(file=_ALARM, missed=(1, 2))),
            _SETTINGS,
        ),
        Challenge("no report names the alarm handler's file", "fail", told(much_elsewhere()), _SETTINGS),
        Challenge(
            "no report names one of the unit's two files",
            "fail",
            told(lcov(file=_ALARM), source=two),
            _SETTINGS,
        ),
        Challenge(
            "one file of a large unit is not run, the unit is above the threshold",
            "fail",
            told(larger + dark, source=(_ALARM, *files)),
            _SETTINGS,
        ),
        Challenge(
            "its branches were not measured",
            "not_evaluated",
            told(lcov(file=_ALARM, branches=False)),
            _BRANCHES,
        ),
        Challenge("a second report closes the gap", "pass", told(dark, lcov(file=_ALARM)), _SETTINGS),
        Challenge(
            "the report that closed the gap was superseded",
            "fail",
            msgspec.structs.replace(superseded, decisions=(*SOUND.decisions, set_aside)),
            _SETTINGS,
        ),
        Challenge("no coverage was recorded", "not_evaluated", told(), _SETTINGS),
        Challenge(
            "only the system tests were measured",
            "not_evaluated",
            with_evidence("coverage.xml", EvidenceFile("coverage.xml", cobertura(), "system")),
            _SETTINGS,
        ),
        Challenge(
            "a coverage report is truncated",
            "not_evaluated",
            told(lcov(file=_ALARM), lcov()[:-16]),
            _SETTINGS,
        ),
        Challenge("the plan sets no threshold", "not_evaluated", SOUND, {"level": "unit"}),
    )


def _of_names() -> tuple[Challenge, ...]:
    twin = ("src/controller/alarm.py", "tests/alarm.py")
    return (
        Challenge(
            "the report names files from the folder of sources",
            "pass",
            told(lcov(file="controller/alarm.py")),
            _SETTINGS,
        ),
        Challenge(
            "the report names files by absolute paths",
            "pass",
            told(lcov(file="/builds/device/src/controller/alarm.py")),
            _SETTINGS,
        ),
        Challenge(
            "the report's file may be the alarm handler or a test of the same name",
            "not_evaluated",
            told(lcov(file="alarm.py") + lcov(file=_OTHERS[0]), source=(*twin, *_OTHERS)),
            _SETTINGS,
        ),
    )


def _of_items() -> tuple[Challenge, ...]:
    pathless = ITEMS.replace(b', paths: "src/controller/**"', b"")
    unimplemented = ITEMS.replace(b"implements: [REQ-1], ", b"")
    loose = ITEMS.replace(b", realised_by: [REQ-1]", b"")
    uncontrolled = ITEMS[: ITEMS.index(b"- {id: RC-1")]
    hardware = loose.replace(
        b"control_type: protective", b"implemented_in: hardware, control_type: protective"
    )
    other = ITEMS.replace(
        b"{implements: [REQ-1], part_of: [ARC-1]}", b"{implements: [REQ-1], part_of: [display]}"
    )
    return (
        Challenge(
            "the unit does not say which files are its own", "not_evaluated", but(items=pathless), _SETTINGS
        ),
        Challenge(
            "the unit's paths match no file of the commit",
            "not_evaluated",
            told(cobertura(), source=_OTHERS),
            _SETTINGS,
        ),
        Challenge(
            "no unit implements the control's requirement",
            "not_evaluated",
            but(items=unimplemented),
            _SETTINGS,
        ),
        Challenge("the control is no requirement", "not_evaluated", but(items=loose), _SETTINGS),
        Challenge("the items hold no risk control", "not_evaluated", but(items=uncontrolled), _SETTINGS),
        Challenge("the only control is hardware", "not_applicable", but(items=hardware), _SETTINGS),
        Challenge(
            "the items have errors: the unit is part of nothing that is",
            "not_evaluated",
            but(items=other),
            _SETTINGS,
        ),
        Challenge(
            "the build does not say which files its commit has", "not_evaluated", but(source=()), _SETTINGS
        ),
    )


def _of_tests() -> tuple[Challenge, ...]:
    silent = junit(("test_stops", "passed", ""))
    red = junit(("test_stops", "failed", "verifies=REQ-1"))
    return (
        Challenge(
            "no unit test names the unit, its requirements or controls",
            "fail",
            with_evidence("unit.xml", EvidenceFile("unit.xml", silent, "unit")),
            _SETTINGS,
        ),
        Challenge(
            "a unit test of the control's requirement fails",
            "fail",
            with_evidence(
                "unit.xml", EvidenceFile("unit.xml", PASSING, "unit"), EvidenceFile("more.xml", red, "unit")
            ),
            _SETTINGS,
        ),
        Challenge(
            "the unit tests were skipped",
            "fail",
            with_evidence(
                "unit.xml",
                EvidenceFile("unit.xml", junit(("test_stops", "skipped", "verifies=REQ-1")), "unit"),
            ),
            _SETTINGS,
        ),
    )
