"""What happens to an account beside its keys: locked, closed, a policy accepted, a training record linked."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.core.identities import Email
from clausework.ledger.records.values import Descriptor, Made


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


class PolicyAccepted(msgspec.Struct, frozen=True):
    """That a person holds themselves accountable by a written policy (21 CFR 11.10(j)): the text as they were given it.

    Counts once that person has signed this record, meaning ``accepted``.
    """

    made: Made
    email: Email
    reference: str
    policy: Descriptor


class TrainingLinked(msgspec.Struct, frozen=True):
    """Where a person's training record is (21 CFR 11.10(i)): the document's ID and digest, not its content.

    Counts once another person has signed this record, meaning ``training seen``, until ``expires`` (empty: for good).
    """

    made: Made
    email: Email
    training: str
    document: str
    sha256: Sha256
    completed: str
    expires: str = ""
