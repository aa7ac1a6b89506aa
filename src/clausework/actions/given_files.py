"""Files that a person names: opened as they are, hashed or kept in bounded memory, refused in a sentence."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from clausework.core.errors import InputRejected
from clausework.core.printable import printable
from clausework.ledger.ledger import Ledger
from clausework.ledger.records.values import Descriptor

_CHUNK = 1 << 18


class FileUnreadable(InputRejected):
    """A file that was named cannot be read, or is no plain file."""

    hint = "Name a plain file that this user may read."


class FileChanged(InputRejected):
    """A file changed while it was read."""

    hint = "Let whatever writes the file finish, then run the command again."


def open_given(path: Path) -> BinaryIO:
    """Return the plain file at ``path`` for reading; raises ``FileUnreadable``. A pipe or device is not waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FileUnreadable(f"'{path}' cannot be read: {reason}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileUnreadable(f"'{path}' is not a plain file.")
    return os.fdopen(descriptor, "rb")


def keep_given(ledger: Ledger, path: Path, described: Descriptor) -> None:
    """Keep the file at ``path`` as the blob that ``described`` says; raises ``FileUnreadable``, ``FileChanged``."""
    kept = keep_file(ledger, path, described.name, described.media_type)
    if kept.sha256 != described.sha256:
        raise FileChanged(f"'{path}' changed while it was read.")


def keep_file(ledger: Ledger, path: Path, name: str, media_type: str) -> Descriptor:
    """Keep the file at ``path`` as a blob, a piece at a time; return its descriptor. Raises ``FileUnreadable``."""
    with open_given(path) as stream:
        incoming = ledger.blobs.receive()
        try:
            while chunk := stream.read(_CHUNK):
                incoming.write(chunk)
            sha256, size = incoming.keep()
        except BaseException:
            incoming.discard()
            raise
    return Descriptor(name, sha256, size, media_type)


def written_name(path: Path, root: Path) -> str:
    """Return a file's path as a record holds it: below ``root``, or whole where it lies elsewhere.

    A rejected report is replaced by one of the same name, so two reports of one base name must not share it. What is
    not UTF-8, and what cannot be shown, stands as escapes.
    """
    whole = path.absolute()
    return printable(str(whole.relative_to(root)) if whole.is_relative_to(root) else str(whole))
