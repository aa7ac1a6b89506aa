"""Status messages as they come from the controller: taken whole, or not at all."""

from __future__ import annotations

import json
import zlib

from attrs import field, frozen, validators

LARGEST = 9_999_999


class NotValid(ValueError):
    """A line is no status message, or was changed on its way."""


def _quantity() -> object:
    return field(
        validator=[validators.instance_of(int), validators.ge(0), validators.le(LARGEST)],
    )


@frozen
class Status:
    """What the controller says of itself: microlitres (per hour), and its alarms, the most urgent first."""

    state: str = field(validator=validators.instance_of(str))
    rate: int = _quantity()
    infused: int = _quantity()
    volume: int = _quantity()
    alarms: tuple[tuple[str, str], ...] = field(converter=lambda found: tuple(map(tuple, found)))


def read_status(line: str) -> Status:
    """Return the status in ``line``; raises ``NotValid`` where its check value or its contents are wrong."""
    text, _, check = line.rstrip("\n").rpartition(" ")
    if f"{zlib.crc32(text.encode()):08x}" != check:
        raise NotValid("the check value is not that of the message")
    try:
        status = Status(**json.loads(text))
        if not all(len(one) == 2 and all(isinstance(word, str) for word in one) for one in status.alarms):
            raise NotValid("an alarm is not a priority and a name")
    except (TypeError, ValueError) as error:
        raise NotValid(str(error)) from error
    return status
