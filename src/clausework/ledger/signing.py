"""Ed25519 keys as the ledger uses them: a signer is anything that signs; a key ID is a digest of the public key."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Signer(Protocol):
    """Holds a private key, wherever that is, and signs."""

    @property
    def public_key(self) -> bytes:
        """The raw Ed25519 public key, 32 bytes."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the raw Ed25519 signature of ``data``, 64 bytes."""
        ...


class NotAKey(IntegrityViolated):
    """A text that should be a public key is not one."""


class Ed25519Signer:
    """A signer whose private key is in memory, from its 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._key.public_key().public_bytes_raw()

    @property
    def public_key(self) -> bytes:
        """The raw Ed25519 public key, 32 bytes."""
        return self._public

    def sign(self, data: bytes) -> bytes:
        """Return the raw Ed25519 signature of ``data``, 64 bytes."""
        return self._key.sign(data)


def key_id_of(public_key: bytes) -> str:
    """Return the ID by which records name the raw public key: its SHA-256."""
    return sha256_of(public_key)


def encode_key(public_key: bytes) -> str:
    """Return the raw public key as records hold it, in base64."""
    return base64.b64encode(public_key).decode()


def decode_key(text: str) -> bytes:
    """Return the raw public key that ``encode_key`` wrote as ``text``; raises ``NotAKey``."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotAKey(f"'{text[:60]}' is not a base64 public key.") from error
    if len(raw) != 32:
        raise NotAKey(f"'{text[:60]}' holds {len(raw)} bytes; an Ed25519 public key has 32.")
    return raw


def signature_holds(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether ``signature`` over ``data`` was made with the private half of ``public_key``."""
    from cryptography.exceptions import InvalidSignature

    try:
        _loaded(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=256)  # a ledger has few keys and many signatures
def _loaded(public_key: bytes) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(public_key)
