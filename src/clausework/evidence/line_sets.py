"""Sets of line numbers as whole numbers (bit n is line n), and as the ranges in which a detail blob holds them."""

from __future__ import annotations

from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]

LAST_LINE = 8_000_000
"""The highest line number that is read: a set of lines takes a bit for each number up to its highest."""


def ranges_of(numbers: Iterable[int]) -> Ranges:
    """Return ascending ``numbers`` as ranges, both ends included."""
    ranges: list[tuple[int, int]] = []
    first = last = -2
    for number in numbers:
        if number == last + 1:
            last = number
        else:
            if last >= 0:
                ranges.append((first, last))
            first = last = number
    if last >= 0:
        ranges.append((first, last))
    return tuple(ranges)


def lines_in(ranges: Ranges) -> int:
    """Return the set of the lines in ``ranges``, whose ends are included and at most ``LAST_LINE``.

    Raises ``ValueError`` for a range that runs backwards or beyond.
    """
    if not ranges:
        return 0
    last = max([high for _, high in ranges])
    if last > LAST_LINE or any(not 0 <= low <= high for low, high in ranges):
        raise ValueError("a range of lines runs backwards or beyond the last line")
    bits = bytearray(b"0") * (last + 1)
    for low, high in ranges:
        bits[last - high : last - low + 1] = b"1" * (high - low + 1)
    return int(bits, 2)


def numbers_in(lines: int) -> list[int]:
    """Return the numbers of the set ``lines``, ascending."""
    bits = f"{lines:b}"[::-1]
    found: list[int] = []
    at = bits.find("1")
    while at >= 0:
        end = bits.find("0", at)
        end = len(bits) if end < 0 else end
        found.extend(range(at, end))
        at = bits.find("1", end)
    return found
