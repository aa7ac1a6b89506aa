"""Registers in memory, true to the port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping


class MemoryRegisters:
    """Registers in memory. Threads may share them."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._turn = threading.RLock()

    def read(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """See ``Registers``."""
        with self._turn:
            return {key: self._values[key] for key in keys if key in self._values}

    def keys(self, prefix: bytes) -> list[bytes]:
        """See ``Registers``."""
        with self._turn:
            return sorted(key for key in self._values if key.startswith(prefix))

    def change(self, prepare: Callable[[], Mapping[bytes, bytes | None]]) -> None:
        """See ``Registers``."""
        with self._turn:
            for key, value in prepare().items():
                if value is None:
                    self._values.pop(key, None)
                else:
                    self._values[key] = value

    def clear(self) -> None:
        """See ``Registers``."""
        with self._turn:
            self._values.clear()
