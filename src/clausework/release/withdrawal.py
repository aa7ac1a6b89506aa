"""Withdrawn releases and derived artefacts: they stay in the log, marked, and are not admitted any more (6.2.5, 8.2.1).

A derived artefact is withdrawn by its digest: what was recorded of it a second time is withdrawn with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from clausework.ledger.records import Record

if TYPE_CHECKING:  # 'trace' names it, and answers from registers need not wait for the fold's imports
    from clausework.trace.standing import StandingDecision

FORM = "withdraw"
KIND = "version"
DERIVATION_KIND = "derivation"


class Withdrawal(msgspec.Struct, frozen=True):
    """Who withdrew what, in which role, when and why; ``record`` is the decision's.

    ``version`` and ``release`` are the version and the digest of its record; the digest of a derived artefact and that
    of the record of its derivation.
    """

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
    return {one.release: one for one in _withdrawn(decisions, KIND)}


def withdrawn_derivations(decisions: Iterable[StandingDecision]) -> dict[str, Withdrawal]:
    """Return which derived artefacts were withdrawn, by their digests; nothing later undoes it."""
    return {one.version: one for one in _withdrawn(decisions, DERIVATION_KIND)}


def _withdrawn(decisions: Iterable[StandingDecision], kind: str) -> list[Withdrawal]:
    """Return the withdrawals of matters of ``kind``, the first of each last."""
    found = [
        _withdrawal(one)
        for one in decisions
        if one.effective and (one.form.name, one.decision.matter.kind) == (FORM, kind)
    ]
    return found[::-1]


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
