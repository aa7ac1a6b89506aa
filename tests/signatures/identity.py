"""An identity provider's signing keys for tests: ID tokens, sound or as an attacker would make them."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable
from typing import Any

import msgspec
from joserfc import jwk, jws

from clausework.core.clock import parse_timestamp
from clausework.ledger.id_tokens import nonce_of
from clausework.ledger.records.decisions import Intent
from clausework.ledger.records.identification import ProviderKey, ProviderKeys, StepUp
from clausework.ledger.records.values import Made
from clausework.signatures.provider import step_up_of

ISSUER = "https://login.example.com"
CLIENT = "clausework"


class Issuer:
    """One provider with one key; it signs whatever it is told to."""

    def __init__(self, kty: str = "RSA", alg: str = "RS256", kid: str = "k1") -> None:
        makers: dict[str, Callable[[], Any]] = {
            "RSA": lambda: jwk.generate_key("RSA", 2048),
            "EC": lambda: jwk.generate_key("EC", "P-256"),
            "OKP": lambda: jwk.generate_key("OKP", "Ed25519"),
        }
        self.key: Any = makers[kty]()
        self.alg = alg
        self.kid = kid

    @property
    def provider_key(self) -> ProviderKey:
        """The public key as it is recorded."""
        members = {**self.key.as_dict(private=False), "kid": self.kid}
        known = set(ProviderKey.__struct_fields__)
        return msgspec.convert({name: members[name] for name in members if name in known}, ProviderKey)

    def recorded(self, made: Made, **changes: Any) -> ProviderKeys:
        """Return the record of the provider's keys."""
        return msgspec.structs.replace(ProviderKeys(made, ISSUER, CLIENT, (self.provider_key,)), **changes)

    def claims(self, intent: Intent, **changes: Any) -> dict[str, Any]:
        """Return the claims of a log-in for ``intent`` just now; a change to ``None`` leaves a claim out."""
        now = int(parse_timestamp(intent.at).timestamp())
        sound = {
            "iss": ISSUER,
            "sub": "248289761001",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now + 10,
            "nonce": nonce_of(intent),
            "auth_time": now + 5,
            "email": intent.email,
            "email_verified": True,
        }
        return {name: value for name, value in {**sound, **changes}.items() if value is not None}

    def token(self, claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
        """Return ``claims`` signed."""
        protected = {"alg": self.alg, "kid": self.kid} | (header or {})
        registry = jws.JWSRegistry(algorithms=[str(protected["alg"])])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return jws.serialize_compact(protected, json.dumps(claims).encode(), self.key, registry=registry)

    def step_up(self, intent: Intent, made: Made, **changes: Any) -> StepUp:
        """Return the record of a log-in for ``intent``."""
        return step_up_of(self.token(self.claims(intent, **changes)), self.recorded(made))


def unsigned(claims: dict[str, Any], header: dict[str, Any], signature: bytes = b"") -> str:
    """Return a token with any header and any signature."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts)
