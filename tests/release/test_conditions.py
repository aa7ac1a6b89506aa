"""The release conditions: each passes on a sound candidate, and each way in which it must refuse, does."""

import pytest

from clausework.gates.failure_facts import FailureSetAside
from clausework.gates.stage import outcome_of
from clausework.release.conditions import CONDITIONS
from clausework.release.facts import ReleaseFacts
from clausework.release.gate import evaluate_conditions, same_judgement
from clausework.standards import applies, cite
from tests.release.changes import (
    ANOMALY,
    CHANGE,
    RED,
    Change,
    added,
    added_and_judged,
    build,
    changed,
    item,
    judgement,
    planned,
    scope,
    stage,
    together,
    verdict_on,
)
from tests.release.refusals_of_delivery import REFUSALS as DELIVERY
from tests.release.refusals_of_quality_system import REFUSALS as QUALITY_SYSTEM
from tests.release.refusals_of_risk_file import REFUSALS as RISK_FILE
from tests.release.refusals_of_scope import REFUSALS as SCOPE
from tests.release.refusals_of_thresholds import REFUSALS as THRESHOLDS
from tests.release.refusals_of_validation import REFUSALS as VALIDATION
from tests.release.refusals_of_verification import REFUSALS as VERIFICATION
from tests.release.refusals_of_verification import resting_on

NAMES = (
    "5.8.1",
    "5.8.2",
    "5.8.3",
    "5.8.4",
    "5.8.5",
    "5.8.6",
    "changes",
    "5.8.7",
    "5.8.8",
    "risk-file",
    "plan",
    "validation",
    "significance",
    "thresholds",
)

REFUSALS = (*VERIFICATION, *DELIVERY, *SCOPE, *QUALITY_SYSTEM, *RISK_FILE, *THRESHOLDS, *VALIDATION)


def test_the_conditions_are_all_there() -> None:
    """Every clause of 5.8 and each condition of the quality system is judged, in order."""
    assert tuple(one.name for one in CONDITIONS) == NAMES


def test_sound_candidate_passes_every_condition(sound: ReleaseFacts) -> None:
    """On sound facts each condition passes and says what it saw."""
    verdicts = evaluate_conditions(sound)
    assert [one.outcome for one in verdicts] == ["pass"] * len(NAMES)
    assert all(one.reasons[0].message for one in verdicts)
    assert outcome_of(verdicts) == "pass"


def test_each_condition_has_a_refusal() -> None:
    """No condition is without a case that it must refuse, and none of the cases has vanished."""
    assert {name for name, *_ in REFUSALS} == set(NAMES)
    assert len(REFUSALS) >= 73


@pytest.mark.parametrize(
    ("name", "outcome", "message", "change"),
    [(name, outcome, message, change) for name, _, outcome, message, change in REFUSALS],
    ids=[f"{name}: {what}" for name, what, *_ in REFUSALS],
)
def test_condition_refuses(
    sound: ReleaseFacts, name: str, outcome: str, message: str, change: Change
) -> None:
    """The condition refuses, says why and what mends it, and the release gate does not pass."""
    facts = change(sound)
    verdict = verdict_on(facts, name)
    assert verdict.outcome == outcome
    assert any(message in reason.message for reason in verdict.reasons)
    assert all(reason.command for reason in verdict.reasons)
    assert outcome_of(evaluate_conditions(facts)) != "pass"


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.name)
def test_condition_applies_to_the_classes_of_its_clause(condition: object) -> None:
    """A condition is asked of exactly the classes to which the first clause of 62304 that it cites applies."""
    (one,) = (found for found in CONDITIONS if found is condition)
    assert all(cite(clause) for clause in one.clauses)
    own = [clause for clause in one.clauses if clause[0].isdigit() and " " not in clause]
    for clause in own:
        assert all(applies(clause, safety_class) for safety_class in one.classes)
    if own:
        assert all(not applies(own[0], left) for left in set("ABC") - set(one.classes))


@pytest.mark.parametrize("safety_class", ["A", "B", "C"])
def test_what_does_not_apply_says_so_and_does_not_block(sound: ReleaseFacts, safety_class: str) -> None:
    """For class A the clauses for B and C are not applicable, with a rationale; nothing else changes."""
    verdicts = evaluate_conditions(changed(sound, safety_class=safety_class))
    skipped = [one.check for one in verdicts if one.outcome == "not_applicable"]
    assert skipped == (["5.8.3", "5.8.5", "5.8.6"] if safety_class == "A" else [])
    assert all(one.rationale for one in verdicts if one.outcome == "not_applicable")
    assert outcome_of(verdicts) == "pass"


def test_evaluated_anomaly_passes_and_is_listed(sound: ReleaseFacts) -> None:
    """An open anomaly that was evaluated as acceptable at its present text stands in the list."""
    facts = added_and_judged("evaluate", ANOMALY)(sound)
    assert "ANOM-9" in verdict_on(facts, "5.8.2").reasons[0].message
    assert verdict_on(facts, "5.8.3").outcome == "pass"


def _failed(facts: ReleaseFacts, level: str, safety_class: str = "B", **changes: object) -> ReleaseFacts:
    """Let a case stand as failed at a level, in a build of a class."""
    case = changed(RED, level=level)
    return build(lambda one: changed(one, not_passed=(case,), safety_class=safety_class, **changes))(facts)


@pytest.mark.parametrize(
    ("level", "safety_class", "outcome"),
    [
        ("unit", "C", "pass"),
        ("integration", "A", "pass"),
        ("integration", "B", "fail"),
        ("system", "A", "fail"),
        ("validation", "A", "fail"),
        ("bench", "C", "fail"),
    ],
)
def test_failed_tests_go_to_problem_resolution_as_the_class_asks(
    sound: ReleaseFacts, level: str, safety_class: str, outcome: str
) -> None:
    """5.7.2 is for every class, 5.6.8 for B and C; no clause routes the failure of a unit test."""
    assert verdict_on(_failed(sound, level, safety_class), "5.8.2").outcome == outcome


def test_an_anomaly_or_a_problem_report_tells_of_a_failed_test(sound: ReleaseFacts) -> None:
    """One that is open and names the test is the way to problem resolution; it stands in the list."""
    for kind in ("anomaly", "problem_report"):
        named = item(kind, "open", "X-7")
        named = changed(named, fields={**named.fields, "failed_tests": f"first/of/two\n{RED.case} "})
        verdict = verdict_on(added(named)(_failed(sound, "system")), "5.8.2")
        assert verdict.outcome == "pass"
        assert "X-7" in verdict.reasons[0].message


def test_a_failure_that_was_set_aside_is_told_to_whoever_signs(sound: ReleaseFacts) -> None:
    """Its supersession is the record of its resolution: it is listed with cause and signers, and asks for no anomaly.

    Attack: it is superseded between two signatures; the first signer never saw that.
    """
    aside = FailureSetAside("suite/class/case", "system", 7, "defect_of_the_test", 12, ("Quinn (quality)",))
    facts = build(lambda one: changed(one, set_aside=(aside, changed(aside, level="unit"))))(sound)
    verdict = verdict_on(facts, "5.8.2")
    assert verdict.outcome == "pass"
    assert [reason.message for reason in verdict.reasons[1:]] == [
        "system test suite/class/case failed (#7) and was set aside as defect of the test by #12: Quinn (quality)"
    ]
    assert not same_judgement(evaluate_conditions(sound), evaluate_conditions(facts))


def test_class_c_says_what_each_evaluation_rests_on(sound: ReleaseFacts) -> None:
    """For class C the verdict names the risks that an evaluation rests on, or that it names none."""
    judged = changed(sound, safety_class="C")
    silent = verdict_on(added_and_judged("evaluate", ANOMALY)(judged), "5.8.3")
    assert "naming nothing of the risk file" in silent.reasons[1].message
    assert "Quinn (quality, evaluated, 2026-01-01T00:00:00Z)" in silent.reasons[1].message
    told = verdict_on(resting_on("RISK-001")(judged), "5.8.3")
    assert "ANOM-9: acceptable, resting on RISK-001; " in told.reasons[1].message


def test_later_judgement_counts(sound: ReleaseFacts) -> None:
    """Attack: a rejection is hidden behind the acceptance that it withdrew."""
    facts = together(
        added_and_judged("evaluate", ANOMALY),
        lambda one: changed(
            one, judgements=(*one.judgements, judgement("evaluate", ANOMALY, "not_acceptable"))
        ),
    )(sound)
    assert verdict_on(facts, "5.8.3").outcome == "fail"


def test_complete_scope_passes(sound: ReleaseFacts) -> None:
    """Done and justified tasks and approved, implemented changes make a scope complete."""
    facts = together(
        added(item("task", "done", "TASK-1"), item("task", "justified", "TASK-2")),
        added_and_judged("approve", CHANGE),
        scope(tasks="TASK-1", changes=("CR-9",)),
        planned(tasks=("TASK-2",)),
    )(sound)
    assert (verdict_on(facts, "5.8.6").outcome, verdict_on(facts, "changes").outcome) == ("pass", "pass")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda facts: facts, True),
        (added_and_judged("evaluate", ANOMALY), False),
        (lambda facts: changed(facts, at="2099-01-01T00:00:00Z", log_size=9999), True),
        (stage("fail"), False),
    ],
    ids=["nothing", "an evaluated anomaly more", "time went on", "a stage fails"],
)
def test_signatures_are_given_to_what_was_shown(sound: ReleaseFacts, change: Change, *, same: bool) -> None:
    """Attack: between two signatures an anomaly is added and evaluated; the first signer never saw it."""
    assert same_judgement(evaluate_conditions(sound), evaluate_conditions(change(sound))) is same
