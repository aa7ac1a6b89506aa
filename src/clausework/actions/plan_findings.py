"""What stands against the plan: findings of its history and reviews that it owes, and how quality reviewed each."""

from __future__ import annotations

import msgspec

from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.gates.plan_finding import KIND, PlanFinding
from clausework.gates.plan_history import PlanOnLine, plan_findings
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.decisions import Matter
from clausework.trace.standing import Standing, StandingDecision

_QUALITY = "quality"
_SHORTEST = 9
"""Characters of a finding's ID by which it may be named: the prefix and four digits."""


class PlanFindingUnknown(UsageFault):
    """No finding against the plan has that ID."""

    hint = "Run 'clausework lint --plan': it names the findings that stand."


class SeenFinding(msgspec.Struct, frozen=True):
    """A finding, whether quality ``accepted`` or ``rejected`` it (empty: nobody reviewed it), and by which record.

    ``work_tree`` says that it stands against the plan in the work tree, ``in_force`` against the one in force.
    """

    finding: PlanFinding
    review: str
    review_record: int
    work_tree: bool
    in_force: bool

    @property
    def open(self) -> bool:
        """Whether a release would be refused for it."""
        return self.review != "accepted"


def seen_findings(workplace: Workplace, snapshot: Snapshot, standing: Standing) -> tuple[SeenFinding, ...]:
    """Return what stands against the plan in the work tree, and against the one in force on its release line."""
    day = workplace.now()[:10]
    site = workplace.site
    written = PlanOnLine(site.plan_sha256, site.plan, proposed=True)
    found = {one.id: one for one in plan_findings(snapshot, workplace.ledger, standing, written, day)}
    approved = standing.plan_of(written.line)
    before: dict[str, PlanFinding] = found
    if approved is not None and approved.sha256 != written.sha256:
        in_force = PlanOnLine(approved.sha256, approved.plan)
        before = {one.id: one for one in plan_findings(snapshot, workplace.ledger, standing, in_force, day)}
    return tuple(
        _seen(one, standing, work_tree=one.id in found, in_force=approved is not None and one.id in before)
        for one in (found | before).values()
    )


def plan_finding_matter(workplace: Workplace, name: str) -> Matter:
    """Return the finding of that ID, or of which it is the beginning, as a decision binds to it.

    Raises ``PlanFindingUnknown``.
    """
    snapshot = workplace.snapshot()
    found = [
        one.finding
        for one in seen_findings(workplace, snapshot, workplace.standing(snapshot))
        if len(name) >= _SHORTEST and one.finding.id.startswith(name)
    ]
    if len(found) != 1:
        raise PlanFindingUnknown(f"'{name}' names {'no' if not found else 'more than one'} finding.")
    return Matter(KIND, found[0].id, found[0].sha256)


def _seen(finding: PlanFinding, standing: Standing, *, work_tree: bool, in_force: bool) -> SeenFinding:
    reviews = [one for one in standing.decisions_on("review", (KIND,)) if _is_review(one, finding)]
    if not reviews:
        return SeenFinding(finding, "", -1, work_tree, in_force)
    newest = reviews[-1]
    outcome = str(newest.decision.fields.get("outcome", ""))
    return SeenFinding(finding, outcome, newest.record.index, work_tree, in_force)


def _is_review(one: StandingDecision, finding: PlanFinding) -> bool:
    matter = one.decision.matter
    return (
        one.effective
        and (matter.id, matter.sha256) == (finding.id, finding.sha256)
        and any(given.role == _QUALITY for given in one.given)
    )
