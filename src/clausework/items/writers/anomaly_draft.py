"""Writes the item file of an anomaly that a failed test showed (clauses 5.6.8, 5.7.2, 9.1), as an engineer would."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import msgspec

from clausework.core.printable import printable
from clausework.items.model import ItemType

_LONGEST_TITLE = 160
_LONGEST_TEXT = 2_000


class FailedTest(msgspec.Struct, frozen=True, order=True):
    """A test that failed: its identity and level, the records that say so, its message.

    ``found_in`` are the designs, units and test cases that it is linked to, ``affects`` the requirements and controls.
    """

    case: str
    level: str
    records: tuple[str, ...]
    message: str = ""
    found_in: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()


def anomaly_file(item_id: str, tests: Sequence[FailedTest], severity: str, found_on: str) -> bytes:
    """Return the bytes of a native item file that tells of ``tests`` as one open anomaly."""
    told = [f"{printable(one.case)} failed{_first_line(one.message)}" for one in tests]
    title = told[0] if len(told) == 1 else f"{told[0]} (and {len(told) - 1} more tests)"
    links = {
        "found_in": sorted({item for one in tests for item in one.found_in}),
        "affects": sorted({item for one in tests for item in one.affects}),
    }
    fields: Mapping[str, str | list[str]] = {
        "status": "open",
        "severity": severity,
        "failed_tests": [printable(one.case) for one in tests],
        "levels": sorted({one.level for one in tests if one.level}),
        "records": sorted({record for one in tests for record in one.records}),
        "found_on": found_on,
    }
    lines = [
        f"type: {ItemType.ANOMALY}",
        "items:",
        f"  - id: {item_id}",
        f"    title: {_text(title[:_LONGEST_TITLE])}",
        f"    text: {_text(_whole_text(tests))}",
    ]
    if any(links.values()):
        lines += ["    links:", *(f"      {role}: {_text(ids)}" for role, ids in links.items() if ids)]
    lines += ["    fields:", *(f"      {name}: {_text(value)}" for name, value in fields.items() if value)]
    return ("\n".join(lines) + "\n").encode()


def _whole_text(tests: Sequence[FailedTest]) -> str:
    parts = []
    for one in tests:
        level = f" at level '{one.level}'" if one.level else ""
        message = "\n".join(printable(line) for line in one.message.splitlines()).strip()
        said = f":\n{message}" if message else "."
        parts.append(f"The test {printable(one.case)} failed{level}{said}")
    return "\n\n".join(parts)[:_LONGEST_TEXT].rstrip()


def _first_line(message: str) -> str:
    line = next((printable(one.strip()) for one in message.splitlines() if one.strip()), "")
    return f": {line}" if line else ""


def _text(value: str | list[str]) -> str:
    """Return a value as JSON, which YAML reads as it stands, whatever is in it."""
    return json.dumps(value, ensure_ascii=False)
