"""One row of the bench's table."""

from __future__ import annotations

import msgspec


class Row(msgspec.Struct, frozen=True):
    """What was measured, the figures as text, their ratio to the bare baseline of the same run, what to reach."""

    what: str
    measured: str
    ratio: float | None
    reach: str
