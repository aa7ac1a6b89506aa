"""timestamp: trusted time for the records of a release, by the plan's authority; verified offline (RFC 3161)."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from clausework.actions.workplace import Workplace, ask_authority
from clausework.core.clock import parse_timestamp
from clausework.core.errors import IntegrityViolated, UsageFault
from clausework.ledger.envelope import open_envelope
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, subject
from clausework.ledger.records.release import Release, ReleaseGate
from clausework.ledger.records.times import TimeStamped
from clausework.ledger.records.values import Reference
from clausework.plan.signing import TimestampAuthority
from clausework.signatures.trusted_time import check_token, time_request
from clausework.trace.standing import Standing

NONE_CONFIGURED = (
    "no trusted time: the plan names no timestamp authority, so all times are this manufacturer's own"
)
NOT_STAMPED = "no trusted time: no token of the plan's timestamp authority is recorded"

_CLOCKS_DIFFER = timedelta(minutes=5)


class NoAuthority(UsageFault):
    """Trusted time is asked for, and the plan in force names no authority."""

    hint = "Name one in the plan ('signing: timestamp_authority') and have the plan approved."


class Stamped(msgspec.Struct, frozen=True):
    """A token in the ledger: its record, what it is over, and what it says; ``problem`` where it does not hold."""

    record: int
    of: int
    at: str
    authority: str
    problem: str = ""


class TimeOf(msgspec.Struct, frozen=True):
    """A record of a release with what is known of its time, as it is shown."""

    title: str
    index: int
    time: str
    tokens: tuple[Stamped, ...]


def stamp(workplace: Workplace, record: Record) -> bool:
    """Have the plan's authority stamp ``record``, and append the token; tell whether it is stamped now.

    Nothing is asked where the plan in force names no authority, or a token that holds is there. Raises
    ``AuthorityUnreachable``, ``TokenDoesNotHold``: nothing is recorded then.
    """
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    authority = standing.plan_in_force.plan.signing.timestamp_authority
    if authority is None:
        return False
    if not any(not one.problem for one in tokens_of(workplace, snapshot, standing, record.sha256)):
        workplace.ledger.append([_token(workplace, record, authority)])
    return True


def tokens_of(
    workplace: Workplace, snapshot: Snapshot, standing: Standing, sha256: str
) -> tuple[Stamped, ...]:
    """Return the tokens over the record of that digest, each verified offline against its plan's certificates."""
    return tuple(
        _checked(workplace, standing, one)
        for one in snapshot.records
        if isinstance(one.body, TimeStamped) and one.body.of.sha256 == sha256
    )


def trusted_time(workplace: Workplace, snapshot: Snapshot, standing: Standing, sha256: str) -> str:
    """Return what is known of a record's time, as release index, ``where`` and ``status`` show it."""
    tokens = tokens_of(workplace, snapshot, standing, sha256)
    sound = [one for one in tokens if not one.problem]
    if sound:
        return _shown(sound[0], snapshot)
    if tokens:
        return f"no trusted time: the token #{tokens[0].record} does not hold: {tokens[0].problem}"
    authority = standing.plan_in_force.plan.signing.timestamp_authority
    return NONE_CONFIGURED if authority is None else NOT_STAMPED


def time_of_release(workplace: Workplace, snapshot: Snapshot, release: Record) -> str:
    """Return what is known of a release's time: of its own record, or else of the gate that was signed."""
    standing = workplace.standing(snapshot)
    sound = any(not one.problem for one in tokens_of(workplace, snapshot, standing, release.sha256))
    body: Release = release.body
    return trusted_time(workplace, snapshot, standing, release.sha256 if sound else body.gate.sha256)


def times_of_releases(workplace: Workplace) -> tuple[TimeOf, ...]:
    """Return, for each passing release gate and each release, what is known of its time, oldest first."""
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    return tuple(
        TimeOf(
            _title(one, snapshot),
            one.index,
            trusted_time(workplace, snapshot, standing, one.sha256),
            tokens_of(workplace, snapshot, standing, one.sha256),
        )
        for one in snapshot.records
        if isinstance(one.body, Release) or (isinstance(one.body, ReleaseGate) and one.body.outcome == "pass")
    )


def _token(workplace: Workplace, record: Record, authority: TimestampAuthority) -> Draft:
    request, nonce = time_request(_statement(workplace, record))
    response = ask_authority(authority.url, request)
    told = check_token(response, record.sha256, authority.certificates, nonce=nonce)
    token = workplace.ledger.put_blob(response, f"record-{record.index}.tsr", "application/timestamp-reply")
    reference = Reference(record.index, record.sha256)
    body = TimeStamped(workplace.made(), reference, token, told.at, told.authority)
    return Draft((subject(f"record/{record.index}", record.sha256),), body)


def _statement(workplace: Workplace, record: Record) -> bytes:
    (entry,) = workplace.ledger.log.entries(record.index, record.index + 1)
    return open_envelope(entry).payload


def _checked(workplace: Workplace, standing: Standing, record: Record) -> Stamped:
    body: TimeStamped = record.body
    in_force = standing.plan_at(record.index, standing.plans[0].line)
    authority = in_force.plan.signing.timestamp_authority if in_force else None
    found = Stamped(record.index, body.of.index, body.at, body.authority)
    if authority is None:
        return msgspec.structs.replace(found, problem="the plan in force there named no timestamp authority")
    try:
        told = check_token(
            workplace.ledger.read_blob(body.token.sha256), body.of.sha256, authority.certificates
        )
    except IntegrityViolated as error:
        return msgspec.structs.replace(found, problem=error.message.rstrip("."))
    if (told.at, told.authority) != (body.at, body.authority):
        return msgspec.structs.replace(
            found, problem=f"it says {told.at} by {told.authority}, the record other"
        )
    return found


def _shown(one: Stamped, snapshot: Snapshot) -> str:
    made = snapshot.records[one.record].body.made.at
    text = f"{one.at} by {one.authority} (RFC 3161 token, #{one.record})"
    difference = abs(parse_timestamp(made) - parse_timestamp(one.at))
    return f"{text}; the ledger's own clock said {made}" if difference > _CLOCKS_DIFFER else text


def _title(record: Record, snapshot: Snapshot) -> str:
    if isinstance(record.body, Release):
        return f"release {record.body.version}"
    candidate = snapshot.records[record.body.candidate.index].body
    return f"release gate of {candidate.version}"
