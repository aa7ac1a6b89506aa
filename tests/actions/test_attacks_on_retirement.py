"""Attacks on the retirement of tests: nobody retires what was only not run yet (5.6.6, 5.7.3)."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.aside_matters import NoReportInstead, NoTestGone
from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.record import record_files
from clausework.actions.sign import sign
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.evidence import Findings, TestResult
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, junit, person

FIELDS = {"rationale": "The case is no longer of anything.", "instead": "Nothing at all."}
FEWER = junit("system").replace(
    '<testcase classname="tests.system" name="test_1"', '<testcase classname="x" name="y"'
)


@pytest.fixture
def next_build(releasable: Device) -> Device:
    """The device with 1.0.0 released and a further build, of which nothing is recorded yet."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
    releasable.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    releasable.commit("REQ-001: sooner")
    releasable.build()
    with releasable.open() as workplace:
        open_build(workplace)
    return releasable


def _record(device: Device, level: Level, content: str) -> None:
    path = device.write(f"reports/next-{level}.xml", content)
    with device.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=level))


def _retire(device: Device) -> list[list[str]]:
    with device.open() as workplace:
        decided = decide(workplace, "retire", "counter", FIELDS, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), str(decided.index))
        return list(msgspec.json.decode(workplace.ledger.read_blob(decided.decision.attached[0].sha256)))


def _regression(device: Device) -> str:
    with device.open() as workplace:
        (stage,) = run_gates(workplace, ["system"], preview=True).stages
    return next(one.outcome for one in stage.checks if one.check == "regression")


def test_tests_whose_report_is_not_recorded_yet_are_not_gone(next_build: Device) -> None:
    """Attack, or haste: the tests are retired before their report is recorded, and so all of them are."""
    with pytest.raises(NoTestGone, match="No report of level integration, system, unit is recorded yet"):
        _retire(next_build)


def test_only_what_a_recorded_report_lacks_is_retired(next_build: Device) -> None:
    """One system test is gone; those of the levels that were not run yet are not retired with it."""
    _record(next_build, "system", FEWER)
    assert _retire(next_build) == [["system", "system/tests.system/test_1"]]
    assert _regression(next_build) == "fail"
    for level in ("unit", "integration"):
        _record(next_build, level, junit(level))
    assert _regression(next_build) == "pass"


def test_attack_a_report_is_retired_for_none_or_for_one_about_another_software_item(
    releasable: Device,
) -> None:
    """Attack, or haste: an analysis is retired for one of another component, and a test report as if it were."""
    records = releasable.records()
    scan = next(one for one in records if isinstance(one.body, Findings))
    tests = next(one for one in records if isinstance(one.body, TestResult))
    other = msgspec.structs.replace(
        scan.body, origin=msgspec.structs.replace(scan.body.origin, software_item="display")
    )
    none = f"No report of the same kind \\(static\\) about counter is recorded after #{scan.index}"
    with releasable.open() as workplace:
        with pytest.raises(NoReportInstead, match=none):
            decide(workplace, "retire", f"#{scan.index}", FIELDS, person(workplace, RELEASE))
        workplace.ledger.append([Draft((subject("report", scan.body.reading.raw.sha256),), other)])
        with pytest.raises(NoReportInstead, match=none):
            decide(workplace, "retire", f"#{scan.index}", FIELDS, person(workplace, RELEASE))
        with pytest.raises(NoReportInstead, match="is no report of an analysis or a scan"):
            decide(workplace, "retire", f"#{tests.index}", FIELDS, person(workplace, RELEASE))
