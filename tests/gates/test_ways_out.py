"""A red test is told with each way out that is open to it, and with none that is not."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from clausework.gates import regression, risk_controls, safety_paths, tests, verified
from clausework.gates.challenge import QUALITY, EvidenceFile, SignedDecision, World, but, junit, with_evidence
from clausework.gates.check import Check, Settings
from clausework.gates.proving import facts_of
from clausework.gates.stage import check_verdict, fitted
from clausework.ledger.records.gates import Reason

LINKS = "verifies=REQ-1,verifies_implementation=RC-1,verifies_effectiveness=RC-1"
FREE = junit(("test_stops", "passed", LINKS), ("test_screen", "failed", ""))
GUARDING = junit(("test_stops", "failed", LINKS))


def world(level: Literal["unit", "system"], *reports: bytes) -> World:
    """Return the sound world with other reports of a level."""
    files = [EvidenceFile(f"{number}-{level}.xml", one, level) for number, one in enumerate(reports)]
    return with_evidence(f"{level}.xml", *files)


def reasons(check: Check, of: World, **settings: str | int) -> tuple[Reason, ...]:
    """Return why the check refuses."""
    asked: Settings = settings
    return check.evaluate(facts_of(of), asked).reasons


@pytest.mark.parametrize(
    ("check", "report", "settings"),
    [
        (tests.CHECK, FREE, {"level": "system"}),
        (tests.CHECK, GUARDING, {"level": "system"}),
        (verified.CHECK, GUARDING, {}),
        (risk_controls.CHECK, GUARDING, {"verification": "effectiveness"}),
    ],
)
def test_each_check_names_the_decisions_that_a_failure_needs(
    check: Check, report: bytes, settings: dict[str, str]
) -> None:
    """Mending comes first; then what a second person has to sign, on the very record, and that a pass alone is none."""
    first = reasons(check, world("system", report), **settings)[0]
    number = f"'#{first.records[0]}'"
    assert first.command == (
        "mend it and commit, then clausework build and clausework record REPORT --level system"
    )
    assert f"clausework decide supersede {number}; a later pass alone lifts no failure" in first.ways[0]
    assert f"clausework decide infrastructure {number}; then run it again" in first.ways[1]


def test_a_failing_control_unit_is_told_the_same() -> None:
    """The check of the units that realise risk controls names the ways of their tests."""
    found = [
        one
        for one in reasons(safety_paths.CHECK, world("unit", GUARDING), level="unit", line=1)
        if "is red" in one.message
    ]
    assert found
    assert "clausework decide supersede" in found[0].ways[0]
    assert not any("tolerate" in way for way in found[0].ways)


def test_a_known_anomaly_is_a_way_at_the_system_stage_alone() -> None:
    """Attack: a unit test is tolerated, or one that verifies a risk control; neither is even named as a way."""
    (free,) = reasons(tests.CHECK, world("system", FREE), level="system")
    assert (
        free.ways[-1]
        == "if it is a known anomaly: clausework decide tolerate 'controller/suite/tests/test_screen'"
    )
    (guarding,) = reasons(tests.CHECK, world("system", GUARDING), level="system")
    (of_unit,) = reasons(tests.CHECK, world("unit", FREE), level="unit")
    assert not any("tolerate" in way for way in (*guarding.ways, *of_unit.ways))


def test_a_failure_that_passed_too_is_called_flaky_where_the_gate_says_it() -> None:
    """Attack: a red test is run again until it passes; the gate's own words say so, and it stays red."""
    passing = junit(("test_stops", "passed", LINKS), ("test_screen", "passed", ""))
    (reason,) = reasons(tests.CHECK, world("unit", FREE, passing), level="unit")
    assert "failed (flaky: it passed in #" in reason.message


def test_a_test_that_passes_now_and_failed_before_is_called_flaky() -> None:
    """What was superseded and passes is no clean pass: the verdict names it with the records of both."""
    passing = junit(("test_stops", "passed", LINKS), ("test_screen", "passed", ""))
    superseded = SignedDecision(
        "supersede",
        "record",
        "0-unit.xml",
        {"cause": "defect_of_the_test", "reason": "The test measured before the screen had settled."},
        signers=((*QUALITY, "superseded"),),
    )
    again = world("unit", FREE, passing)
    again = but(evidence=again.evidence, decisions=(*again.decisions, superseded))
    judgement = tests.CHECK.evaluate(facts_of(again), {"level": "unit"})
    assert judgement.outcome == "pass"
    assert judgement.reasons[-1].message.startswith("flaky: suite/tests/test_screen failed in #")


def test_a_test_that_is_gone_is_retired_or_left_out_in_an_emergency_of_a_version_alone() -> None:
    """No failure is superseded by deleting its test; the emergency's form is named where there is a version."""
    gone = msgspec.structs.replace(
        world("system", junit(("test_stops", "passed", LINKS))),
        released_report=junit(("test_stops", "passed", LINKS), ("test_old", "passed", "verifies=REQ-1")),
    )
    facts = facts_of(gone)
    (named,) = regression.CHECK.evaluate(msgspec.structs.replace(facts, version="1.0.1"), {}).reasons
    (unversioned,) = regression.CHECK.evaluate(msgspec.structs.replace(facts, version=""), {}).reasons
    assert unversioned.ways == ("if it is gone for good: clausework decide retire controller",)
    assert named.ways[1].endswith("clausework decide narrow 1.0.1")
    assert "run it again" in named.command


def test_ways_never_push_a_reason_out_of_the_record() -> None:
    """A verdict that would be too long keeps the ways of each check's first reason, and all its reasons."""
    ways = tuple("x" * 300 for _ in range(5))
    long = tuple(Reason(f"test_{number} failed", ways=ways) for number in range(20))
    judgement = tests.CHECK.evaluate(facts_of(world("unit", FREE)), {"level": "unit"})
    verdict = check_verdict("tests", "1", ("5.5.5",), {}, msgspec.structs.replace(judgement, reasons=long))
    (kept,) = fitted((verdict,))
    assert len(kept.reasons) == 20
    assert kept.reasons[0].ways == ways
    assert kept.reasons[1].ways == ()
