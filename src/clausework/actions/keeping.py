"""What status shows of what is kept: when each release's archive was last restored, what was adopted (5.8.7, 4.4)."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from clausework.core.clock import parse_timestamp
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.release import Archive, Release
from clausework.release.adoption import DECLARED, adopted_releases
from clausework.trace.releases import releases
from clausework.trace.standing import Standing

RESTORE_EVERY = timedelta(days=365)
"""An archive that nobody restored for longer than this is due for it."""


class ArchiveStanding(msgspec.Struct, frozen=True):
    """A released version's archive: its newest record, when it was last restored (empty: never), what to do."""

    version: str
    index: int
    restored_at: str
    due: bool
    problem: str


class AdoptedVersion(msgspec.Struct, frozen=True):
    """A version from before the tool: its record, and how it stands: never more than declared (clause 4.4)."""

    version: str
    index: int
    at: str
    standing: str


def archives_standing(snapshot: Snapshot, standing: Standing, now: str) -> tuple[ArchiveStanding, ...]:
    """Return how the archive of each released version stands at the moment ``now``."""
    return tuple(_standing(snapshot, one.record.body, now) for one in releases(snapshot.records, standing))


def adopted_standing(snapshot: Snapshot, standing: Standing) -> tuple[AdoptedVersion, ...]:
    """Return every version that was declared as one from before the tool, with why it does not count if it does not."""
    return tuple(
        AdoptedVersion(
            one.body.version,
            one.record.index,
            one.body.made.at,
            "; ".join(filter(None, (DECLARED, one.fault, one.withdrawn))),
        )
        for one in adopted_releases(snapshot.records, standing.decisions)
    )


def _standing(snapshot: Snapshot, release: Release, now: str) -> ArchiveStanding:
    own = [
        one
        for one in snapshot.records
        if isinstance(one.body, Archive) and one.body.candidate.sha256 == release.candidate.sha256
    ]
    restored = next((one.body.made.at for one in reversed(own) if one.body.restored), "")
    newest: Archive | None = own[-1].body if own else None
    due = not restored or parse_timestamp(now) - parse_timestamp(restored) > RESTORE_EVERY
    problem = newest.problem if newest else "nothing is archived"
    return ArchiveStanding(release.version, own[-1].index if own else -1, restored, due, problem)
