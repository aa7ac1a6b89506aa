"""A candidate: what is frozen for a version, and the digest by which people speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.core.errors import UsageFault
from clausework.ledger.records import Record
from clausework.ledger.records.release import Candidate, Release

if TYPE_CHECKING:  # 'trace' names it, and answers from registers need not wait
    from clausework.trace.standing import Standing


class NoCandidate(UsageFault):
    """A version has no candidate yet."""

    hint = "Freeze one with 'clausework release VERSION'."


def artefacts_digest(artefacts: Iterable[str]) -> Sha256:
    """Return the one digest that stands for a set of artefacts.

    Verification, validation and significance are judged about it: another build with the same artefacts is the
    same matter, a build with other artefacts is another.
    """
    return sha256_of(canonical_json(sorted(set(artefacts))))


def newest_candidate(records: Sequence[Record], version: str) -> Record:
    """Return the record of the newest candidate of ``version``; raises ``NoCandidate``."""
    for record in reversed(records):
        if isinstance(record.body, Candidate) and record.body.version == version:
            return record
    raise NoCandidate(f"Version {version} has no candidate.")


def signed_release(records: Sequence[Record], version: str, standing: Standing) -> Record | None:
    """Return the release record of ``version``, if it was released: one that nobody signed is none."""
    from clausework.trace.releases import releases

    return next((one.record for one in releases(records, standing) if one.version == version), None)


def signed_versions(records: Sequence[Record], standing: Standing) -> str:
    """Return the released versions as a refusal names them: ``none`` where there are none."""
    from clausework.trace.releases import releases

    return ", ".join(one.version for one in releases(records, standing)) or "none"


def release_of(records: Iterable[Record], version: str) -> Record | None:
    """Return the first record that says ``version`` was released, whoever wrote it; see ``signed_release``."""
    return next(
        (one for one in records if isinstance(one.body, Release) and one.body.version == version), None
    )
