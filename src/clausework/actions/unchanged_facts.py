"""Whether a gate judges what it judged before: the same facts at another moment are no new verdict."""

from __future__ import annotations

from typing import Any

import msgspec

_MOMENT = ("at", "log_size")


def unchanged_facts(before: bytes, after: bytes) -> bool:
    """Tell whether two facts documents say the same, but for when they were folded and how long the log was then."""
    return bool(_undated(before) == _undated(after))


def _undated(document: bytes) -> Any:
    """Return the document as plain values: one that another version of Clausework wrote need not fit today's shape."""
    facts = msgspec.json.decode(document)
    for part in (facts, *facts.get("builds", ())):
        for name in _MOMENT:
            part.pop(name, None)
    return facts
