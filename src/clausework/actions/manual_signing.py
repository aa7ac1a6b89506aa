"""Which runs of test protocols wait for their tester's signature (clauses 5.7.5, 9.8; 21 CFR 11.50)."""

from __future__ import annotations

import msgspec

from clausework.decisions.effect import Missing
from clausework.gates.manual_folding import run_roles
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.evidence import TestResult
from clausework.ledger.records.manual import EXECUTED
from clausework.trace.standing import Standing


class UnsignedRun(msgspec.Struct, frozen=True):
    """A recorded run that its tester has not signed: the record, the protocol, the tester, the signature wanted."""

    index: int
    sha256: str
    protocol: str
    tester: str
    missing: Missing


def unsigned_runs(snapshot: Snapshot, standing: Standing) -> list[UnsignedRun]:
    """Return every run of a protocol that nobody superseded and that its tester has not signed, oldest first."""
    roles = run_roles(tuple(standing.plan_in_force.plan.roles))
    superseded = standing.superseded()
    found = []
    for record in snapshot.records:
        run = record.body.clausework.manual if isinstance(record.body, TestResult) else None
        if run is None or record.sha256 in superseded:
            continue
        given = standing.given.get(record.sha256, ())
        if not any(one.email == run.tester and one.meaning == EXECUTED for one in given):
            missing = Missing(roles, EXECUTED, ())
            found.append(UnsignedRun(record.index, record.sha256, run.protocol, run.tester, missing))
    return found
