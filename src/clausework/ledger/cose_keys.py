"""Public keys of passkeys: COSE keys (RFC 9052, 9053) of the three algorithms that are taken here.

Taken are EdDSA with Ed25519, ES256 with P-256, and RS256 of 2048 bits and more, each in its one canonical encoding,
so that one key has one ID.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clausework.core.errors import IntegrityViolated

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

ALGORITHMS = {-8: "EdDSA", -7: "ES256", -257: "RS256"}
"""The COSE algorithm identifiers that are taken, most wanted first."""

_MEMBERS = {-8: {1, 3, -1, -2}, -7: {1, 3, -1, -2, -3}, -257: {1, 3, -1, -2}}
_KEY_TYPES = {-8: 1, -7: 2, -257: 3}
_CURVES = {-8: 6, -7: 1}
_COORDINATE = 32
_SMALLEST_RSA_KEY = 2048


class NotAPasskeyKey(IntegrityViolated):
    """Bytes are not the public key of a passkey, or are of an algorithm that is not taken."""

    hint = "Use an authenticator that signs with EdDSA, ES256 or RS256; most do."


def decode_cose(text: str) -> bytes:
    """Return the COSE key that a record holds in base64, checked; raises ``NotAPasskeyKey``."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotAPasskeyKey(f"'{text[:60]}' is not a base64 COSE key.") from error
    _loaded(raw)
    return raw


def cose_signature_holds(cose_key: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether ``signature`` over ``data`` was made by the private half of ``cose_key``.

    Raises ``NotAPasskeyKey``.
    """
    from cryptography.exceptions import InvalidSignature
    from webauthn.helpers.verify_signature import verify_signature

    public_key, algorithm = _loaded(cose_key)
    try:
        verify_signature(public_key=public_key, signature_alg=algorithm, signature=signature, data=data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=256)  # a ledger has few passkeys and many signatures
def _loaded(cose_key: bytes) -> tuple[PublicKeyTypes, Any]:
    """Return the key and its algorithm; raises ``NotAPasskeyKey``."""
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.decode_credential_public_key import decode_credential_public_key
    from webauthn.helpers.decoded_public_key_to_cryptography import decoded_public_key_to_cryptography
    from webauthn.helpers.exceptions import WebAuthnException

    algorithm = _algorithm(cose_key)
    try:
        key = decoded_public_key_to_cryptography(decode_credential_public_key(cose_key))
    except (WebAuthnException, ValueError, TypeError, KeyError, OverflowError) as error:
        raise NotAPasskeyKey(f"The {ALGORITHMS[algorithm]} key cannot be read: {error}.") from error
    size = getattr(key, "key_size", _SMALLEST_RSA_KEY)
    if algorithm == COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256 and size < _SMALLEST_RSA_KEY:
        raise NotAPasskeyKey(f"The RSA key has {size} bits; it needs {_SMALLEST_RSA_KEY}.")
    return key, COSEAlgorithmIdentifier(algorithm)


def _algorithm(cose_key: bytes) -> int:
    """Return the algorithm of a key that is a canonical map of exactly its members; raises ``NotAPasskeyKey``."""
    import cbor2

    try:
        members = cbor2.loads(cose_key, allow_duplicate_keys=False)
        canonical = cbor2.dumps(members, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError, MemoryError) as error:
        raise NotAPasskeyKey(f"The key of {len(cose_key)} bytes is not CBOR: {error}.") from error
    algorithm = members.get(3) if isinstance(members, dict) else None
    if not isinstance(algorithm, int) or algorithm not in ALGORITHMS:
        raise NotAPasskeyKey(
            f"The key's algorithm is {algorithm}; taken are {', '.join(ALGORITHMS.values())}."
        )
    shaped = (
        canonical == cose_key
        and all(type(one) is int for one in (*members, members.get(1)))  # in Python, True is 1 and so is 1.0
        and set(members) == _MEMBERS[algorithm]
        and members[1] == _KEY_TYPES[algorithm]
        and members[-1] == _CURVES.get(algorithm, members[-1])
        and all(isinstance(members[one], bytes) for one in members if one < -1)
        and (algorithm not in _CURVES or all(len(members[one]) == _COORDINATE for one in members if one < -1))
    )
    if not shaped:
        raise NotAPasskeyKey(f"The key is not a canonical COSE key for {ALGORITHMS[algorithm]}.")
    return algorithm
