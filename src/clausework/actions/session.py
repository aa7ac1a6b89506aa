"""session: a series of signings in which the account is named once; it ends by the plan's pause (21 CFR 11.200(a))."""

from __future__ import annotations

from pathlib import Path

from clausework.actions.workplace import Workplace
from clausework.ledger.signing import Signer
from clausework.signatures.sealed_key import key_folder
from clausework.signatures.signing_session import (
    Session,
    begun,
    prolonged,
    read_session,
    refuse_forged,
    refuse_over,
    session_path,
    write_session,
)


def begin_session(workplace: Workplace, email: str, signer: Signer) -> Session:
    """Begin a session for the person whose key is open: both components were given. One that was there is replaced."""
    end_session(workplace)
    session = begun(email, _root(workplace), signer, workplace.clock())
    write_session(_path(workplace), session)
    return session


def end_session(workplace: Workplace) -> bool:
    """End the session on this ledger; tell whether there was one."""
    path = _path(workplace)
    there = path.exists() or path.is_symlink()
    path.unlink(missing_ok=True)
    return there


def standing_session(workplace: Workplace, pause: int) -> Session | None:
    """Return the session on this ledger, if there is one that is not over.

    Raises ``SessionOver`` (it is ended then), ``SessionForged``, ``KeyFileExposed``, ``KeyFileIndirect``.
    """
    session = read_session(_path(workplace), _root(workplace))
    if session is not None:
        refuse_over(session, pause, workplace.clock())
    return session


def go_on(workplace: Workplace, session: Session, signer: Signer) -> None:
    """Let the session last from now on: the person's key is open. Raises ``SessionForged``."""
    refuse_forged(session, signer)
    write_session(_path(workplace), prolonged(session, signer, workplace.clock()))


def _path(workplace: Workplace) -> Path:
    return session_path(key_folder(workplace.environ), _root(workplace))


def _root(workplace: Workplace) -> str:
    return workplace.ledger.root()[0].sha256
