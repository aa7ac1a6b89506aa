"""Passkeys (WebAuthn): whether a person's assertion counts, and what is recorded of a new passkey.

The device is one component of the signature, the PIN or fingerprint that opens it the other (21 CFR 11.200(a)(1)); so
user verification is always asked for. A passkey that may sync to other devices is not in one person's sole control:
its backup flags are in what the authenticator signs, and the plan in force decides whether it counts.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from clausework.core.digests import sha256_of
from clausework.core.errors import ClauseworkError, InputRejected, IntegrityViolated, NotAllowed
from clausework.ledger.assertions import PasskeyFlags, check_assertion, counter_stood_still
from clausework.ledger.cose_keys import ALGORITHMS, decode_cose
from clausework.ledger.keyring import EnrolledKey
from clausework.ledger.origins import origin_fits
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import Assertion, Passkey
from clausework.plan.provider import RelyingParty
from clausework.plan.signing import Signing

LARGEST_ANSWER = 64 << 10
"""Bytes of what a browser sends for one passkey."""


_COUNTER = slice(33, 37)  # of the authenticator data (WebAuthn Level 3, 6.1)


class SyncedPasskeyRefused(NotAllowed):
    """The passkey may sync to other devices, and the plan in force does not let such a one sign."""

    hint = "Sign with a security key or a passkey that stays on its device, or with a sealed key."


class PasskeyCloned(IntegrityViolated):
    """The passkey's counter did not go on: a second authenticator may bear the same key."""

    hint = "Sign again. If it happens twice, revoke the passkey and enrol another one."


class NotThatPasskey(NotAllowed):
    """The browser answered with another passkey than the person's enrolled ones."""

    hint = "Choose the passkey that is enrolled for you, or have this one enrolled."


class PasskeyAnswerUnreadable(InputRejected):
    """What the browser sent is not what it was asked for."""

    hint = "Open the page again and try once more; if it happens twice, use another browser."


class PasskeyUnfit(InputRejected):
    """The passkey that was made cannot be enrolled."""

    hint = "Use an authenticator with a PIN or a fingerprint that signs with EdDSA, ES256 or RS256."


class SigningRequest(msgspec.Struct, frozen=True):
    """What a person is shown before a passkey signs: the intent, what it is about, and the passkeys that may sign.

    ``details`` are what a decision says, by the name of each field. When ``authoring``, the person does not sign: they
    show that it is they who record the decision.
    """

    intent: Intent
    title: str
    relying_party: str
    passkeys: tuple[Passkey, ...]
    details: tuple[tuple[str, str], ...] = ()
    authoring: bool = False


class MakingRequest(msgspec.Struct, frozen=True):
    """What a person is shown before a passkey is made, and those that they have already."""

    email: str
    name: str
    relying_party: str
    challenge: bytes
    passkeys: tuple[Passkey, ...] = ()


class MadePasskey(msgspec.Struct, frozen=True):
    """A passkey that was made just now: its COSE key, and what is recorded of it."""

    public_key: bytes
    passkey: Passkey

    @property
    def key_id(self) -> str:
        """The ID by which records name the key."""
        return sha256_of(self.public_key)

    @property
    def text(self) -> str:
        """The COSE key as records hold it, in base64."""
        return _text(self.public_key)


SignWithPasskey = Callable[[SigningRequest], str]
"""Has the person sign in a browser; returns the credential as JSON (WebAuthn Level 3, 5.1)."""

MakePasskey = Callable[[MakingRequest], str]
"""Has the person make a passkey in a browser; returns the credential as JSON."""


def check_passkey(
    approval: Approval, key: EnrolledKey, signing: Signing, sign_counts: Mapping[str, int]
) -> PasskeyFlags:
    """Return what the passkey says of itself where its assertion counts under the plan.

    ``sign_counts`` are the counters seen last, by key ID. Raises ``SyncedPasskeyRefused``, ``PasskeyCloned``, and what
    ``check_assertion`` raises.
    """
    passkey = key.passkey
    if passkey is None:
        raise NotThatPasskey(f"The key {key.key_id[:12]} of {approval.intent.email} is no passkey.")
    flags = check_assertion(approval, passkey, key.public_key)
    if flags.backup_eligible and signing.synced_passkeys != "allowed":
        state = "is synced" if flags.backed_up else "may sync"
        raise SyncedPasskeyRefused(
            f"The passkey of {approval.intent.name} {state} to other devices; the plan in force refuses such ones."
        )
    before = sign_counts.get(key.key_id, passkey.sign_count)
    if counter_stood_still(before, flags.sign_count):
        raise PasskeyCloned(
            f"The counter of the passkey of {approval.intent.name} went from {before} to {flags.sign_count}."
        )
    return flags


def sign_count_of(approval: Approval) -> dict[str, int]:
    """Return the counter that an approval's passkey told, by key ID; empty where no passkey gave it."""
    if approval.assertion is None:
        return {}
    data = base64.b64decode(approval.assertion.authenticator_data)
    return {approval.key_id: int.from_bytes(data[_COUNTER])}


def signed_by_passkey(answer: str, keys: Mapping[str, EnrolledKey]) -> tuple[EnrolledKey, Assertion, str]:
    """Return which of the person's passkeys ``answer`` is of, with the assertion and the signature in base64.

    ``keys`` are those that may sign, by credential ID. Raises ``PasskeyAnswerUnreadable``, ``NotThatPasskey``.
    """
    from webauthn.helpers import parse_authentication_credential_json

    credential: Any = _parsed(parse_authentication_credential_json, answer)
    key = keys.get(_text(credential.raw_id))
    if key is None:
        raise NotThatPasskey("The passkey that signed is none of those that were asked for.")
    said = credential.response
    return key, Assertion(_text(said.authenticator_data), _text(said.client_data_json)), _text(said.signature)


def new_challenge() -> bytes:
    """Return the challenge for making a passkey."""
    return secrets.token_bytes(32)


def made_passkey(answer: str, challenge: bytes, party: RelyingParty) -> MadePasskey:
    """Return the passkey that the browser made for ``challenge``.

    Raises ``PasskeyAnswerUnreadable``; ``PasskeyUnfit`` where it was made for another page, without verifying the
    person, with an algorithm that is not taken, or with an attestation that does not hold.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_client_data_json, parse_registration_credential_json
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.exceptions import WebAuthnException

    credential: Any = _parsed(parse_registration_credential_json, answer)
    try:
        origin = str(parse_client_data_json(credential.response.client_data_json).origin)
        if not any(origin_fits(origin, allowed, party.id) for allowed in party.origins):
            raise PasskeyUnfit(
                f"The passkey was made on '{origin[:200]}', none of {', '.join(party.origins)}."
            )
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
        )
        public_key = _canonical(made.credential_public_key)
    except ClauseworkError as error:
        raise PasskeyUnfit(error.message) from error
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PasskeyUnfit(f"The passkey cannot be enrolled: {error}.") from error
    return MadePasskey(
        public_key,
        Passkey(
            credential_id=_text(made.credential_id),
            relying_party=party.id,
            origins=party.origins,
            backup_eligible=made.credential_device_type.value == "multi_device",
            backed_up=made.credential_backed_up,
            aaguid=made.aaguid,
            attestation=str(made.fmt.value if hasattr(made.fmt, "value") else made.fmt),
            sign_count=made.sign_count,
        ),
    )


def _canonical(cose_key: bytes) -> bytes:
    """Return the one encoding of ``cose_key``; raises ``NotAPasskeyKey``."""
    import cbor2

    encoded = cbor2.dumps(cbor2.loads(cose_key), canonical=True)
    return decode_cose(_text(encoded))


def _parsed(parse: Callable[[str], Any], answer: str) -> Any:
    from webauthn.helpers.exceptions import WebAuthnException

    if len(answer) > LARGEST_ANSWER:
        raise PasskeyAnswerUnreadable(
            f"The browser sent {len(answer)} characters; {LARGEST_ANSWER} are the most."
        )
    try:
        return parse(answer)
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PasskeyAnswerUnreadable(f"What the browser sent cannot be read: {error}.") from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
