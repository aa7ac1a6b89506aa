"""The risk management file is whole, and what stays above the acceptable was evaluated by a person (ISO 14971 5 to 7).

For each hazardous situation: hazard, sequence of events, harm, a risk by severity and probability with the level of
the plan's matrix before and after control, the control options considered by priority, and of each control whether it
brings new risks (EN 62304 7.1, 7.2). A residual risk that the matrix does not accept needs a benefit-risk analysis and
a signed evaluation of the risk as it reads now.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.risk_file_challenges import challenges
from clausework.gates.risk_file_facts import RiskGap
from clausework.ledger.records.gates import Reason
from clausework.standards import cite

_EVALUATED = "risk"


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when nothing is missing in the risk file and a person accepted each risk that the matrix does not."""
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    found = facts.risk_file
    if found is None or not found.counts.get("hazardous_situation"):
        return not_evaluated(
            "the items hold no hazardous situation: a class B or C system has one, or the risk file is not there",
            who="quality",
            command="add the risk file to the items, then clausework build",
        )
    reasons = [_reason(gap) for gap in found.gaps] + list(_not_accepted(facts, found.not_acceptable))
    if reasons:
        return failed(*reasons)
    records = [one.record for risk in found.not_acceptable if (one := _evaluation(facts, risk))]
    outweighed = (
        f"; outweighed by their benefit: {', '.join(found.not_acceptable)}" if found.not_acceptable else ""
    )
    return passed(f"{found.contents()} are told whole{outweighed}", *records)


def _reason(gap: RiskGap) -> Reason:
    clauses = "; ".join(map(cite, gap.clauses))
    return Reason(f"{gap.message} ({clauses}; {gap.place})", (gap.item,), (), "quality", gap.hint)


def _not_accepted(facts: Facts, risks: tuple[str, ...]) -> Iterator[Reason]:
    for risk in risks:
        newest = _evaluation(facts, risk)
        command = f"clausework decide evaluate {risk}"
        if newest is None:
            said = f"nobody evaluated whether the benefit outweighs {risk} as it reads now (ISO 14971 7.4)"
            yield Reason(said, (risk,), (), "quality", command)
        elif newest.fields.get("outcome") != "acceptable":
            said = f"{risk} was evaluated as not acceptable (ISO 14971 7.4)"
            yield Reason(said, (risk,), (newest.record,), "quality", f"control it further, then {command}")


def _evaluation(facts: Facts, risk: str) -> JudgementFact | None:
    item = next((one for one in facts.items if one.id == risk), None)
    return facts.newest_judgement("evaluate", _EVALUATED, item) if item else None


CHECK = Check(
    "risk_file",
    "1",
    "Risk management file whole",
    ("4.2", "7.1.1", "7.1.2", "7.1.4", "7.2.1", "14971 5.4", "14971 5.5", "14971 6", "14971 7"),
    evaluate,
    challenges,
)
