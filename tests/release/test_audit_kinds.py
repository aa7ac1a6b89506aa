"""What an auditor is told of a release of class A, and of one with a failing test that stands."""

from __future__ import annotations

from pathlib import Path

from clausework.actions.audit import audit
from clausework.actions.decide import decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.record import record_files
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.release.audit.answer import Answer
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person
from tests.actions.prepared import REVIEWED
from tests.release.classes import decide_for_release, recorded
from tests.release.test_residual_failures import ANOMALY, CASE, FAILING


def _answers(device: Device) -> dict[str, Answer]:
    with device.open(reading=True) as workplace:
        return {one.mark: one for one in audit(workplace, VERSION).answers}


def test_class_a_is_told_what_it_is_not_asked(tmp_path: Path, home_with_keys: Path) -> None:
    """A class A release lacks nothing that its class is not asked for, and each such thing is said to be open."""
    device = recorded(tmp_path / "device", home_with_keys, "A")
    with device.open() as workplace:
        decide_for_release(workplace)
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
    answers = _answers(device)
    assert [mark for mark, one in answers.items() if not one.is_whole] == ["Q3", "Q4", "Q14"]
    assert "11 passed, 5.8.3, 5.8.5, 5.8.6 do not apply to the class" in answers["R4"].line
    assert "authorised by Remy Release <release@example.com> as release authority" in answers["R4"].line
    assert "counter is class A, gravest harm negligible (RISK-001)" in answers["Q1"].line
    assert "0 of these are realised" in answers["Q5"].line
    assert "7.3.3 is not asked of class A" in answers["Q5"].line
    assert "ANOM-001, evaluated by nobody; class A lists them" in answers["Q9"].line
    assert "counter (class A) not built again, which is not asked of class A" in answers["Q10"].line


def test_a_failing_test_that_stands_is_read_out(releasable: Device) -> None:
    """Lapse: a release went out with a failing system test, and neither Q2 nor Q9 says so when it is read out."""
    report = FAILING.replace('tests="2" failures="0"', 'tests="3" failures="1"')
    path = releasable.write("reports/late.xml", report)
    items = releasable.folder / "quality" / "items.yaml"
    items.write_text(items.read_text("utf-8") + ANOMALY, "utf-8")
    risk = {"risk": "A late screen harms nobody.", "outcome": "acceptable", "rationale": "It is read daily."}
    tied = {"anomaly": "ANOM-9", "rationale": "The screen is late by 20 ms, as the anomaly tells."}
    with releasable.open() as workplace:
        quality, authority = person(workplace, QUALITY), person(workplace, RELEASE)
        record_files(workplace, [path], evidence_target(workplace, level="system"))
        release(workplace, VERSION)
        decide(workplace, "evaluate", "ANOM-9", risk, quality)
        decided = decide(workplace, "tolerate", CASE, tied, quality)
        sign(workplace, authority, str(decided.index))
        decide(workplace, "review", "verification", REVIEWED, quality, version=VERSION)
        release(workplace, VERSION)
        sign(workplace, quality, VERSION)
        assert sign(workplace, authority, VERSION).released is not None
    answers = _answers(releasable)
    told = f"{CASE} fails and stands as ANOM-9"
    assert told in answers["Q2"].line
    assert told in answers["Q9"].line
    assert "ANOM-9, acceptable: It is read daily, Quinn Quality (quality, evaluated, 20" in answers["Q9"].line
    assert "1 signed decision of this ledger" in answers["R8"].line
    assert any(one.record == decided.index and "Remy Release" in one.by for one in answers["R8"].shown)
