"""Until when a released version is kept (clause 5.8.7; MDR Art 10(8); ISO 13485 4.2.5): never less than is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from clausework.core.clock import parse_timestamp
from clausework.plan.model import Period, Retention

_LEAST_YEARS = 2
"""Years after the release that ISO 13485 4.2.5 asks at the least, whatever a plan says."""


def retention_text(retention: Retention, released_at: str) -> str:
    """Return until when a version that was released at ``released_at`` is kept; empty: it is not released yet.

    A date is told only where the plan counts from the release. What counts from the last device that is placed on the
    market is kept without end until that date is recorded, and so is what has no period.
    """
    period = retention.released
    if period is None:
        return "without end"
    length = f"{period.years} years" if period.years else f"{period.days} days"
    after = period.after or "last_placed_on_market"
    if after == "last_placed_on_market" or not released_at:
        return f"{length} after {after.replace('_', ' ')}; without end until that date is recorded"
    released = parse_timestamp(released_at)
    until = max(_end(released, period), _years_later(released, _LEAST_YEARS))
    return f"{until.date().isoformat()} ({length} after {after}; {_LEAST_YEARS} years at the least)"


def _end(start: datetime, period: Period) -> datetime:
    return _years_later(start, period.years) if period.years else start + timedelta(days=period.days or 0)


def _years_later(start: datetime, years: int) -> datetime:
    """Return the day ``years`` years later: never an earlier one, where a leap day or the year has no counterpart."""
    leap_day = (start.month, start.day) == (2, 29)
    try:
        return (
            start.replace(year=start.year + years, month=3, day=1)
            if leap_day
            else start.replace(year=start.year + years)
        )
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=start.tzinfo)
