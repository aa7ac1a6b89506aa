"""Files that hold a private key: written whole or not at all, open to their owner alone, never a link."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from clausework.core.errors import NotAllowed, Unavailable, UsageFault

_LARGEST = 64 << 10


class KeyExists(UsageFault):
    """A key file is there already; it is never written over."""

    hint = "Choose another file. A key that is no longer wanted is revoked first, then its file is deleted."


class KeyMissing(UsageFault):
    """There is no key where one is looked for."""

    hint = (
        "Make the key first ('clausework account' or 'clausework init --establish'), or set the right place."
    )


class KeyFileExposed(NotAllowed):
    """Others than its owner can read or change the key file, so it is nobody's own (21 CFR 11.200(a)(2))."""

    hint = "Run 'chmod 600' on the file; where others had access, make a new key and revoke this one."


class KeyFileIndirect(NotAllowed):
    """The key's place is a link, a folder or a device: what it leads to can be exchanged unseen."""

    hint = "Give the path of the key file itself."


class KeyFileUnreachable(Unavailable):
    """The key file cannot be read or written."""

    hint = "Let the user who runs the command own the file and its folder."


def write_key_file(path: Path, data: bytes) -> None:
    """Write ``data`` to the new file ``path`` with mode 0600, durably; a new folder gets 0700.

    Raises ``KeyExists`` where anything, even a dangling link, has that name; ``KeyFileUnreachable``.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileUnreachable(f"The folder '{path.parent}' cannot be made: {error.strerror}.") from error
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _write_whole(part, data)
        path.hardlink_to(part)
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise KeyExists(f"'{path}' exists.") from error
    except OSError as error:
        raise KeyFileUnreachable(f"'{path}' cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def replace_key_file(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of the key file ``path``, durably and at once: a reader finds the old or the new whole.

    Raises what ``read_key_file`` raises for the file that is there.
    """
    read_key_file(path)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _write_whole(part, data)
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyFileUnreachable(f"'{path}' cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def read_key_file(path: Path) -> bytes:
    """Return what the key file holds.

    Raises ``KeyMissing``, ``KeyFileIndirect``, ``KeyFileExposed``, ``KeyFileUnreachable``. The checks are
    made on the open file, so that it cannot be exchanged between check and use.
    """
    try:
        if path.is_symlink():
            raise KeyFileIndirect(f"'{path}' is a symbolic link.")
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise KeyMissing(f"There is no key file '{path}'.") from error
    except OSError as error:
        raise KeyFileUnreachable(f"'{path}' cannot be read: {error.strerror}.") from error
    try:
        _refuse_shared(path, os.fstat(descriptor).st_mode)
        return os.read(descriptor, _LARGEST)
    finally:
        os.close(descriptor)


def _refuse_shared(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise KeyFileIndirect(f"'{path}' is not a file.")
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileExposed(
            f"'{path}' is open to others (mode {stat.S_IMODE(mode):03o}).",
            hint=f"Run 'chmod 600 {path}'; where others had access, make a new key and revoke this one.",
        )


def _write_whole(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
