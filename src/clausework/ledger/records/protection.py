"""How the forge guards its branches, as it exported it (clauses 5.1.11, 8.2.1; EN IEC 81001-5-1 5.1)."""

from __future__ import annotations

import msgspec

from clausework.ledger.records.values import Made, Origin, Reading


class GuardedBranch(msgspec.Struct, frozen=True):
    """Branches of a name or pattern: whether guarded, approvals needed, checks that must pass, who may go past what.

    ``pushers`` may push without a review, ``bypassers`` past all of it; the first of them are named.
    """

    pattern: str
    protected: bool
    reviews: int = 0
    checks: tuple[str, ...] = ()
    pushers: tuple[str, ...] = ()
    bypassers: tuple[str, ...] = ()
    force_push: bool = False
    deletion: bool = False


class BranchProtection(msgspec.Struct, frozen=True):
    """An export of a forge's branch protection; ``whole`` tells that it lists all that is guarded."""

    made: Made
    origin: Origin
    reading: Reading
    forge: str
    whole: bool
    branches: tuple[GuardedBranch, ...]
