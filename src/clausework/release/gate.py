"""The release gate: all conditions on one candidate's facts."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.gates.check import Judgement
from clausework.gates.stage import check_verdict, fitted
from clausework.ledger.records.gates import CheckVerdict
from clausework.release.condition import Condition
from clausework.release.conditions import CONDITIONS
from clausework.release.facts import ReleaseFacts

VERSION = "2"
"""Changes whenever the same facts could be judged otherwise."""


def evaluate_conditions(facts: ReleaseFacts) -> tuple[CheckVerdict, ...]:
    """Return the verdict of every condition."""
    return fitted(tuple(_evaluate(condition, facts) for condition in CONDITIONS))


def same_judgement(signed: Sequence[CheckVerdict], now: Sequence[CheckVerdict]) -> bool:
    """Tell whether people who signed ``signed`` would see the same now: each condition's outcome and what it said.

    Where they would not, for example because an anomaly was added and evaluated between two signatures, the
    signatures were given to something else.
    """
    return [_shown(one) for one in signed] == [_shown(one) for one in now]


def _shown(verdict: CheckVerdict) -> tuple[object, ...]:
    messages = tuple(reason.message for reason in verdict.reasons)
    return (verdict.check, verdict.version, verdict.outcome, messages)


def _evaluate(condition: Condition, facts: ReleaseFacts) -> CheckVerdict:
    if facts.safety_class in condition.classes:
        judgement = condition.judge(facts)
    else:
        judgement = Judgement(
            "not_applicable",
            rationale=f"clause {condition.clauses[0]} does not apply to class {facts.safety_class}",
        )
    return check_verdict(condition.name, VERSION, condition.clauses, {}, judgement)
