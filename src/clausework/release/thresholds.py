"""5.1.6: what stands against the plan itself was seen by quality before a release rests on the plan."""

from __future__ import annotations

from clausework.core.digests import Sha256
from clausework.gates.check import Judgement, failed, passed
from clausework.gates.facts import JudgementFact
from clausework.gates.plan_finding import KIND, PlanFinding
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition
from clausework.release.facts import ReleaseFacts

QUALITY = "quality"


def _thresholds_honest(facts: ReleaseFacts) -> Judgement:
    standing = [_reason(one, _review(facts, one.id, one.sha256)) for one in open_findings(facts)]
    if standing:
        return failed(*standing)
    if not facts.plan_findings:
        return passed(
            "no threshold was lowered after a failure or set to what was measured; no review is overdue"
        )
    seen = [review.record for _, review in accepted_findings(facts)]
    named = ", ".join(one.id for one in facts.plan_findings)
    return passed(f"quality accepted what stands against the plan: {named}", *seen)


def open_findings(facts: ReleaseFacts) -> tuple[PlanFinding, ...]:
    """Return what stands against the plan and was not accepted by quality in its newest review."""
    accepted = {one.id for one, _ in accepted_findings(facts)}
    return tuple(one for one in facts.plan_findings if one.id not in accepted)


def accepted_findings(facts: ReleaseFacts) -> tuple[tuple[PlanFinding, JudgementFact], ...]:
    """Return what stands against the plan and quality accepted, each with the review."""
    reviewed = ((one, _review(facts, one.id, one.sha256)) for one in facts.plan_findings)
    return tuple((one, review) for one, review in reviewed if review is not None and _accepted(review))


def _review(facts: ReleaseFacts, finding: str, sha256: Sha256) -> JudgementFact | None:
    """Return the review of a finding that took effect last; only one that quality signed counts."""
    found = [
        one
        for one in facts.judgements
        if one.effective
        and (one.form, one.matter_kind, one.matter_id, one.matter_sha256) == ("review", KIND, finding, sha256)
        and one.by_role(QUALITY)
    ]
    return found[-1] if found else None


def _accepted(review: JudgementFact) -> bool:
    return review.fields.get("outcome") == "accepted"


def _reason(finding: PlanFinding, review: JudgementFact | None) -> Reason:
    rejected = f"; quality did not accept it (#{review.record})" if review else ""
    return Reason(
        f"{finding.message}{rejected}",
        items=(finding.id,),
        records=finding.records,
        who=" and ".join(dict.fromkeys((*finding.owners, QUALITY))),
        command=f"mend the plan, or clausework decide review {finding.id}",
    )


CONDITIONS = (
    Condition("thresholds", "Thresholds honest", ("5.1.6", "13485 4.2.4"), "ABC", _thresholds_honest),
)
