"""lint --plan: which clauses the plan serves, which it leaves, and what stands against its thresholds."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.plan_coverage import PlanCoverage, plan_coverage
from clausework.actions.plan_findings import SeenFinding, seen_findings
from clausework.actions.workplace import find_site, open_workplace
from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.errors import Refused


class PlanLeavesGaps(Refused):
    """A clause is served by nothing and accepted by nobody, or something against the plan was not looked at."""

    hint = (
        "Serve the clause by a stage, or accept it under 'gaps' of the plan: where it is done instead, who looks after"
        " that, until when. A finding is mended in the plan, or reviewed by quality: clausework decide review ID."
    )


class PlanLinted(msgspec.Struct, frozen=True):
    """How the clauses stand, and what stands against the plan; ``ledger`` tells whether there was one to look into."""

    coverage: PlanCoverage
    findings: tuple[SeenFinding, ...]
    ledger: bool

    def refuse_gaps(self) -> None:
        """Raise ``PlanLeavesGaps`` for a gap that nobody accepted, an overdue review or an open finding."""
        open_ = [one for one in self.findings if one.open and one.work_tree]
        wrong = [
            (len({one.clause for one in self.coverage.gaps}), "gap that nobody accepted"),
            (len({one.clause for one in self.coverage.overdue}), "accepted gap whose review is overdue"),
            (len(open_), "finding that nobody accepted"),
        ]
        told = [f"{count} {what if count == 1 else _several(what)}" for count, what in wrong if count]
        if told:
            raise PlanLeavesGaps(f"The plan has {', '.join(told)}.")


def _several(what: str) -> str:
    return what.replace("gap ", "gaps ", 1).replace("finding ", "findings ", 1)


def lint_plan(start: Path, store: Path | None = None, *, clock: Clock = system_clock) -> PlanLinted:
    """Return how the plan at or above ``start`` serves the clauses, and what its ledger says of its thresholds.

    Raises ``FindingsInInput`` for a plan that is not well written, and what opening the ledger raises, if there is one.
    """
    site = find_site(start, store)
    coverage = plan_coverage(site.plan, timestamp(clock())[:10])
    if not site.store.is_dir():
        return PlanLinted(coverage, (), ledger=False)
    with open_workplace(start, store, reading=True, clock=clock) as workplace:
        snapshot = workplace.snapshot()
        findings = seen_findings(workplace, snapshot, workplace.standing(snapshot))
    return PlanLinted(coverage, findings, ledger=True)
