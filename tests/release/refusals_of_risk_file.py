"""The overall residual risk refuses: each way in which it must, beside those of the quality system."""

from __future__ import annotations

from clausework.gates.facts import JudgementFact
from clausework.release.facts import ReleaseFacts
from clausework.trace.item_fact import ItemFact
from tests.release.changes import Change, Refusal, added, added_and_judged, changed, together
from tests.tracing.making import digest


def assessed(**changes: object) -> Change:
    """Change what the plan's matrix says of the risk file."""

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        assert facts.risk_assessed is not None
        return changed(facts, risk_assessed=changed(facts.risk_assessed, **changes))

    return change


def signed_by(*roles: str, email: str = "") -> Change:
    """Leave of the signatures on the overall evaluation those of ``roles``, all by ``email`` if one is given."""

    def change(one: JudgementFact) -> JudgementFact:
        if one.matter_kind != "risk_file":
            return one
        kept = tuple(
            changed(sign, email=email or sign.email) for sign in one.signatures if sign.role in roles
        )
        return changed(one, signatures=kept)

    return lambda facts: changed(facts, judgements=tuple(map(change, facts.judgements)))


def evaluated_under(criteria: str) -> Change:
    """Let the whole have been evaluated under other criteria of risk acceptability."""

    def change(one: JudgementFact) -> JudgementFact:
        if one.matter_kind != "risk_file":
            return one
        return changed(one, fields={**one.fields, "criteria": criteria})

    return lambda facts: changed(facts, judgements=tuple(map(change, facts.judgements)))


def risk(**fields: str) -> ItemFact:
    """Return a risk."""
    return ItemFact("RISK-9", "risk", "Title", digest("RISK-9"), (), fields)


OUTWEIGHED = risk(benefit_risk="The drug keeps the patient alive.")
HIGH = assessed(not_acceptable=("RISK-9",))

REFUSALS: tuple[Refusal, ...] = (
    (
        "risk-file",
        "a risk stays above what is acceptable, without a benefit-risk analysis",
        "fail",
        "RISK-9 is not acceptable by the plan's matrix, without a benefit-risk analysis",
        together(added_and_judged("evaluate", risk()), HIGH),
    ),
    (
        "risk-file",
        "nobody evaluated whether the benefit outweighs a risk",
        "fail",
        "nobody evaluated whether its benefit outweighs it",
        together(added(OUTWEIGHED), HIGH),
    ),
    (
        "risk-file",
        "the evaluation of the benefit is of an earlier text of the risk",
        "fail",
        "nobody evaluated whether its benefit outweighs it",
        together(added_and_judged("evaluate", OUTWEIGHED, sha256=digest("earlier")), HIGH),
    ),
    (
        "risk-file",
        "quality evaluated the whole alone",
        "not_evaluated",
        "evaluated by quality alone; the plan asks quality and release authority, two people",
        signed_by("quality"),
    ),
    (
        "risk-file",
        "one person signed in both roles",
        "not_evaluated",
        "two people",
        signed_by("quality", "release_authority", email="one@example.com"),
    ),
    (
        "risk-file",
        "the plan asks the clinic, and the release authority signed",
        "not_evaluated",
        "the plan asks quality and clinical",
        assessed(evaluator="clinical"),
    ),
    (
        "risk-file",
        "the plan's criteria of acceptability changed since the whole was evaluated",
        "not_evaluated",
        "under other criteria of risk acceptability",
        evaluated_under(digest("a stricter matrix")),
    ),
    (
        "risk-file",
        "the risks were not held against the matrix",
        "not_evaluated",
        "not held against the plan's matrix",
        lambda facts: changed(facts, risk_assessed=None),
    ),
)
