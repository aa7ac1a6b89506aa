"""Foreign sources as the tests read them."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.items.foreign import adopt, with_roles
from clausework.items.model import Item
from clausework.items.source import ForeignItem, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping


def read(source: ItemSource, data: bytes | str, path: str, mapping: ItemMapping | None = None) -> SourceRead:
    """Return what ``source`` reads of one file."""
    raw = data if isinstance(data, bytes) else data.encode()
    return source.read([SourceFile(path, raw)], mapping or ItemMapping())


def items(
    source: ItemSource, data: bytes | str, path: str, mapping: ItemMapping | None = None
) -> list[ForeignItem]:
    """Return the foreign items of one file in which nothing is wrong."""
    found = read(source, data, path, mapping)
    assert [str(finding) for finding in found.findings] == []
    return list(found.items)


def told(source: ItemSource, data: bytes | str, path: str, mapping: ItemMapping | None = None) -> list[str]:
    """Return the findings in one file, a line each."""
    return [str(finding) for finding in read(source, data, path, mapping).findings]


def adopted(source: ItemSource, foreign: Iterable[ForeignItem]) -> list[Item]:
    """Return foreign items as items, with no mapping in the plan and nothing wrong but links that lead nowhere."""
    got = adopt(source, list(foreign), ItemMapping())
    assert [str(finding) for finding in got.findings] == []
    complete, findings = with_roles(got.items, got.pending)
    assert [finding for finding in findings if finding.rule != "L19-dangling-link"] == []
    return list(complete)
