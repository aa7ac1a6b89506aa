"""The person who acts: account name, sealed key, passphrase; and signing a record (21 CFR 11.50, 11.100, 11.200)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from clausework.actions.account_lock import open_counted, refuse_locked, signing_rules
from clausework.actions.browser_signing import (
    LOG_IN,
    PASSKEY,
    Approve,
    approve_in_browser,
    provider_asked,
)
from clausework.actions.session import go_on, standing_session
from clausework.actions.workplace import Workplace
from clausework.core.clock import NotATime, timestamp
from clausework.core.errors import IntegrityViolated, NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.keyring import objection_to_approval
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import made_of, subject
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import ProviderKeys
from clausework.ledger.signing import Signer, decode_key, key_id_of
from clausework.signatures.approvals import Circumstances, approve, check_approval, intent
from clausework.signatures.passphrase_rules import refuse_unfit
from clausework.signatures.sealed_key import SealedKey, key_folder, read_sealed_key, sealed_key_path
from clausework.signatures.session import Ask, passphrase_of
from clausework.signatures.signing_session import BOTH, PASSPHRASE, SessionOver
from clausework.trace.accountability import shortcoming


class NobodyActs(UsageFault):
    """An action needs a person and none is named."""

    hint = "Say who you are with --as EMAIL or CLAUSEWORK_ACCOUNT."


class AccountUnknown(NotAllowed):
    """Nobody of that address is enrolled."""

    hint = "Enrol the person with 'clausework account add', and have it approved by two people."


class KeyNotEnrolled(NotAllowed):
    """The key is not one that signs for the person: it was never let in, or was revoked."""

    hint = "Have the key enrolled with 'clausework account add' and approved by two people, then sign again."


class SignedBefore(NotAllowed):
    """The person signed this, in this role and meaning, already."""

    hint = "Each signature is wanted from another person; 'clausework status' says whose."


class SignatureWouldNotCount(NotAllowed):
    """The signature that would be given does not hold, so it is not recorded."""

    hint = "See that this machine's clock is right and that the role is still held, then sign again."


class RoleNotHeld(NotAllowed):
    """The person holds none of the roles in which this is signed."""


class AccountIsClosed(NotAllowed):
    """The account was closed: nobody acts under this address any more."""

    hint = "A closed account stays closed; another person who holds the role acts."


class Person(msgspec.Struct, frozen=True):
    """Who acts now: account name, printed name as enrolled, and the key, open for this action alone.

    ``components`` are what the person identified themselves with (21 CFR 11.200(a)); ``log_in`` asks for a log-in at
    the identity provider where the plan does not.
    """

    email: str
    name: str
    signer: Signer
    components: tuple[str, ...] = BOTH
    log_in: bool = False


class PasskeyHolder(msgspec.Struct, frozen=True):
    """Who signs with a passkey: account name and printed name. Who they are is proved by each signature itself."""

    email: str
    name: str
    components: tuple[str, ...] = PASSKEY
    log_in: bool = False


Signatory = Person | PasskeyHolder
"""Who gives a signature."""


def act_as(workplace: Workplace, email: str | None, ask: Ask | None, key: Path | None = None) -> Person:
    """Return the person who acts, with the key opened by the passphrase of the environment or the terminal.

    Where no account is named, a session that is not over names it, and the passphrase is the one component that is
    given. Raises ``NobodyActs``, ``AccountUnknown``, ``AccountIsClosed``, ``AccountIsLocked``, ``KeyNotEnrolled``,
    ``SessionOver``, ``SessionForged``, ``PassphraseExpired``, ``PassphraseOutgrown``, and what the sealed key gives
    cause for.
    """
    named = email or workplace.environ.get("CLAUSEWORK_ACCOUNT")
    session = None if named else standing_session(workplace, signing_rules(workplace).pause)
    if not named and session is None:
        raise NobodyActs("This needs a person.")
    account = parse_email(named or (session.email if session else ""))
    person = _open(workplace, account, ask, key)
    if session is None:
        return person
    go_on(workplace, session, person.signer)
    return msgspec.structs.replace(person, components=(PASSPHRASE,))


def act_again(workplace: Workplace, person: Person, ask: Ask | None, since: datetime) -> Person:
    """Return ``person`` for a further signing of the same run: the passphrase is given again.

    ``since`` is the moment of the signing before. Raises ``SessionOver`` past the plan's pause, and what ``act_as``
    does.
    """
    pause = signing_rules(workplace).pause
    if workplace.clock() - since > timedelta(minutes=pause):
        raise SessionOver(f"{person.email} signed last at {timestamp(since)}, more than {pause} minutes ago.")
    again = _open(workplace, person.email, ask, None)
    return msgspec.structs.replace(again, components=(PASSPHRASE,), log_in=person.log_in)


def _open(workplace: Workplace, account: str, ask: Ask | None, key: Path | None) -> Person:
    """Open the person's key. Whose it is, and that it may sign, is asked before the passphrase, and again after it."""
    snapshot = workplace.snapshot()
    enrolled = snapshot.keyring.person(account, len(snapshot.records))
    if enrolled is None:
        raise AccountUnknown(f"Nobody is enrolled as {account}.")
    if (closed := snapshot.keyring.closed_at(account)) is not None:
        raise AccountIsClosed(f"The account {account} was closed at #{closed}.")
    refuse_locked(workplace, account, snapshot)
    path = key or sealed_key_path(key_folder(workplace.environ), account)
    sealed = read_sealed_key(path)
    _refuse_other_key(snapshot, sealed, account, path)
    passphrase = passphrase_of(account, workplace.environ, ask)
    signer = open_counted(workplace, sealed, passphrase)
    refuse_unfit(sealed, passphrase, signing_rules(workplace).passphrase, workplace.clock())
    return Person(account, enrolled.name, signer)


def _refuse_other_key(snapshot: Snapshot, sealed: SealedKey, account: str, path: Path) -> None:
    key_id = key_id_of(decode_key(sealed.public_key))
    if (revoked := snapshot.keyring.revoked_at(key_id)) is not None:
        raise KeyNotEnrolled(
            f"The key {key_id[:12]} in '{path}' was revoked at #{revoked} and signs nothing."
        )
    holder = snapshot.keyring.person_key(key_id, len(snapshot.records))
    if holder is None or holder.email != account or sealed.email != account:
        raise KeyNotEnrolled(f"The key {key_id[:12]} in '{path}' does not sign for {account}.")


def sign_record(workplace: Workplace, person: Signatory, *, signed: str, role: str, meaning: str) -> int:
    """Append the approval by which ``person`` signs the record of digest ``signed``; return its index.

    Whether it counts is settled while nobody else can append. With a passkey, and where the plan asks for a log-in,
    the person is asked in their browser first. Raises ``SignedBefore``, ``SignatureWouldNotCount``, and what
    ``approve_in_browser`` raises.
    """

    def intent_at(snapshot: Snapshot, *more: str) -> Intent:
        return intent(
            signed,
            email=person.email,
            name=person.name,
            role=role,
            meaning=meaning,
            clock=workplace.clock,
            size=snapshot.checkpoint.size,
            checkpoint=snapshot.checkpoint.root_base64,
            components=(*person.components, *more),
        )

    approving = _in_browser(workplace, person, signed, intent_at)

    def decide(snapshot: Snapshot) -> list[Draft]:
        made = workplace.made(person.email)
        body = approving(made) if callable(approving) else approve(intent_at(snapshot), approving, made)
        _refuse_idle(workplace, snapshot, body)
        return [Draft((subject("approved", signed),), body)]

    return workplace.ledger.append_if(decide)[0].index


def _in_browser(
    workplace: Workplace, person: Signatory, signed: str, intent_at: Callable[..., Intent]
) -> Approve | Signer:
    """Return how the person approves what they were shown in the browser; their sealed key where that is enough."""
    snapshot = workplace.snapshot()
    record = next(one for one in snapshot.records if one.sha256 == signed)
    provider = provider_asked(signing_rules(workplace), record, wanted=person.log_in)
    signer = person.signer if isinstance(person, Person) else None
    if provider is None and signer is not None:
        return signer
    given = intent_at(snapshot, *([LOG_IN] if provider is not None else []))
    _refuse_given(workplace, snapshot, given)
    return approve_in_browser(workplace, given, signer, provider)


def _refuse_given(workplace: Workplace, snapshot: Snapshot, given: Intent) -> None:
    """Raise ``SignedBefore``, or ``AccountIsLocked``, before the person is asked for more.

    A signature that others followed may have come too early to count, and is given again.
    """
    refuse_locked(workplace, given.email, snapshot)
    standing = workplace.standing(snapshot).given.get(given.signed, ())
    shown = (given.email, given.role, given.meaning)
    last_of_others = max((one.index for one in standing if one.email != given.email), default=-1)
    if any((one.email, one.role, one.meaning) == shown and one.index > last_of_others for one in standing):
        raise SignedBefore(f"{given.email} signed this as '{given.meaning}' before.")


def _refuse_idle(workplace: Workplace, snapshot: Snapshot, approval: Approval) -> None:
    """Raise unless ``approval`` would count as the next record, for a signature that is not given yet."""
    given = approval.intent
    standing = workplace.standing(snapshot)
    _refuse_given(workplace, snapshot, given)
    signed = next(record for record in snapshot.records if record.sha256 == given.signed)
    circumstances = Circumstances(
        index=len(snapshot.records),
        signed=signed.sha256,
        signed_index=signed.index,
        not_before=made_of(signed.body).at,
        holds_role=lambda email, wanted: wanted in standing.roles(email, given.at),
        nonces=frozenset(),
        root_at=workplace.ledger.root_at,
        signing=standing.plan_in_force.plan.signing,
        sign_counts=standing.sign_counts,
        lets_provider_in=isinstance(signed.body, ProviderKeys),
        seen_at=workplace.ledger.time_at(given.size),
        recorded_by=int(workplace.clock().timestamp()),
        unaccountable=shortcoming(
            standing.plan_in_force.plan,
            standing.accountability,
            given.email,
            given.role,
            given.at,
            signed.body,
        ),
    )
    try:
        check_approval(approval, snapshot.keyring, circumstances)
    except (IntegrityViolated, NotAllowed, NotATime) as error:
        hint = SignatureWouldNotCount.hint if isinstance(error, NotATime) else error.hint
        raise SignatureWouldNotCount(f"The signature would not count: {error.message}", hint=hint) from error
    if given.signed in snapshot.keyring.pending and (
        reason := objection_to_approval(snapshot.keyring, len(snapshot.records), approval)
    ):
        raise SignatureWouldNotCount(f"The signature would let nobody in: {reason}.")
