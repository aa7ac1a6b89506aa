"""Which anomalies stay with a build or candidate: what its items say, what was found since, what was taken out (5.8.2).

An anomaly cannot be made to go away by deleting it, by recording the items of another branch, or by closing it after
a candidate was frozen, be it frozen again: the artefacts are what they were. A signed closure tells what verified it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import BinaryIO

import msgspec

from clausework.items.model import Item
from clausework.ledger.records import Record
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.release import Candidate

RESIDUAL = frozenset({"anomaly", "problem_report"})
"""Types of items that stay with a released version for as long as they are open (clause 5.8.2)."""

_MARKS = tuple(f'"type":"{name}"'.encode() for name in sorted(RESIDUAL))
"""How a line of a baseline, which is canonical JSON, begins to say that it is one: other lines are not decoded."""


class Residual(msgspec.Struct, frozen=True):
    """The anomalies and problem reports to judge by, and those that were open and are no longer told of."""

    items: tuple[Item, ...]
    vanished: tuple[str, ...]


def residual_items(
    records: Iterable[Record],
    frozen: str,
    open_blob: Callable[[str], BinaryIO],
    frozen_besides: Collection[str] = (),
    closed: Collection[str] = (),
) -> Residual:
    """Return what stays with a candidate that was frozen with the item baseline ``frozen``.

    ``frozen_besides`` are the baselines of other candidates of the same artefacts: what was open in one of them is in
    these artefacts still, unless a text of it is among those that people ``closed``.
    """
    baselines = [record for record in records if isinstance(record.body, ItemBaseline)]
    at = next((one.index for one in baselines if one.body.baseline == frozen), -1)
    newest: dict[str, tuple[int, Item]] = {}
    of_frozen: dict[str, Item] = {}
    open_besides: dict[str, Item] = {}
    for record in baselines:
        found = residual_in(record.body, open_blob)
        newest.update((item.id, (record.index, item)) for item in found)
        if record.index == at:
            of_frozen = {item.id: item for item in found}
        if record.body.baseline in frozen_besides:
            open_besides.update((item.id, item) for item in found if _is_open(item))
    items, vanished = [], []
    for item_id, (index, item) in sorted(newest.items()):
        own, besides = of_frozen.get(item_id), open_besides.get(item_id)
        texts = {one.content_hash for one in (own, besides, item) if one is not None}
        if own is not None and _is_open(own) and not _is_open(item):
            items.append(own)
        elif not _is_open(item) and besides is not None and texts.isdisjoint(closed):
            items.append(besides)
        elif own is not None or (_is_open(item) and index > at):
            items.append(item)
        elif _is_open(item):
            vanished.append(item_id)
    return Residual(tuple(items), tuple(vanished))


def frozen_besides(records: Iterable[Record], candidate: Record) -> frozenset[str]:
    """Return the item baselines of the other candidates that have the same artefacts as ``candidate``."""
    artefacts = set(candidate.body.artefacts)
    return frozenset(
        one.body.item_baseline
        for one in records
        if isinstance(one.body, Candidate)
        and one.index != candidate.index
        and set(one.body.artefacts) == artefacts
    )


def with_residual(items: Sequence[Item], residual: Residual) -> tuple[Item, ...]:
    """Return ``items`` with the anomalies and problem reports of ``residual`` instead of their own."""
    kept = [item for item in items if str(item.type) not in RESIDUAL]
    return tuple(sorted([*kept, *residual.items], key=lambda item: item.id))


def residual_in(baseline: ItemBaseline, open_blob: Callable[[str], BinaryIO]) -> list[Item]:
    """Return the anomalies and problem reports of a baseline, open and closed."""
    with open_blob(baseline.detail.sha256) as stream:
        lines = [line for line in stream if any(mark in line for mark in _MARKS)]
    items = [msgspec.json.decode(line, type=Item) for line in lines]
    return [item for item in items if str(item.type) in RESIDUAL]


def _is_open(item: Item) -> bool:
    return item.says("status") != "closed"
