"""A gap that the plan accepts: a clause that no stage serves, because it is done elsewhere (clauses 5.1.1, 5.1.6)."""

from __future__ import annotations

import msgspec

from clausework.plan.values import Day, Text


class Gap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why nothing here serves a clause, where it is done instead, the role that owns it, its review day."""

    reason: Text
    where: Text
    owner: Text
    review: Day
