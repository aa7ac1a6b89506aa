"""Deviations: signed by two, for one version, until a day, from what the check said; where the class allows (5.8.1)."""

from datetime import timedelta

import pytest

from clausework.actions.aside_matters import CheckNotFound, DeviationForbidden
from clausework.actions.decide import Decided, decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.matters import VersionMissing
from clausework.actions.periods import PeriodTooLong
from clausework.actions.record import record_files
from clausework.actions.release import ReleaseState, evaluate_release, release
from clausework.actions.sign import NotIndependent, sign
from clausework.actions.workplace import Workplace
from clausework.core.clock import system_clock
from clausework.decisions.form import FieldValue
from clausework.release.candidate import newest_candidate
from clausework.release.index import ReleaseIndex
from tests.actions.device import DEVELOPER, IN_A_MONTH, QUALITY, RELEASE, VERSION, Device, junit, person

import msgspec  # isort: skip

FOUND = """\
{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Bandit", "rules": []}},
 "invocations": [{"executionSuccessful": true}], "results": [
  {"ruleId": "B602", "level": "error", "message": {"text": "shell"},
   "properties": {"security-severity": "8.0"},
   "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/counter.py"}, "region": {"startLine": 1}}}]}
 ]}]}
"""
FIELDS: dict[str, FieldValue] = {
    "reason": "The rule misreads a constant; its mending waits for the tool.",
    "risk": "None: the value never leaves the module.",
    "measures": "Quinn reads each change of the module.",
    "expires": IN_A_MONTH,
}


@pytest.fixture
def found(releasable: Device) -> Device:
    """The releasable device with a finding that stands in the way of its analysis."""
    path = releasable.write("reports/again.sarif", FOUND)
    with releasable.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=""))
        assert _analysis(workplace) == "fail"
    return releasable


def _analysis(workplace: Workplace) -> str:
    (stage,) = run_gates(workplace, ["analysis"], preview=True).stages
    return next(one.outcome for one in stage.checks if one.check == "findings")


def _deviate(workplace: Workplace, *, version: str = VERSION, **changes: FieldValue) -> Decided:
    return decide(
        workplace,
        "deviate",
        "analysis.findings",
        {**FIELDS, **changes},
        person(workplace, QUALITY),
        version=version,
    )


def _sign_both(workplace: Workplace, decided: Decided) -> None:
    for email in (QUALITY, RELEASE):
        sign(workplace, person(workplace, email), str(decided.index))


def _deviate_by_developer(device: Device, **changes: FieldValue) -> None:
    """Record a deviation whose author is neither signer, as its form asks, and have both sign it."""
    with device.open() as workplace:
        author = msgspec.structs.replace(person(workplace, QUALITY), email=DEVELOPER)
        decided = decide(
            workplace, "deviate", "analysis.findings", {**FIELDS, **changes}, author, version=VERSION
        )
        _sign_both(workplace, decided)


def _state(workplace: Workplace) -> ReleaseState:
    return evaluate_release(workplace, newest_candidate(workplace.snapshot().records, VERSION))


def test_deviation_that_two_people_signed_lets_the_check_stand_aside(found: Device) -> None:
    """The verdict is ``deviation``, never ``pass``, and names who let it; the stage is not in the way."""
    _deviate_by_developer(found)
    with found.open() as workplace:
        (stage,) = run_gates(workplace, ["analysis"]).stages
    check = next(one for one in stage.checks if one.check == "findings")
    assert (check.outcome, stage.outcome) == ("deviation", "pass")
    assert "Quinn Quality" in check.reasons[0].message
    assert "Remy Release" in check.reasons[0].message
    assert any("B602" in reason.message for reason in check.reasons)


def test_attack_a_deviation_until_nobody_remembers_it(found: Device) -> None:
    """ATTACK it ends in seventy years: refused with the last day that the class allows, and nothing is recorded."""
    before = found.count()
    with pytest.raises(PeriodTooLong, match="a deviation of class B holds for 180 days at the most"):
        _deviate_by_developer(found, expires="2099-01-01")
    assert found.count() == before


def test_author_of_a_deviation_cannot_sign_it(found: Device) -> None:
    """Attack: whoever wants the deviation signs for it."""
    with found.open() as workplace:
        decided = _deviate(workplace)
        assert not decided.signed
        with pytest.raises(NotIndependent):
            sign(workplace, person(workplace, QUALITY), str(decided.index))
        assert _analysis(workplace) == "fail"


def test_deviation_with_one_signature_has_no_effect(found: Device) -> None:
    """Lapse: the second role did not sign yet."""
    with found.open() as workplace:
        decided = _deviate(workplace)
        sign(workplace, person(workplace, RELEASE), str(decided.index))
        assert _analysis(workplace) == "fail"


def test_deviation_of_another_version_does_not_hold(found: Device) -> None:
    """Attack: a deviation that was signed for one version is carried to the next."""
    with found.open() as workplace:
        author = msgspec.structs.replace(person(workplace, QUALITY), email=DEVELOPER)
        decided = decide(workplace, "deviate", "analysis.findings", FIELDS, author, version="0.9.0")
        _sign_both(workplace, decided)
        assert _analysis(workplace) == "fail"


def test_expired_deviation_is_void(found: Device) -> None:
    """Lapse: the day on which the deviation ends came."""
    soon = (system_clock() + timedelta(days=2)).date().isoformat()
    _deviate_by_developer(found, expires=soon)
    with found.open() as workplace:
        assert _analysis(workplace) == "deviation"
    with found.open(clock=lambda: system_clock() + timedelta(days=3)) as workplace:
        assert _analysis(workplace) == "fail"


def test_deviation_lapses_when_the_check_says_something_else(found: Device) -> None:
    """Attack: once a deviation is signed, a graver finding hides behind it."""
    _deviate_by_developer(found)
    path = found.write("reports/third.sarif", FOUND.replace("B602", "B307").replace("8.0", "9.9"))
    with found.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=""))
        assert _analysis(workplace) == "fail"


def test_deviation_is_printed_on_the_release(found: Device) -> None:
    """The gate's verdict that people sign, and the index of the release, name each deviation and its signers."""
    _deviate_by_developer(found)
    with found.open() as workplace:
        quality = person(workplace, QUALITY)
        accepted = {"method": "review", "outcome": "accepted", "rationale": "with the deviation in view"}
        decide(workplace, "review", "verification", accepted, quality, version=VERSION)
        state = release(workplace, VERSION)
        complete = next(one for one in state.conditions if one.check == "5.8.1")
        assert complete.outcome == "pass"
        assert any("deviation #" in one.message for one in complete.reasons)
        sign(workplace, quality, VERSION)
        released = sign(workplace, person(workplace, RELEASE), VERSION).released
        assert released is not None
        body = workplace.record(released).body
        index = msgspec.json.decode(workplace.ledger.read_blob(body.index.sha256), type=ReleaseIndex)
    (deviation,) = index.deviations
    assert deviation.matter == "check counter/analysis.findings"
    assert len(deviation.signed_by) == 2


def test_deviation_that_ends_before_deployment_lapses_the_release(found: Device) -> None:
    """Lapse: a release that rested on a deviation no longer passes its gate once that is void."""
    soon = (system_clock() + timedelta(days=2)).date().isoformat()
    _deviate_by_developer(found, expires=soon)
    with found.open(clock=lambda: system_clock() + timedelta(days=3)) as workplace:
        complete = next(one for one in _state(workplace).conditions if one.check == "5.8.1")
    assert complete.outcome == "fail"


def test_what_the_class_forbids_is_refused(found: Device) -> None:
    """Attack: a deviation from the system tests, which every class keeps."""
    with found.open() as workplace:
        quality = person(workplace, QUALITY)
        for check in ("system.tests", "system.verified"):
            with pytest.raises(DeviationForbidden, match="asks it of every class"):
                decide(workplace, "deviate", check, FIELDS, quality, version=VERSION)


def test_deviation_from_what_passes_or_is_not_there_is_refused(found: Device) -> None:
    """A deviation in advance, or from no check, is told and not recorded; so is one for no version."""
    with found.open() as workplace:
        quality = person(workplace, QUALITY)
        for subject in (
            "build.artefacts",
            "analysis.nothing",
            "nowhere.findings",
            "screen/analysis.findings",
        ):
            with pytest.raises(CheckNotFound):
                decide(workplace, "deviate", subject, FIELDS, quality, version=VERSION)
        with pytest.raises(VersionMissing):
            _deviate(workplace, version="")


def test_failing_system_test_stands_as_a_residual_anomaly_until_another_build(releasable: Device) -> None:
    """A failure tied by two roles to an evaluated anomaly lets the stage pass, and stays named."""
    failing = junit("system").replace(
        "</testsuite>",
        '<testcase classname="tests.system" name="test_screen"><failure message="late"/></testcase></testsuite>',
    )
    failing = failing.replace('tests="2" failures="0"', 'tests="3" failures="1"')
    path = releasable.write("reports/late.xml", failing)
    anomaly = "- {id: ANOM-9, type: anomaly, title: Late screen, links: {affects: REQ-001}, fields: {status: open}}\n"
    with releasable.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level="system"))
    items = releasable.folder / "quality" / "items.yaml"
    items.write_text(items.read_text() + anomaly)
    with releasable.open() as workplace:
        quality = person(workplace, QUALITY)
        risk = {
            "risk": "A late screen harms nobody.",
            "outcome": "acceptable",
            "rationale": "It is read daily.",
        }
        decide(workplace, "evaluate", "ANOM-9", risk, quality)
        case = "system/tests.system/test_screen"
        tied = {"anomaly": "ANOM-9", "rationale": "The screen is late by 20 ms, as the anomaly tells."}
        decided = decide(workplace, "tolerate", case, tied, quality)
        sign(workplace, person(workplace, RELEASE), str(decided.index))
        state = release(workplace, VERSION)
    reasons = [one.message for check in state.conditions for one in check.reasons]
    assert not any("test_screen is red" in one for one in reasons), reasons
