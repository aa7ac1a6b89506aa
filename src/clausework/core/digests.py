"""SHA-256 digests as lower-case hexadecimal, the one form in which records name bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec

from clausework.core.errors import UsageFault

_PATTERN = r"^[0-9a-f]{64}$(?!\n)"  # Python's $ also matches before a last line break
Sha256 = Annotated[str, msgspec.Meta(pattern=_PATTERN)]
"""64 lower-case hexadecimal digits, checked wherever a record is read."""

_CHUNK = 1 << 20


class NotADigest(UsageFault):
    """A text that should be a SHA-256 is not one."""

    hint = "Give 64 hexadecimal digits, with or without 'sha256:' in front."


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_stream(stream: BinaryIO) -> tuple[str, int]:
    """Return the SHA-256 of what is left in ``stream``, and its length in bytes; memory stays bounded."""
    hasher = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK):
        hasher.update(chunk)
        size += len(chunk)
    return hasher.hexdigest(), size


def sha256_of_file(path: Path) -> tuple[str, int]:
    """Return the SHA-256 and the length in bytes of the file at ``path``."""
    with path.open("rb") as stream:
        return sha256_of_stream(stream)


def parse_sha256(text: str) -> str:
    """Return ``text`` as a digest; ``sha256:`` in front and capital letters are taken.

    Raises ``NotADigest`` for anything else.
    """
    digest = text.strip().lower().removeprefix("sha256:")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise NotADigest(f"'{text}' is not a SHA-256 digest.")
    return digest
