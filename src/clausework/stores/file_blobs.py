"""Blobs as files: ``blobs/ab/<SHA-256>``, compressed with zstd, and at the end the SHA-256 of the compressed bytes.

The name covers what the blob means; the digest at the end covers how it is stored, for zstd's headers have
bits whose change goes unseen. A blob is on disk, its name too, before ``keep`` returns.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import zstandard

from clausework.core.digests import Sha256
from clausework.core.errors import IntegrityViolated
from clausework.ledger.inspection import Inspection, Problem
from clausework.stores.failures import StoreUnavailable
from clausework.stores.incoming_blob import IncomingBlob

_NAME = re.compile(r"[0-9a-f]{64}")
_TRAILER = 32
_CHUNK = 1 << 18
INCOMING = "incoming-"
"""How the names of unfinished blobs begin; a writer that died leaves one, and nothing refers to it."""


class BlobAbsent(IntegrityViolated):
    """No blob is kept under a digest that is asked for."""

    hint = "Restore the blob from its last good copy."


class BlobDamaged(IntegrityViolated):
    """A blob's file is not as it was written."""

    hint = "Restore the blob from its last good copy."


class FileBlobs:
    """Blobs in one folder. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receive(self) -> IncomingBlob:
        """See ``Blobs``; raises ``StoreUnavailable`` when the disk refuses."""
        try:
            number, name = tempfile.mkstemp(prefix=INCOMING, dir=self._folder)
        except OSError as error:
            raise StoreUnavailable(f"{self._folder}: {error}.") from error
        return IncomingBlob(number, Path(name), self._path)

    def open(self, sha256: str) -> BinaryIO:
        """See ``Blobs``; raises ``BlobAbsent``, and ``BlobDamaged`` where the bytes turn out wrong."""
        return io.BufferedReader(_Verified(self._file(sha256), sha256), _CHUNK)

    def holds(self, sha256: str) -> bool:
        """See ``Blobs``."""
        return _NAME.fullmatch(sha256) is not None and self._path(sha256).is_file()

    def digests(self) -> Iterator[Sha256]:
        """See ``Blobs``."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))

    def check(self, sha256: str) -> None:
        """See ``Blobs``; raises ``BlobAbsent`` and ``BlobDamaged``."""
        with _Verified(self._file(sha256), sha256) as stream:
            buffer = bytearray(_CHUNK)
            while stream.readinto(buffer):
                pass

    def inspect(self) -> Inspection:
        """Return the files among the blobs that are none: left by a writer that died, or put there by others."""
        problems: list[Problem] = []
        remarks: list[Problem] = []
        for path in sorted(self._folder.rglob("*")):
            if path.is_dir() or (_NAME.fullmatch(path.name) and path.parent.name == path.name[:2]):
                continue
            place = str(path.relative_to(self._folder.parent))
            if path.name.startswith(INCOMING) and path.parent == self._folder:
                remarks.append(
                    Problem(place, "was left by a writer that did not finish; nothing refers to it")
                )
            else:
                problems.append(Problem(place, "is no blob"))
        return Inspection(tuple(problems), tuple(remarks))

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _file(self, digest: str) -> Path:
        if not self.holds(digest):
            raise BlobAbsent(f"blobs/{digest[:2]}/{digest} is not there.")
        return self._path(digest)


class _Verified(io.RawIOBase):
    """A blob's bytes; at their end they, and the file's, have their digests, or reading raises ``BlobDamaged``."""

    def __init__(self, path: Path, digest: str) -> None:
        self._place = f"blobs/{digest[:2]}/{digest}"
        self._digest = digest
        self._file = path.open("rb")
        self._left = max(os.fstat(self._file.fileno()).st_size - _TRAILER, 0)
        self._stored = sha256()
        self._content = sha256()
        self._decompressor = zstandard.ZstdDecompressor().decompressobj()
        self._ready = memoryview(b"")
        self._done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._done:
            self._ready = memoryview(self._next())
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()

    def _next(self) -> bytes:
        stored = self._file.read(min(_CHUNK, self._left))
        self._left -= len(stored)
        if not stored:
            self._finish()
            return b""
        self._stored.update(stored)
        try:
            content = self._decompressor.decompress(stored)
        except zstandard.ZstdError as error:
            raise BlobDamaged(f"{self._place} cannot be decompressed: {error}.") from error
        self._content.update(content)
        return content

    def _finish(self) -> None:
        self._done = True
        if self._left or self._stored.digest() != self._file.read(_TRAILER + 1):
            raise BlobDamaged(f"{self._place} is not as it was written.")
        if self._content.hexdigest() != self._digest or self._decompressor.unused_data:
            raise BlobDamaged(f"{self._place} does not hold the bytes that its name says.")
