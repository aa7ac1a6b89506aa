"""What a line of TAP is, by itself: a test point with its directive, a plan, the beginning of a subtest, a bail-out."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from clausework.evidence.readers.case_tally import milliseconds

Directive = Literal["", "todo", "skip"]

VERSION = re.compile(r"TAP version (1[234])\s*")
PLAN = re.compile(r"1\.\.([0-9]{1,9})\s*(?:#\s*(.*))?")
SUBTEST = re.compile(r"#\s*Subtest(?::\s*(.*))?", re.IGNORECASE)
BAIL_OUT = re.compile(r"Bail out!\s*(.*)", re.IGNORECASE)
PRAGMA = re.compile(r"pragma\s+([+-]\w+(?:\s*,\s*[+-]\w+)*)\s*")
_ANY_PLAN = re.compile(r"[0-9]+\.\.[0-9]+\s*(?:#.*)?")
_POINT = re.compile(r"(not )?ok(?:\s+([0-9]{1,9}))?(?:\s+(.*))?")
_TIME = re.compile(r"\s*(?<!\\)#\s*time=([0-9]{1,12}(?:\.[0-9]{1,12})?)\s*(ms|s)?(?=\s|\Z)")
_DIRECTIVE = re.compile(r"(?<!\\)#\s*(?:(todo)\b|(skip)\S*)\s*(.*)", re.IGNORECASE)
_PRECEDED = re.compile(r"(?:\A|\s)#\s*(?:todo|skip)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\\#])")


class Point(msgspec.Struct, frozen=True):
    """A test point: whether it is ``ok``, its number (0: none given), its name and what its directive says.

    ``group`` is true where the line opens a subtest in braces, whose test points follow.
    """

    ok: bool
    number: int
    name: str
    directive: Directive
    reason: str
    duration_ms: int
    group: bool


def point_of(line: str) -> Point | None:
    """Return the test point that ``line``, without its indentation, is; ``None`` where it is none."""
    found = _POINT.fullmatch(line)
    if found is None:
        return None
    failed, number, rest = found.groups()
    rest = (rest or "").strip()
    group = rest == "{" or rest.endswith(" {")
    if group:
        rest = rest[:-1].rstrip()
    duration = 0
    time = _TIME.search(rest) if "time=" in rest else None
    if time:
        factor = 1000 if time.group(2) == "s" else 1
        duration = milliseconds(float(time.group(1)) * factor, "the time of a test point")
        rest = (rest[: time.start()] + rest[time.end() :]).strip()
    directive: Directive = ""
    reason = ""
    said = _DIRECTIVE.search(rest) if "#" in rest else None
    if said and (not failed or _PRECEDED.match(rest, max(said.start() - 1, 0))):
        # (a hash within a word of a failed test is taken for what it is: an excuse must be plain)
        directive, reason = "todo" if said.group(1) else "skip", said.group(3).strip()
        rest = rest[: said.start()].strip()
    name = _ESCAPE.sub(r"\1", rest.removeprefix("- ") if rest != "-" else "").strip()
    return Point(not failed, int(number or 0), name, directive, reason, duration, group)


def is_plan_like(line: str) -> bool:
    """Tell whether ``line`` has the form of a plan, be it one that TAP allows or not."""
    return _ANY_PLAN.fullmatch(line) is not None


def unescaped(text: str) -> str:
    """Return ``text`` with the escapes of TAP 14 resolved."""
    return _ESCAPE.sub(r"\1", text)
