"""A blob on its way in: hashed and compressed as it comes, in a thread of its own once it is large."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import zstandard

from clausework.core.digests import Sha256
from clausework.stores.durable_files import sync_directory
from clausework.stores.failures import StoreUnavailable

_LEVEL = 3
_ALONE = 1 << 20  # bytes after which handing work to a thread costs less than it saves
_BATCH = 1 << 20
_WAITING = 8  # batches, so that memory stays bounded when the disk is slower than the source


class IncomingBlob:
    """See ``Incoming``. ``destination`` tells where a blob of some digest belongs."""

    def __init__(self, number: int, path: Path, destination: Callable[[str], Path]) -> None:
        self._path = path
        self._destination = destination
        self._storing = _Storing(number)
        self._size = 0
        self._batch = bytearray()
        self._worker: _Worker | None = None

    def write(self, data: bytes) -> None:
        """Take the next bytes; raises ``StoreUnavailable`` when the disk refuses."""
        self._size += len(data)
        self._batch += data
        if len(self._batch) >= _BATCH:
            self._hand_over()

    def keep(self) -> tuple[Sha256, int]:
        """Make the bytes durable under their SHA-256; raises ``StoreUnavailable`` when the disk refuses."""
        self._hand_over()
        if self._worker:
            self._worker.finish()
        try:
            digest = self._storing.finish()
            final = self._destination(digest)
            self._name(final)
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error}.") from error
        return digest, self._size

    def discard(self) -> None:
        """Forget the bytes; after ``keep`` there is nothing to forget."""
        if self._worker:
            self._worker.abandon()
        self._storing.close()
        self._path.unlink(missing_ok=True)

    def _hand_over(self) -> None:
        batch, self._batch = bytes(self._batch), bytearray()
        if self._worker is None and self._size > _ALONE:
            self._worker = _Worker(self._storing.store)
        try:
            (self._worker.give if self._worker else self._storing.store)(batch)
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error}.") from error

    def _name(self, final: Path) -> None:
        if not final.parent.is_dir():
            final.parent.mkdir(exist_ok=True)
            sync_directory(final.parent.parent)
        # A link, unlike a rename, never puts a blob in another's place.
        with suppress(FileExistsError):
            final.hardlink_to(self._path)
        self._path.unlink()
        sync_directory(final.parent)


class _Storing:
    """Hashes, compresses and writes, in the order in which bytes are given."""

    def __init__(self, number: int) -> None:
        self._file = os.fdopen(number, "wb", buffering=0)
        self._content = sha256()
        self._stored = sha256()
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL).compressobj()

    def store(self, data: bytes) -> None:
        self._content.update(data)
        self._put(self._compressor.compress(data))

    def finish(self) -> str:
        self._put(self._compressor.flush())
        self._file.write(self._stored.digest())
        os.fchmod(self._file.fileno(), 0o444)
        os.fsync(self._file.fileno())
        self._file.close()
        return self._content.hexdigest()

    def close(self) -> None:
        self._file.close()

    def _put(self, compressed: bytes) -> None:
        self._stored.update(compressed)
        view = memoryview(compressed)
        while view:
            view = view[self._file.write(view) :]


class _Worker:
    """A thread that stores the batches it is given; what it raises is raised by the next call."""

    def __init__(self, store: Callable[[bytes], None]) -> None:
        self._store = store
        self._queue: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="blob", daemon=True)
        self._thread.start()

    def give(self, batch: bytes) -> None:
        self._queue.put(batch)
        self._raise()

    def finish(self) -> None:
        self.abandon()
        self._raise()

    def abandon(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._queue.get()) is not None:
            if self._error is None:
                try:
                    self._store(batch)
                except OSError as error:
                    self._error = error

    def _raise(self) -> None:
        if self._error is not None:
            raise StoreUnavailable(f"A blob cannot be stored: {self._error}.") from self._error
