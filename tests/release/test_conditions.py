"""The release conditions: each passes on a sound candidate, and each way in which it must refuse, does."""

import pytest

from clausework.gates.stage import outcome_of
from clausework.release.conditions import CONDITIONS
from clausework.release.facts import ReleaseFacts
from clausework.release.gate import evaluate_conditions, same_judgement
from clausework.standards import applies, cite
from tests.release.changes import (
    ANOMALY,
    CHANGE,
    Change,
    added,
    added_and_judged,
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
from tests.release.refusals_of_scope import REFUSALS as SCOPE
from tests.release.refusals_of_verification import REFUSALS as VERIFICATION

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
    "plan",
    "risk-file",
    "validation",
    "significance",
)

REFUSALS = (*VERIFICATION, *DELIVERY, *SCOPE, *QUALITY_SYSTEM)


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
    assert len(REFUSALS) == 64


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
