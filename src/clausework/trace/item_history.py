"""How the items came to read as they do: what each said when its links were made and when it was tested.

Baselines of several branches stand in one log in any order. So nothing rests on the baseline before: a link counts as
made when it was first there, and each end's meaning then is held against its meaning now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.items.model import Item
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.evidence import TestResult

ItemLink = tuple[str, str, str]
"""Source, role and target of a link between two items."""


class ItemsThen(msgspec.Struct, frozen=True):
    """What the items said in the baseline that the record ``index`` holds.

    ``meaning`` is a digest of what an item says, its links left out: a further link does not change what is said.
    """

    index: int
    baseline: str
    meaning: dict[str, str]
    types: dict[str, str]
    links: frozenset[ItemLink]


class ItemHistory(msgspec.Struct, frozen=True):
    """What is different now, by the records in which it was otherwise.

    ``links`` holds the links of now whose source or target said something else when the link was first there: the link,
    the end that changed, and the record of that baseline. ``tested`` holds the items about whose other text a test was
    recorded, with the record of that text. ``reused`` holds the IDs that were once another type of item's (8.1.1),
    ``removed`` those of items that are no more.
    """

    links: tuple[tuple[ItemLink, str, int], ...]
    tested: dict[str, int]
    reused: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def item_history(
    records: Sequence[Record],
    open_blob: Callable[[str], BinaryIO],
    baseline: str,
    *,
    since: int = 0,
    until: int | None = None,
) -> ItemHistory:
    """Return how the items of ``baseline`` differ from what was recorded from ``since`` to ``until``, both included.

    The record of ``baseline`` itself may stand before: items that were taken back to an older text are recorded once.
    What was recorded after ``until`` (absent: the end) says nothing about them.
    """
    last = len(records) if until is None else until
    recorded = [one for one in records if isinstance(one.body, ItemBaseline) and one.index <= last]
    own = [one for one in recorded if one.body.baseline == baseline]
    if not own:
        return ItemHistory((), {})
    compared = [one for one in recorded if one.index >= since]
    if all(one.body.baseline == baseline for one in compared):
        return ItemHistory((), {})
    read: _Lines = {}
    now = _items_then(own[-1], open_blob, read)
    versions = [_items_then(one, open_blob, read) for one in compared]
    first: dict[ItemLink, ItemsThen] = {}
    for version in versions:
        for link in version.links & now.links:
            first.setdefault(link, version)
    changed = [
        (link, end, then.index)
        for link, then in sorted(first.items(), key=lambda pair: pair[0])
        for end in (link[0], link[2])
        if end in now.meaning and then.meaning.get(end) not in {None, now.meaning[end]}
    ]
    tested: dict[str, int] = {}
    with_evidence = baselines_with_evidence(records)
    for version in versions:
        if version.baseline in with_evidence:
            for item, meaning in now.meaning.items():
                if version.meaning.get(item) not in {None, meaning}:
                    tested.setdefault(item, version.index)
    reused = {
        item
        for version in versions
        for item, kind in now.types.items()
        if version.types.get(item, kind) != kind
    }
    removed = {item for version in versions for item in version.types} - now.types.keys()
    return ItemHistory(tuple(changed), tested, tuple(sorted(reused)), tuple(sorted(removed)))


def baselines_with_evidence(records: Sequence[Record]) -> frozenset[str]:
    """Return the baselines about which a test report was recorded: its build's, else the last one before it."""
    of_build = {one.body.id: one.body.item_baseline for one in records if isinstance(one.body, Build)}
    found: set[str] = set()
    last = ""
    for record in records:
        if isinstance(record.body, ItemBaseline):
            last = record.body.baseline
        elif isinstance(record.body, TestResult):
            found.add(of_build.get(record.body.clausework.origin.build, last))
    return frozenset(found)


_Lines = dict[bytes, tuple[str, str, str, frozenset[ItemLink]]]
"""What each line of a baseline says, read once: from one baseline to the next few lines change."""


def _items_then(record: Record, open_blob: Callable[[str], BinaryIO], read: _Lines) -> ItemsThen:
    with open_blob(record.body.detail.sha256) as stream:
        lines = stream.read().split(b"\n")[1:-1]
    items = [read.get(line) or read.setdefault(line, _read(line)) for line in lines]
    return ItemsThen(
        record.index,
        record.body.baseline,
        {item: meaning for item, meaning, _, _ in items},
        {item: kind for item, _, kind, _ in items},
        frozenset(link for _, _, _, links in items for link in links),
    )


def _read(line: bytes) -> tuple[str, str, str, frozenset[ItemLink]]:
    item = msgspec.json.decode(line, type=Item)
    meaning = sha256_of(canonical_json([item.type, item.title, item.text, item.fields]))
    return (
        item.id,
        meaning,
        str(item.type),
        frozenset((item.id, link.role, link.target) for link in item.links),
    )
