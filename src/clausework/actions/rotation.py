"""key rotate: a new key for the same person, let in by two people; then the old one is revoked (21 CFR 11.300(b)).

The command is run again until it is done; each time it takes up what is there: it makes and records the new key, tells
whose approval is missing, and once the key is in force revokes the old one and puts the new file in its place.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Literal

import msgspec

from clausework.actions.account import accounts, enrol, keys_of, revoke, sign_enrolment
from clausework.actions.person import NobodyActs, Person, act_as
from clausework.actions.session import end_session
from clausework.actions.workplace import Workplace
from clausework.core.errors import NotAllowed
from clausework.core.identities import parse_email
from clausework.ledger.signing import decode_key, key_id_of
from clausework.signatures.key_files import KeyExists, KeyMissing
from clausework.signatures.sealed_key import create_sealed_key, key_folder, read_sealed_key, sealed_key_path
from clausework.signatures.session import Ask, chosen_passphrase_of


class NewKeyRefused(NotAllowed):
    """The new key can never come into force: it was revoked."""

    hint = "Delete the new key's file and run the command again: it makes another."


class Rotation(msgspec.Struct, frozen=True):
    """How far a rotation is: ``enrolled`` and waiting for approvals, or ``done`` with the old keys revoked."""

    email: str
    state: Literal["enrolled", "done"]
    key_id: str
    index: int
    path: Path
    revoked: tuple[str, ...] = ()


def new_key_path(path: Path) -> Path:
    """Return where the new key lies until it is in force, beside the old one."""
    return path.with_suffix(".next")


def rotate(workplace: Workplace, email: str | None, ask: Ask | None) -> Rotation:
    """Go on with the rotation of the person's own sealed key as far as it can go now.

    Raises what ``act_as``, ``chosen_passphrase_of`` and ``enrol`` raise; ``NewKeyRefused``.
    """
    named = email or workplace.environ.get("CLAUSEWORK_ACCOUNT", "")
    if not named:
        raise NobodyActs("This needs a person.")
    account = parse_email(named)
    path = sealed_key_path(key_folder(workplace.environ), account)
    new = new_key_path(path)
    if not os.path.lexists(new):
        _make(workplace, account, new, ask)
    key_id = key_id_of(decode_key(read_sealed_key(new).public_key))
    snapshot = workplace.snapshot()
    keyring = snapshot.keyring
    if keyring.revoked_at(key_id) is not None:
        raise NewKeyRefused(f"The new key {key_id[:12]} in '{new}' was revoked.")
    if keyring.key(key_id, len(snapshot.records)) is not None:
        return _finish(workplace, account, path, new, key_id, ask)
    pending = next((one.index for one in keyring.pending.values() if one.key_id == key_id), None)
    if pending is None:
        pending = _record(workplace, act_as(workplace, account, ask), new)
    return Rotation(account, "enrolled", key_id, pending, new)


def _make(workplace: Workplace, account: str, new: Path, ask: Ask | None) -> None:
    person = act_as(workplace, account, ask)
    chosen = chosen_passphrase_of(account, workplace.environ, ask)
    length = workplace.standing(workplace.snapshot()).plan_in_force.plan.signing.passphrase.length
    create_sealed_key(account, person.name, chosen, new, fewest=length, clock=workplace.clock)
    _record(workplace, person, new)


def _record(workplace: Workplace, person: Person, new: Path) -> int:
    old = key_id_of(person.signer.public_key)
    index = enrol(workplace, new, proof=f"rotation: the holder opened their key {old[:12]}", by=person)
    sign_enrolment(workplace, person, workplace.record(index).sha256)
    return index


def _finish(
    workplace: Workplace, account: str, path: Path, new: Path, key_id: str, ask: Ask | None
) -> Rotation:
    """Revoke the old keys and put the new file in the old one's place, which is kept under another name."""
    person = act_as(workplace, account, ask, key=new)
    passkeys = {one.key_id for one in accounts(workplace) if one.kind == "passkey"}
    old = [one for one in keys_of(workplace.snapshot(), account) if one != key_id and one not in passkeys]
    for one in old:
        revoke(workplace, one, reason=f"rotation: replaced by the key {key_id[:12]}", by=person)
    end_session(workplace)
    with contextlib.suppress(KeyMissing):
        retired = key_id_of(decode_key(read_sealed_key(path).public_key))
        _move(path, path.with_suffix(f".{retired[:12]}.retired"))
    _move(new, path)
    index = next(key.since for key in workplace.snapshot().keyring.keys.values() if key.key_id == key_id)
    return Rotation(account, "done", key_id, index, path, tuple(old))


def _move(path: Path, to: Path) -> None:
    if os.path.lexists(to):
        raise KeyExists(f"'{to}' exists.")
    path.rename(to)
