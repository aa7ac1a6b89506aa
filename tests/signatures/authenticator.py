"""A software authenticator and browser for tests: makes passkeys and signs, soundly or as an attacker would."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import cbor2
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from clausework.core.digests import sha256_of
from clausework.ledger.assertions import challenge_of
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import Assertion, Passkey, StepUp
from clausework.ledger.records.values import Made
from clausework.plan.provider import RelyingParty

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
PARTY = RelyingParty()
ORIGIN = "http://localhost:43210"


def base64url(data: bytes) -> str:
    """Return ``data`` as browsers write it in JSON."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def standard(data: bytes) -> str:
    """Return ``data`` as records hold it."""
    return base64.b64encode(data).decode()


class Said(msgspec.Struct, frozen=True):
    """What an assertion says; each member can be falsified before it is signed."""

    challenge: bytes
    kind: str = "webauthn.get"
    origin: str = ORIGIN
    relying_party: str = "localhost"
    flags: int = UP | UV
    count: int = 0
    cross_origin: bool = False
    extra: bytes = b""


class Authenticator:
    """One passkey on one device. ``count`` is its signature counter; 0 for one that does not count."""

    def __init__(self, algorithm: str = "ES256", *, backup: int = 0, count: int = 0) -> None:
        self.algorithm = algorithm
        self.backup = backup
        self.count = count
        self.credential_id = secrets.token_bytes(16)
        makers: dict[str, Callable[[], Any]] = {
            "EdDSA": ed25519.Ed25519PrivateKey.generate,
            "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "RS256": lambda: rsa.generate_private_key(65537, 2048),
        }
        self.key: Any = makers[algorithm]()

    @property
    def cose_key(self) -> bytes:
        """The public key as the authenticator writes it."""
        public = self.key.public_key()
        members: dict[int, Any]
        if self.algorithm == "EdDSA":
            members = {1: 1, 3: -8, -1: 6, -2: public.public_bytes_raw()}
        elif self.algorithm == "ES256":
            numbers = public.public_numbers()
            members = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        else:
            numbers = public.public_numbers()
            members = {1: 3, 3: -257, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}
        return cbor2.dumps(members, canonical=True)

    @property
    def key_id(self) -> str:
        """The ID by which records name the key."""
        return sha256_of(self.cose_key)

    def passkey(self, **changes: Any) -> Passkey:
        """Return what its enrolment records."""
        recorded = Passkey(
            standard(self.credential_id),
            "localhost",
            ("http://localhost",),
            bool(self.backup & BE),
            bool(self.backup & BS),
            "00000000-0000-0000-0000-000000000000",
            "none",
            self.count,
        )
        return msgspec.structs.replace(recorded, **changes)

    def sign(self, data: bytes) -> bytes:
        """Sign as the algorithm does."""
        if self.algorithm == "EdDSA":
            return bytes(self.key.sign(data))
        if self.algorithm == "ES256":
            return bytes(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return bytes(self.key.sign(data, padding.PKCS1v15(), hashes.SHA256()))

    def said(self, intent: Intent, **changes: Any) -> Said:
        """Return what a sound assertion over ``intent`` says, changed as an attacker would."""
        return msgspec.structs.replace(self._sound(challenge_of(intent)), **changes)

    def _sound(self, challenge: bytes) -> Said:
        if self.count:
            self.count += 1
        return Said(challenge, flags=UP | UV | self.backup, count=self.count)

    def asserted(self, said: Said) -> tuple[Assertion, str]:
        """Return the assertion and the signature over it."""
        data = sha256(said.relying_party.encode()).digest() + bytes([said.flags])
        data += said.count.to_bytes(4) + said.extra
        client = client_data(said.kind, said.challenge, said.origin, cross_origin=said.cross_origin)
        signature = self.sign(data + sha256(client).digest())
        return Assertion(standard(data), standard(client)), standard(signature)

    def approve(self, intent: Intent, made: Made, step_up: StepUp | None = None, **changes: Any) -> Approval:
        """Return the approval of ``intent``, what it says changed as an attacker would."""
        assertion, signature = self.asserted(self.said(intent, **changes))
        return Approval(made, intent, self.key_id, signature, assertion, step_up)

    def answer(self, intent: Intent, **changes: Any) -> str:
        """Return the credential as a browser gives it to a page."""
        return self._answer(self.said(intent, **changes))

    def respond(self, asked: dict[str, Any], origin: str) -> str:
        """Do what a page asks of a browser: make a passkey, or sign with it."""
        challenge = base64.b64decode(asked["challenge"])
        if asked.get("make"):
            return self.made(challenge, origin=origin)
        party = str(asked["relying_party"])
        return self._answer(
            msgspec.structs.replace(self._sound(challenge), origin=origin, relying_party=party)
        )

    def _answer(self, said: Said) -> str:
        assertion, signature = self.asserted(said)
        response = {
            "authenticatorData": base64url(base64.b64decode(assertion.authenticator_data)),
            "clientDataJSON": base64url(base64.b64decode(assertion.client_data)),
            "signature": base64url(base64.b64decode(signature)),
        }
        return self._credential(response)

    def made(
        self, challenge: bytes, *, flags: int = UP | UV, origin: str = ORIGIN, party: str = "localhost"
    ) -> str:
        """Return the new credential as a browser gives it to a page."""
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + self.cose_key
        data = sha256(party.encode()).digest() + bytes([flags | AT | self.backup]) + self.count.to_bytes(4)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data + attested})
        client = client_data("webauthn.create", challenge, origin)
        return self._credential(
            {"attestationObject": base64url(attestation), "clientDataJSON": base64url(client)}
        )

    def _credential(self, response: dict[str, str]) -> str:
        name = base64url(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def client_data(kind: str, challenge: bytes, origin: str, *, cross_origin: bool = False) -> bytes:
    """Return what a browser says of the page on which a passkey was used."""
    said = {"type": kind, "challenge": base64url(challenge), "origin": origin, "crossOrigin": cross_origin}
    return json.dumps(said, separators=(",", ":")).encode()
