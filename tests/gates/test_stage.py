"""A stage's verdict: the worst of its checks, replayable from its facts alone, and never too long to be recorded."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.canonical import canonical_json
from clausework.gates.challenge import SOUND, but
from clausework.gates.check import Judgement
from clausework.gates.facts import Facts
from clausework.gates.folding import facts_document, read_facts
from clausework.gates.proving import facts_of
from clausework.gates.proving_ledger import PLAN
from clausework.gates.stage import (
    LARGEST,
    MOST_REASONS,
    check_verdict,
    evaluate_stage,
    fitted,
    outcome_of,
)
from clausework.ledger.records.gates import CheckVerdict, Outcome, Reason
from clausework.plan.effective import CheckUse, Stage, effective_stages
from clausework.plan.load import load_plan

OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "not_evaluated", "not_applicable", "deviation")
BEFORE_RELEASE = [
    stage for stage in effective_stages(load_plan(PLAN, "plan"), "controller") if stage.gate != "G6"
]


def _verdict(outcome: Outcome, reasons: tuple[Reason, ...] = ()) -> CheckVerdict:
    return check_verdict("tests", "1", ("5.5.5",), {}, Judgement(outcome, reasons))


@given(st.lists(st.sampled_from(OUTCOMES)))
def test_stage_is_as_good_as_its_worst_check(outcomes: list[Outcome]) -> None:
    """A stage passes exactly when it has checks and none of them fails or was not evaluated."""
    found = outcome_of([_verdict(one) for one in outcomes])
    blocking = {"fail", "not_evaluated"} & set(outcomes)
    assert (found == "pass") == (bool(outcomes) and not blocking)
    assert (found == "fail") == ("fail" in outcomes)


@given(st.lists(st.sampled_from(OUTCOMES), min_size=1), st.sampled_from(OUTCOMES))
def test_a_further_check_never_makes_a_stage_pass(outcomes: list[Outcome], more: Outcome) -> None:
    """Attack: a check is added to a stage that does not pass; it still does not."""
    if outcome_of([_verdict(one) for one in outcomes]) != "pass":
        assert outcome_of([_verdict(one) for one in (*outcomes, more)]) != "pass"


def test_stage_without_checks_is_not_evaluated() -> None:
    """Nothing passes by absence."""
    assert outcome_of(()) == "not_evaluated"


@pytest.fixture(scope="module")
def sound() -> Facts:
    """The facts of a sound build."""
    return facts_of(SOUND)


@pytest.mark.parametrize("stage", BEFORE_RELEASE, ids=lambda stage: stage.name)
def test_verdict_is_replayed_from_the_facts_alone(stage: Stage, sound: Facts) -> None:
    """The facts' bytes, the plan and the checks give the same verdict again, with no ledger at hand."""
    recorded = evaluate_stage(stage, sound)
    assert evaluate_stage(stage, read_facts(facts_document(sound))) == recorded


def test_facts_come_back_as_they_were(sound: Facts) -> None:
    """The facts document holds every fact, and equal facts are equal bytes."""
    again = read_facts(facts_document(sound))
    assert again == sound
    assert facts_document(again) == facts_document(sound)


@pytest.mark.parametrize("stage", BEFORE_RELEASE, ids=lambda stage: stage.name)
def test_each_check_of_a_stage_is_in_its_verdict(stage: Stage, sound: Facts) -> None:
    """No check that the plan asks is left out of the verdict, and each cites its clauses."""
    verdicts = evaluate_stage(stage, sound)
    assert [one.check for one in verdicts] == [use.name for use in stage.checks]
    assert all(one.clauses for one in verdicts)


def test_check_that_does_not_apply_names_its_rationale(sound: Facts) -> None:
    """A check that the class does not ask says why, and is not judged."""
    stage = Stage("unit", "G2", ("5.5.5",), (CheckUse("coverage", {}, "EN 62304 5.5.5 does not apply."),))
    (verdict,) = evaluate_stage(stage, sound)
    assert (verdict.outcome, verdict.rationale) == ("not_applicable", "EN 62304 5.5.5 does not apply.")


def test_stage_of_a_build_without_evidence_never_passes() -> None:
    """With nothing recorded, no stage passes."""
    bare = facts_of(but(evidence=(), decisions=(), outputs=(), locks=(), rebuilt=None))
    for stage in BEFORE_RELEASE:
        assert outcome_of(evaluate_stage(stage, bare)) != "pass", stage.name


LONG = Reason("x" * 5000, tuple("REQ-" + "9" * 90 for _ in range(50)), tuple(range(50)), "w" * 500, "c" * 900)


@pytest.mark.parametrize("checks", [1, 5, 13])
def test_a_refusal_is_never_too_long_to_be_recorded(checks: int) -> None:
    """However many reasons with however long names, the verdicts fit a Statement and say how many there were."""
    verdicts = fitted(tuple(_verdict("fail", (LONG,) * 300) for _ in range(checks)))
    assert len(canonical_json(verdicts)) <= LARGEST
    assert all(one.reason_count == 300 and one.reasons for one in verdicts)
    assert outcome_of(verdicts) == "fail"


@given(st.lists(st.text(max_size=50), max_size=30))
def test_short_reasons_are_kept(messages: list[str]) -> None:
    """Reasons that fit are recorded as they are, the first twenty of a check."""
    verdict = _verdict("fail", tuple(Reason(message) for message in messages))
    (kept,) = fitted((verdict,))
    assert [one.message for one in kept.reasons] == messages[:MOST_REASONS]
    assert kept.reason_count == len(messages)


def test_verdict_keeps_the_settings_it_was_judged_by(sound: Facts) -> None:
    """A verdict names the thresholds that it rests on."""
    unit = next(stage for stage in BEFORE_RELEASE if stage.name == "unit")
    coverage = next(one for one in evaluate_stage(unit, sound) if one.check == "coverage")
    assert coverage.settings == {"level": "unit", "line": "90", "branch": "80"}
    assert msgspec.json.decode(msgspec.json.encode(coverage), type=CheckVerdict) == coverage
