"""Reads the one file of an archive (see ``archive_file``): nothing in it is taken on trust (clause 5.8.7).

A member that is no plain file, that the manifest does not name, or that has another size is refused before a byte of it
is read; no path leads out of the folder that it is restored to.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

from clausework.core.digests import sha256_of
from clausework.release.archive_file import (
    BLOCK,
    CHUNK,
    MANIFEST,
    OWN,
    README,
    SCHEMA,
    SUMS,
    ArchiveDamaged,
    ArchivedFile,
    ArchiveRefused,
    Manifest,
    checked,
)

_LARGEST = {README: 1 << 20, MANIFEST: 64 << 20, SUMS: 64 << 20}
_LARGEST_EXTENSION = 4096
_WINDOW = 1 << 27
_COMPONENT = re.compile(r"[A-Za-z0-9._+@!=~-]{1,160}")
_LONGEST_PATH = 1000

Own = Callable[[str, bytes], object]
Take = Callable[[ArchivedFile, Iterator[bytes]], None]
"""Takes a file's bytes, all of them; how many there are and what their digest is, is checked by who calls it."""


def read_archive(
    source: BinaryIO, take: Callable[[Manifest], Take], own: Own = lambda _name, _data: None
) -> Manifest:
    """Read the archive in ``source`` to its end, giving each file's bytes to what ``take`` returns for the manifest.

    ``own`` is given the archive's own three files, name and bytes.

    Raises ``ArchiveRefused`` for what is no sound archive, ``ArchiveDamaged`` where a file's bytes are not its own.
    """
    try:
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
            source, read_across_frames=True, closefd=False
        ) as stream:
            return _read(stream, take, own)
    except zstandard.ZstdError as error:
        raise ArchiveRefused(f"The file is no sound zstd stream: {error}.") from error


def path_fault(path: str) -> str:
    """Return why ``path`` may not stand in an archive; empty if it may."""
    parts = path.split("/")
    if len(path) > _LONGEST_PATH or path in OWN:
        return "is not a path that an archive gives"
    if any(part in {".", ".."} or not _COMPONENT.fullmatch(part) for part in parts):
        return "leads out of the archive, or has letters that no path of an archive has"
    return ""


def _read(stream: BinaryIO, take: Callable[[Manifest], Take], tell: Own) -> Manifest:
    own: dict[str, bytes] = {}
    for expected in OWN:
        entry = _next(stream)
        if entry is None or entry[0] != expected:
            raise ArchiveRefused(f"The archive does not begin with {', '.join(OWN)}.")
        if entry[1] > _LARGEST[expected]:
            raise ArchiveRefused(f"{expected} has {entry[1]} bytes; {_LARGEST[expected]} are the most.")
        own[expected] = b"".join(_content(stream, entry[1]))
    manifest = _manifest(own[MANIFEST])
    wanted = {one.path: one for one in manifest.files}
    _check_sums(own, manifest)
    for name, data in own.items():
        tell(name, data)
    take_file = take(manifest)
    while (entry := _next(stream)) is not None:
        path, size = entry
        file = wanted.pop(path, None)
        if file is None:
            raise ArchiveRefused(f"'{path[:200]!r}' is not in the manifest, or is there twice.")
        if size != file.size:
            raise ArchiveRefused(f"{path} has {size} bytes, by the manifest {file.size}.")
        content = checked(file, _content(stream, size))
        take_file(file, content)
        for _ in content:  # what was not taken is checked all the same
            pass
    if wanted:
        lacking = sorted(wanted)
        raise ArchiveDamaged(
            f"The archive lacks {', '.join(lacking[:5])}" + ("..." if len(lacking) > 5 else ".")
        )
    if any(chunk.strip(b"\0") for chunk in iter(lambda: stream.read(BLOCK), b"")):
        raise ArchiveRefused("Something stands behind the archive's end.")
    return manifest


def _next(stream: BinaryIO) -> tuple[str, int] | None:
    """Return the path and size of the next plain file; ``None`` at the end. Anything else is refused."""
    long_path: str | None = None
    while True:
        block = _exactly(stream, BLOCK)
        if block == b"\0" * BLOCK:
            return None
        try:
            entry = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.TarError, ValueError) as error:
            raise ArchiveRefused(f"The archive is no sound tar: {error}.") from error
        if entry.type == tarfile.XHDTYPE and long_path is None and 0 < entry.size <= _LARGEST_EXTENSION:
            long_path = _extended_path(b"".join(_content(stream, entry.size)))
            continue
        if entry.type != tarfile.REGTYPE or entry.size < 0 or entry.linkname:
            raise ArchiveRefused(f"'{entry.name[:200]!r}' is no plain file.")
        return long_path or entry.name, entry.size


def _extended_path(data: bytes) -> str:
    match = re.fullmatch(rb"([0-9]{1,5}) path=([^\n]+)\n", data)
    if match is None or int(match[1]) != len(data):
        raise ArchiveRefused("A member has an extended header other than its path.")
    return match[2].decode("utf-8", "replace")


def _content(stream: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left:
        chunk = _exactly(stream, min(left, CHUNK))
        left -= len(chunk)
        yield chunk
    if _exactly(stream, -size % BLOCK).strip(b"\0"):
        raise ArchiveRefused("Something stands between two members.")


def _exactly(stream: BinaryIO, size: int) -> bytes:
    parts = []
    left = size
    while left:
        chunk = stream.read(left)
        if not chunk:
            raise ArchiveDamaged("The archive ends in the middle.")
        parts.append(chunk)
        left -= len(chunk)
    return b"".join(parts)


def _manifest(data: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArchiveRefused(f"{MANIFEST} cannot be read: {error}.") from error
    if manifest.schema != SCHEMA:
        raise ArchiveRefused(f"{MANIFEST} is a '{manifest.schema[:100]}', not a '{SCHEMA}'.")
    for file in manifest.files:
        fault = path_fault(file.path)
        if fault or file.size < 0:
            raise ArchiveRefused(f"'{file.path[:200]!r}' {fault or 'has no size'}.")
    _refuse_clashes([file.path for file in manifest.files])
    return manifest


def _refuse_clashes(paths: Sequence[str]) -> None:
    """Refuse two files of one path (letters' case aside, as some file systems put it), and a file that is a folder."""
    seen = [path.lower() for path in paths]
    folders = {path.rpartition("/")[0] for path in seen}
    folders |= {parent.as_posix() for folder in list(folders) for parent in Path(folder).parents}
    if len(set(seen)) != len(seen) or folders & set(seen):
        raise ArchiveRefused("Two files of the manifest have one path.")


def _check_sums(own: dict[str, bytes], manifest: Manifest) -> None:
    sums = [(sha256_of(own[README]), README), (sha256_of(own[MANIFEST]), MANIFEST)]
    sums += sorted(((one.sha256, one.path) for one in manifest.files), key=lambda one: one[1])
    if own[SUMS] != "".join(f"{digest}  {path}\n" for digest, path in sums).encode():
        raise ArchiveDamaged(f"{SUMS} does not say what {MANIFEST} says.")
