"""Item baselines as facts need them: the items, what became of each since a build, and whether a text stayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from clausework.items.baseline import read_baseline
from clausework.items.model import Item
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.control import ItemBaseline
from clausework.trace.readings import origin_of
from clausework.trace.test_links import always

OpenBlob = Callable[[str], BinaryIO]

_NEVER_DROPPED = frozenset({"software_requirement", "risk_control_measure"})


class Baselines:
    """Item baselines by digest, each read once."""

    def __init__(self, records: Iterable[Record], open_blob: OpenBlob) -> None:
        self._open_blob = open_blob
        self._recorded: dict[str, ItemBaseline] = {}
        self._of_build: dict[str, str] = {}
        self._built: dict[str, str] = {}
        self._in_order: list[tuple[int, str]] = []
        for record in records:
            if isinstance(record.body, ItemBaseline):
                self._recorded[record.body.baseline] = record.body
                self._in_order.append((record.index, record.body.baseline))
            elif isinstance(record.body, Build):
                self._of_build[record.body.id] = record.body.item_baseline
                self._built[record.body.id] = record.body.software_item
        self._items: dict[str, tuple[Item, ...]] = {}
        self._hashes: dict[str, dict[str, str]] = {}

    def items(self, baseline: str) -> tuple[Item, ...]:
        """Return the items of the baseline; none where no such baseline is recorded."""
        if baseline not in self._items:
            recorded = self._recorded.get(baseline)
            if recorded is None:
                return ()
            with self._open_blob(recorded.detail.sha256) as stream:
                self._items[baseline] = read_baseline(stream)
        return self._items[baseline]

    def newest(self) -> tuple[Item, ...]:
        """Return the items that were recorded last; none where none were."""
        return self.items(self._in_order[-1][1]) if self._in_order else ()

    def recorded_at(self, baseline: str) -> int:
        """Return the record of the baseline, -1 where no such baseline is recorded."""
        return next((index for index, one in reversed(self._in_order) if one == baseline), -1)

    def first_recorded(self, baseline: str) -> int:
        """Return the first record of the baseline, 0 where no such baseline is recorded."""
        return next((index for index, one in self._in_order if one == baseline), 0)

    def errors(self, baseline: str) -> int:
        """Return how many findings the items had when they were recorded."""
        recorded = self._recorded.get(baseline)
        return recorded.findings if recorded else 0

    def named(self, baseline: str) -> tuple[str, ...]:
        """Return the first of those findings as they were recorded: place, rule and sentence."""
        recorded = self._recorded.get(baseline)
        return recorded.named if recorded else ()

    def dropped(self, earlier: str, later: str) -> tuple[str, ...]:
        """Return the requirements and risk controls of ``earlier`` that ``later`` no longer has."""
        if earlier == later:
            return ()
        kept = {item.id for item in self.items(later)}
        return tuple(
            item.id
            for item in self.items(earlier)
            if str(item.type) in _NEVER_DROPPED and item.id not in kept
        )

    def changed(self, earlier: str, later: Sequence[Item]) -> tuple[Item, ...]:
        """Return those of the items ``later`` that the baseline ``earlier`` does not have, or has with another text."""
        before = {item.id: item for item in self.items(earlier)}
        return tuple(
            item
            for item in later
            if item.id not in before or before[item.id].content_hash != item.content_hash
        )

    def unchanged_since(
        self, record: Record, baseline: str, software_item: str = ""
    ) -> Callable[[str], bool]:
        """Return what tells whether an item read the same when the record was made: a changed text is not yet verified.

        Evidence of several builds is held against the items of that of ``software_item``; what names no build, against
        the items that were recorded last before it.
        """
        then = self._items_at(record, software_item)
        if then == baseline:
            return always
        return lambda item: self._hash(then, item) == self._hash(baseline, item)

    def _items_at(self, record: Record, software_item: str) -> str:
        origin = origin_of(record)
        named = [one.digest.get("sha256", "") for one in record.subjects]
        of_item = [one for one in named if self._built.get(one) == software_item]
        if origin is not None and origin.build:
            return self._of_build.get(origin.build, "")
        if of_item:
            return self._of_build[of_item[0]]
        return next((one for index, one in reversed(self._in_order) if index < record.index), "")

    def _hash(self, baseline: str, item: str) -> str:
        if baseline not in self._hashes:
            self._hashes[baseline] = {one.id: one.content_hash for one in self.items(baseline)}
        return self._hashes[baseline].get(item, "")
