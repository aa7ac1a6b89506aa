"""What the release gate asks of the risk management file beside its digest (ISO 14971 7.4, 8)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.gates.risk_file_facts import risk_file_fact
from clausework.items.model import Item
from clausework.plan.model import Plan
from clausework.plan.risk_file import evaluator_of
from clausework.plan.risk_matrix import criteria_digest


class ReleasedRiskFile(msgspec.Struct, frozen=True):
    """How much the risk file holds, in words; risks that are not acceptable; the role that evaluates with quality.

    ``criteria`` is the digest of the plan's criteria of risk acceptability.
    """

    contents: str
    not_acceptable: tuple[str, ...]
    evaluator: str
    criteria: str = ""


def released_risk_file(items: Sequence[Item], plan: Plan) -> ReleasedRiskFile:
    """Return what the candidate's items and plan say of the risk file."""
    found = risk_file_fact(items, plan.risk_matrix)
    return ReleasedRiskFile(
        found.contents(),
        found.not_acceptable,
        evaluator_of(plan.risk_file, plan.roles),
        criteria_digest(plan.risk_matrix),
    )
