"""Approvals: a person's signature over an intent, made and checked (21 CFR 11.50, 11.70, 11.100, 11.200).

An intent holds the digest of what is signed and all that is shown with the signature: printed name, role,
meaning, time. Its canonical JSON is what the person's key signs, so that none of it can be cut from the
record that it was given for. Checking is pure: what the ledger knows comes in with ``Circumstances``.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Container, Mapping
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.clock import Clock, parse_timestamp, timestamp
from clausework.core.digests import parse_sha256
from clausework.core.errors import IntegrityViolated, NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.keyring import EnrolledKey, approval_signature_holds
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import Assertion, ProviderKeys, StepUp
from clausework.ledger.records.root import Person
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Signer, key_id_of
from clausework.plan.signing import DEFAULT, Signing
from clausework.signatures.accountability import Shortcoming, refuse_unaccountable
from clausework.signatures.passkeys import check_passkey
from clausework.signatures.provider import StepUpAlone, check_step_up


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


class ClockTurnedBack(IntegrityViolated):
    """The signature claims a time before that of the checkpoint its signer saw, or long before it was recorded."""

    hint = "Set the signer's clock and sign again: a signature is recorded when it is given."


class ClockSetForward(IntegrityViolated):
    """The signature claims a time after the ledger had taken it in."""

    hint = "Set the signer's clock and sign again."


class AccountWasClosed(NotAllowed):
    """The account was closed before the place in the log."""

    hint = "Nobody signs under this address any more; ask another person who holds the role."


class PersonKeys(Protocol):
    """What checking asks of a key ring; ``ledger.keyring.KeyRing`` has it."""

    def key(self, key_id: str, at_index: int) -> EnrolledKey | None:
        """Return the key where it is in force at ``at_index``."""
        ...

    def person_key(self, key_id: str, at_index: int) -> Person | None:
        """Return whose key it is, where it is in force at ``at_index``."""
        ...

    def provider_keys(self, issuer: str, at_index: int) -> ProviderKeys | None:
        """Return the identity provider's keys that are in force at ``at_index``."""
        ...

    def revoked_at(self, key_id: str) -> int | None:
        """Return the index of the record that revoked the key, if one did."""
        ...

    def closed_at(self, email: str) -> int | None:
        """Return the index of the record that closed the account, if one did."""
        ...


class LogTimes(Protocol):
    """What checking asks of the log's own times, in seconds since 1970; ``ledger.ledger.Ledger`` has it."""

    def time_at(self, size: int) -> int | None:
        """Return the time of the newest checkpoint kept at ``size`` or before."""
        ...

    def time_covering(self, index: int) -> int | None:
        """Return the time of the oldest checkpoint kept that covers the entry ``index``."""
        ...


CLOCKS_DIFFER = 60
"""Seconds by which a signer's clock may be before the ledger's."""

LONGEST_UNDER_WAY = 3_600
"""Seconds from the moment at which a signature is given until it stands in the ledger."""


class Circumstances(msgspec.Struct, frozen=True):
    """What an approval is held against.

    ``index`` is where it stands in the log, or would; ``signed`` the digest that it is to approve, first
    known at index ``signed_index`` (-1: not from the log) and at the time ``not_before``. ``holds_role``
    tells, of e-mail address and role, who may sign as what; ``nonces`` are those of all earlier intents;
    ``root_at`` returns the tree's root hash in base64 at a size, or None where it never had that size.
    ``seen_at`` and ``recorded_by`` are the log's own times, in seconds since 1970: of the checkpoint that the signer
    says to have seen, and by which the approval stood in the log, or would (None: no checkpoint is kept there).
    ``signing`` is what the plan in force asks of signatures; ``sign_counts`` the counter seen last of each passkey, by
    key ID. What lets an identity provider's keys in needs no log-in there: it could not be verified yet.
    ``unaccountable`` is what the plan in force asks of the signer beforehand and the log does not hold.
    """

    index: int
    signed: str
    signed_index: int
    not_before: str
    holds_role: Callable[[str, str], bool]
    nonces: Container[str]
    root_at: Callable[[int], str | None]
    seen_at: int | None = None
    recorded_by: int | None = None
    signing: Signing = DEFAULT
    sign_counts: Mapping[str, int] = {}
    lets_provider_in: bool = False
    unaccountable: Shortcoming = Shortcoming()


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
    components: tuple[str, ...] = (),
) -> Intent:
    """Return what the person is to sign, with a fresh nonce.

    ``signed`` is the digest; ``size`` and ``checkpoint`` are the tree's size and root hash that the person
    sees; ``components`` what the person identified themselves with. Raises ``IntentIncomplete``, ``NotADigest``,
    ``NotAnEmail``.
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
        components=components,
        **shown,
    )


def intent_bytes(intent: Intent) -> bytes:
    """Return the bytes that are signed: the intent's canonical JSON."""
    return canonical_json(intent)


def approve(intent: Intent, signer: Signer, made: Made) -> Approval:
    """Return the approval that the key of ``signer`` gives to ``intent``."""
    signature = signer.sign(intent_bytes(intent))
    return Approval(made, intent, key_id_of(signer.public_key), base64.b64encode(signature).decode())


def approve_with_passkey(
    intent: Intent,
    key_id: str,
    assertion: Assertion,
    signature: str,
    made: Made,
    step_up: StepUp | None = None,
) -> Approval:
    """Return the approval that a passkey gave to ``intent``: its key's ID, what it said, its signature in base64."""
    return Approval(made, intent, key_id, signature, assertion, step_up)


def check_approval(approval: Approval, keys: PersonKeys, circumstances: Circumstances) -> Person:
    """Return the person whose approval this is, where it holds in every respect.

    Raises ``KeyUnknown``, ``KeyWasRevoked``, ``AccountWasClosed``, ``SignatureDoesNotHold``,
    ``SignatureTransplanted``, ``WrongPerson``, ``WrongRole``, ``SignatureReplayed``, ``CheckpointInconsistent``,
    ``SignedTooEarly``, ``ClockTurnedBack``, ``ClockSetForward``, ``NotATime``; of a passkey what ``check_passkey``
    raises; ``StepUpAlone`` and what ``check_step_up`` raises; ``PolicyNotAccepted``, ``TrainingNotOnRecord``.
    """
    _refuse_step_up_alone(approval)
    person = _owner(approval, keys, circumstances.index)
    _refuse_unsigned(approval, keys.key(approval.key_id, circumstances.index), circumstances)
    _refuse_other_subject(approval.intent, circumstances)
    _refuse_other_person(approval.intent, person, circumstances)
    _refuse_other_ledger(approval.intent, circumstances)
    _refuse_early(approval.intent, circumstances)
    _refuse_other_clock(approval.intent, circumstances)
    _refuse_without_log_in(approval, keys, circumstances)
    refuse_unaccountable(approval.intent.email, approval.intent.role, circumstances.unaccountable)
    return person


def _owner(approval: Approval, keys: PersonKeys, index: int) -> Person:
    revoked = keys.revoked_at(approval.key_id)
    if revoked is not None and revoked < index:
        raise KeyWasRevoked(f"The key {approval.key_id[:12]} was revoked at #{revoked}, before #{index}.")
    closed = keys.closed_at(approval.intent.email)
    if closed is not None and closed < index:
        raise AccountWasClosed(
            f"The account {approval.intent.email} was closed at #{closed}, before #{index}."
        )
    person = keys.person_key(approval.key_id, index)
    if person is None:
        raise KeyUnknown(f"The key {approval.key_id[:12]} is no person's in force at #{index}.")
    return person


def _refuse_step_up_alone(approval: Approval) -> None:
    step_up = approval.step_up
    if step_up is not None and (not approval.signature or approval.key_id == step_up.key_id):
        raise StepUpAlone(
            f"{approval.intent.name} logged in at {step_up.issuer[:200]} and gave no signature of their own."
        )


def _refuse_unsigned(approval: Approval, key: EnrolledKey | None, circumstances: Circumstances) -> None:
    bears = key is not None and key_id_of(key.public_key) == approval.key_id
    if key is not None and key.passkey is not None and bears:
        check_passkey(approval, key, circumstances.signing, circumstances.sign_counts)
    elif key is None or not bears or not approval_signature_holds(approval, key.public_key):
        raise SignatureDoesNotHold(
            f"The signature of {approval.intent.email} over {approval.intent.signed[:12]} does not hold: "
            "it was given for something else, or with another key."
        )


def _refuse_without_log_in(approval: Approval, keys: PersonKeys, circumstances: Circumstances) -> None:
    provider = circumstances.signing.provider
    asked = provider is not None and provider.required and not circumstances.lets_provider_in
    issuer = approval.step_up.issuer if approval.step_up is not None else ""
    check_step_up(approval, keys.provider_keys(issuer, circumstances.index), provider, asked=asked)


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


def _refuse_other_clock(intent: Intent, circumstances: Circumstances) -> None:
    """Hold the time that the signer claims against the times of the log's checkpoints, which another key signs."""
    at = parse_timestamp(intent.at).timestamp()
    if circumstances.seen_at is not None and at < circumstances.seen_at:
        raise ClockTurnedBack(
            f"{intent.name} signed at {intent.at}, before the checkpoint at {intent.size} entries that they saw: "
            f"{_shown(circumstances.seen_at)}."
        )
    if circumstances.recorded_by is None:
        return
    if circumstances.recorded_by - at > LONGEST_UNDER_WAY:
        raise ClockTurnedBack(
            f"{intent.name} signed at {intent.at}, which the ledger took in at {_shown(circumstances.recorded_by)}: "
            f"more than {LONGEST_UNDER_WAY // 60} minutes later."
        )
    if at - circumstances.recorded_by > CLOCKS_DIFFER:
        raise ClockSetForward(
            f"{intent.name} signed at {intent.at}; the ledger took it in at {_shown(circumstances.recorded_by)}."
        )


def _shown(seconds: int) -> str:
    return timestamp(datetime.fromtimestamp(seconds, UTC))
