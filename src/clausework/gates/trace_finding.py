"""What a trace rule finds: a sentence about items and records, and who mends it how."""

from __future__ import annotations

import msgspec


class TraceFinding(msgspec.Struct, frozen=True):
    """What a rule finds: its name, a sentence, the items and records that it is about, and who mends it how."""

    rule: str
    message: str
    clauses: tuple[str, ...]
    items: tuple[str, ...] = ()
    records: tuple[int, ...] = ()
    who: str = "developer"
    command: str = "clausework lint"
    judged_by: str = ""
