"""A series of signings without a pause, in which the account is named once (21 CFR 11.200(a)(1)(i)).

The first signing takes both components, account name and passphrase; each later one takes the passphrase, the component
that only its owner has. So a session holds nothing secret: it remembers who began it, on which ledger, and when they
signed last. No passphrase and no opened key outlives a command, and who copies the file gains nothing by it.

The session is signed by the person's own key. Only who gave both components can begin one, or make it last.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.clock import NotATime, parse_timestamp, timestamp
from clausework.core.digests import Sha256
from clausework.core.errors import IntegrityViolated, NotAllowed
from clausework.core.identities import Email
from clausework.ledger.signing import Signer, key_id_of, signature_holds
from clausework.signatures.key_files import KeyMissing, read_key_file, replace_key_file, write_key_file

ACCOUNT, PASSPHRASE = "account", "passphrase"
BOTH = (ACCOUNT, PASSPHRASE)
"""The components of a sealed key's signature: the first signing of a session, and any outside one, takes both."""

_LABEL = b"clausework session v1\n"  # begins like nothing else that a personal key signs


class SessionOver(NotAllowed):
    """The session's pause went by without a signing: both components are asked for again."""

    hint = "Give both again: '--as EMAIL' and the passphrase, or 'clausework account session --as EMAIL'."


class SessionForged(IntegrityViolated):
    """A session was not begun by the person whose key it names, or its file was changed."""

    hint = "Run 'clausework account logout', then give both components; find out who wrote the file."


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs on which ledger (the digest of its root), with which key, since when, and when last."""

    email: Email
    root: Sha256
    key_id: Sha256
    began: str
    last: str
    signature: str = ""


def session_path(folder: Path, root: str) -> Path:
    """Return where the session on the ledger of that root lies, in the folder of personal keys."""
    return folder / "sessions" / f"{root}.json"


def begun(email: str, root: str, signer: Signer, now: datetime) -> Session:
    """Return the session that begins now, signed."""
    at = timestamp(now)
    return _signed(Session(email, root, key_id_of(signer.public_key), at, at), signer)


def prolonged(session: Session, signer: Signer, now: datetime) -> Session:
    """Return the session after a signing now, signed."""
    return _signed(msgspec.structs.replace(session, last=timestamp(now)), signer)


def read_session(path: Path, root: str) -> Session | None:
    """Return the session in the file ``path``, its signature not checked; None where there is none.

    Raises ``SessionForged`` for what is no session on this ledger, ``KeyFileExposed``, ``KeyFileIndirect``.
    """
    try:
        session = msgspec.json.decode(read_key_file(path), type=Session)
        parse_timestamp(session.began)
        parse_timestamp(session.last)
    except KeyMissing:
        return None
    except (msgspec.DecodeError, NotATime) as error:
        raise SessionForged(f"'{path}' does not hold a session: {error}.") from error
    if session.root != root:
        raise SessionForged(f"'{path}' holds a session on another ledger.")
    return session


def write_session(path: Path, session: Session) -> None:
    """Keep the session in ``path``, open to its owner alone; raises ``KeyFileUnreachable`` and what reading raises."""
    data = msgspec.json.encode(session)
    if path.exists():
        replace_key_file(path, data)
    else:
        write_key_file(path, data)


def refuse_over(session: Session, pause: int, now: datetime) -> None:
    """Raise ``SessionOver`` where the last signing is more than ``pause`` minutes ago, or the clock went back."""
    idle = now - parse_timestamp(session.last)
    if idle > timedelta(minutes=pause):
        raise SessionOver(
            f"The session of {session.email} is over: the last signing was at {session.last}, "
            f"and the plan asks for both components after {pause} minutes (21 CFR 11.200(a)(1))."
        )
    if idle < -timedelta(minutes=1):
        raise SessionOver(f"The session of {session.email} is over: its last signing is yet to come.")


def refuse_forged(session: Session, signer: Signer) -> None:
    """Raise ``SessionForged`` unless the key that is open now began the session and made it last."""
    try:
        signature = base64.b64decode(session.signature, validate=True)
    except (ValueError, binascii.Error):
        signature = b""
    if session.key_id != key_id_of(signer.public_key) or not signature_holds(
        signer.public_key, signature, _message(session)
    ):
        raise SessionForged(f"The session was not begun with the key of {session.email}.")


def _signed(session: Session, signer: Signer) -> Session:
    signature = base64.b64encode(signer.sign(_message(session))).decode()
    return msgspec.structs.replace(session, signature=signature)


def _message(session: Session) -> bytes:
    return _LABEL + canonical_json(msgspec.structs.replace(session, signature=""))
