"""Requirements as the tests of this package want them, and what the rules find in them."""

from __future__ import annotations

from clausework.core.places import Place
from clausework.items.model import FieldValue, Item, ItemType, Link
from clausework.items.quality.model import QualityFinding
from clausework.items.quality.score import Quality, judge

Examples = tuple[tuple[str, str], ...]
"""Texts, each with the words that the rule finds in it."""


def requirement(
    text: str,
    item_id: str = "REQ-1",
    kind: ItemType = ItemType.SOFTWARE_REQUIREMENT,
    *,
    fields: dict[str, FieldValue] | None = None,
    links: tuple[tuple[str, str], ...] = (),
    document: str = "quality/software.yaml",
) -> Item:
    """Return a requirement, or another item, of that text."""
    pairs = tuple(Link(role, target) for role, target in links)
    return Item(item_id, kind, "A title", text, pairs, fields or {}, Place(document, 3, 9))


def quality_of(text: str, kind: ItemType = ItemType.SOFTWARE_REQUIREMENT) -> Quality:
    """Return the quality of one requirement."""
    return judge([requirement(text, kind=kind)])


def found(rule: str, text: str, kind: ItemType = ItemType.SOFTWARE_REQUIREMENT) -> list[QualityFinding]:
    """Return what ``rule`` finds in a requirement of that text."""
    return [one for one in quality_of(text, kind).findings if one.rule == rule]


def words(rule: str, text: str, kind: ItemType = ItemType.SOFTWARE_REQUIREMENT) -> list[str]:
    """Return the words that ``rule`` finds in a requirement of that text."""
    return [one.found for one in found(rule, text, kind)]


def suggested(rule: str, text: str) -> str:
    """Return what ``rule`` suggests for the one thing that it finds in that text."""
    (finding,) = found(rule, text)
    return finding.suggestion
