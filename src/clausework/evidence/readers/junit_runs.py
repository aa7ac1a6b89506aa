"""Recognises runs of plain passed test cases, so that they need not go through the parser event by event.

Most cases of most reports are alike: the same attributes in the same order, perhaps a log, nothing else. Where
the parser stands between two cases of a suite, and the bytes up to a further case are such cases and white space
or text between them, and nothing in them is anything but itself (no entity, no character that XML does not have, no
end of a section), then leaving them out leaves the document as well formed as it is. One doubt, and the parser
gets the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from clausework.evidence.readers.junit_items import linking_attributes

_FORBIDDEN = tuple(bytes([number]) for number in range(32) if number not in {9, 10, 13})
_SPACE = "[ \t\n\r]*+"
_VALUE = '"([^"<&\t\n\r]{0,1000}+)"'  # what is longer goes to the parser
_A_PROPERTY = "<property name={0} value={0} ?/>".format(_VALUE.replace("(", "(?:"))
_PROPERTY = re.compile(f"<property name={_VALUE} value={_VALUE} ?/>")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SPEAKING = frozenset({"status", "result"})
"""Attributes that may say that a case did not pass."""


class Run(msgspec.Struct):
    """Plain cases: the values of each attribute, one per case, and the text of each case's properties."""

    count: int
    attributes: dict[str, tuple[str, ...]]
    properties: tuple[str, ...]

    def of(self, *names: str) -> Sequence[str]:
        """Return the values of the first of the attributes ``names`` that the cases have, empty where of none."""
        return next((self.attributes[name] for name in names if name in self.attributes), ("",) * self.count)


def properties_in(text: str) -> list[tuple[str, str]]:
    """Return names and values of the properties of one case of a run."""
    return _PROPERTY.findall(text)


def read_run(piece: bytes, names: Sequence[str]) -> Run | None:
    """Return the cases that ``piece`` (in UTF-8) is a run of, each with the attributes ``names`` in that order.

    ``None`` where it may be anything else.
    """
    pattern = _pattern(tuple(names))
    if pattern is None or b"&" in piece or b"]]>" in piece or any(each in piece for each in _FORBIDDEN):
        return None
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return None
    if not text.isascii() and ("\ufffe" in text or "\uffff" in text):
        return None
    rows: list[tuple[str, ...]] = pattern.findall(text)
    if not rows:
        return None
    *values, slashes, wrappers, properties, logs, error_logs = zip(*rows, strict=True)
    pairs = len(rows) + sum(len("".join(marks)) for marks in (wrappers, logs, error_logs))
    if text.count("<") != 2 * pairs - len("".join(slashes)) + "".join(properties).count("<"):
        return None  # a bracket belongs to none of the cases
    return Run(len(rows), dict(zip(names, values, strict=True)), properties)


@lru_cache(maxsize=32)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    if linking_attributes(names):
        return None
    if not names or not _SPEAKING.isdisjoint(names) or not all(map(_NAME.fullmatch, names)):
        return None
    attributes = "".join(f" {re.escape(name)}={_VALUE}" for name in names)
    properties = f"(?:(<)properties>{_SPACE}((?:{_A_PROPERTY}{_SPACE})*+)</properties>{_SPACE})?+"
    logs = "".join(f"(?:(<){log}>[^<]*+</{log}>{_SPACE})?+" for log in ("system-out", "system-err"))
    return re.compile(f"<testcase{attributes}(?: ?(/)>|>{_SPACE}{properties}{logs}</testcase>)")
