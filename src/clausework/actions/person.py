"""The person who acts: account name, sealed key, passphrase; and signing a record (21 CFR 11.50, 11.100, 11.200)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.workplace import Workplace
from clausework.core.clock import NotATime
from clausework.core.errors import IntegrityViolated, NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import subject
from clausework.ledger.records.decisions import Approval
from clausework.ledger.signing import Signer, key_id_of
from clausework.plan.model import roles_of
from clausework.signatures.approvals import Circumstances, approve, check_approval, intent
from clausework.signatures.sealed_key import key_folder, open_sealed_key, sealed_key_path
from clausework.signatures.session import Ask, passphrase_of


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


class Person(msgspec.Struct, frozen=True):
    """Who acts now: account name, printed name as enrolled, and the key, open for this action alone."""

    email: str
    name: str
    signer: Signer


def act_as(workplace: Workplace, email: str | None, ask: Ask | None, key: Path | None = None) -> Person:
    """Return the person who acts, with the key opened by the passphrase of the environment or the terminal.

    Raises ``NobodyActs``, ``AccountUnknown``, and what the sealed key gives cause for.
    """
    named = email or workplace.environ.get("CLAUSEWORK_ACCOUNT")
    if not named:
        raise NobodyActs("This needs a person.")
    account = parse_email(named)
    snapshot = workplace.snapshot()
    enrolled = snapshot.keyring.person(account, len(snapshot.records))
    if enrolled is None:
        raise AccountUnknown(f"Nobody is enrolled as {account}.")
    path = key or sealed_key_path(key_folder(workplace.environ), account)
    signer = open_sealed_key(path, passphrase_of(account, workplace.environ, ask))
    key_id = key_id_of(signer.public_key)
    holder = snapshot.keyring.person_key(key_id, len(snapshot.records))
    if holder is None or holder.email != account:
        raise KeyNotEnrolled(f"The key {key_id[:12]} in '{path}' does not sign for {account}.")
    return Person(account, enrolled.name, signer)


def sign_record(workplace: Workplace, person: Person, *, signed: str, role: str, meaning: str) -> int:
    """Append the approval by which ``person`` signs the record of digest ``signed``; return its index.

    Whether it counts is settled while nobody else can append. Raises ``SignedBefore``, ``SignatureWouldNotCount``.
    """

    def decide(snapshot: Snapshot) -> list[Draft]:
        given = intent(
            signed,
            email=person.email,
            name=person.name,
            role=role,
            meaning=meaning,
            clock=workplace.clock,
            size=snapshot.checkpoint.size,
            checkpoint=snapshot.checkpoint.root_base64,
        )
        body = approve(given, person.signer, workplace.made(person.email))
        _refuse_idle(workplace, snapshot, body)
        return [Draft((subject("approved", signed),), body)]

    return workplace.ledger.append_if(decide)[0].index


def _refuse_idle(workplace: Workplace, snapshot: Snapshot, approval: Approval) -> None:
    """Raise unless ``approval`` would count as the next record, for a signature that is not given yet."""
    given = approval.intent
    standing = workplace.standing(snapshot)
    shown = (given.email, given.role, given.meaning)
    if any((one.email, one.role, one.meaning) == shown for one in standing.given.get(given.signed, ())):
        raise SignedBefore(f"{given.email} signed this as '{given.meaning}' before.")
    signed = next(record for record in snapshot.records if record.sha256 == given.signed)
    circumstances = Circumstances(
        index=len(snapshot.records),
        signed=signed.sha256,
        signed_index=signed.index,
        not_before=signed.body.made.at,
        holds_role=lambda email, wanted: wanted in roles_of(standing.plan_in_force.plan, email),
        nonces=frozenset(),
        root_at=workplace.ledger.root_at,
    )
    try:
        check_approval(approval, snapshot.keyring, circumstances)
    except (IntegrityViolated, NotAllowed, NotATime) as error:
        raise SignatureWouldNotCount(f"The signature would not count: {error.message}") from error
