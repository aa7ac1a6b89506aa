"""timestamp: trusted time asked for by hand, where the authority could not be reached or was named later (RFC 3161)."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.actions.matters import find_record
from clausework.actions.release import complete_release
from clausework.actions.trusted_time import NoAuthority, TimeOf, stamp, times_of_releases
from clausework.actions.workplace import Workplace
from clausework.core.errors import IntegrityViolated
from clausework.ledger.records import Record
from clausework.ledger.records.release import ReleaseGate
from clausework.release.candidate import NoCandidate, newest_candidate, signed_release


class TokensViolated(IntegrityViolated):
    """A token in the ledger does not hold."""

    hint = "Find out who recorded it; have the record stamped anew with 'clausework timestamp VERSION'."


def stamp_subject(workplace: Workplace, subject: str) -> tuple[TimeOf, ...]:
    """Have the record ``#N``, or the release gate and the release of a version, stamped; return all times.

    A version whose last signature waited for the authority is released then. Raises ``NoAuthority``, ``NoCandidate``,
    ``RecordNotFound``, ``AuthorityUnreachable``, ``TokenDoesNotHold``.
    """
    if subject.startswith("#"):
        _stamp(workplace, find_record(workplace.snapshot(), subject))
        return times_of_releases(workplace)
    _stamp(workplace, _gate_of(workplace.snapshot().records, subject))
    complete_release(workplace, subject)
    snapshot = workplace.snapshot()
    released = signed_release(snapshot.records, subject, workplace.standing(snapshot))
    if released is not None:
        _stamp(workplace, released)
    return times_of_releases(workplace)


def refuse_broken(found: Iterable[TimeOf]) -> None:
    """Raise ``TokensViolated`` naming every token that does not hold."""
    broken = [
        f"#{one.record} over #{one.of}: {one.problem}" for time in found for one in time.tokens if one.problem
    ]
    if broken:
        raise TokensViolated(f"Not every token of a release holds: {'; '.join(broken)}.")


def _stamp(workplace: Workplace, record: Record) -> None:
    if not stamp(workplace, record):
        raise NoAuthority("The plan in force names no timestamp authority.")


def _gate_of(records: tuple[Record, ...], version: str) -> Record:
    candidate = newest_candidate(records, version)
    for record in reversed(records):
        body = record.body
        if isinstance(body, ReleaseGate) and body.candidate.sha256 == candidate.sha256:
            if body.outcome == "pass":
                return record
            break
    raise NoCandidate(
        f"The release gate of version {version} does not pass.",
        hint="Run 'clausework release VERSION' first.",
    )
