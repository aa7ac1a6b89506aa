"""What happens to an account beside its keys: locked after wrong passphrases, closed for good (21 CFR 11.300)."""

from __future__ import annotations

import msgspec

from clausework.core.identities import Email
from clausework.ledger.records.values import Made


class AccountLocked(msgspec.Struct, frozen=True):
    """The alert that somebody tried to open an account's key without its passphrase (21 CFR 11.300(d)).

    Made by the pipeline's key after ``failures`` wrong passphrases in a row; the account signs nothing before the time
    ``until``, unless another person unlocks it.
    """

    made: Made
    email: Email
    failures: int
    until: str


class AccountClosed(msgspec.Struct, frozen=True):
    """An account that signs nothing from this record's index on, and never again: no key of it is let in any more."""

    made: Made
    email: Email
    reason: str
