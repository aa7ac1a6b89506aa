"""What several answers look up: who decided, who approved the plan, what a check says of a component of the release."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.gates.check import Judgement
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.stage import judge
from clausework.ledger.records.root import Root
from clausework.plan.effective import effective_stages
from clausework.release.audit.answer import Audited, Shown
from clausework.trace.shown import shown_signature
from clausework.trace.standing import PlanInForce, StandingDecision

_OPEN = frozenset({"fail", "not_evaluated"})


def judged_as(one: JudgementFact, what: str) -> Shown:
    """Return a decision that the gate saw, shown as what it says."""
    return Shown(what, one.record, signed(one), one.at)


def decided_as(one: StandingDecision, what: str) -> Shown:
    """Return a decision of the ledger, shown as what it says."""
    by = "; ".join(shown_signature(given) for given in one.given)
    return Shown(what, one.record.index, by)


def signed(one: JudgementFact) -> str:
    """Return the signatures of a decision in one line."""
    return "; ".join(one.signed_by)


def plan_in_force(audited: Audited) -> PlanInForce:
    """Return the approved plan that the release goes by."""
    return next(one for one in audited.standing.plans if one.sha256 == audited.facts.plan)


def approved_by(audited: Audited, approved: PlanInForce) -> str:
    """Return who put a plan into force and when: the people of the root, or those who signed its approval."""
    root = audited.records[0].body
    if not approved.since and isinstance(root, Root):
        people = " and ".join(one.name for one in root.people)
        return f"{people}, who established the ledger, {root.made.at}"
    given = [
        shown_signature(signature)
        for one in audited.standing.decisions_on("approve", ("plan",))
        if one.effective and one.decision.matter.sha256 == approved.sha256 and one.since == approved.since
        for signature in one.given
    ]
    return "; ".join(given)


def plan_shown(audited: Audited, what: str) -> Shown:
    """Return the plan that the release goes by, as what says ``what``."""
    approved = plan_in_force(audited)
    return Shown(f"{what}: plan {approved.sha256[:12]}", approved.since, approved_by(audited, approved))


def judgements(audited: Audited, check: str) -> Iterator[tuple[Facts, Judgement]]:
    """Yield for each component what a check of its stages says of the facts that the gate saw."""
    for build in audited.facts.builds:
        for stage in effective_stages(audited.plan, build.build.software_item):
            for use in stage.checks:
                if use.name == check:
                    yield build, judge(use, build)


def objections(audited: Audited, check: str) -> tuple[str, ...]:
    """Return what a check has against the components, each with the component's name."""
    return tuple(
        f"{build.build.software_item}: {reason.message}"
        for build, judgement in judgements(audited, check)
        if judgement.outcome in _OPEN
        for reason in judgement.reasons
    )
