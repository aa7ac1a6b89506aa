"""Attacks on deviations: what nobody who signed had seen, and what no class lets go, stands in the way (5.8.1)."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.promote import PromotionRefused, promote
from clausework.actions.record import record_files
from clausework.actions.sign import sign
from clausework.core.clock import NotATime, parse_timestamp
from clausework.gates.check import Judgement
from clausework.gates.deviations import deviation_digest, deviation_id, standing_deviation
from clausework.gates.facts import Facts, JudgementFact
from clausework.ledger.records.gates import Reason
from clausework.plan.effective import CheckUse
from clausework.release.facts import ReleaseFacts
from tests.actions.device import DEVELOPER, QUALITY, RELEASE, VERSION, Device, person
from tests.release.test_deviations import FIELDS, FOUND

CRASHED = FOUND.replace('"executionSuccessful": true', '"executionSuccessful": false').replace("B602", "B101")
SAYS = Judgement("fail", (Reason("12 of 15 are missing", items=("REQ-1",)),))
USE = CheckUse("findings", {"at_least": "high"})


def _outcome(device: Device) -> str:
    with device.open() as workplace:
        (stage,) = run_gates(workplace, ["analysis"], preview=True).stages
    return next(one.outcome for one in stage.checks if one.check == "findings")


def _record(device: Device, name: str, content: str) -> None:
    path = device.write(f"reports/{name}", content)
    with device.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=""))


def _deviate(device: Device) -> None:
    with device.open() as workplace:
        author = msgspec.structs.replace(person(workplace, QUALITY), email=DEVELOPER)
        decided = decide(workplace, "deviate", "analysis.findings", FIELDS, author, version=VERSION)
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), str(decided.index))


def test_grave_finding_does_not_hide_behind_a_scan_that_did_not_finish(releasable: Device) -> None:
    """Attack: a deviation from a crashed scan is signed; then another tool finds what nobody who signed had seen."""
    _record(releasable, "crashed.sarif", CRASHED)
    assert _outcome(releasable) == "not_evaluated"
    _deviate(releasable)
    assert _outcome(releasable) == "deviation"
    _record(releasable, "other.sarif", FOUND.replace("8.0", "9.9").replace("Bandit", "Semgrep"))
    assert _outcome(releasable) in {"fail", "not_evaluated"}


def test_deviation_that_was_signed_lets_no_build_of_another_kind_advance(releasable: Device) -> None:
    """Attack: what is promoted on a deviation stays promoted when there is more to look at."""
    _record(releasable, "crashed.sarif", CRASHED)
    _deviate(releasable)
    with releasable.open() as workplace:
        assert run_gates(workplace).passes
        promote(workplace, "staging")
    _record(releasable, "other.sarif", FOUND.replace("Bandit", "Semgrep"))
    with releasable.open() as workplace, pytest.raises(PromotionRefused, match="analysis no longer passes"):
        promote(workplace, "staging")


def test_deviation_is_of_the_build_that_it_was_signed_for(releasable: Device) -> None:
    """Attack: the deviation of one build is carried to the next, whose check says the same of other evidence."""
    _record(releasable, "again.sarif", FOUND)
    _deviate(releasable)
    releasable.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    releasable.commit("REQ-001: otherwise")
    releasable.build()
    with releasable.open() as workplace:
        open_build(workplace)
    _record(releasable, "new.sarif", FOUND.replace('"text": "shell"', '"text":  "shell"'))
    assert _outcome(releasable) == "fail"


@pytest.fixture
def facts(sound: ReleaseFacts) -> Facts:
    """The facts of a sound build, for version 1.0.0."""
    return sound.builds[0]


def _decided(facts: Facts, stage: str, use: CheckUse, judgement: Judgement, **changes: object) -> Facts:
    """Return the facts with a signed deviation from what a check says of them, some of it changed."""
    one = JudgementFact(
        record=5,
        form="deviate",
        matter_kind="check",
        matter_id=deviation_id(facts.build.software_item, stage, use.name),
        matter_sha256=deviation_digest(use, facts, judgement),
        version=facts.version,
        fields={"reason": "in time", "expires": "2099-01-01"},
        effective=True,
        missing=(),
        signatures=(),
        since=6,
        at=facts.at,
    )
    return msgspec.structs.replace(facts, judgements=(msgspec.structs.replace(one, **changes),))


def test_deviation_covers_what_it_was_signed_for(facts: Facts) -> None:
    """The control: version, check, settings, words and evidence are those that were signed."""
    assert standing_deviation("analysis", USE, _decided(facts, "analysis", USE, SAYS), SAYS) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "1.0.1"},
        {"version": ""},
        {"matter_id": "screen/analysis.findings"},
        {"matter_id": "counter/analysis.vulnerabilities"},
        {"effective": False},
        {"fields": {"expires": "2020-01-01"}},
        {"matter_kind": "finding"},
    ],
    ids=str,
)
def test_deviation_covers_nothing_else(facts: Facts, changes: dict[str, object]) -> None:
    """Attack: a deviation of another version, software item or check, unsigned, over, or of another matter."""
    decided = _decided(facts, "analysis", USE, SAYS, **changes)
    assert standing_deviation("analysis", USE, decided, SAYS) is None


def test_deviation_is_void_under_other_settings(facts: Facts) -> None:
    """Attack: the plan asks for more, the check uses the same words, and the deviation stays."""
    decided = _decided(facts, "analysis", USE, SAYS)
    stricter = CheckUse("findings", {"at_least": "medium"})
    assert standing_deviation("analysis", stricter, decided, SAYS) is None


def test_deviation_is_void_when_other_items_are_meant_by_the_same_words(facts: Facts) -> None:
    """Attack: twelve of fifteen are missing as before, and they are not the same twelve."""
    decided = _decided(facts, "analysis", USE, SAYS)
    others = Judgement("fail", (Reason("12 of 15 are missing", items=("REQ-2",)),))
    assert standing_deviation("analysis", USE, decided, others) is None


@pytest.mark.parametrize(
    ("stage", "check"),
    [
        *(("unit", one) for one in ("tests", "coverage", "safety_paths")),
        *(("system", one) for one in ("tests", "verified", "regression", "manual_tests", "risk_file")),
        *(("system", one) for one in ("risk_controls", "trace_rules")),
    ],
)
def test_what_class_c_keeps_is_kept_from_a_deviation_in_the_ledger(
    facts: Facts, stage: str, check: str
) -> None:
    """Attack: whoever holds the pipeline key records a deviation that the command would refuse, and has it signed."""
    grave = msgspec.structs.replace(facts, safety_class="C")
    use = CheckUse(check, {})
    assert standing_deviation(stage, use, _decided(grave, stage, use, SAYS), SAYS) is None


@pytest.mark.parametrize(
    "expires", ["2026-13-01", "tomorrow", "2026-01-01T10:00", "", "9999-12-31T23:59:59-14:00"]
)
def test_day_that_is_none_is_refused(expires: str) -> None:
    """Attack: a deviation ends on a day that does not exist, at an hour of no zone, or beyond the calendar."""
    with pytest.raises(NotATime):
        parse_timestamp(expires)
