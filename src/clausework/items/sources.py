"""The list of sources of items, and how what the plan names is collected and read into one set.

Adding a source is its module, one line here, its samples and its page. Installed packages add theirs by the entry point
``clausework.item_sources``.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Collection, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import msgspec

from clausework.core.errors import Defect, Unavailable, UsageFault
from clausework.core.places import Finding, FindingsInInput, Place
from clausework.items.foreign import PendingLink, adopt, unknown_roles, with_roles
from clausework.items.model import Item
from clausework.items.read import (
    LARGEST_FOREIGN_FILE,
    NATIVE,
    ItemSet,
    collect_files,
    collect_sources,
    read_items,
)
from clausework.items.soundness import errors_in
from clausework.items.source import ItemSource, SourceFile
from clausework.plan.model import PlannedItems

GROUP = "clausework.item_sources"

_OURS: tuple[str, ...] = (
    "csv",
    "doorstop",
    "github",
    "gitlab",
    "jira",
    "needs",
    "openfasttrace",
    "openfasttrace_xml",
    "reqif",
    "sphinx_items",
    "strictdoc",
    "xlsx",
)

_SURVIVE = frozenset({"blank-link", "L19-dangling-link", "link-types", "outdated-link", "repeated-link"})
"""Findings with which items can still be a baseline: each is kept with it, and no gate passes on it."""


class UnknownItemSource(UsageFault):
    """The plan names a kind of source that does not exist."""


class ItemSourceUnusable(Unavailable):
    """An installed package offers a source of items that cannot be used."""

    hint = "Install a version of the package that fits, or uninstall it."


class CollectedSource(msgspec.Struct, frozen=True):
    """A source as the plan names it, and its files as they were read."""

    planned: PlannedItems
    files: tuple[SourceFile, ...]


def source_names() -> tuple[str, ...]:
    """Return the names of Clausework's own sources beside native files."""
    return _OURS


def source_named(name: str) -> ItemSource:
    """Return the source ``name``, Clausework's or a plug-in's; raises ``UnknownItemSource``."""
    if name in _OURS:
        found = importlib.import_module(f"clausework.items.readers.{name}").SOURCE
        if not isinstance(found, ItemSource):
            raise Defect(f"clausework.items.readers.{name} has no SOURCE.")
        return found
    plug_ins = dict(_plug_ins())
    if name not in plug_ins:
        known = ", ".join([*_OURS, *plug_ins])
        raise UnknownItemSource(f"'{name}' is no kind of source of items.", hint=f"Known sources: {known}.")
    return plug_ins[name]


def collect_planned(root: Path, planned: Sequence[PlannedItems]) -> tuple[CollectedSource, ...]:
    """Return each planned source with its files, read under the bounds of ``collect_files``.

    Raises ``ItemFilesRefused`` and ``UnknownItemSource``.
    """
    return tuple(
        CollectedSource(
            one,
            collect_files(root, [one.path], source_named(one.format).takes, LARGEST_FOREIGN_FILE)
            if one.format
            else collect_sources(root, [one.path]),
        )
        for one in planned
    )


def read_collected(collected: Sequence[CollectedSource], software_items: Collection[str] = ()) -> ItemSet:
    """Return the items of all sources as one set; links may lead from one source to another.

    Raises ``FindingsInInput`` naming every place that cannot be read or told.
    """
    native = {file.path: file for one in collected if not one.planned.format for file in one.files}
    items: list[Item] = list(read_items(tuple(native.values()), software_items).items) if native else []
    readers = [NATIVE] if native else []
    pending: list[PendingLink] = []
    findings: list[Finding] = []
    for one in collected:
        if one.planned.format:
            source = source_named(one.planned.format)
            readers.append(source.reader)
            findings += unknown_roles(one.planned.mapping, Place(one.planned.path))
            if not one.files:
                findings.append(_empty(one.planned))
                continue
            read = source.read(one.files, one.planned.mapping)
            adopted = adopt(source, read.items, one.planned.mapping)
            findings += [*read.findings, *adopted.findings]
            items += adopted.items
            pending += adopted.pending
    unreadable = [finding for finding in findings if finding.rule not in _SURVIVE]
    if unreadable:
        raise FindingsInInput("The item files", sorted(unreadable, key=lambda finding: finding.place))
    linked, of_links = with_roles(items, pending, software_items)
    ordered = sorted(linked, key=lambda item: (item.id, item.place))
    found = {*findings, *of_links, *errors_in(ordered, software_items)}
    in_order = sorted(found, key=lambda finding: (finding.place, finding.rule, finding.message))
    return ItemSet(tuple(ordered), tuple(in_order), tuple(dict.fromkeys(readers)))


def _empty(planned: PlannedItems) -> Finding:
    message = f"'{planned.path}' holds no file of {planned.format}"
    hint = "Correct the path in the plan, or take the source out."
    return Finding("empty", message, Place(planned.path), ("8.1.1",), hint)


@functools.cache
def _plug_ins() -> tuple[tuple[str, ItemSource], ...]:
    found: dict[str, ItemSource] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        source = _load(point)
        if source.name in _OURS or source.name in found:
            raise ItemSourceUnusable(
                f"{source.provider} offers the source '{source.name}', which there is already."
            )
        found[source.name] = source
    return tuple(found.items())


def _load(point: EntryPoint) -> ItemSource:
    package = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    try:
        source = point.load()
    except Exception as error:
        raise ItemSourceUnusable(
            f"The source '{point.name}' of {package} cannot be loaded: {error}."
        ) from error
    if not isinstance(source, ItemSource):
        raise ItemSourceUnusable(f"'{point.name}' of {package} is no clausework.items.source.ItemSource.")
    return msgspec.structs.replace(source, provider=package)
