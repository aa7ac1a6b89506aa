"""Approvals: a person's signature over an intent, made and checked (21 CFR 11.50, 11.70, 11.100, 11.200).

An intent holds the digest of what is signed and all that is shown with the signature: printed name, role,
meaning, time. Its canonical JSON is what the person's key signs, so that none of it can be cut from the
record that it was given for. Checking is pure: what the ledger knows comes in with ``Circumstances``.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Container
from typing import Protocol

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.clock import Clock, parse_timestamp, timestamp
from clausework.core.digests import parse_sha256
from clausework.core.errors import IntegrityViolated, NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.keyring import approval_signature_holds
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.root import Person
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Signer, decode_key, key_id_of


class IntentIncomplete(UsageFault):
    """An intent lacks what must be shown with a signature (21 CFR 11.50)."""

    hint = "Give the printed name, the role and the meaning of the signature."


class SignatureDoesNotHold(IntegrityViolated):
    """The signature was not made by the key over this intent."""

    hint = "The approval counts for nothing; have the person sign again, and find out where it came from."


class KeyUnknown(NotAllowed):
    """The key is no person's in force at the place in the log."""

    hint = "Enrol the person's key and have the enrolment approved, then sign again."


class KeyWasRevoked(NotAllowed):
    """The key was revoked before the place in the log."""

    hint = "Sign with the person's present key."


class WrongPerson(NotAllowed):
    """The intent names another person than the key belongs to."""

    hint = "Each person signs with their own key, under the name it was enrolled with."


class WrongRole(NotAllowed):
    """The person does not hold the role in which they signed."""

    hint = "Ask a person who holds the role; the roles stand in the approved plan."


class SignatureTransplanted(IntegrityViolated):
    """The signature was given for something else (21 CFR 11.70)."""

    hint = "Have the person sign what is before them; a signature does not move."


class SignatureReplayed(IntegrityViolated):
    """The same intent was used before."""

    hint = "Have the person sign again: each signature is given once."


class CheckpointInconsistent(IntegrityViolated):
    """The signer saw a ledger that this one never was."""

    hint = "Find out which ledger the signer saw: one of the two was forked or rolled back."


class SignedTooEarly(IntegrityViolated):
    """The signature claims a time before that which it signs existed."""

    hint = "Set the signer's clock, then sign again."


class PersonKeys(Protocol):
    """What checking asks of a key ring; ``ledger.keyring.KeyRing`` has it."""

    def person_key(self, key_id: str, at_index: int) -> Person | None:
        """Return whose key it is, where it is in force at ``at_index``."""
        ...

    def revoked_at(self, key_id: str) -> int | None:
        """Return the index of the record that revoked the key, if one did."""
        ...


class Circumstances(msgspec.Struct, frozen=True):
    """What an approval is held against.

    ``index`` is where it stands in the log, or would; ``signed`` the digest that it is to approve, first
    known at index ``signed_index`` (-1: not from the log) and at the time ``not_before``. ``holds_role``
    tells, of e-mail address and role, who may sign as what; ``nonces`` are those of all earlier intents;
    ``root_at`` returns the tree's root hash in base64 at a size, or None where it never had that size.
    """

    index: int
    signed: str
    signed_index: int
    not_before: str
    holds_role: Callable[[str, str], bool]
    nonces: Container[str]
    root_at: Callable[[int], str | None]


def intent(
    signed: str,
    *,
    email: str,
    name: str,
    role: str,
    meaning: str,
    clock: Clock,
    size: int,
    checkpoint: str,
) -> Intent:
    """Return what the person is to sign, with a fresh nonce.

    ``signed`` is the digest; ``size`` and ``checkpoint`` are the tree's size and root hash that the person
    sees. Raises ``IntentIncomplete``, ``NotADigest``, ``NotAnEmail``.
    """
    shown = {"name": name.strip(), "role": role.strip(), "meaning": meaning.strip()}
    if missing := [what for what, text in shown.items() if not text or not text.isprintable()]:
        raise IntentIncomplete(f"The intent has no printable {' and no '.join(missing)}.")
    return Intent(
        signed=parse_sha256(signed),
        email=parse_email(email),
        at=timestamp(clock()),
        size=size,
        checkpoint=checkpoint,
        nonce=secrets.token_hex(16),
        **shown,
    )


def intent_bytes(intent: Intent) -> bytes:
    """Return the bytes that are signed: the intent's canonical JSON."""
    return canonical_json(intent)


def approve(intent: Intent, signer: Signer, made: Made) -> Approval:
    """Return the approval that the key of ``signer`` gives to ``intent``."""
    signature = signer.sign(intent_bytes(intent))
    return Approval(made, intent, key_id_of(signer.public_key), base64.b64encode(signature).decode())


def check_approval(approval: Approval, keys: PersonKeys, circumstances: Circumstances) -> Person:
    """Return the person whose approval this is, where it holds in every respect.

    Raises ``KeyUnknown``, ``KeyWasRevoked``, ``SignatureDoesNotHold``, ``SignatureTransplanted``,
    ``WrongPerson``, ``WrongRole``, ``SignatureReplayed``, ``CheckpointInconsistent``, ``SignedTooEarly``,
    ``NotATime``.
    """
    person = _owner(approval, keys, circumstances.index)
    _refuse_unsigned(approval, person)
    _refuse_other_subject(approval.intent, circumstances)
    _refuse_other_person(approval.intent, person, circumstances)
    _refuse_other_ledger(approval.intent, circumstances)
    _refuse_early(approval.intent, circumstances)
    return person


def _owner(approval: Approval, keys: PersonKeys, index: int) -> Person:
    revoked = keys.revoked_at(approval.key_id)
    if revoked is not None and revoked < index:
        raise KeyWasRevoked(f"The key {approval.key_id[:12]} was revoked at #{revoked}, before #{index}.")
    person = keys.person_key(approval.key_id, index)
    if person is None:
        raise KeyUnknown(f"The key {approval.key_id[:12]} is no person's in force at #{index}.")
    return person


def _refuse_unsigned(approval: Approval, person: Person) -> None:
    public_key = decode_key(person.public_key)
    if key_id_of(public_key) != approval.key_id or not approval_signature_holds(approval, public_key):
        raise SignatureDoesNotHold(
            f"The signature of {approval.intent.email} over {approval.intent.signed[:12]} does not hold."
        )


def _refuse_other_subject(intent: Intent, circumstances: Circumstances) -> None:
    if intent.signed != circumstances.signed:
        raise SignatureTransplanted(
            f"{intent.name} signed {intent.signed[:12]}; it is put forward for {circumstances.signed[:12]}."
        )
    if intent.nonce in circumstances.nonces:
        raise SignatureReplayed(f"The intent of {intent.name} with nonce {intent.nonce} was used before.")


def _refuse_other_person(intent: Intent, person: Person, circumstances: Circumstances) -> None:
    if (intent.email, intent.name) != (person.email, person.name):
        raise WrongPerson(
            f"The key is that of {person.name} <{person.email}>, "
            f"the intent names {intent.name} <{intent.email}>."
        )
    if not circumstances.holds_role(intent.email, intent.role):
        raise WrongRole(f"{intent.email} does not hold the role '{intent.role}'.")


def _refuse_other_ledger(intent: Intent, circumstances: Circumstances) -> None:
    if intent.size > circumstances.index:
        raise CheckpointInconsistent(
            f"{intent.name} saw {intent.size} entries; the approval stands at #{circumstances.index}."
        )
    if intent.size <= circumstances.signed_index:
        raise CheckpointInconsistent(
            f"{intent.name} saw {intent.size} entries; what they signed is #{circumstances.signed_index}."
        )
    if circumstances.root_at(intent.size) != intent.checkpoint:
        raise CheckpointInconsistent(
            f"{intent.name} saw another root hash at {intent.size} entries than this ledger had."
        )


def _refuse_early(intent: Intent, circumstances: Circumstances) -> None:
    if parse_timestamp(intent.at) < parse_timestamp(circumstances.not_before):
        raise SignedTooEarly(
            f"{intent.name} signed at {intent.at}; what is signed is of {circumstances.not_before}."
        )
