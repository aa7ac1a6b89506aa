"""What a source of items is: where others hold requirements, risks and tests, read in place.

A reader tells what stands in the files, in the files' own words: IDs, kinds and links as they are written there. What
these come to as items (types, roles, IDs) is worked out once for all sources in ``foreign``, by what the plan says. A
source is a module in ``readers`` with a constant ``SOURCE``; an installed package adds one by the entry point
``clausework.item_sources``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from clausework.core.places import Finding, Place
from clausework.items.model import FieldValue
from clausework.plan.model import ItemMapping


class SourceFile(msgspec.Struct, frozen=True):
    """An item file: its path in the repository (posix), and its bytes as they were read."""

    path: str
    data: bytes


class ForeignLink(msgspec.Struct, frozen=True):
    """A link as its file has it: the name that the source gives it (empty: it has none), and what it leads to.

    A blank ``target`` is kept, and becomes a finding. ``place`` is the link's own where the file has one.
    """

    name: str
    target: str
    place: Place | None = None


class ForeignItem(msgspec.Struct, frozen=True):
    """What a source holds under one ID, in the source's own words.

    ``kind`` is what the source calls such an item: a document, an artefact type, an issue type. ``fields`` holds all
    that is said beside title and text, by the source's names, blank values left out. An item that its source itself
    does not count as one (a heading, a deleted or inactive entry) is not handed over; where that could surprise, a
    finding says so.
    """

    id: str
    kind: str
    title: str
    text: str
    links: tuple[ForeignLink, ...]
    fields: dict[str, FieldValue]
    place: Place


class SourceRead(msgspec.Struct, frozen=True):
    """What the files of a source hold, in their order, and what in them cannot be read."""

    items: tuple[ForeignItem, ...]
    findings: tuple[Finding, ...] = ()


class ItemSource(msgspec.Struct, frozen=True):
    """One kind of source. ``version`` is the reader's, raised whenever the same files would give other items.

    ``takes`` tells whether a file under the source's folder belongs to it, by its path; a source that is a single file
    is always taken. ``read`` is given the files in the order of their paths, and the plan's mapping (only a source that
    has columns needs it); it raises nothing for bad input but tells it in findings. ``types`` and ``links`` say what
    the source's kinds and names of links mean where the plan says nothing; a link whose name is in neither gets the
    role that its two ends allow. A kind in ``left_out`` is no item.
    """

    name: str
    version: int
    title: str
    takes: Callable[[str], bool]
    read: Callable[[Sequence[SourceFile], ItemMapping], SourceRead]
    types: Mapping[str, str] = {}
    links: Mapping[str, str] = {}
    left_out: frozenset[str] = frozenset()
    provider: str = ""

    @property
    def reader(self) -> str:
        """The reader's name and version as records hold them, a plug-in's package and its version before them."""
        own = f"{self.name} {self.version}"
        return f"{self.provider} {own}" if self.provider else f"clausework.{own}"
