"""A person's own signing key, sealed by a passphrase (21 CFR 11.100, 11.200(a), 11.300).

Argon2id (RFC 9106) makes 64 bytes of the passphrase: the first half seals the Ed25519 seed with
ChaCha20-Poly1305 (RFC 8439), the second half only tells a wrong passphrase from a damaged file. E-mail
address, name, public key and cost are bound to the seal as associated data: the file cannot be given to
another person.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated, NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.signing import Ed25519Signer, decode_key, encode_key
from clausework.signatures.key_files import read_key_file, write_key_file
from clausework.signatures.passphrases import passphrase_bytes, refuse_weak

SCHEMA = "urn:clausework:sealed-key:v1"
_CHECK_LABEL = b"clausework sealed key check v1\n"
_LONGEST_NAME = 200


class WrongPassphrase(NotAllowed):
    """The passphrase does not open the key."""

    hint = (
        "Try again. A passphrase that is lost is not recovered: enrol a new key, with two people's approval."
    )


class SealedKeyDamaged(IntegrityViolated):
    """A sealed key file is not as it was written."""

    hint = "Restore the file from a copy, or enrol a new key and revoke this one."


class NoPrintedName(UsageFault):
    """A key without its owner's printed name could not show it with a signature (21 CFR 11.50(a)(1))."""

    hint = "Give the full name as it is to be printed."


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a guess at the passphrase costs: memory in KiB, passes over it, lanes."""

    memory: int = 65_536
    iterations: int = 3
    lanes: int = 4


DEFAULT_COST = Cost()
"""RFC 9106's second recommended option: 64 MiB, three passes, four lanes."""

_LEAST_MEMORY = 65_536
_MOST = Cost(memory=1_048_576, iterations=32, lanes=16)


class SealedKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed key file. ``public_key`` is base64; the bytes are base64 in the file."""

    schema: str
    email: str
    name: str
    public_key: str
    cost: Cost
    salt: bytes
    nonce: bytes
    check: bytes
    sealed: bytes


def key_folder(environ: Mapping[str, str]) -> Path:
    """Return where personal keys lie: ``CLAUSEWORK_KEYS``, or ``~/.config/clausework/keys``."""
    given = environ.get("CLAUSEWORK_KEYS", "")
    return Path(given) if given else Path.home() / ".config" / "clausework" / "keys"


def sealed_key_path(folder: Path, email: str) -> Path:
    """Return the person's key file in ``folder``; no address leads out of it. Raises ``NotAnEmail``."""
    name = quote(parse_email(email), safe="@+")
    return folder / f"{name if len(name) <= _LONGEST_NAME else sha256_of(name.encode())}.json"


def create_sealed_key(
    email: str, name: str, passphrase: str, path: Path, *, cost: Cost = DEFAULT_COST
) -> Ed25519Signer:
    """Make a key for a person, seal it into the new file ``path`` (mode 0600) and return it opened.

    Raises ``NotAnEmail``, ``NoPrintedName``, ``PassphraseTooWeak``, ``KeyExists``, ``KeyFileUnreachable``.
    """
    address, printed = parse_email(email), name.strip()
    if not printed or not printed.isprintable():
        raise NoPrintedName(f"'{printed}' is not a name that can be printed.")
    refuse_weak(passphrase, address, printed)
    _refuse_cost(cost)
    seed = secrets.token_bytes(32)
    signer = Ed25519Signer(seed)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key, check = _stretched(passphrase, salt, cost)
    bound = _bound(address, printed, encode_key(signer.public_key), cost)
    sealed = ChaCha20Poly1305(key).encrypt(nonce, seed, bound)
    content = SealedKey(
        SCHEMA, address, printed, encode_key(signer.public_key), cost, salt, nonce, check, sealed
    )
    write_key_file(path, msgspec.json.format(msgspec.json.encode(content)) + b"\n")
    return signer


def read_sealed_key(path: Path) -> SealedKey:
    """Return a sealed key file unopened: whose it says it is. Only opening proves that.

    Raises ``SealedKeyDamaged`` and the errors of ``read_key_file``.
    """
    try:
        content = msgspec.json.decode(read_key_file(path), type=SealedKey)
    except msgspec.DecodeError as error:
        raise SealedKeyDamaged(f"'{path}' is not a sealed key: {error}.") from error
    if content.schema != SCHEMA:
        raise SealedKeyDamaged(f"'{path}' is a '{content.schema}', not a '{SCHEMA}'.")
    lengths = [len(content.salt), len(content.nonce), len(content.check), len(content.sealed)]
    if lengths != [16, 12, 32, 48]:
        raise SealedKeyDamaged(f"'{path}' has a part of the wrong length.")
    _refuse_cost(content.cost)
    decode_key(content.public_key)
    return content


def open_sealed_key(path: Path, passphrase: str) -> Ed25519Signer:
    """Return the key that ``passphrase`` opens.

    Raises ``WrongPassphrase``; ``SealedKeyDamaged`` where the passphrase is right and the file was changed
    since; and the errors of ``read_key_file``.
    """
    content = read_sealed_key(path)
    key, check = _stretched(passphrase, content.salt, content.cost)
    if not hmac.compare_digest(check, content.check):
        raise WrongPassphrase(f"The passphrase does not open '{path}'.")
    bound = _bound(content.email, content.name, content.public_key, content.cost)
    try:
        seed = ChaCha20Poly1305(key).decrypt(content.nonce, content.sealed, bound)
    except InvalidTag as error:
        raise SealedKeyDamaged(f"'{path}' was changed after it was sealed.") from error
    signer = Ed25519Signer(seed)
    if encode_key(signer.public_key) != content.public_key:
        raise SealedKeyDamaged(f"'{path}' names a public key that is not this key's.")
    return signer


def _bound(email: str, name: str, public_key: str, cost: Cost) -> bytes:
    return canonical_json(
        {"schema": SCHEMA, "email": email, "name": name, "public_key": public_key, "cost": cost}
    )


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """Return the sealing key, and the digest of a further secret by which a wrong passphrase is known."""
    argon = Argon2id(
        salt=salt, length=64, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory
    )
    secret = argon.derive(passphrase_bytes(passphrase))
    return secret[:32], hashlib.sha256(_CHECK_LABEL + secret[32:]).digest()


def _refuse_cost(cost: Cost) -> None:
    """Refuse a cost by which a forged file would seal too cheaply, or exhaust the machine."""
    if not (
        _LEAST_MEMORY <= cost.memory <= _MOST.memory
        and 1 <= cost.iterations <= _MOST.iterations
        and 1 <= cost.lanes <= _MOST.lanes
    ):
        raise SealedKeyDamaged(
            f"A seal of {cost.memory} KiB, {cost.iterations} passes and {cost.lanes} lanes is not taken."
        )
