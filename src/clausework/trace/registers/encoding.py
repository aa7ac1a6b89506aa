"""How the values of a register are written: MessagePack, under a check sum that covers the key too.

A register is no evidence: the check sum finds damage, so that the answer is folded instead of wrong.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar, cast

import msgspec
import zstandard

from clausework.ledger.ports import RegistersUnavailable

_CHECK = 8
_PLAIN, _COMPRESSED = b"\x00", b"\x01"
_WORTH_COMPRESSING = 256
_LARGEST = 1 << 30
_LEVEL = 15  # a page is compressed once and shared: a seventh less than at level 6

_T = TypeVar("_T")


class RegisterDamaged(RegistersUnavailable):
    """What a register holds is not what was written, or a part of it is missing."""


def seal(key: bytes, value: object) -> bytes:
    """Return ``value`` as it is kept under ``key``."""
    data = msgspec.msgpack.encode(value)
    body = _PLAIN + data
    if len(data) > _WORTH_COMPRESSING:
        body = _COMPRESSED + zstandard.ZstdCompressor(level=_LEVEL).compress(data)
    return _check(key, body) + body


def unseal(key: bytes, sealed: bytes | None, kind: type[_T]) -> _T:
    """Return the value kept under ``key``; raises ``RegisterDamaged`` where it is missing or changed."""
    if sealed is None:
        raise RegisterDamaged(f"The register holds nothing under {key[:40].hex()}.")
    body = sealed[_CHECK:]
    if not body or sealed[:_CHECK] != _check(key, body):
        raise RegisterDamaged(f"What the register holds under {key[:40].hex()} is not what was written.")
    try:
        data = body[1:]
        if body[:1] == _COMPRESSED:
            data = zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST)
        value: _T = _decoder(cast("Hashable", kind)).decode(data)
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise RegisterDamaged(f"The register holds no {kind} under {key[:40].hex()}: {error}.") from error
    return value


@lru_cache(maxsize=32)
def _decoder(kind: Hashable) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


def _check(key: bytes, body: bytes) -> bytes:
    return sha256(len(key).to_bytes(4, "big") + key + body).digest()[:_CHECK]


def digest_key(kind: bytes, value: object) -> bytes:
    """Return the key of a value that is found by its content: its kind and the first 16 bytes of its SHA-256."""
    return kind + sha256(msgspec.msgpack.encode(value)).digest()[:16]


def number_key(kind: bytes, number: int) -> bytes:
    """Return the key of a value that is found by its number."""
    return kind + number.to_bytes(5, "big")
