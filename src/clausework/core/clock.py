"""Time as records hold it: UTC, RFC 3339, whole milliseconds. A record's time is a claim, never an order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from clausework.core.errors import InputRejected

Clock = Callable[[], datetime]
"""Returns the present moment, aware and in UTC. Code that needs time takes one of these."""


class NotATime(InputRejected):
    """A text that should be a time is not one."""

    hint = "Write times as 2026-04-10T08:30:00Z and dates as 2026-04-10."


def system_clock() -> datetime:
    """Return the machine's present time in UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """Return ``moment`` as ``2026-04-10T08:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_timestamp(text: str) -> datetime:
    """Return the moment that ``text`` (RFC 3339, or a date meaning its first instant in UTC) names.

    Raises ``NotATime`` for anything else, a time without a zone included.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotATime(f"'{text}' is not a time: {error}.") from error
    if moment.tzinfo is None:
        if len(text) > len("2026-04-10"):  # the separator before a time of day may be any character
            raise NotATime(f"'{text}' names no time zone.")
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise NotATime(f"'{text}' lies outside the calendar in UTC.") from error
