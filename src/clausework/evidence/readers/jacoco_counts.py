"""The counters of a JaCoCo report: what each element states of itself, against what stands in it."""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes
from clausework.ledger.records.values import Ratio

_COUNT = re.compile(r"[0-9]{1,9}")
_TYPES = {"INSTRUCTION", "BRANCH", "LINE", "COMPLEXITY", "METHOD", "CLASS"}
_NONE = Ratio(0, 0)


class CountersContradict(ValueRejected):
    """A counter of a report cannot be explained by what it counts."""


class Counted(msgspec.Struct):
    """An element's counters, and what its parts come to; ``stated`` is by type, absent where it counts nothing."""

    name: str
    stated: dict[str, Ratio]
    line: Ratio = _NONE
    branch: Ratio = _NONE

    def of(self, type_name: str) -> Ratio:
        """Return the counter of a type; one that is not stated counts nothing."""
        return self.stated.get(type_name, _NONE)

    def take(self, part: Counted) -> None:
        """Add what the counters of a part state, and where it states none what its own parts come to."""
        self.line = _plus(self.line, part.stated.get("LINE", part.line))
        self.branch = _plus(self.branch, part.stated.get("BRANCH", part.branch))

    def state(self, attributes: Attributes) -> None:
        """Take a ``<counter>`` of the element; raises ``ValueRejected``."""
        kind = attributes.get("type", "")
        if kind not in _TYPES or kind in self.stated:
            raise ValueRejected(
                f"{self.name or 'the report'} has a counter of type '{kind[:30]}' twice or unknown"
            )
        missed, covered = (_count(attributes, name) for name in ("missed", "covered"))
        self.stated[kind] = Ratio(covered, missed + covered)


def _plus(one: Ratio, other: Ratio) -> Ratio:
    """Return the sum of two ratios' parts."""
    return Ratio(one.covered + other.covered, one.total + other.total)


def _count(attributes: Attributes, name: str) -> int:
    """Return an attribute that is a count; raises ``ValueRejected``."""
    text = attributes.get(name, "")
    if not _COUNT.fullmatch(text):
        raise ValueRejected(f"{name}='{text[:40]}' is not a count")
    return int(text)


def compare(element: Counted, kind: str, found: Ratio) -> None:
    """Make sure that a counter, where stated, is what was ``found``; raises ``CountersContradict``."""
    stated = element.stated.get(kind)
    if stated is not None and stated != found:
        raise CountersContradict(
            f"{element.name or 'the report'} says {stated} of type {kind} are covered but lists {found}"
        )
