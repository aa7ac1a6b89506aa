"""Which accounts are locked: from the alerts in the ledger and the decisions that unlock (21 CFR 11.300(d))."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.core.clock import NotATime, parse_timestamp
from clausework.ledger.records import Record
from clausework.ledger.records.accounts import AccountLocked
from clausework.trace.standing import Standing

UNLOCK = "unlock"
"""The form of the decision that takes a lock off."""


class Lock(msgspec.Struct, frozen=True):
    """An account's newest alert: its record, when, after how many wrong passphrases, until when it locks.

    ``unlocked`` is the index of the signature that took it off (-1: none did); ``holds`` whether it locks now.
    """

    email: str
    index: int
    sha256: str
    at: str
    failures: int
    until: str
    unlocked: int
    holds: bool


def lock_of(records: Sequence[Record], standing: Standing, email: str, at: str) -> Lock | None:
    """Return the newest lock of an account as it stands at the moment ``at``; None where there never was one."""
    return next((one for one in locks(records, standing, at) if one.email == email.lower()), None)


def locks(records: Sequence[Record], standing: Standing, at: str) -> tuple[Lock, ...]:
    """Return the newest lock of each account that ever was locked, as it stands at the moment ``at``."""
    newest = {one.body.email.lower(): one for one in records if isinstance(one.body, AccountLocked)}
    opened = {
        one.decision.matter.sha256: one.since
        for one in standing.decisions_on(UNLOCK, ("account",))
        if one.effective
    }
    return tuple(_lock(email, record, opened.get(record.sha256, -1), at) for email, record in newest.items())


def _lock(email: str, record: Record, unlocked: int, at: str) -> Lock:
    body: AccountLocked = record.body
    holds = unlocked < 0 and _before(at, body.until)
    return Lock(email, record.index, record.sha256, body.made.at, body.failures, body.until, unlocked, holds)


def _before(at: str, until: str) -> bool:
    """Tell whether the lock's time is yet to come; one that cannot be read does not come."""
    try:
        return parse_timestamp(at) < parse_timestamp(until)
    except NotATime:
        return True
