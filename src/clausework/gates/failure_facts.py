"""Failed tests that a signed decision set aside: what failed, why that says nothing of the product, who signed it.

The decision is the record of their resolution (clauses 5.6.8, 5.7.2, 9.2). A failure of the infrastructure is not among
them: what it hit has to run again and pass.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import Case, read_detail
from clausework.gates.baselines import OpenBlob
from clausework.ledger.records.evidence import TestResult
from clausework.trace.evidence_of import BuildEvidence
from clausework.trace.shown import shown_signature
from clausework.trace.standing import RUN_AGAIN, Standing

_MOST_NAMED = 200
_PASSED_OR_SKIPPED = frozenset({"passed", "skipped"})


class FailureSetAside(msgspec.Struct, frozen=True):
    """A case that failed in a record that was superseded: the cause, the decision's record, and its signatures."""

    case: str
    level: str
    record: int
    cause: str
    decision: int
    signed_by: tuple[str, ...]


def failures_set_aside(
    found: BuildEvidence, standing: Standing, open_blob: OpenBlob
) -> tuple[FailureSetAside, ...]:
    """Return the first failures about the build that effective decisions set aside, in log order."""
    decided = {
        one.decision.matter.sha256: one
        for one in standing.decisions_on("supersede", ("record",))
        if one.effective
    }
    failures: dict[tuple[str, str, int], FailureSetAside] = {}
    for record in found.red_tests:
        decision = decided.get(record.sha256)
        if decision is None or decision.decision.fields["cause"] == RUN_AGAIN:
            continue
        result: TestResult = record.body
        level = result.clausework.origin.level
        signed_by = tuple(shown_signature(one) for one in decision.given)
        with open_blob(result.clausework.reading.detail.sha256) as stream:
            for case in read_detail(stream, Case):
                if case.outcome not in _PASSED_OR_SKIPPED and len(failures) < _MOST_NAMED:
                    failures[level, case.identity, record.index] = FailureSetAside(
                        case.identity,
                        level,
                        record.index,
                        str(decision.decision.fields["cause"]),
                        decision.record.index,
                        signed_by,
                    )
    return tuple(failures.values())
