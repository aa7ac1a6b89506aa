"""What the release gate asks of the risk management file beside its digest (ISO 14971 7.4, 8)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.gates.risk_file_facts import risk_file_fact
from clausework.items.model import Item
from clausework.plan.model import Plan
from clausework.plan.risk_file import evaluator_of


class ReleasedRiskFile(msgspec.Struct, frozen=True):
    """How much the risk file holds, in words; risks that are not acceptable; the role that evaluates with quality."""

    contents: str
    not_acceptable: tuple[str, ...]
    evaluator: str


def released_risk_file(items: Sequence[Item], plan: Plan) -> ReleasedRiskFile:
    """Return what the candidate's items and plan say of the risk file."""
    found = risk_file_fact(items, plan.risk_matrix)
    return ReleasedRiskFile(found.contents(), found.not_acceptable, evaluator_of(plan.risk_file, plan.roles))
