"""The one file that an archive is written to: a zstd-compressed tar with a manifest, the same bytes each time (5.8.7).

First README.txt, MANIFEST.json and SHA256SUMS, then every file that the manifest names, in order of their paths;
``archive_reading`` reads it.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec
import zstandard

from clausework.core.digests import Sha256, sha256_of
from clausework.core.errors import InputRejected, IntegrityViolated, UsageFault
from clausework.ledger.records.archive import KeptImage, KeptTool, NotInArchive

SCHEMA = "urn:clausework:archive-file:v1"
README, MANIFEST, SUMS = "README.txt", "MANIFEST.json", "SHA256SUMS"
OWN = (README, MANIFEST, SUMS)
"""The archive's own files, in the order in which they begin it."""

BLOCK = 512
"""Bytes in which a tar is counted."""

_END = b"\0" * (2 * BLOCK)
CHUNK = 1 << 20
_LEVEL = 9


class ArchiveRefused(InputRejected):
    """A file is no archive, or one that was made to do harm; nothing of it was restored."""

    hint = "Take another copy of the archive; do not unpack this one by other means."


class ArchiveDamaged(IntegrityViolated):
    """An archive does not hold what its manifest or its records say."""

    hint = "Take another copy of the archive, and find out who changed this one."


class TargetTaken(UsageFault):
    """Where something is to be written there is something already."""

    hint = "Name a file or folder that does not exist yet."


class ArchivedFile(msgspec.Struct, frozen=True):
    """A file of the archive: its path, digest and size, and the name under which a record knows it."""

    path: str
    sha256: Sha256
    size: int
    name: str = ""


class ArchivedSource(msgspec.Struct, frozen=True):
    """A component build: software item, build, commit, source tree, how it is built, how it came out of the archive."""

    software_item: str
    build: Sha256
    commit: str
    folder: str
    source_tree: Sha256
    command: tuple[str, ...]
    rebuilt: str


class Manifest(msgspec.Struct, frozen=True):
    """What the archive is of, and every file in it; ``archive`` and ``candidate`` are records' numbers.

    ``missing`` are the first of ``lacking`` things that it does not hold (0: as many as ``missing`` names).
    """

    schema: str
    product: str
    manufacturer: str
    version: str
    released: bool
    safety_class: str
    candidate: int
    archive: int
    root: Sha256
    log_size: int
    builds: tuple[ArchivedSource, ...]
    files: tuple[ArchivedFile, ...]
    missing: tuple[NotInArchive, ...] = ()
    images: tuple[KeptImage, ...] = ()
    tools: tuple[KeptTool, ...] = ()
    retention: str = ""
    lacking: int = 0


Open = Callable[[ArchivedFile], BinaryIO]


def write_archive(manifest: Manifest, readme: str, open_file: Open, target: BinaryIO) -> None:
    """Write the archive to ``target``; ``open_file`` gives the bytes of each file of the manifest.

    Raises ``ArchiveDamaged`` where a file does not have the digest that the manifest names.
    """
    document = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1)
    text = readme.encode()
    files = sorted(manifest.files, key=lambda one: one.path)
    sums = [(sha256_of(text), README), (sha256_of(document), MANIFEST)]
    sums += [(one.sha256, one.path) for one in files]
    listing = "".join(f"{digest}  {path}\n" for digest, path in sums).encode()
    with zstandard.ZstdCompressor(level=_LEVEL, threads=0).stream_writer(target, closefd=False) as stream:
        for name, data in ((README, text), (MANIFEST, document), (SUMS, listing)):
            stream.write(_header(name, len(data)) + data + _padding(len(data)))
        for one in files:
            stream.write(_header(one.path, one.size))
            with open_file(one) as source:
                for chunk in checked(one, iter(lambda: source.read(CHUNK), b"")):
                    stream.write(chunk)
            stream.write(_padding(one.size))
        stream.write(_END)


def checked(file: ArchivedFile, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield ``chunks``; raise ``ArchiveDamaged`` at their end unless they are the file's bytes."""
    hasher = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > file.size:
            raise ArchiveDamaged(f"{file.path} has more than its {file.size} bytes.")
        hasher.update(chunk)
        yield chunk
    if (hasher.hexdigest(), size) != (file.sha256, file.size):
        raise ArchiveDamaged(f"{file.path} does not have the digest {file.sha256} that the manifest names.")


def _header(path: str, size: int) -> bytes:
    entry = tarfile.TarInfo(path)
    entry.size = size
    entry.mode = 0o644
    return entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _padding(size: int) -> bytes:
    return b"\0" * (-size % BLOCK)
