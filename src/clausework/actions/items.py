"""The items as they stand in the work tree, recorded as a baseline of their own (clause 8.1.1)."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence

import msgspec

from clausework.actions.workplace import Site, Workplace
from clausework.core.errors import UsageFault
from clausework.evidence.git import NoCommitYet, revision
from clausework.items.baseline import Baseline, baseline_of, read_baseline
from clausework.items.model import Item
from clausework.items.read import ItemSet
from clausework.items.source import SourceFile
from clausework.items.sources import collect_planned, read_collected
from clausework.ledger.ledger import Draft
from clausework.ledger.records import Record, subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.release import Candidate
from clausework.plan.model import item_sources, software_items
from clausework.trace.item_fact import item_fact
from clausework.trace.test_links import compile_links

_MOST_NAMED = 20


class ItemNotFound(UsageFault):
    """No item has that ID."""

    hint = "Add it to the item files, or correct the ID; 'clausework lint' shows what is read."


class PresentItems(msgspec.Struct, frozen=True):
    """The items of the work tree, and the draft of the record that holds them."""

    items: tuple[Item, ...]
    baseline: Baseline
    draft: Draft


def read_site_items(site: Site) -> tuple[tuple[SourceFile, ...], ItemSet]:
    """Return the item files of the work tree, sorted by path, and their items.

    Raises ``FindingsInInput`` when a file is not well written, or when the items cannot be a baseline, and what
    ``compile_links`` raises for a pattern of the plan or a rule of a test case that cannot be used.
    """
    collected = collect_planned(site.root, item_sources(site.plan))
    names = tuple(item.id for item in software_items(site.plan))
    items = read_collected(collected, names)
    compile_links(tuple(map(item_fact, items.distinct())), site.plan.traceability.test_names)
    files = {file.path: file for one in collected for file in one.files}
    return tuple(files[path] for path in sorted(files)), items


class NoItemsYet(UsageFault):
    """A further repository builds by the device's items, and none are recorded yet."""

    hint = "Record them first: 'clausework build' in the device's own repository."


def present_items(workplace: Workplace) -> PresentItems:
    """Return the items of the work tree, their files kept, to be recorded; the same items are recorded once.

    In a further repository of the device they are those of the newest build or candidate of its release line, else
    those that were recorded last; raises ``NoItemsYet``.
    """
    if workplace.site.further:
        return _recorded_items(workplace)
    sources, read = read_site_items(workplace.site)
    items = read.items
    baseline = baseline_of(items)
    ledger = workplace.ledger
    body = ItemBaseline(
        made=workplace.made(),
        baseline=baseline.sha256,
        detail=ledger.put_blob(baseline.lines, "items.jsonl", "application/jsonl"),
        sources=ledger.put_blob(_tar(sources), "items.tar", "application/x-tar"),
        revision=_revision(workplace),
        counts=baseline.counts,
        findings=len(read.findings),
        named=tuple(str(finding)[:300] for finding in read.findings[:_MOST_NAMED]),
        readers=read.readers,
    )
    draft = Draft((subject("items", baseline.sha256),), body, idempotency=baseline.sha256)
    return PresentItems(items, baseline, draft)


def _recorded_items(workplace: Workplace) -> PresentItems:
    found = [one for one in workplace.snapshot().records if isinstance(one.body, ItemBaseline)]
    if not found:
        raise NoItemsYet(f"No items of {workplace.plan.device.name} are recorded.")
    body = _of_line(workplace, found)
    with workplace.ledger.open_blob(body.detail.sha256) as stream:
        items = read_baseline(stream)
    draft = Draft((subject("items", body.baseline),), body, idempotency=body.baseline)
    return PresentItems(items, baseline_of(items), draft)


def _of_line(workplace: Workplace, recorded: Sequence[Record]) -> ItemBaseline:
    """Return the items of the release line: those that another line recorded meanwhile are of another version."""
    line = workplace.plan.release_line.id
    by_digest: dict[str, ItemBaseline] = {one.body.baseline: one.body for one in recorded}
    for one in reversed(workplace.snapshot().records):
        if isinstance(one.body, Build | Candidate) and one.body.line == line:
            known = by_digest.get(one.body.item_baseline)
            if known is not None:
                return known
    return next(reversed(by_digest.values()))


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
