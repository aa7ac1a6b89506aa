"""The condition on thresholds refuses: each finding against the plan, and each review of one that does not count."""

from __future__ import annotations

from clausework.gates.facts import JudgementFact, SignatureFact
from clausework.gates.plan_finding import FindingKind, PlanFinding, plan_finding
from clausework.release.facts import ReleaseFacts
from tests.release.changes import Change, Refusal, changed, together
from tests.tracing.making import digest


def finding(kind: FindingKind) -> PlanFinding:
    """Return a finding of a kind."""
    return plan_finding(
        kind, ("unit.coverage.line", 90, 80), f"the threshold is {kind}", records=(3, 7), owners=("quality",)
    )


def found(*findings: PlanFinding) -> Change:
    """Let findings stand against the plan."""
    return lambda facts: changed(facts, plan_findings=findings)


def reviewed(
    one: PlanFinding,
    outcome: str = "accepted",
    *,
    form: str = "review",
    role: str = "quality",
    sha256: str = "",
    effective: bool = True,
) -> Change:
    """Add a review of a finding."""
    signature = SignatureFact(9, "q@example.com", "Quinn", role, "reviewed", "2026-01-01T00:00:00Z")
    fields: dict[str, str | tuple[str, ...]] = {"outcome": outcome, "rationale": "looked at the trend"}
    judgement = JudgementFact(
        8,
        form,
        "plan_finding",
        one.id,
        sha256 or one.sha256,
        "",
        fields,
        effective,
        (),
        (signature,),
        9,
        signature.at,
    )

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        return changed(facts, judgements=(*facts.judgements, judgement))

    return change


LOWERED, HAIR, OVERDUE, VANISHED = (finding(kind) for kind in ("lowered", "hair", "overdue", "vanished"))

REFUSALS: tuple[Refusal, ...] = (
    ("thresholds", "a threshold was lowered after a failure", "fail", "is lowered", found(LOWERED)),
    ("thresholds", "a threshold was set to what was measured", "fail", "is hair", found(HAIR)),
    ("thresholds", "a review is overdue", "fail", "is overdue", found(OVERDUE)),
    ("thresholds", "a check vanished", "fail", "is vanished", found(VANISHED)),
    (
        "thresholds",
        "one of two findings was reviewed",
        "fail",
        "is vanished",
        together(found(LOWERED, VANISHED), reviewed(LOWERED)),
    ),
    (
        "thresholds",
        "quality did not accept the finding",
        "fail",
        "quality did not accept it (#8)",
        together(found(LOWERED), reviewed(LOWERED, "rejected")),
    ),
    (
        "thresholds",
        "an acceptance was withdrawn by a later review",
        "fail",
        "quality did not accept it",
        together(found(LOWERED), reviewed(LOWERED), reviewed(LOWERED, "rejected")),
    ),
    (
        "thresholds",
        "a developer reviewed the finding",
        "fail",
        "is lowered",
        together(found(LOWERED), reviewed(LOWERED, role="developer")),
    ),
    (
        "thresholds",
        "the review was of another finding",
        "fail",
        "is lowered",
        together(found(LOWERED), reviewed(LOWERED, sha256=digest("another"))),
    ),
    (
        "thresholds",
        "the review is not signed",
        "fail",
        "is lowered",
        together(found(LOWERED), reviewed(LOWERED, effective=False)),
    ),
)
