"""How else than with a sealed key a person is known: passkeys (WebAuthn) and identity providers (OpenID Connect).

All that is needed to verify such a signature again, years later and without a network, stands in these records: the
relying party and the public key of a passkey, the client and the public keys of an identity provider.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.root import Person
from clausework.ledger.records.values import Made

LONGEST_TOKEN = 16_384
"""Characters of an ID token, so that it fits into the record of the approval that it belongs to."""

_LONGEST_PART = 8_192

Base64 = Annotated[str, msgspec.Meta(max_length=_LONGEST_PART)]
"""Bytes in base64 with padding."""

Count32 = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]


class Assertion(msgspec.Struct, frozen=True):
    """What a passkey and the browser say when a person signs with it (WebAuthn Level 3, 6.1 and 5.8.1).

    The approval's signature is over ``authenticator_data`` followed by the SHA-256 of ``client_data``.
    """

    authenticator_data: Base64
    client_data: Base64


class StepUp(msgspec.Struct, frozen=True):
    """A fresh log-in at the identity provider beside a signature: the ID token as it came, and how to verify it.

    ``key_id`` is the SHA-256 thumbprint (RFC 7638) of the provider's key that signed it; ``auth_time`` is when the
    person proved who they are, in seconds since 1970.
    """

    issuer: str
    key_id: Sha256
    auth_time: int
    id_token: Annotated[str, msgspec.Meta(max_length=LONGEST_TOKEN)]


class Passkey(msgspec.Struct, frozen=True):
    """What was seen of a passkey when it was made (WebAuthn Level 3, 6.5.1).

    ``origins`` are those on which it may be used; one on ``localhost`` without a port stands for every port.
    ``backup_eligible`` says that it may sync to other devices, ``backed_up`` that it did. ``aaguid`` names the model
    of authenticator: a claim, unless an attestation of ``attestation`` format proves it.
    """

    credential_id: Base64
    relying_party: str
    origins: tuple[str, ...]
    backup_eligible: bool
    backed_up: bool
    aaguid: str
    attestation: str
    sign_count: Count32 = 0


class PasskeyEnrolled(msgspec.Struct, frozen=True):
    """A passkey of a person; in force from the record that completes its approvals on.

    The person's ``public_key`` is the passkey's: its COSE key in base64. ``key_id`` is the SHA-256 of the COSE key.
    """

    made: Made
    person: Person
    passkey: Passkey
    key_id: Sha256


class ProviderKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A public key with which an identity provider signs, its members as in a JWK (RFC 7517, 7518); never a secret."""

    kty: str
    kid: str = ""
    alg: str = ""
    crv: str = ""
    x: str = ""
    y: str = ""
    n: str = ""
    e: str = ""


class ProviderKeys(msgspec.Struct, frozen=True):
    """The keys of an identity provider, and this manufacturer's client ID there.

    In force from the record that completes its approvals on, until the next of the same issuer.
    """

    made: Made
    issuer: str
    client_id: str
    keys: tuple[ProviderKey, ...]
