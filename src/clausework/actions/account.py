"""account: enrols people and pipeline keys, revokes keys, lists who may sign (21 CFR 11.100, 11.300)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.given_texts import fit_text
from clausework.actions.person import Person as Acting
from clausework.actions.workplace import Workplace
from clausework.core.errors import NotAllowed, UsageFault
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import subject
from clausework.ledger.records.root import KeyRevoked, Person, PersonEnrolled
from clausework.ledger.signing import decode_key, key_id_of
from clausework.plan.model import roles_of
from clausework.signatures.sealed_key import SealedKey, read_sealed_key


class NoSuchKey(UsageFault):
    """No enrolled key has that ID."""

    hint = "'clausework account list' shows the IDs."


class EnrolmentInVain(NotAllowed):
    """An enrolment would not come into force, so it is not recorded."""

    hint = "Make a new key with 'clausework key new', under the name that is enrolled."


class Account(msgspec.Struct, frozen=True):
    """An enrolled person's key: whose, which roles the plan in force gives them, valid or revoked from an index on."""

    email: str
    name: str
    key_id: str
    roles: tuple[str, ...]
    since: int
    until: int | None


def accounts(workplace: Workplace) -> tuple[Account, ...]:
    """Return every person's key that was ever let in, in log order."""
    snapshot = workplace.snapshot()
    plan = workplace.standing(snapshot).plan_in_force.plan
    return tuple(
        Account(
            key.holder.email,
            key.holder.name,
            key.key_id,
            roles_of(plan, key.holder.email),
            key.since,
            key.until,
        )
        for key in snapshot.keyring.keys.values()
        if isinstance(key.holder, Person)
    )


def enrol(workplace: Workplace, key_file: Path, *, proof: str, by: Acting) -> int:
    """Record the enrolment of the person whose sealed key is ``key_file``; two people then approve it by signing.

    ``proof`` says how the identity was proofed. The file is only read for its public half. Returns the record's index.
    """
    proof = fit_text("--proof", proof)
    sealed: SealedKey = read_sealed_key(key_file)
    key_id = key_id_of(decode_key(sealed.public_key))
    _refuse_vain(workplace.snapshot(), sealed, key_id)
    roles = roles_of(workplace.standing(workplace.snapshot()).plan_in_force.plan, sealed.email)
    person = Person(sealed.email, sealed.name, sealed.public_key, proof, by.email, roles)
    body = PersonEnrolled(workplace.made(by.email), person, key_id)
    draft = Draft((subject(f"key/{sealed.email}", key_id),), body, idempotency=key_id)
    return workplace.ledger.append([draft])[0].index


def _refuse_vain(snapshot: Snapshot, sealed: SealedKey, key_id: str) -> None:
    """Raise ``EnrolmentInVain`` for an enrolment that the key ring would not take."""
    keyring = snapshot.keyring
    if keyring.revoked_at(key_id) is not None:
        raise EnrolmentInVain(f"The key {key_id[:12]} was revoked and does not return.")
    if key_id in keyring.keys:
        raise EnrolmentInVain(f"The key {key_id[:12]} is enrolled already.")
    known = keyring.person(sealed.email, len(snapshot.records))
    if known is not None and known.name != sealed.name:
        raise EnrolmentInVain(f"{sealed.email} is enrolled as {known.name}; the key is of {sealed.name}.")


def revoke(workplace: Workplace, key_id: str, *, reason: str, by: Acting) -> int:
    """Record that a key signs nothing valid from now on; raises ``NoSuchKey``. Returns the record's index."""
    reason = fit_text("--reason", reason)
    keys = [one for one in workplace.snapshot().keyring.keys if len(key_id) >= 8 and one.startswith(key_id)]
    if len(keys) != 1:
        raise NoSuchKey(f"'{key_id}' is not the ID of one enrolled key.")
    body = KeyRevoked(workplace.made(by.email), keys[0], reason)
    return workplace.ledger.append([Draft((subject("key", keys[0]),), body)])[0].index
