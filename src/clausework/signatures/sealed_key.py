"""A person's own signing key, sealed by a passphrase (21 CFR 11.100, 11.200(a), 11.300).

Argon2id (RFC 9106) makes 64 bytes of the passphrase: the first half seals the Ed25519 seed with
ChaCha20-Poly1305 (RFC 8439), the second half only tells a wrong passphrase from a damaged file. E-mail
address, name, public key, cost, the day of the seal and what former passphrases are known by are bound to it
as associated data: the file cannot be given to another person, nor made to look younger than it is.
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
from clausework.core.clock import Clock, NotATime, parse_timestamp, system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated, NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.signing import Ed25519Signer, decode_key, encode_key
from clausework.signatures.key_files import read_key_file, replace_key_file, write_key_file
from clausework.signatures.passphrases import FEWEST_CHARACTERS, passphrase_bytes, refuse_weak

SCHEMA = "urn:clausework:sealed-key:v2"
SCHEMA_WITHOUT_AGE = "urn:clausework:sealed-key:v1"
MOST_REMEMBERED = 24
"""Former passphrases that a file remembers, whatever a plan asks."""

_CHECK_LABEL = b"clausework sealed key check v1\n"
_LONGEST_NAME = 200


class WrongPassphrase(NotAllowed):
    """The passphrase does not open the key."""

    hint = "Try again. A lost passphrase is not recovered: two others replace the key by 'clausework account recover'."


class PassphraseUsedBefore(UsageFault):
    """A new passphrase is the present one, or one of the last (21 CFR 11.300(b))."""

    hint = "Take a passphrase that this key never had."


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


class Former(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a former passphrase is known: salt and digest, as costly to guess as its seal was."""

    salt: bytes
    check: bytes
    cost: Cost


class SealedKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A sealed key file. ``public_key`` is base64; the bytes are base64 in the file.

    ``sealed_at`` is when the passphrase was chosen, ``former`` are those before it, the newest first; a file of the
    first schema says neither.
    """

    schema: str
    email: str
    name: str
    public_key: str
    cost: Cost
    salt: bytes
    nonce: bytes
    check: bytes
    sealed: bytes
    sealed_at: str = ""
    former: tuple[Former, ...] = ()


def key_folder(environ: Mapping[str, str]) -> Path:
    """Return where personal keys lie: ``CLAUSEWORK_KEYS``, or ``~/.config/clausework/keys``."""
    given = environ.get("CLAUSEWORK_KEYS", "")
    return Path(given) if given else Path.home() / ".config" / "clausework" / "keys"


def sealed_key_path(folder: Path, email: str) -> Path:
    """Return the person's key file in ``folder``; no address leads out of it. Raises ``NotAnEmail``."""
    name = quote(parse_email(email), safe="@+")
    return folder / f"{name if len(name) <= _LONGEST_NAME else sha256_of(name.encode())}.json"


def create_sealed_key(
    email: str,
    name: str,
    passphrase: str,
    path: Path,
    *,
    cost: Cost = DEFAULT_COST,
    fewest: int = FEWEST_CHARACTERS,
    clock: Clock = system_clock,
) -> Ed25519Signer:
    """Make a key for a person, seal it into the new file ``path`` (mode 0600) and return it opened.

    ``fewest`` are the characters that the passphrase must have. Raises ``NotAnEmail``, ``NoPrintedName``,
    ``PassphraseTooWeak``, ``KeyExists``, ``KeyFileUnreachable``.
    """
    address, printed = parse_email(email), name.strip()
    if not printed or not printed.isprintable():
        raise NoPrintedName(f"'{printed}' is not a name that can be printed.")
    refuse_weak(passphrase, address, printed, fewest=fewest)
    _refuse_cost(cost)
    seed = secrets.token_bytes(32)
    signer = Ed25519Signer(seed)
    content = SealedKey(
        SCHEMA, address, printed, encode_key(signer.public_key), cost, b"", b"", b"", b"", timestamp(clock())
    )
    write_key_file(path, _encoded(_seal(content, seed, passphrase)))
    return signer


def change_passphrase(
    path: Path,
    passphrase: str,
    chosen: str,
    *,
    fewest: int = FEWEST_CHARACTERS,
    remembered: int = MOST_REMEMBERED,
    cost: Cost = DEFAULT_COST,
    clock: Clock = system_clock,
) -> SealedKey:
    """Seal the key in ``path`` anew under the passphrase ``chosen``: the key and all that it signed stay as they are.

    Neither the present passphrase nor one of the last ``remembered`` is taken. Raises ``WrongPassphrase``,
    ``PassphraseTooWeak``, ``PassphraseUsedBefore``, ``SealedKeyDamaged``; the file is as it was then.
    """
    content = read_sealed_key(path)
    seed = _unsealed(content, passphrase)
    refuse_weak(chosen, content.email, content.name, fewest=fewest)
    former = (Former(content.salt, content.check, content.cost), *content.former)[:MOST_REMEMBERED]
    for one in former[: max(remembered, 1)]:
        if hmac.compare_digest(_stretched(chosen, one.salt, one.cost)[1], one.check):
            raise PassphraseUsedBefore(f"The key of {content.email} had this passphrase before.")
    renewed = msgspec.structs.replace(
        content, schema=SCHEMA, cost=cost, sealed_at=timestamp(clock()), former=former
    )
    sealed = _seal(renewed, seed, chosen)
    replace_key_file(path, _encoded(sealed))
    return sealed


def read_sealed_key(path: Path) -> SealedKey:
    """Return a sealed key file unopened: whose it says it is. Only opening proves that.

    Raises ``SealedKeyDamaged`` and the errors of ``read_key_file``.
    """
    try:
        content = msgspec.json.decode(read_key_file(path), type=SealedKey)
    except msgspec.DecodeError as error:
        raise SealedKeyDamaged(f"'{path}' is not a sealed key: {error}.") from error
    if content.schema not in {SCHEMA, SCHEMA_WITHOUT_AGE}:
        raise SealedKeyDamaged(f"'{path}' is a '{content.schema}', not a '{SCHEMA}'.")
    lengths = [len(content.salt), len(content.nonce), len(content.check), len(content.sealed)]
    if lengths != [16, 12, 32, 48]:
        raise SealedKeyDamaged(f"'{path}' has a part of the wrong length.")
    _refuse_cost(content.cost)
    _refuse_history(content, path)
    decode_key(content.public_key)
    return content


def open_sealed_key(path: Path, passphrase: str) -> Ed25519Signer:
    """Return the key that ``passphrase`` opens.

    Raises ``WrongPassphrase``; ``SealedKeyDamaged`` where the passphrase is right and the file was changed
    since; and the errors of ``read_key_file``.
    """
    return unseal(read_sealed_key(path), passphrase)


def unseal(content: SealedKey, passphrase: str) -> Ed25519Signer:
    """Return the key that ``passphrase`` opens; raises ``WrongPassphrase``, ``SealedKeyDamaged``."""
    return Ed25519Signer(_unsealed(content, passphrase))


def _unsealed(content: SealedKey, passphrase: str) -> bytes:
    key, check = _stretched(passphrase, content.salt, content.cost)
    if not hmac.compare_digest(check, content.check):
        raise WrongPassphrase(f"The passphrase does not open the key of {content.email}.")
    try:
        seed = ChaCha20Poly1305(key).decrypt(content.nonce, content.sealed, _bound(content))
    except InvalidTag as error:
        raise SealedKeyDamaged(f"The key of {content.email} was changed after it was sealed.") from error
    if encode_key(Ed25519Signer(seed).public_key) != content.public_key:
        raise SealedKeyDamaged(f"The key of {content.email} names a public key that is not this key's.")
    return seed


def _seal(content: SealedKey, seed: bytes, passphrase: str) -> SealedKey:
    """Return ``content`` with ``seed`` sealed by ``passphrase`` under a fresh salt and nonce."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key, check = _stretched(passphrase, salt, content.cost)
    sealed = ChaCha20Poly1305(key).encrypt(nonce, seed, _bound(content))
    return msgspec.structs.replace(content, salt=salt, nonce=nonce, check=check, sealed=sealed)


def _encoded(content: SealedKey) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content)) + b"\n"


def _bound(content: SealedKey) -> bytes:
    bound: dict[str, object] = {
        "schema": content.schema,
        "email": content.email,
        "name": content.name,
        "public_key": content.public_key,
        "cost": content.cost,
    }
    if content.schema != SCHEMA_WITHOUT_AGE:
        bound |= {"sealed_at": content.sealed_at, "former": content.former}
    return canonical_json(bound)


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


def _refuse_history(content: SealedKey, path: Path) -> None:
    """Refuse a file whose seal has no day, though its schema asks for one, or more of a past than one can have."""
    if content.schema == SCHEMA_WITHOUT_AGE:
        if content.sealed_at or content.former:
            raise SealedKeyDamaged(f"'{path}' tells a past that its schema does not know.")
        return
    try:
        parse_timestamp(content.sealed_at)
    except NotATime as error:
        raise SealedKeyDamaged(f"'{path}' does not say when it was sealed: {error.message}") from error
    if len(content.former) > MOST_REMEMBERED or any(
        (len(one.salt), len(one.check)) != (16, 32) for one in content.former
    ):
        raise SealedKeyDamaged(f"'{path}' has former passphrases of the wrong length.")
    for one in content.former:
        _refuse_cost(one.cost)
