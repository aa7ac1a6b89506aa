"""4.2 and ISO 14971 7.4, 8: the risk file is there, no risk stays unaccepted, and the whole was evaluated by two roles.

The evaluation of the overall residual risk is bound to the digest of the risk file, and to that of the plan's criteria
of risk acceptability. A person may write beside it which version of the document that is.
"""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.facts import JudgementFact
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition
from clausework.release.facts import ReleaseFacts
from clausework.release.risk_file_facts import ReleasedRiskFile

_RISK_FILE = ("hazard", "hazardous_situation", "risk", "risk_control_measure")
_EVALUATE = "clausework decide evaluate risk-file"


def overall_evaluation(facts: ReleaseFacts) -> JudgementFact | None:
    """Return the newest evaluation with effect of the overall residual risk, of the risk file as it reads now."""
    return facts.judged("evaluate", "risk_file", "risk-file", facts.risk_file)


def risk_file_name(facts: ReleaseFacts) -> str:
    """Return the risk file's version for people: the document's as it was evaluated, how much it holds, its digest."""
    judged = overall_evaluation(facts)
    document = str(judged.fields.get("document_version", "")) if judged else ""
    held = facts.risk_assessed.contents if facts.risk_assessed else ""
    told = "; ".join(one for one in (held, f"sha256 {facts.risk_file[:12]}") if one)
    return f"{document} ({told})" if document else told


def _risk_file_evaluated(facts: ReleaseFacts) -> Judgement:
    if not facts.items_of(*_RISK_FILE):
        return not_evaluated(
            "the items hold no hazard, risk or risk control: there is no risk file to judge",
            who="quality",
            command="add the risk file to the items, then clausework release",
        )
    if facts.risk_assessed is None:
        return not_evaluated(
            "the risks were not held against the plan's matrix",
            who="quality",
            command=f"clausework release {facts.version}",
        )
    refused = [*_refused(facts), *_outweighed_by_nothing(facts, facts.risk_assessed)]
    if refused:
        return failed(*refused)
    return _overall(facts, facts.risk_assessed)


def _overall(facts: ReleaseFacts, assessed: ReleasedRiskFile) -> Judgement:
    judged = overall_evaluation(facts)
    name = risk_file_name(facts)
    if judged is None:
        return not_evaluated(
            f"nobody evaluated the overall residual risk of the risk file as it reads now: {name}",
            who=f"quality and {_words(assessed.evaluator)}",
            command=_EVALUATE,
        )
    if judged.fields.get("criteria", assessed.criteria) != assessed.criteria:
        return not_evaluated(
            "the overall residual risk was evaluated under other criteria of risk acceptability than the plan's",
            who=f"quality and {_words(assessed.evaluator)}",
            command=_EVALUATE,
            records=(judged.record,),
        )
    if judged.fields.get("outcome") != "acceptable":
        return failed(
            Reason(
                "the overall residual risk was evaluated as not acceptable",
                records=(judged.record,),
                who="quality",
                command=f"control the risk further, then {_EVALUATE}",
            )
        )
    signed = {one.role: one.email.lower() for one in judged.signatures}
    if not {"quality", assessed.evaluator} <= set(signed) or len(set(signed.values())) < 2:
        return not_evaluated(
            f"the overall residual risk was evaluated by {', '.join(map(_words, signed))} alone; the plan asks quality"
            f" and {_words(assessed.evaluator)}, two people",
            who=_words(assessed.evaluator),
            command=f"{_EVALUATE}, signed by both",
            records=(judged.record,),
        )
    outweighed = (
        f"; outweighed by their benefit: {', '.join(assessed.not_acceptable)}"
        if assessed.not_acceptable
        else ""
    )
    return passed(
        f"risk file {name}: overall residual risk acceptable{outweighed}", judged.record, *_evaluations(facts)
    )


def _evaluations(facts: ReleaseFacts) -> list[int]:
    risks = facts.risk_assessed.not_acceptable if facts.risk_assessed else ()
    return [judged.record for risk in risks if (judged := _evaluation(facts, risk)) is not None]


def _evaluation(facts: ReleaseFacts, risk: str) -> JudgementFact | None:
    item = facts.item(risk)
    return facts.judged("evaluate", "risk", item.id, item.sha256) if item else None


def _refused(facts: ReleaseFacts) -> list[Reason]:
    judged = [(item, _evaluation(facts, item.id)) for item in facts.items_of("risk")]
    return [
        Reason(
            f"risk {item.id} was evaluated as not acceptable",
            items=(item.id,),
            records=(one.record,),
            who="quality",
            command=f"control it further, then clausework decide evaluate {item.id}",
        )
        for item, one in judged
        if one is not None and one.fields.get("outcome") != "acceptable"
    ]


def _outweighed_by_nothing(facts: ReleaseFacts, assessed: ReleasedRiskFile) -> list[Reason]:
    """Return the risks that the matrix does not accept and that lack a benefit-risk analysis, or its evaluation."""
    reasons = []
    for risk in assessed.not_acceptable:
        item = facts.item(risk)
        if item is None or not item.fields.get("benefit_risk"):
            what, command = (
                "without a benefit-risk analysis",
                f"say it in 'benefit_risk' of {risk}, or control it further",
            )
        elif _evaluation(facts, risk) is None:
            what, command = (
                "and nobody evaluated whether its benefit outweighs it",
                f"clausework decide evaluate {risk}",
            )
        else:
            continue
        reasons.append(
            Reason(
                f"risk {risk} is not acceptable by the plan's matrix, {what}", (risk,), (), "quality", command
            )
        )
    return reasons


def _words(role: str) -> str:
    return role.replace("_", " ")


CONDITIONS = (
    Condition(
        "risk-file",
        "Overall residual risk evaluated",
        ("4.2", "14971 7.4", "14971 8"),
        "ABC",
        _risk_file_evaluated,
    ),
)
