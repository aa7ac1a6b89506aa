"""Artefacts that a person names: a file, a folder, a container image; hashed, and kept whole where they are built."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path
from typing import BinaryIO

from clausework.actions.given_files import FileChanged, keep_file, open_given
from clausework.evidence.artefact_files import Artefact, Listed, artefact_at, listing
from clausework.ledger.ledger import Ledger
from clausework.ledger.ports import Incoming
from clausework.ledger.records.values import Descriptor

_TAR = "application/x-tar"


def given_artefact(path: Path) -> Artefact:
    """Return what is at ``path``; raises ``FileUnreadable``, ``ArtefactUnreadable``, ``NotAnImage``."""
    if not path.is_dir():
        open_given(path).close()
    return artefact_at(path)


def keep_contents(ledger: Ledger, path: Path, described: Descriptor) -> Descriptor | None:
    """Keep what an artefact's digest only lists: a folder or an image, as one tar file; ``None`` for a plain file.

    The listing or manifest is kept under the digest itself. Packing is the same for the same contents. Raises
    ``FileChanged`` where they are not what ``described`` says any more, ``NotAnImage`` where an image lacks a part.
    """
    artefact = given_artefact(path)
    if artefact.sha256 != described.sha256:
        raise FileChanged(f"'{path}' changed while it was read.")
    if artefact.kind == "file":
        return None
    ledger.put_blob(artefact.manifest, described.name, described.media_type)
    name = f"{described.name}.tar"
    if artefact.kind == "image" and not path.is_dir():
        return keep_file(ledger, path, name, _TAR)
    return _packed(ledger, path, artefact.entries or listing(path), name)


def _packed(ledger: Ledger, root: Path, entries: tuple[Listed, ...], name: str) -> Descriptor:
    incoming = ledger.blobs.receive()
    try:
        with tarfile.open(fileobj=_Writing(incoming), mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for one in entries:
                _add(archive, root, one)
        sha256, size = incoming.keep()
    except BaseException:
        incoming.discard()
        raise
    return Descriptor(name, sha256, size, _TAR)


def _add(archive: tarfile.TarFile, root: Path, one: Listed) -> None:
    info = tarfile.TarInfo(one.path)
    if one.link:
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, one.link, 0o777
        archive.addfile(info)
        return
    info.size, info.mode = one.size, int(one.mode[2:], 8)
    with open_given(root / one.path) as stream:
        reading = _Hashing(stream)
        try:
            archive.addfile(info, reading)
        except OSError as error:  # it is shorter than it was
            raise FileChanged(f"'{root / one.path}' changed while it was read.") from error
        if reading.hasher.hexdigest() != one.sha256:
            raise FileChanged(f"'{root / one.path}' changed while it was read.")


class _Hashing(io.RawIOBase):
    """A stream that hashes what is read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.hasher = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self.hasher.update(data)
        return data


class _Writing(io.RawIOBase):
    """A stream that writes into a blob."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self._incoming.write(bytes(data))
        return len(data)
