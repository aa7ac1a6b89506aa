"""An identity provider's ID token, verified offline with the keys that the ledger holds (OpenID Connect Core, 3.1.3.7).

Checked are the signature, by a key of the recorded set that fits the token's algorithm; issuer and audience; that the
nonce is the SHA-256 of the intent; the person's address; and that the token was valid when the approval was recorded.
How fresh the log-in has to be, and how it has to be done, the plan says.
"""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.clock import parse_timestamp
from clausework.core.errors import IntegrityViolated, NotAllowed
from clausework.ledger.assertions import challenge_of
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import ProviderKey, ProviderKeys, StepUp

SKEW = timedelta(seconds=60)
"""By how much the provider's clock and this ledger's may differ."""

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
"""The algorithms (RFC 7518, 8037, 9864) with which an ID token may be signed, and the type of key each asks for."""

MOST_KEYS = 30
_SMALLEST_RSA_KEY = 2048
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_THUMBPRINT = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}


class IdTokenUnreadable(IntegrityViolated):
    """An ID token is not one that can be read."""

    hint = "Log in again; if it happens twice, ask who runs the identity provider."


class IdTokenAlgorithmRefused(IntegrityViolated):
    """An ID token is not signed with a public key: unsigned, or by a secret that others hold too."""

    hint = f"Have the identity provider sign ID tokens with {', '.join(ALGORITHMS)}."


class ProviderKeyUnknown(NotAllowed):
    """An ID token is not signed by a key of the identity provider that the ledger holds."""

    hint = "Record the provider's present keys with 'clausework account provider', and have them approved."


class IdTokenDoesNotHold(IntegrityViolated):
    """The signature of an ID token does not hold."""

    hint = "The log-in counts for nothing; find out where the token came from."


class OtherIssuer(IntegrityViolated):
    """An ID token is of another issuer than the record says."""

    hint = "Log in at the identity provider that the plan names."


class OtherAudience(IntegrityViolated):
    """An ID token was made for another client."""

    hint = "Log in from Clausework; a token that another program received does not count here."


class NonceOfAnother(IntegrityViolated):
    """An ID token was made for another intent: the log-in was for something else."""

    hint = "Log in for what is signed now; a log-in does not move from one signature to another."


class OtherPersonLoggedIn(NotAllowed):
    """Who logged in is not who signs, or the provider does not vouch for the address."""

    hint = "Log in at the identity provider as the person who signs."


class IdTokenExpired(IntegrityViolated):
    """An ID token was not valid when the approval was recorded."""

    hint = "Log in again, and see that this machine's clock is right."


class StepUpMisstated(IntegrityViolated):
    """The record of a log-in says something else than its ID token."""

    hint = "The approval counts for nothing; find out what wrote it."


class ProviderKeyUnfit(NotAllowed):
    """A key is not a public one with which ID tokens may be verified."""

    hint = "Record the provider's public signing keys: RSA of 2048 bits and more, P-256, or Ed25519."


class Claims(msgspec.Struct, frozen=True):
    """What is read of an ID token's claims; times in seconds since 1970."""

    iss: str
    sub: str
    aud: str | tuple[str, ...]
    exp: int
    iat: int
    nonce: str
    auth_time: int
    email: str
    azp: str = ""
    email_verified: bool = True
    acr: str = ""
    amr: tuple[str, ...] = ()


def nonce_of(intent: Intent) -> str:
    """Return the nonce that an ID token for ``intent`` bears: its SHA-256 in hexadecimal."""
    return challenge_of(intent).hex()


def thumbprint(key: ProviderKey) -> str:
    """Return the ID of a provider's key: its RFC 7638 thumbprint, in hexadecimal. Raises ``ProviderKeyUnfit``."""
    refuse_unfit(key)
    members = msgspec.to_builtins(key)
    return sha256(canonical_json({name: members[name] for name in _THUMBPRINT[key.kty]})).hexdigest()


def refuse_unfit(key: ProviderKey) -> None:
    """Raise ``ProviderKeyUnfit`` for a key that is no fit public one."""
    name = f"The key '{key.kid[:60]}'"
    if key.kty not in _THUMBPRINT:
        raise ProviderKeyUnfit(f"{name} is of type '{key.kty[:20]}', not {', '.join(_THUMBPRINT)}.")
    if key.alg and ALGORITHMS.get(key.alg) != key.kty:
        raise ProviderKeyUnfit(f"{name} is for '{key.alg[:20]}', which ID tokens are not verified with.")
    if key.crv != _CURVES.get(key.kty, ""):
        raise ProviderKeyUnfit(f"{name} is on the curve '{key.crv[:20]}'.")
    unreadable = _unreadable()
    try:
        size = getattr(_imported(key).public_key, "key_size", _SMALLEST_RSA_KEY)
    except unreadable as error:
        raise ProviderKeyUnfit(f"{name} cannot be read: {error}.") from error
    if key.kty == "RSA" and size < _SMALLEST_RSA_KEY:
        raise ProviderKeyUnfit(f"{name} has {size} bits; it needs {_SMALLEST_RSA_KEY}.")


def key_for(id_token: str, keys: ProviderKeys) -> tuple[ProviderKey, str]:
    """Return the recorded key that the header of ``id_token`` calls for, and its algorithm.

    Raises ``IdTokenUnreadable``, ``IdTokenAlgorithmRefused``, ``ProviderKeyUnknown``.
    """
    header = _header(id_token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise IdTokenAlgorithmRefused(f"The ID token is signed with '{str(algorithm)[:40]}'.")
    if "crit" in header or "b64" in header:
        raise IdTokenUnreadable("The ID token's header asks for what is not understood here.")
    fitting = [one for one in keys.keys if one.kty == ALGORITHMS[algorithm] and one.alg in {"", algorithm}]
    if "kid" in header:
        fitting = [one for one in fitting if one.kid == header["kid"]]
    if len(fitting) != 1:
        named = f"'{str(header.get('kid', ''))[:60]}'" if "kid" in header else "without a name"
        raise ProviderKeyUnknown(
            f"The ID token is signed with a key {named} ({algorithm}); of the recorded keys of {keys.issuer}, "
            f"{len(fitting) or 'none'} can be it."
        )
    return fitting[0], algorithm


def read_id_token(id_token: str, keys: ProviderKeys) -> tuple[Claims, str]:
    """Return the claims of an ID token that one of ``keys`` signed, and the thumbprint of that key.

    Raises what ``key_for`` raises, and ``IdTokenDoesNotHold``, ``IdTokenUnreadable``.
    """
    from joserfc import jws
    from joserfc.errors import BadSignatureError, JoseError

    key, algorithm = key_for(id_token, keys)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        with _without_advice():
            payload = jws.deserialize_compact(id_token.encode(), _imported(key), registry=registry).payload
    except BadSignatureError as error:
        raise IdTokenDoesNotHold(f"The signature of the ID token of {keys.issuer} does not hold.") from error
    except (JoseError, ValueError, TypeError) as error:
        raise IdTokenUnreadable(f"The ID token cannot be read: {error}.") from error
    try:
        return msgspec.json.decode(payload, type=Claims), thumbprint(key)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise IdTokenUnreadable(f"The claims of the ID token cannot be read: {error}.") from error


def check_id_token(approval: Approval, step_up: StepUp, keys: ProviderKeys) -> Claims:
    """Return the claims of the ID token beside ``approval`` where they are about this intent and this person.

    ``keys`` are those of the issuer that were in force where the approval stands. Raises an error of this module.
    """
    claims, key_id = read_id_token(step_up.id_token, keys)
    intent = approval.intent
    if step_up.issuer != keys.issuer or claims.iss != keys.issuer:
        raise OtherIssuer(f"The ID token is of '{claims.iss[:200]}', the keys are of '{keys.issuer}'.")
    audience = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    authorised = claims.azp or (audience[0] if len(audience) == 1 else "")
    if keys.client_id not in audience or authorised != keys.client_id:
        raise OtherAudience(
            f"The ID token was made for {', '.join(audience)[:200]}, not for {keys.client_id} alone."
        )
    if claims.nonce != nonce_of(intent):
        raise NonceOfAnother(f"{intent.name} logged in at {keys.issuer} for another intent.")
    if claims.email.lower() != intent.email:
        raise OtherPersonLoggedIn(f"'{claims.email[:200]}' logged in; {intent.email} signs.")
    if not claims.email_verified:
        raise OtherPersonLoggedIn(f"{keys.issuer} has not verified the address {intent.email}.")
    _check_times(approval, claims)
    if (step_up.key_id, step_up.auth_time) != (key_id, claims.auth_time):
        raise StepUpMisstated(
            f"The log-in of {intent.email} is recorded with another key or time than it has."
        )
    return claims


def recorded_at(approval: Approval) -> float:
    """Return when an approval was recorded, in seconds since 1970: never before its person signed it."""
    return max(parse_timestamp(one).timestamp() for one in (approval.made.at, approval.intent.at))


def _check_times(approval: Approval, claims: Claims) -> None:
    recorded = recorded_at(approval)
    skew = SKEW.total_seconds()
    if not claims.iat - skew <= recorded < claims.exp + skew:
        raise IdTokenExpired(
            f"The ID token was valid from {claims.iat} until {claims.exp}; "
            f"the approval was recorded at {int(recorded)}."
        )
    if claims.auth_time > claims.iat + skew:
        raise IdTokenExpired(
            f"The ID token of {claims.iat} tells of a log-in at {claims.auth_time}, after it."
        )


def _header(id_token: str) -> dict[str, Any]:
    first, *rest = id_token.split(".")
    try:
        header = msgspec.json.decode(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError) as error:
        raise IdTokenUnreadable(f"The ID token's header cannot be read: {error}.") from error
    if not isinstance(header, dict) or len(rest) != 2:
        raise IdTokenUnreadable("The ID token is not a signed one in three parts.")
    return header


def _unreadable() -> tuple[type[Exception], ...]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from joserfc.errors import JoseError

    return JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, OverflowError


def _imported(key: ProviderKey) -> Any:
    from joserfc import jwk

    members = {name: value for name, value in msgspec.to_builtins(key).items() if name not in {"kid", "alg"}}
    with _without_advice():
        return jwk.import_key(members)


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep the library's warnings back: on short keys, which are refused, and on the name EdDSA, which is in use."""
    from joserfc.errors import SecurityWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        yield
