"""What a lock file says of dependencies: what it pins by version and hash, and what it leaves open (clause 5.1.10)."""

from __future__ import annotations

import re

import msgspec

from clausework.core.errors import InputRejected

_HASH_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}


class LockUnreadable(InputRejected):
    """A lock file does not have the form of its kind."""

    hint = "Have the package manager write the lock file again."


class LockedDependency(msgspec.Struct, frozen=True):
    """A dependency as pinned; hashes as ``algorithm:value``, the value as the lock file writes it.

    One of the files that have a hash is enough. ``file`` names the file where the lock wants several of one package,
    each of them an entry of its own.
    """

    name: str
    version: str
    hashes: tuple[str, ...]
    file: str = ""


class Unlocked(msgspec.Struct, frozen=True):
    """An entry that no hash pins, and why; ``name`` is what the lock calls it, ``version`` empty if it has none."""

    name: str
    version: str
    why: str

    def __str__(self) -> str:
        return self.why


class Locked(msgspec.Struct, frozen=True):
    """What a lock file pins, and what in it is not pinned by version and hash."""

    dependencies: tuple[LockedDependency, ...]
    unlocked: tuple[Unlocked, ...] = ()


def hex_hash(text: str, place: str) -> str:
    """Return ``algorithm:hexadecimal`` if it is a strong hash; raises ``LockUnreadable``."""
    algorithm, _, value = text.partition(":")
    if len(value) != _HASH_LENGTHS.get(algorithm) or not re.fullmatch(r"[0-9a-f]+", value):
        raise LockUnreadable(f"{place}: '{shortened(text)}' is not a SHA-256, SHA-384 or SHA-512 hash.")
    return text


def text_of(name: str, data: bytes) -> str:
    """Return a lock file's text; raises ``LockUnreadable`` where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LockUnreadable(f"{name}: byte {error.start} is not UTF-8.") from error


def shortened(text: str) -> str:
    """Return as much of ``text`` as a message holds."""
    return text if len(text) <= 80 else f"{text[:77]}..."
