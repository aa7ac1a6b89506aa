"""A stage's verdict: its checks, resolved for the software item's class, judged on one build's facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from clausework.core.canonical import canonical_json
from clausework.gates.asking import ask_check
from clausework.gates.check import Judgement
from clausework.gates.deviations import standing_deviation
from clausework.gates.facts import Facts
from clausework.gates.policies import ReadBlob
from clausework.ledger.records.gates import CheckVerdict, Outcome, Reason
from clausework.plan.effective import CheckUse, Stage

MOST_REASONS = 20
"""Reasons of a check kept in a record; ``reason_count`` says how many there were, the facts give them all again."""

LARGEST = 28_000
"""Bytes that the verdicts of one record may take together: a Statement holds 40,000, and more than these."""

_MOST_WAYS = 5
_LONGEST_WAY = 300

StageOutcome = Literal["pass", "fail", "not_evaluated"]


def evaluate_stage(stage: Stage, facts: Facts, read_blob: ReadBlob | None = None) -> tuple[CheckVerdict, ...]:
    """Return the verdict of each check of ``stage`` on ``facts``; ``read_blob`` reads the plan's own policies."""
    return fitted(tuple(_evaluate(stage.name, use, facts, read_blob) for use in stage.checks))


def judge(use: CheckUse, facts: Facts, read_blob: ReadBlob | None = None) -> Judgement:
    """Return what the check of ``use`` says of ``facts``, deviations left out of account."""
    return ask_check(use, facts, read_blob).judgement


def outcome_of(checks: Sequence[CheckVerdict]) -> StageOutcome:
    """Return what the checks come to: the worst of them; no check at all is ``not_evaluated``.

    Checks that do not apply to the class, each with its rationale, do not block, nor do signed deviations.
    """
    outcomes: set[Outcome] = {check.outcome for check in checks}
    if "fail" in outcomes:
        return "fail"
    if "not_evaluated" in outcomes or not outcomes:
        return "not_evaluated"
    return "pass"


def check_verdict(
    name: str,
    version: str,
    clauses: tuple[str, ...],
    settings: dict[str, str],
    judgement: Judgement,
) -> CheckVerdict:
    """Return the verdict that records ``judgement``, its reasons cut to what a Statement can hold."""
    return CheckVerdict(
        check=name,
        version=version,
        outcome=judgement.outcome,
        clauses=clauses,
        settings=settings,
        reasons=tuple(_short(reason) for reason in judgement.reasons[:MOST_REASONS]),
        reason_count=len(judgement.reasons),
        rationale=judgement.rationale[:1000],
    )


def fitted(verdicts: tuple[CheckVerdict, ...]) -> tuple[CheckVerdict, ...]:
    """Return ``verdicts`` with as many reasons each as one record holds: a refusal is never too long to be recorded."""
    if len(canonical_json(verdicts)) > LARGEST:
        verdicts = tuple(map(_ways_of_first, verdicts))
    for most in (MOST_REASONS, 10, 5, 2, 1):
        kept = tuple(msgspec.structs.replace(one, reasons=one.reasons[:most]) for one in verdicts)
        if len(canonical_json(kept)) <= LARGEST:
            return kept
    return tuple(msgspec.structs.replace(one, reasons=tuple(map(_shortest, one.reasons[:1]))) for one in kept)


def _evaluate(stage: str, use: CheckUse, facts: Facts, read_blob: ReadBlob | None) -> CheckVerdict:
    asked = ask_check(use, facts, read_blob)
    settings = {name: str(value) for name, value in use.settings.items()}
    judgement = _aside(stage, use, facts, asked.judgement)
    return check_verdict(use.name, asked.version, asked.clauses, settings, judgement)


def _aside(stage: str, use: CheckUse, facts: Facts, judgement: Judgement) -> Judgement:
    """Return ``judgement`` as a deviation, its reasons kept, where people signed one that covers it."""
    if judgement.outcome not in {"fail", "not_evaluated"}:
        return judgement
    deviation = standing_deviation(stage, use, facts, judgement)
    if deviation is None:
        return judgement
    said = Reason(
        f"deviation #{deviation.record} for {deviation.version} until {deviation.fields['expires']}:"
        f" {deviation.fields['reason']} Signed by {'; '.join(deviation.signed_by)}",
        records=(deviation.record,),
    )
    return Judgement("deviation", (said, *judgement.reasons))


def _ways_of_first(verdict: CheckVerdict) -> CheckVerdict:
    """Return the verdict with the further ways out of its first reason alone: they are the others' as well."""
    rest = (msgspec.structs.replace(one, ways=()) for one in verdict.reasons[1:])
    return msgspec.structs.replace(verdict, reasons=(*verdict.reasons[:1], *rest))


def _shortest(reason: Reason) -> Reason:
    return Reason(
        reason.message[:200], reason.items[:2], reason.records[:2], reason.who, reason.command[:100]
    )


def _short(reason: Reason) -> Reason:
    return Reason(
        reason.message[:300],
        reason.items[:20],
        reason.records[:20],
        reason.who[:100],
        reason.command[:200],
        tuple(way[:_LONGEST_WAY] for way in reason.ways[:_MOST_WAYS]),
    )
