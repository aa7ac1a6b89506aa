"""Which units and parts of the architecture a file belongs to, by their field ``paths`` (clauses 5.4.1, 8.1.1).

The field holds path patterns from the plan's folder: one a line or entry, or several in one line with blanks between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from clausework.core.places import Finding
from clausework.evidence.path_globs import NotAPathGlob, PathGlobs, path_globs
from clausework.items.model import Item
from clausework.trace.item_fact import ItemFact

FIELD = "paths"

OWNERS = frozenset({"software_unit", "architecture_item"})
"""The types of items whose field ``paths`` claims files."""


class Owner(msgspec.Struct, frozen=True):
    """An item and the files that it says are its own."""

    item: ItemFact
    globs: PathGlobs


def patterns_of(field: str) -> tuple[str, ...]:
    """Return the path patterns that the ``field`` holds; only one of several lines may have a blank in it."""
    found = field.splitlines() if "\n" in field else field.split()
    return tuple(one.strip() for one in found if one.strip())


def owners_of(items: Iterable[ItemFact]) -> tuple[Owner, ...]:
    """Return the items that claim files; what is no pattern claims none, and ``pattern_findings`` tells of it."""
    found = []
    for item in items:
        patterns = patterns_of(item.fields.get(FIELD, "")) if item.type in OWNERS else ()
        if patterns:
            try:
                found.append(Owner(item, path_globs(patterns)))
            except NotAPathGlob:
                continue
    return tuple(found)


def pattern_findings(items: Iterable[Item]) -> Iterator[Finding]:
    """Yield a finding per item whose ``paths`` hold what is no pattern: it would claim no file, in silence."""
    for item in items:
        if item.type in OWNERS:
            for pattern in patterns_of(item.says(FIELD)):
                try:
                    path_globs([pattern])
                except NotAPathGlob as error:
                    yield Finding(
                        "path-pattern",
                        f"{item.id}: {error.message.removesuffix('.')}",
                        item.place,
                        ("5.4.1", "8.1.1"),
                        NotAPathGlob.hint,
                    )
