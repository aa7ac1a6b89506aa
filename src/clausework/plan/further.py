"""The plan of a further repository of a device: two lines that name the device and the software item (clause 5.1.1).

Everything else is said once, in the device's own plan, which is in the ledger.
"""

from __future__ import annotations

import msgspec

from clausework.core.placed_yaml import load_placed_yaml
from clausework.core.places import FindingsInInput
from clausework.plan.values import Identifier, Text


class FurtherRepository(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a further repository says: the device's name as its plan has it, and which software item this is."""

    device: Text
    software_item: Identifier


def read_further(data: bytes, source: str) -> FurtherRepository | None:
    """Return what ``data`` says if it is the plan of a further repository; ``None`` where it is a plan of its own."""
    try:
        written = load_placed_yaml(data, source).value
        return msgspec.convert(written, FurtherRepository)
    except (FindingsInInput, msgspec.ValidationError):
        return None
