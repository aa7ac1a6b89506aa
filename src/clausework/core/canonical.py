"""Canonical JSON: one byte string per value, so that a digest names the value.

The form is RFC 8785 restricted to what records hold: ASCII member names, integers and no floating-point
numbers. Ratios are recorded as two integers, times and decimals as text.
"""

from __future__ import annotations

from typing import Any

import msgspec

from clausework.core.errors import Defect

_encoder = msgspec.json.Encoder(order="sorted")


class NotCanonical(Defect):
    """A value has no one canonical text here: a floating-point number, or half a character."""


def canonical_json(value: Any) -> bytes:
    """Return ``value`` (a struct or plain values) as canonical JSON.

    Raises ``NotCanonical`` where a floating-point number or a lone surrogate is found.
    """
    plain = msgspec.to_builtins(value)
    if _holds_float(plain):
        _refuse_floats(plain, "$")
    try:
        return _encoder.encode(plain)
    except UnicodeEncodeError as error:
        raise NotCanonical(f"A text holds half a character, which UTF-8 cannot write: {error}.") from error


def _holds_float(plain: Any) -> bool:
    """Tell whether a float is somewhere in ``plain``; with no path to build it takes a tenth of the time."""
    waiting = [plain]
    for value in waiting:
        if isinstance(value, str):
            continue
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, float):
            return True
    return False


def _refuse_floats(value: object, where: str) -> None:
    if isinstance(value, float):
        raise NotCanonical(f"{where} is a floating-point number ({value}); record integers or text.")
    if isinstance(value, dict):
        for name, member in value.items():
            _refuse_floats(member, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for position, member in enumerate(value):
            _refuse_floats(member, f"{where}[{position}]")
