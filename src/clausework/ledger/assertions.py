"""A passkey's signature over an intent, verified from what the ledger holds (WebAuthn Level 3, 7.2).

Checked are: that the challenge is the SHA-256 of the intent; origin and relying party; that the person was present
and was verified by the authenticator (the two components of 21 CFR 11.200(a)(1): the device, and what opens it);
the backup flags against those of the enrolment; and the signature. What the plan decides, and the order of
signature counters, is for whoever knows the other signatures.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.errors import IntegrityViolated
from clausework.ledger.cose_keys import cose_signature_holds
from clausework.ledger.origins import origin_fits
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import Passkey

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticatorData, CollectedClientData


class AssertionUnreadable(IntegrityViolated):
    """What the passkey or the browser said cannot be read."""

    hint = "Sign again; if it happens twice, use another browser or authenticator."


class ChallengeOfAnother(IntegrityViolated):
    """The passkey answered the challenge of another intent: the signature was given for something else (11.70)."""

    hint = "Have the person sign what is before them; a signature does not move."


class OtherOrigin(IntegrityViolated):
    """The passkey was used on a page that is none of those it was enrolled for."""

    hint = "Find out which page the person signed on: it may have been made to take the signature away."


class OtherRelyingParty(IntegrityViolated):
    """The authenticator signed for another relying party than the passkey was enrolled for."""

    hint = "Sign with the passkey that is enrolled; have this one enrolled if it is to sign."


class PersonNotPresent(IntegrityViolated):
    """The authenticator signed without anybody touching it."""

    hint = "Sign again, and confirm it on the authenticator."


class PersonNotVerified(IntegrityViolated):
    """The authenticator did not verify who used it, so the signature has one component only (11.200(a)(1))."""

    hint = "Set a PIN or a fingerprint on the authenticator, then sign again."


class BackupFlagsChanged(IntegrityViolated):
    """The passkey says of itself that it may sync and did not at its enrolment, or the other way round."""

    hint = "Revoke the passkey and enrol it again: it is not the one that two people let in."


class AssertionDoesNotHold(IntegrityViolated):
    """The signature was not made by the passkey over what is recorded."""

    hint = "The approval counts for nothing; have the person sign again, and find out where it came from."


class PasskeyFlags(msgspec.Struct, frozen=True):
    """What the authenticator signed of itself: whether it may sync, whether it did, its signature counter."""

    backup_eligible: bool
    backed_up: bool
    sign_count: int


def challenge_of(intent: Intent) -> bytes:
    """Return the challenge for a passkey, and what an identity provider's nonce is made of: the intent's SHA-256."""
    return sha256(canonical_json(intent)).digest()


def counter_stood_still(before: int, now: int) -> bool:
    """Tell whether a counter that counts did not go on: two authenticators may bear one key (7.2, step 22)."""
    return (before > 0 or now > 0) and now <= before


def check_assertion(approval: Approval, passkey: Passkey, cose_key: bytes) -> PasskeyFlags:
    """Return what the authenticator says of itself where the approval's assertion holds in every respect.

    Raises an error of this module, or ``NotAPasskeyKey``.
    """
    assertion, intent = approval.assertion, approval.intent
    if assertion is None:
        raise AssertionUnreadable(f"The signature of {intent.email} lacks what a passkey says with one.")
    raw_data = _bytes(assertion.authenticator_data, "authenticator data")
    raw_client = _bytes(assertion.client_data, "client data")
    signature = _bytes(approval.signature, "signature")
    _check_client(_client_data(raw_client), intent, passkey)
    flags = _check_authenticator(_authenticator_data(raw_data), intent, passkey)
    if not cose_signature_holds(cose_key, signature, raw_data + sha256(raw_client).digest()):
        raise AssertionDoesNotHold(
            f"The passkey signature of {intent.email} over {intent.signed[:12]} does not hold."
        )
    return flags


def _check_client(client: CollectedClientData, intent: Intent, passkey: Passkey) -> None:
    if client.type != "webauthn.get":
        raise AssertionUnreadable(f"The browser made a '{client.type}', not a signature.")
    if client.challenge != challenge_of(intent):
        raise ChallengeOfAnother(f"The passkey of {intent.name} answered the challenge of another intent.")
    origin = str(client.origin)
    if client.cross_origin:
        raise OtherOrigin(
            f"The passkey of {intent.name} was used in a frame of another page than '{origin}'."
        )
    if not any(origin_fits(origin, allowed, passkey.relying_party) for allowed in passkey.origins):
        raise OtherOrigin(
            f"The passkey of {intent.name} was used on '{origin[:200]}'; it is enrolled for "
            f"{', '.join(passkey.origins)}."
        )


def _check_authenticator(data: AuthenticatorData, intent: Intent, passkey: Passkey) -> PasskeyFlags:
    if data.rp_id_hash != sha256(passkey.relying_party.encode()).digest():
        raise OtherRelyingParty(
            f"The authenticator of {intent.name} signed for another relying party than '{passkey.relying_party}'."
        )
    if not data.flags.up:
        raise PersonNotPresent(f"The authenticator of {intent.name} signed with nobody present.")
    if not data.flags.uv:
        raise PersonNotVerified(f"The authenticator of {intent.name} did not verify who used it.")
    if data.flags.be != passkey.backup_eligible or (data.flags.bs and not data.flags.be):
        now, then = (_synced(one) for one in (data.flags.be, passkey.backup_eligible))
        raise BackupFlagsChanged(
            f"The passkey of {intent.name} says that it {now}; at its enrolment it {then}."
        )
    return PasskeyFlags(data.flags.be, data.flags.bs, data.sign_count)


def _synced(eligible: bool) -> str:  # noqa: FBT001 a flag as the authenticator has it
    return "may sync" if eligible else "does not sync"


def _bytes(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise AssertionUnreadable(f"The {what} of a passkey is not base64.") from error


def _client_data(raw: bytes) -> CollectedClientData:
    from webauthn.helpers.exceptions import WebAuthnException
    from webauthn.helpers.parse_client_data_json import parse_client_data_json

    try:
        return parse_client_data_json(raw)
    except (WebAuthnException, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise AssertionUnreadable(f"The browser's client data cannot be read: {error}.") from error


def _authenticator_data(raw: bytes) -> AuthenticatorData:
    from cbor2 import CBORError
    from webauthn.helpers.exceptions import WebAuthnException
    from webauthn.helpers.parse_authenticator_data import parse_authenticator_data

    try:
        return parse_authenticator_data(raw)
    except (WebAuthnException, CBORError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise AssertionUnreadable(f"The authenticator's data cannot be read: {error}.") from error
