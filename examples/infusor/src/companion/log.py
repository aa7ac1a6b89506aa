"""An exported log: the controller's events, one JSON object a line, in the order in which they happened."""

from __future__ import annotations

import json
from collections.abc import Iterable

from attrs import field, frozen, validators

MILLISECONDS_PER_HOUR = 3_600_000


class NotALog(ValueError):
    """A line is no event."""


@frozen
class Event:
    """What happened, when, and which."""

    at_ms: int = field(validator=[validators.instance_of(int), validators.ge(0)])
    event: str = field(validator=validators.instance_of(str))
    detail: str = field(validator=validators.instance_of(str))


@frozen
class Infusions:
    """What a log comes to: how often an infusion began or went on, microlitres delivered, alarms of high and of other priority."""

    starts: int
    microlitres: int
    high_alarms: int
    other_alarms: int


def read_log(lines: Iterable[str]) -> list[Event]:
    """Return the events in ``lines``; raises ``NotALog`` at the first line that is none."""
    events: list[Event] = []
    for number, line in enumerate(lines, start=1):
        try:
            event = Event(**json.loads(line))
        except (TypeError, ValueError) as error:
            raise NotALog(f"line {number} is no event: {error}") from error
        if event.event == "motor" and not event.detail.isdecimal():
            raise NotALog(f"line {number} has no motor rate")
        if events and event.at_ms < events[-1].at_ms:
            raise NotALog(f"line {number} was before line {number - 1}")
        events.append(event)
    return events


def summed(events: Iterable[Event]) -> Infusions:
    """Return what ``events`` come to: what was delivered is each motor rate times how long it lasted."""
    starts = high = other = rate = since = rate_time = 0
    for event in events:
        rate_time += rate * (event.at_ms - since)
        since = event.at_ms
        if event.event == "motor":
            rate = int(event.detail)
        elif event.event == "alarm":
            is_high = event.detail.startswith("high: ")
            high, other = high + is_high, other + (not is_high)
        elif event.event == "state" and event.detail == "infusing":
            starts += 1
    return Infusions(starts, rate_time // MILLISECONDS_PER_HOUR, high, other)
