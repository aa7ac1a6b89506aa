"""The findings against a plan, from the ledger: what its history shows and which reviews it owes.

History is that of the plan's release line, from the plan that the line left on.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.gates.plan_finding import PlanFinding
from clausework.gates.plan_reviews import overdue_findings
from clausework.gates.threshold_history import Measured, PastCheck, PlanVersion, Use, history_findings
from clausework.gates.threshold_measures import measured
from clausework.gates.unmeasured_history import unmeasured_findings
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.gates import Verdict
from clausework.plan.model import Plan
from clausework.trace.standing import PlanInForce, Standing

_BUILDS_LOOKED_AT = 5
"""How many builds before a plan are asked for what they measured: the newest may have no report yet."""


class PlanOnLine(msgspec.Struct, frozen=True):
    """The plan that is asked about: its digest and what it says.

    ``proposed`` asks as if it were approved next, whether or not it was in force before. ``until`` is the record up to
    which its history is looked at, for a version that was released then; ``None``: to the end.
    """

    sha256: str
    plan: Plan
    proposed: bool = False
    until: int | None = None

    @property
    def line(self) -> str:
        """The release line that the plan is of."""
        return self.plan.release_line.id


def plan_findings(
    snapshot: Snapshot, ledger: Ledger, standing: Standing, asked: PlanOnLine, day: str
) -> tuple[PlanFinding, ...]:
    """Return what stands against the plan of ``asked`` on ``day``."""
    history = _history(snapshot, standing, asked)
    past = _past_checks(snapshot)
    measure = _Measuring(snapshot, ledger, standing)
    return (
        *history_findings(history, past, measure),
        *unmeasured_findings(history, past),
        *overdue_findings(asked.plan, asked.sha256, day),
    )


def _history(snapshot: Snapshot, standing: Standing, asked: PlanOnLine) -> list[PlanVersion]:
    """Return the line's plans up to the one that is asked about, the one that the line left on before them."""
    end = len(snapshot.records) if asked.until is None else asked.until
    on_line = [one for one in standing.plans if one.line == asked.line and one.since <= end]
    known = [at for at, one in enumerate(on_line) if one.sha256 == asked.sha256]
    if asked.proposed and on_line and on_line[-1].sha256 != asked.sha256:
        known = []
    taken = on_line[: known[-1] + 1] if known else on_line
    before = _left(standing, asked, taken)
    versions = [_version(snapshot, one) for one in (*before, *taken)]
    if not known:
        versions.append(PlanVersion(asked.sha256, asked.plan, len(snapshot.records), ""))
    return versions


def _left(standing: Standing, asked: PlanOnLine, taken: Sequence[PlanInForce]) -> list[PlanInForce]:
    """Return the plan of the line that this one branched from, as it was in force then; nothing for the trunk."""
    moment = taken[0].since if taken else standing.newest
    lines = standing.left_by(asked.plan.release_line) if standing.plans else ()
    return [plan for name in lines if (plan := standing.plan_at(moment, name))][:1]


def _version(snapshot: Snapshot, plan: PlanInForce) -> PlanVersion:
    return PlanVersion(plan.sha256, plan.plan, plan.since, snapshot.records[plan.since].body.made.at)


def _past_checks(snapshot: Snapshot) -> list[PastCheck]:
    return [
        PastCheck(record.index, record.body.software_item, record.body.stage, check)
        for record in snapshot.records
        if isinstance(record.body, Verdict)
        for check in record.body.checks
    ]


class _Measuring:
    """Finds out what was measured when a plan came into force; each build is looked at once per plan."""

    def __init__(self, snapshot: Snapshot, ledger: Ledger, standing: Standing) -> None:
        self.snapshot = snapshot
        self.ledger = ledger
        self.standing = standing
        self.known: dict[tuple[int, str], Facts] = {}

    def __call__(self, version: PlanVersion, use: Use) -> Measured:
        """Return what the check measures on the newest build before the plan on which it measures anything."""
        builds = [
            record.body.id
            for record in self.snapshot.records[: version.since]
            if isinstance(record.body, Build) and record.body.software_item == use.software_item
        ]
        for build in list(dict.fromkeys(reversed(builds)))[:_BUILDS_LOOKED_AT]:
            if found := measured(self.facts(version.since, build), use.use):
                return found
        return {}

    def facts(self, since: int, build: str) -> Facts:
        if (since, build) not in self.known:
            records = self.snapshot.records[:since]
            before = msgspec.structs.replace(self.snapshot, records=records)
            at = records[-1].body.made.at
            self.known[since, build] = fold_facts(before, self.ledger, build, at=at, standing=self.standing)
        return self.known[since, build]
