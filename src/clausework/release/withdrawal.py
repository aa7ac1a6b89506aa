"""Withdrawn releases: they stay in the log, marked, and nothing of them is admitted any more (clauses 6.2.5, 8.2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from clausework.ledger.records import Record

if TYPE_CHECKING:  # 'trace' names it, and answers from registers need not wait for the fold's imports
    from clausework.trace.standing import StandingDecision

FORM = "withdraw"
KIND = "version"


class Withdrawal(msgspec.Struct, frozen=True):
    """Who withdrew a release, in which role, when and why; ``record`` is the decision's, ``release`` the digest."""

    record: int
    version: str
    release: str
    name: str
    role: str
    at: str
    reason: str
    communication: str

    def __str__(self) -> str:
        return f"withdrawn on {self.at} by {self.name} ({self.role.replace('_', ' ')}), #{self.record}: {self.reason}"


def withdrawals(decisions: Iterable[StandingDecision]) -> dict[str, Withdrawal]:
    """Return what was withdrawn, by the digest of the release's record; nothing later undoes it."""
    found: dict[str, Withdrawal] = {}
    for one in decisions:
        matter = one.decision.matter
        if one.effective and (one.form.name, matter.kind) == (FORM, KIND):
            found.setdefault(matter.sha256, _withdrawal(one))
    return found


def withdrawal_of(decisions: Iterable[StandingDecision], release: Record) -> Withdrawal | None:
    """Return how the release was withdrawn; ``None`` where it was not."""
    return withdrawals(decisions).get(release.sha256)


def _withdrawal(one: StandingDecision) -> Withdrawal:
    signed = one.given[0]
    fields = one.decision.fields
    return Withdrawal(
        record=one.record.index,
        version=one.decision.matter.id,
        release=one.decision.matter.sha256,
        name=signed.name,
        role=signed.role,
        at=signed.at,
        reason=str(fields.get("reason", "")),
        communication=str(fields.get("communication", "")),
    )
