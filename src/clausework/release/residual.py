"""Which anomalies stay with a candidate: what its items say, what was found since, and what was taken out (5.8.2).

An anomaly cannot be made to go away by deleting it, by recording the items of another branch, or by closing it after
the candidate was frozen: the artefacts are what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

import msgspec

from clausework.items.model import Item
from clausework.ledger.records import Record
from clausework.ledger.records.control import ItemBaseline
from clausework.release.facts import RESIDUAL

_MARKS = tuple(f'"type":"{name}"'.encode() for name in sorted(RESIDUAL))
"""How a line of a baseline, which is canonical JSON, begins to say that it is one: other lines are not decoded."""


class Residual(msgspec.Struct, frozen=True):
    """The anomalies and problem reports to judge by, and those that were open and are no longer told of."""

    items: tuple[Item, ...]
    vanished: tuple[str, ...]


def residual_items(records: Iterable[Record], frozen: str, open_blob: Callable[[str], BinaryIO]) -> Residual:
    """Return what stays with a candidate that was frozen with the item baseline ``frozen``."""
    baselines = [record for record in records if isinstance(record.body, ItemBaseline)]
    at = next((one.index for one in baselines if one.body.baseline == frozen), -1)
    newest: dict[str, tuple[int, Item]] = {}
    of_frozen: dict[str, Item] = {}
    for record in baselines:
        found = _read(record.body, open_blob)
        newest.update((item.id, (record.index, item)) for item in found)
        if record.index == at:
            of_frozen = {item.id: item for item in found}
    items, vanished = [], []
    for item_id, (index, item) in sorted(newest.items()):
        own = of_frozen.get(item_id)
        if own is not None:
            items.append(own if _is_open(own) and not _is_open(item) else item)
        elif _is_open(item) and index > at:
            items.append(item)
        elif _is_open(item):
            vanished.append(item_id)
    return Residual(tuple(items), tuple(vanished))


def with_residual(items: Sequence[Item], residual: Residual) -> tuple[Item, ...]:
    """Return ``items`` with the anomalies and problem reports of ``residual`` instead of their own."""
    kept = [item for item in items if str(item.type) not in RESIDUAL]
    return tuple(sorted([*kept, *residual.items], key=lambda item: item.id))


def _read(baseline: ItemBaseline, open_blob: Callable[[str], BinaryIO]) -> list[Item]:
    with open_blob(baseline.detail.sha256) as stream:
        lines = [line for line in stream if any(mark in line for mark in _MARKS)]
    items = [msgspec.json.decode(line, type=Item) for line in lines]
    return [item for item in items if str(item.type) in RESIDUAL]


def _is_open(item: Item) -> bool:
    return item.says("status") != "closed"
