"""JWK sets (RFC 7517) as identity providers publish them: which of their keys are recorded."""

from __future__ import annotations

import msgspec

from clausework.core.errors import InputRejected
from clausework.ledger.id_tokens import ALGORITHMS, MOST_KEYS, ProviderKeyUnfit, refuse_unfit
from clausework.ledger.records.identification import ProviderKey

LARGEST_SET = 1 << 20
"""Bytes of a set of keys."""


class NotAKeySet(InputRejected):
    """What should be a JWK set is none, or holds no key with which ID tokens are verified."""

    hint = "Give the provider's JWK set: the file at its 'jwks_uri', with its public signing keys."


class _PublishedKey(msgspec.Struct, frozen=True):
    """A key of a set, as far as it is recorded; ``use`` says whether it signs. A secret part is never read."""

    kty: str
    use: str = "sig"
    kid: str = ""
    alg: str = ""
    crv: str = ""
    x: str = ""
    y: str = ""
    n: str = ""
    e: str = ""


class _KeySet(msgspec.Struct, frozen=True):
    keys: tuple[_PublishedKey, ...]


def read_key_set(data: bytes) -> tuple[ProviderKey, ...]:
    """Return the signing keys of the JWK set ``data``; those of other types and uses are left out.

    Raises ``NotAKeySet``.
    """
    if len(data) > LARGEST_SET:
        raise NotAKeySet(f"The set has more than {LARGEST_SET} bytes.")
    try:
        found = msgspec.json.decode(data, type=_KeySet).keys
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAKeySet(f"The set of keys cannot be read: {error}.") from error
    return tuple(
        ProviderKey(one.kty, one.kid, one.alg, one.crv, one.x, one.y, one.n, one.e)
        for one in found
        if one.use == "sig" and one.kty in ALGORITHMS.values() and (not one.alg or one.alg in ALGORITHMS)
    )


def fit_keys(keys: tuple[ProviderKey, ...]) -> tuple[ProviderKey, ...]:
    """Return those of ``keys`` with which ID tokens can be verified here; raises ``NotAKeySet`` without any."""
    fitting = []
    for key in keys:
        try:
            refuse_unfit(key)
        except ProviderKeyUnfit:
            continue  # A provider publishes keys for others too; a token by this one would be refused by name.
        fitting.append(key)
    if not 0 < len(fitting) <= MOST_KEYS:
        raise NotAKeySet(f"The set holds {len(fitting)} keys that can be recorded; 1 to {MOST_KEYS} can be.")
    return tuple(fitting)
