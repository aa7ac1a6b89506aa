"""Exceptions from rules: an item says in ``quality_exceptions`` which rule does not bind it, and why.

::

    fields: {quality_exceptions: 'Q13: IEC 60601-1-8 uses the word "always"'}

One that gives no reason, names no rule or excepts nothing is itself a finding, so that none outlives its cause.
"""

from __future__ import annotations

import re

import msgspec

from clausework.items.model import Item

FIELD = "quality_exceptions"

_WRITTEN = re.compile(r"(?P<rule>\w+)\s*(?:[:–]|-\s)\s*(?P<reason>.*)", re.DOTALL)  # noqa: RUF001 - as it is written
_LETTER = re.compile(r"[^\W\d_]{2,}")


class Written(msgspec.Struct, frozen=True):
    """An exception as an item writes it; ``fault`` says what is wrong with it."""

    rule: str
    reason: str
    text: str
    fault: str = ""


def exceptions_of(item: Item, rules: frozenset[str]) -> tuple[Written, ...]:
    """Return the exceptions that ``item`` writes; ``rules`` are those there are."""
    if FIELD not in item.fields:
        return ()
    value = item.fields[FIELD]
    lines = value.splitlines() if isinstance(value, str) else value
    seen: set[str] = set()
    found = []
    for line in lines:
        if line.strip():
            found.append(_read(line.strip(), rules, seen))
            seen.add(found[-1].rule)
    return tuple(found)


def _read(line: str, rules: frozenset[str], seen: set[str]) -> Written:
    match = _WRITTEN.match(line)
    if match is None:
        rule = line.split()[0].upper()
        fault = "the exception gives no reason" if rule in rules else "the exception names no rule"
        return Written(rule, "", line, fault)
    rule, reason = match["rule"].upper(), match["reason"].strip()
    if rule not in rules:
        return Written(rule, reason, line, f"there is no rule '{match['rule']}'")
    if len(_LETTER.findall(reason)) < 2:
        return Written(rule, reason, line, "the exception gives no reason")
    return Written(rule, reason, line, f"{rule} is excepted twice" if rule in seen else "")
