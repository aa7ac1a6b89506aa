"""The pipeline's key, the ledger's and the clock's: an Ed25519 seed in a file or a secret of the CI system.

These keys say that a machine made a record. They never stand for a person (21 CFR 11.100).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from pathlib import Path

from clausework.core.errors import IntegrityViolated
from clausework.ledger.signing import Ed25519Signer
from clausework.signatures.key_files import KeyMissing, read_key_file, write_key_file

_SEED_LENGTH = 32


class PipelineKeyDamaged(IntegrityViolated):
    """A key file or variable does not hold a seed."""

    hint = "It holds 32 bytes as one line of base64: restore it, or enrol a new pipeline key."


def create_signer(path: Path) -> Ed25519Signer:
    """Make a key, write its seed to the new file ``path`` (mode 0600) and return it.

    Raises ``KeyExists``, ``KeyFileUnreachable``.
    """
    seed = secrets.token_bytes(_SEED_LENGTH)
    write_key_file(path, base64.b64encode(seed) + b"\n")
    return Ed25519Signer(seed)


def load_signer(path: Path) -> Ed25519Signer:
    """Return the key in the file ``path``; raises ``PipelineKeyDamaged`` and ``read_key_file``'s errors."""
    return _signer(read_key_file(path), f"'{path}'")


def load_signer_from_variable(name: str, environ: Mapping[str, str]) -> Ed25519Signer:
    """Return the key whose seed the variable ``name`` holds.

    Raises ``KeyMissing``, ``PipelineKeyDamaged``.
    """
    text = environ.get(name, "").strip()
    if not text:
        raise KeyMissing(f"The variable {name} is not set.", hint=f"Set {name} as a secret of the CI system.")
    return _signer(text.encode("utf-8", "surrogateescape"), f"The variable {name}")


def _signer(text: bytes, where: str) -> Ed25519Signer:
    """Decode a seed; nothing of it may come into a message."""
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except (ValueError, binascii.Error):
        raise PipelineKeyDamaged(f"{where} does not hold base64.") from None
    if len(seed) != _SEED_LENGTH or len(set(seed)) == 1:
        raise PipelineKeyDamaged(f"{where} does not hold a seed of {_SEED_LENGTH} random bytes.")
    return Ed25519Signer(seed)
