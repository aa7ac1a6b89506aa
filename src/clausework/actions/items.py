"""The items as they stand in the work tree, recorded as a baseline of their own (clause 8.1.1)."""

from __future__ import annotations

import io
import tarfile

import msgspec

from clausework.actions.workplace import Site, Workplace
from clausework.core.errors import UsageFault
from clausework.evidence.git import NoCommitYet, revision
from clausework.items.baseline import Baseline, baseline_of
from clausework.items.model import Item
from clausework.items.read import SourceFile, collect_sources, read_items
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.control import ItemBaseline
from clausework.plan.model import item_folders, software_items


class ItemNotFound(UsageFault):
    """No item has that ID."""

    hint = "Add it to the item files, or correct the ID; 'clausework lint' shows what is read."


class PresentItems(msgspec.Struct, frozen=True):
    """The items of the work tree, and the draft of the record that holds them."""

    items: tuple[Item, ...]
    baseline: Baseline
    draft: Draft


def read_site_items(site: Site) -> tuple[tuple[SourceFile, ...], tuple[Item, ...]]:
    """Return the item files of the work tree and their items.

    Raises ``FindingsInInput`` when a file is not well written, or when the items cannot be a baseline.
    """
    sources = collect_sources(site.root, item_folders(site.plan))
    names = tuple(item.id for item in software_items(site.plan))
    return sources, read_items(sources, names).sound()


def present_items(workplace: Workplace) -> PresentItems:
    """Return the items of the work tree, their files kept, to be recorded; the same items are recorded once."""
    sources, items = read_site_items(workplace.site)
    baseline = baseline_of(items)
    ledger = workplace.ledger
    body = ItemBaseline(
        made=workplace.made(),
        baseline=baseline.sha256,
        detail=ledger.put_blob(baseline.lines, "items.jsonl", "application/jsonl"),
        sources=ledger.put_blob(_tar(sources), "items.tar", "application/x-tar"),
        revision=_revision(workplace),
        counts=baseline.counts,
    )
    draft = Draft((subject("items", baseline.sha256),), body, idempotency=baseline.sha256)
    return PresentItems(items, baseline, draft)


def item_of(items: tuple[Item, ...], item_id: str) -> Item:
    """Return the item of that ID; raises ``ItemNotFound``."""
    for item in items:
        if item.id == item_id:
            return item
    raise ItemNotFound(f"No item '{item_id}' is in the item files.")


def _tar(sources: tuple[SourceFile, ...]) -> bytes:
    """Return the files as one tar that depends on their paths and bytes alone."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for source in sources:
            member = tarfile.TarInfo(source.path)
            member.size = len(source.data)
            tar.addfile(member, io.BytesIO(source.data))
    return buffer.getvalue()


def _revision(workplace: Workplace) -> str:
    try:
        return revision(workplace.root)
    except NoCommitYet:
        return ""
