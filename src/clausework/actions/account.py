"""account: enrols people and pipeline keys, revokes and recovers keys, closes accounts (21 CFR 11.100, 11.300)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from clausework.actions.given_texts import fit_proof, fit_text
from clausework.actions.person import Person as Acting
from clausework.actions.person import sign_record
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.keyring import APPROVED, ENROLLING_ROLE, EnrolledKey
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import subject
from clausework.ledger.records.accounts import AccountClosed
from clausework.ledger.records.root import (
    KeyRevoked,
    Person,
    PersonEnrolled,
    PipelineKey,
    PipelineKeyEnrolled,
)
from clausework.ledger.signing import decode_key, encode_key, key_id_of
from clausework.plan.model import roles_of
from clausework.signatures.pipeline_key import create_signer, load_signer
from clausework.signatures.sealed_key import SealedKey, read_sealed_key
from clausework.trace.accountability import lacks_of
from clausework.trace.locks import locks
from clausework.trace.standing import Standing


class NoSuchKey(UsageFault):
    """No enrolled key has that ID."""

    hint = "'clausework account list' shows the IDs."


class EnrolmentInVain(NotAllowed):
    """An enrolment would not come into force, so it is not recorded."""

    hint = "Make a new key with 'clausework key new', under the name that is enrolled."


class NotToLetIn(NotAllowed):
    """Recovering a key or closing an account is for people who let keys in."""

    hint = f"Ask a person of the root, or one who was enrolled in the role {ENROLLING_ROLE}."


class RecoveredByOneself(NotAllowed):
    """A lost key is recovered by two others; who still has theirs rotates it."""

    hint = "Ask two other people; where you still have the key, run 'clausework key rotate'."


class ClosedBefore(UsageFault):
    """The account was closed before, or nobody ever had it."""

    hint = "'clausework account list' shows the accounts."


class Account(msgspec.Struct, frozen=True):
    """A key that was let in: whose, the person's roles by the plan in force, valid from an index, or revoked at one.

    ``kind`` is ``person``, ``passkey`` or ``pipeline``; a pipeline's key has no address. ``closed`` is the index of the
    record that closed the account, ``locked_until`` the end of the lock that holds on it. ``lacks`` is what keeps the
    person from signing that the plan in force asks of them, ``trainings`` the training records that are linked.
    ``identity`` tells how the person's identity was proofed, and who vouched for it (21 CFR 11.100(b)).
    """

    email: str
    name: str
    key_id: str
    roles: tuple[str, ...]
    since: int
    until: int | None
    kind: str = "person"
    closed: int | None = None
    locked_until: str = ""
    lacks: tuple[str, ...] = ()
    trainings: tuple[str, ...] = ()
    identity: str = ""


class Recovery(msgspec.Struct, frozen=True):
    """A lost key's replacement: the record of the enrolment, and the keys that were revoked for it."""

    email: str
    index: int
    revoked: tuple[str, ...]
    signed: bool


def accounts(workplace: Workplace) -> tuple[Account, ...]:
    """Return every key that was ever let in, in log order."""
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    now = workplace.now()
    locked = {one.email: one.until for one in locks(snapshot.records, standing, now) if one.holds}
    return tuple(_account(key, snapshot, standing, locked, now) for key in snapshot.keyring.keys.values())


def _account(
    key: EnrolledKey, snapshot: Snapshot, standing: Standing, locked: Mapping[str, str], now: str
) -> Account:
    holder, plan, held = key.holder, standing.plan_in_force.plan, standing.accountability
    if not isinstance(holder, Person):
        return Account("", holder.name, key.key_id, (), key.since, key.until, "pipeline")
    return Account(
        holder.email,
        holder.name,
        key.key_id,
        roles_of(plan, holder.email),
        key.since,
        key.until,
        "passkey" if key.passkey is not None else "person",
        snapshot.keyring.closed_at(holder.email),
        locked.get(holder.email.lower(), ""),
        lacks_of(plan, held, holder.email, now) if key.valid_at(len(snapshot.records)) else (),
        tuple(map(str, held.trained.get(holder.email.lower(), ()))),
        f"{holder.identity_proof}; {holder.proofed_by} vouched for it",
    )


def enrol(workplace: Workplace, key_file: Path, *, proof: str, by: Acting) -> int:
    """Record the enrolment of the person whose sealed key is ``key_file``; two people then approve it by signing.

    ``proof`` says how the identity was proofed. The file is only read for its public half. Returns the record's index.
    """
    draft = _enrolment(workplace, read_sealed_key(key_file), proof, by)
    return workplace.ledger.append([draft])[0].index


def recover(workplace: Workplace, key_file: Path, *, proof: str, reason: str, by: Acting) -> Recovery:
    """Revoke every key of a person whose key is lost, and record the enrolment of the new one in ``key_file``.

    Two others approve it by signing; ``by``, one of them, signs at once. The person's own name and address stay. Raises
    ``NotToLetIn``, ``RecoveredByOneself``, ``EnrolmentInVain``; nothing is recorded then.
    """
    reason = fit_text("--reason", reason)
    sealed = read_sealed_key(key_file)
    snapshot = workplace.snapshot()
    if by.email == sealed.email:
        raise RecoveredByOneself(f"{by.email} does not recover their own key.")
    _refuse_unless_letting_in(snapshot, by)
    if snapshot.keyring.person(sealed.email, len(snapshot.records)) is None:
        raise EnrolmentInVain(
            f"Nobody is enrolled as {sealed.email}, so no key is lost.",
            hint="Enrol a new person with 'clausework account add'.",
        )
    enrolment = _enrolment(workplace, sealed, proof, by)
    lost = keys_of(snapshot, sealed.email)
    made = workplace.made(by.email)
    revocations = [Draft((subject("key", one),), KeyRevoked(made, one, reason)) for one in lost]
    receipt = workplace.ledger.append([*revocations, enrolment])[-1]
    signed = sign_enrolment(workplace, by, receipt.sha256)
    return Recovery(sealed.email, receipt.index, lost, signed)


def enrol_pipeline_key(workplace: Workplace, key_file: Path, *, name: str, by: Acting) -> int:
    """Record the enrolment of a further pipeline key, made in ``key_file`` where there is none yet.

    Two people then approve it by signing. Returns the record's index. Raises ``EnrolmentInVain``.
    """
    name = fit_text("--name", name, longest=100)
    signer = load_signer(key_file) if key_file.exists() else create_signer(key_file)
    key_id = key_id_of(signer.public_key)
    keyring = workplace.snapshot().keyring
    if key_id in keyring.keys or keyring.revoked_at(key_id) is not None:
        raise EnrolmentInVain(
            f"The key {key_id[:12]} was let in or revoked before.", hint="Name a file that is not there yet."
        )
    body = PipelineKeyEnrolled(
        workplace.made(by.email), PipelineKey(name, encode_key(signer.public_key)), key_id
    )
    draft = Draft((subject(f"pipeline-key/{name}", key_id),), body, idempotency=key_id)
    return workplace.ledger.append([draft])[0].index


def revoke(workplace: Workplace, key_id: str, *, reason: str, by: Acting) -> int:
    """Record that a key signs nothing valid from now on; raises ``NoSuchKey``. Returns the record's index."""
    reason = fit_text("--reason", reason)
    keyring = workplace.snapshot().keyring
    known = (*keyring.keys, *keyring.provider_key_ids())
    keys = [one for one in known if len(key_id) >= 8 and one.startswith(key_id)]
    if len(keys) != 1:
        raise NoSuchKey(f"'{key_id}' is not the ID of one enrolled key.")
    body = KeyRevoked(workplace.made(by.email), keys[0], reason)
    return workplace.ledger.append([Draft((subject("key", keys[0]),), body)])[0].index


def close(workplace: Workplace, email: str, *, reason: str, by: Acting) -> int:
    """Record that an account signs nothing from now on and never again; returns the record's index.

    A person closes their own account, or one who lets keys in closes it. Raises ``ClosedBefore``, ``NotToLetIn``.
    """
    reason = fit_text("--reason", reason)
    account = parse_email(email)
    snapshot = workplace.snapshot()
    if account != by.email:
        _refuse_unless_letting_in(snapshot, by)
    if snapshot.keyring.closed_at(account) is not None:
        raise ClosedBefore(f"The account {account} was closed at #{snapshot.keyring.closed_at(account)}.")
    if snapshot.keyring.person(account, len(snapshot.records)) is None:
        raise ClosedBefore(f"Nobody was ever enrolled as {account}.")
    body = AccountClosed(workplace.made(by.email), account, reason)
    key = sha256_of(f"account {account}".encode())
    return workplace.ledger.append([Draft((subject(f"account/{account}", key),), body, key)])[0].index


def keys_of(snapshot: Snapshot, email: str) -> tuple[str, ...]:
    """Return the IDs of the person's keys that are valid now."""
    return tuple(
        key.key_id
        for key in snapshot.keyring.keys.values()
        if isinstance(key.holder, Person)
        and key.holder.email == email
        and key.valid_at(len(snapshot.records))
    )


def letting_in(snapshot: Snapshot) -> tuple[str, ...]:
    """Return who can let keys in now: people of the root and of the enrolling role, who have a valid key."""
    root = snapshot.keyring.root
    of_root = {one.email for one in root.people} if root else set()
    return tuple(
        person.email
        for person in snapshot.keyring.people()
        if (person.email in of_root or ENROLLING_ROLE in person.roles) and keys_of(snapshot, person.email)
    )


def sign_enrolment(workplace: Workplace, person: Acting, sha256: str) -> bool:
    """Let ``person`` approve the enrolment at once, in a role that they hold; tell whether they could."""
    snapshot = workplace.snapshot()
    held = workplace.standing(snapshot).roles(person.email, workplace.now())
    if not held or person.email not in letting_in(snapshot):
        return False
    role = ENROLLING_ROLE if ENROLLING_ROLE in held else held[0]
    sign_record(workplace, person, signed=sha256, role=role, meaning=APPROVED)
    return True


def _enrolment(workplace: Workplace, sealed: SealedKey, proof: str, by: Acting) -> Draft:
    """Return the record that enrols the key; raises ``EnrolmentInVain`` where it would not come into force."""
    proof = fit_proof(proof)
    snapshot = workplace.snapshot()
    key_id = key_id_of(decode_key(sealed.public_key))
    _refuse_vain(snapshot, sealed, key_id)
    roles = roles_of(workplace.standing(snapshot).plan_in_force.plan, sealed.email)
    person = Person(sealed.email, sealed.name, sealed.public_key, proof, by.email, roles)
    body = PersonEnrolled(workplace.made(by.email), person, key_id)
    return Draft((subject(f"key/{sealed.email}", key_id),), body, idempotency=key_id)


def _refuse_vain(snapshot: Snapshot, sealed: SealedKey, key_id: str) -> None:
    """Raise ``EnrolmentInVain`` for an enrolment that the key ring would not take."""
    keyring = snapshot.keyring
    if keyring.revoked_at(key_id) is not None:
        raise EnrolmentInVain(f"The key {key_id[:12]} was revoked and does not return.")
    if key_id in keyring.keys:
        raise EnrolmentInVain(f"The key {key_id[:12]} is enrolled already.")
    if (closed := keyring.closed_at(sealed.email)) is not None:
        raise EnrolmentInVain(
            f"The account {sealed.email} was closed at #{closed}; an address is never given again (21 CFR 11.100(a)).",
            hint="Make a key under an address that nobody had.",
        )
    known = keyring.person(sealed.email, len(snapshot.records))
    if known is not None and known.name != sealed.name:
        raise EnrolmentInVain(f"{sealed.email} is enrolled as {known.name}; the key is of {sealed.name}.")


def _refuse_unless_letting_in(snapshot: Snapshot, by: Acting) -> None:
    if by.email not in letting_in(snapshot):
        raise NotToLetIn(f"{by.email} is neither of the root nor was enrolled as {ENROLLING_ROLE}.")
