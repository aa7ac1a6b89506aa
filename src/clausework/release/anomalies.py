"""5.8.2 and 5.8.3: the anomalies that stay with the version are all listed, and each is evaluated."""

from __future__ import annotations

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.gates.check import Judgement, failed, not_evaluated
from clausework.gates.facts import JudgementFact
from clausework.items.model import RISK_FILE_TYPES
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition, members
from clausework.release.facts import ReleaseFacts
from clausework.release.failed_tests import told_set_aside, untold_failures
from clausework.trace.item_fact import ItemFact


def _anomalies_listed(facts: ReleaseFacts) -> Judgement:
    if not facts.items:
        return not_evaluated("the candidate has no item baseline", command="clausework build")
    untold = [*map(_vanished, facts.vanished), *untold_failures(facts)]
    if untold:
        return failed(*untold)
    listed = facts.open_anomalies()
    if listed:
        version = sha256_of(canonical_json([[item.id, item.sha256] for item in listed]))[:12]
        named = ", ".join(item.id for item in listed[:10]) + (" ..." if len(listed) > 10 else "")
        said = f"{len(listed)} residual anomalies are listed: {named} (list {version})"
    else:
        said = "no anomaly is open"
    return Judgement("pass", (Reason(said), *told_set_aside(facts)))


def _vanished(anomaly: str) -> Reason:
    return Reason(
        f"anomaly {anomaly} was recorded as open, and the items no longer tell of it",
        items=(anomaly,),
        who="quality",
        command=f"put {anomaly} back among the items, closed with its reason or open, then clausework release",
    )


def _anomalies_evaluated(facts: ReleaseFacts) -> Judgement:
    judged = [
        (item, facts.judged("evaluate", item.type, item.id, item.sha256)) for item in facts.open_anomalies()
    ]
    reasons = [reason for item, one in judged if (reason := _objection(facts, item, one)) is not None]
    if reasons:
        return failed(*reasons)
    evaluated = [(item, one) for item, one in judged if one is not None]
    return Judgement(
        "pass",
        (
            Reason(
                f"{len(evaluated)} residual anomalies are evaluated as acceptable",
                records=tuple(one.record for _, one in evaluated),
            ),
            *(_evaluated(facts, item, one) for item, one in evaluated),
        ),
    )


def _objection(facts: ReleaseFacts, item: ItemFact, judged: JudgementFact | None) -> Reason | None:
    if judged is None:
        what = f"anomaly {item.id} is not risk-evaluated at its present text"
    elif judged.fields.get("outcome") != "acceptable":
        what = f"anomaly {item.id} was evaluated as not acceptable"
    elif gone := [one for one in _rests_on(judged) if not _in_risk_file(facts, one)]:
        what = f"the evaluation of anomaly {item.id} rests on {', '.join(gone)}, which the risk file does not have"
    else:
        return None
    return Reason(what, items=(item.id,), who="quality", command=f"clausework decide evaluate {item.id}")


def _rests_on(judged: JudgementFact) -> tuple[str, ...]:
    return members(judged.fields.get("risk_items", ()))


def _in_risk_file(facts: ReleaseFacts, item_id: str) -> bool:
    item = facts.item(item_id)
    return item is not None and item.type in RISK_FILE_TYPES


def _evaluated(facts: ReleaseFacts, item: ItemFact, judged: JudgementFact) -> Reason:
    """Return who evaluated the anomaly and when (21 CFR 11.50), and for class C what of the risk file it rests on."""
    rests_on = ", ".join(_rests_on(judged))
    named = f", resting on {rests_on}" if rests_on else ""
    if not rests_on and facts.safety_class == "C":
        named = ", naming nothing of the risk file that it rests on"
    return Reason(
        f"{item.id}: {judged.fields['outcome']}{named}; {'; '.join(judged.signed_by)}",
        items=(item.id,),
        records=(judged.record,),
    )


CONDITIONS = (
    Condition("5.8.2", "Residual anomalies listed", ("5.8.2", "5.7.2"), "ABC", _anomalies_listed),
    Condition("5.8.3", "Residual anomalies evaluated", ("5.8.3",), "BC", _anomalies_evaluated),
)
