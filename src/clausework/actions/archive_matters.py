"""The matter of a review that explains why a build made from an archive came out different (clause 5.8.7)."""

from __future__ import annotations

from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.ledger.records.archive import OfflineRebuild
from clausework.ledger.records.decisions import Matter

OFFLINE_REBUILD = "offline-rebuild"
"""The subject's name: ``clausework decide review offline-rebuild``."""


class NothingRebuilt(UsageFault):
    """No build was made from an archive yet."""

    hint = "Run 'clausework archive VERSION'; class C is then built from what was archived."


def offline_rebuild_matter(workplace: Workplace) -> Matter:
    """Return the newest build that was made from an archive, bound to its record; raises ``NothingRebuilt``."""
    for record in reversed(workplace.snapshot().records):
        if isinstance(record.body, OfflineRebuild):
            return Matter("verification", f"#{record.index}", record.sha256)
    raise NothingRebuilt("Nothing was built from an archive yet.")
