"""The totals at the root of a Cobertura report against the lines that it lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clausework.evidence.readers.coverage_lines import Totals
from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes
from clausework.ledger.records.values import Ratio

_COUNT = re.compile(r"[0-9]{1,9}")
_RATE = re.compile(r"[0-9](?:\.([0-9]{1,40}))?(?:[eE]-[0-9]{1,3})?")


class TotalsContradict(ValueRejected):
    """A report's own totals cannot be explained by its lines."""


def check_totals(root: Attributes, readings: Sequence[Totals]) -> None:
    """Make sure that one of the ways to count the lines, and the conditions, explains what ``root`` states.

    ``readings`` are those ways, the one that is recorded first. Raises ``TotalsContradict`` with both
    numbers.
    """
    lines = [each.line for each in readings]
    if not _check(root, "lines", "line-rate", lines):
        raise ValueRejected("the report states no totals of lines", offset=0)
    _check(root, "branches", "branch-rate", [each.branch for each in readings])


def _check(root: Attributes, what: str, rate_name: str, counted: list[Ratio]) -> bool:
    """Compare one kind of total; tell whether the root states it at all."""
    valid, covered = _count(root, f"{what}-valid"), _count(root, f"{what}-covered")
    if valid is not None and covered is not None:
        if Ratio(covered, valid) not in counted:
            raise TotalsContradict(
                f"the report says {covered}/{valid} {what} are covered but lists {counted[0]}"
            )
        return True
    text = root.get(rate_name, "").strip()
    if not text:
        return False
    rate, tolerance = _rate(rate_name, text)
    if not any(_explains(rate, tolerance, each) for each in counted):
        raise TotalsContradict(f"the report says {rate_name}='{text[:30]}' but lists {counted[0]} {what}")
    return True


def _explains(rate: float, tolerance: float, counted: Ratio) -> bool:
    if not counted.total:
        return rate in {0.0, 1.0}
    return abs(counted.covered / counted.total - rate) <= tolerance


def _count(root: Attributes, name: str) -> int | None:
    text = root.get(name, "").strip()
    if not text:
        return None
    if not _COUNT.fullmatch(text):
        raise ValueRejected(f"{name}='{text[:40]}' is not a count", offset=0)
    return int(text)


def _rate(name: str, text: str) -> tuple[float, float]:
    """Return the rate, and by how much it may be off: one unit of its last digit, of its second at most."""
    found = _RATE.fullmatch(text)
    if not found or not 0 <= float(text) <= 1:
        raise ValueRejected(f"{name}='{text[:40]}' is not a rate from 0 to 1", offset=0)
    return float(text), 10.0 ** -max(2, len(found[1] or "")) + 1e-9
