"""C2SP signed notes: Ed25519 signatures (type 0x01) and ``cosignature/v1`` timestamps (type 0x04).

A note is text that ends in a newline, an empty line, and one line per signature. A verifier key is the text
``name+hash+key``, where ``hash`` is the key's ID: four bytes of SHA-256 over name, newline, type and key.
Reading is strict: only the one spelling that writing makes is taken, so that no byte can change unseen.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence

import msgspec

from clausework.core.errors import IntegrityViolated, UsageFault
from clausework.ledger.signing import Signer, signature_holds

ED25519 = 0x01
COSIGNATURE = 0x04

_KEY_NAME = re.compile(r"[!-*,-~]{1,200}")  # printable ASCII; a plus sign and white space are not allowed
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE_SIZE = {ED25519: 64, COSIGNATURE: 72}


class NotAKeyName(UsageFault):
    """A key or a log bears a name that signed notes do not allow."""

    hint = "Use printable ASCII without spaces and plus signs, such as example.com/device."


class NotANote(IntegrityViolated):
    """Bytes that should be a signed note or a verifier key are not."""


class NoteSignatureInvalid(IntegrityViolated):
    """A note lacks a signature that it must bear, or one does not hold."""


class VerifierKey(msgspec.Struct, frozen=True):
    """A public key for notes: its holder's name, its type (0x01 or 0x04), the raw Ed25519 key."""

    name: str
    type: int
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        """The four bytes by which a signature line names this key."""
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public_key
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{_base64(bytes([self.type]) + self.public_key)}"


class SignedNote(msgspec.Struct, frozen=True):
    """A note's text, its final newline included, and its signature lines: name, key hash, what was signed."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def verifier_key(name: str, key_type: int, public_key: bytes) -> VerifierKey:
    """Return the verifier key under ``name``; raises ``NotAKeyName``."""
    if not _KEY_NAME.fullmatch(name):
        raise NotAKeyName(f"'{name[:80]}' cannot name a key of signed notes.")
    return VerifierKey(name, key_type, public_key)


def parse_verifier_key(text: str) -> VerifierKey:
    """Return the verifier key that ``text`` spells; raises ``NotANote``."""
    name, _, rest = text.partition("+")
    data = _from_base64(rest.partition("+")[2])
    if not _KEY_NAME.fullmatch(name) or len(data) != 33 or data[0] not in _SIGNATURE_SIZE:
        raise NotANote(f"'{text[:80]}' is not a verifier key of type 1 or 4.")
    key = VerifierKey(name, data[0], data[1:])
    if str(key) != text:
        raise NotANote(f"'{text[:80]}' names a hash that is not its key's.")
    return key


def sign_note(text: str, key: VerifierKey, signer: Signer) -> str:
    """Return the signature line of type 0x01 by ``signer``, known as ``key``, for a note of ``text``."""
    return _line(key, signer.sign(text.encode()))


def cosign_note(text: str, key: VerifierKey, signer: Signer, time: int) -> str:
    """Return the ``cosignature/v1`` line: ``signer`` saw the note of ``text`` at ``time``, in seconds since 1970."""
    return _line(key, time.to_bytes(8, "big") + signer.sign(_cosigned(text, time)))


def join_note(text: str, lines: Sequence[str]) -> bytes:
    """Return the signed note of ``text`` with signature ``lines``."""
    return f"{text}\n{''.join(lines)}".encode()


def parse_note(data: bytes) -> SignedNote:
    """Return the note in ``data``, its signatures not checked; raises ``NotANote``."""
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NotANote("The note is not UTF-8.") from error
    text, separator, block = whole.rpartition("\n\n")
    lines = block.split("\n")
    if not separator or not text or lines.pop() != "" or not lines:
        raise NotANote("The note has no text, or no signature lines after an empty line.")
    note = SignedNote(text + "\n", tuple(_parse_line(line) for line in lines))
    if _CONTROL.search(whole):
        raise NotANote("The note holds a control character.")
    return note


def check_signature(note: SignedNote, key: VerifierKey) -> None:
    """Raise ``NoteSignatureInvalid`` unless ``note`` bears a valid Ed25519 signature by ``key``."""
    if not signature_holds(key.public_key, _signature_by(note, key), note.text.encode()):
        raise NoteSignatureInvalid(f"The signature of '{key.name}' on the note does not hold.")


def check_cosignature(note: SignedNote, key: VerifierKey) -> int:
    """Return the time, in seconds since 1970, that ``key`` gave ``note``; raises ``NoteSignatureInvalid``."""
    time = cosigned_time(note, key.name)
    if not signature_holds(key.public_key, _signature_by(note, key)[8:], _cosigned(note.text, time)):
        raise NoteSignatureInvalid(f"The cosignature of '{key.name}' on the note does not hold.")
    return time


def cosigned_time(note: SignedNote, name: str) -> int:
    """Return the time that ``name``'s cosignature states, unchecked; raises ``NoteSignatureInvalid`` without one."""
    for holder, _, signature in note.signatures:
        if holder == name and len(signature) == _SIGNATURE_SIZE[COSIGNATURE]:
            return int.from_bytes(signature[:8], "big")
    raise NoteSignatureInvalid(f"The note bears no cosignature of '{name}'.")


def _signature_by(note: SignedNote, key: VerifierKey) -> bytes:
    key_hash = key.key_hash
    for name, named_hash, signature in note.signatures:
        if name == key.name and named_hash == key_hash and len(signature) == _SIGNATURE_SIZE[key.type]:
            return signature
    raise NoteSignatureInvalid(f"The note bears no signature of '{key.name}'.")


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"\N{EM DASH} {key.name} {_base64(key.key_hash + signature)}\n"


def _parse_line(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\N{EM DASH}" or not _KEY_NAME.fullmatch(parts[1]):
        raise NotANote(f"'{line[:80]}' is not a signature line of a note.")
    data = _from_base64(parts[2])
    if len(data) <= 4:
        raise NotANote(f"The signature of '{parts[1]}' is too short.")
    return parts[1], data[:4], data[4:]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotANote(f"'{text[:80]}' is not base64.") from error
    if _base64(data) != text:
        raise NotANote(f"'{text[:80]}' is not the one base64 of its bytes.")
    return data
