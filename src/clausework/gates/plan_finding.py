"""A finding against the plan itself: quality looks at it before a release rests on the plan (clauses 5.1.2, 5.1.6)."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of

KIND = "plan_finding"
"""The kind of matter that a review of a finding is about."""

PREFIX = "plan:"
"""What the ID of a finding begins with; no item's ID can."""

FindingKind = Literal["lowered", "hair", "overdue", "vanished"]


class PlanFinding(msgspec.Struct, frozen=True):
    """Something in the history of a plan that a person must have seen.

    ``lowered``: a setting was made laxer after its check had failed. ``hair``: a threshold was set to what was measured
    then. ``overdue``: the review of a defence or of an accepted gap was due. ``vanished``: a stage or check is asked no
    more. ``sha256`` is what a review binds to; ``since`` the time, or the day, from which it stands, empty for a plan
    that is not yet approved; ``owners`` are the roles that answer for it.
    """

    id: str
    sha256: Sha256
    kind: FindingKind
    message: str
    records: tuple[int, ...]
    since: str
    owners: tuple[str, ...]


def plan_finding(
    kind: FindingKind,
    what: tuple[str | int, ...],
    message: str,
    *,
    records: tuple[int, ...] = (),
    since: str = "",
    owners: tuple[str, ...] = (),
) -> PlanFinding:
    """Return a finding that is the same wherever ``what`` is the same: a review of it holds for that alone."""
    digest = sha256_of(canonical_json([kind, *what]))
    return PlanFinding(f"{PREFIX}{digest[:12]}", digest, kind, message, records, since, owners)
