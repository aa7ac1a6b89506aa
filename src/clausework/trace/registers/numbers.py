"""Interning: the number under which a register keeps an item, a case or a fact, given when it is first seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import msgspec

from clausework.trace.registers.encoding import digest_key, number_key, seal, unseal

Read = Callable[[Collection[bytes]], dict[bytes, bytes]]
"""Returns what is kept under keys; those that have nothing are left out."""


class Numbers:
    """The numbers of one kind of value. New ones are in ``fresh`` until they are written."""

    def __init__(self, read: Read, by_content: bytes, by_number: bytes, count: int) -> None:
        """Take the kinds of the keys; ``by_number`` is empty where the value need not be found by its number."""
        self._read = read
        self._by_content = by_content
        self._by_number = by_number
        self.count = count
        self.fresh: dict[bytes, bytes] = {}
        self._known: dict[bytes, int] = {}

    def of(self, values: Sequence[str | msgspec.Struct]) -> list[int]:
        """Return the number of each of ``values``, giving new ones in their order."""
        keys = [digest_key(self._by_content, value) for value in values]
        unknown = [key for key in dict.fromkeys(keys) if key not in self._known]
        for key, sealed in self._read(unknown).items():
            self._known[key] = unseal(key, sealed, int)
        for key, value in zip(keys, values, strict=True):
            if key not in self._known:
                self._give(key, value)
        return [self._known[key] for key in keys]

    def _give(self, key: bytes, value: str | msgspec.Struct) -> None:
        number = self._known[key] = self.count
        self.count += 1
        self.fresh[key] = seal(key, number)
        if self._by_number:
            place = number_key(self._by_number, number)
            self.fresh[place] = seal(place, value)
