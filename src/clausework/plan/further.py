"""The plan of a further repository of a device: two lines that name the device and the software item (clause 5.1.1).

A third line says which release line a branch is of, where that is not the trunk. Everything else is said once, in the
device's own plan, which is in the ledger.
"""

from __future__ import annotations

import msgspec

from clausework.core.placed_decode import decode_placed
from clausework.core.placed_yaml import load_placed_yaml
from clausework.core.places import FindingsInInput
from clausework.plan.load import PlanRejected
from clausework.plan.values import Identifier, Name, Text


class FurtherRepository(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a further repository says: the device's name as its plan has it, and which software item this is.

    ``release_line`` is the line that the branch is of, by whose plan it builds; absent for the trunk.
    """

    device: Text
    software_item: Identifier
    release_line: Name | None = None


def read_further(data: bytes, source: str) -> FurtherRepository | None:
    """Return what ``data`` says if it is the plan of a further repository; ``None`` where it is a plan of its own.

    It is one that names its ``software_item`` and no ``software_systems``. Raises ``PlanRejected`` with every error.
    """
    try:
        document = load_placed_yaml(data, source)
    except FindingsInInput:
        return None
    written = document.value
    if not isinstance(written, dict) or "software_item" not in written or "software_systems" in written:
        return None
    found, findings = decode_placed(document, FurtherRepository)
    if found is None or findings:
        raise PlanRejected(source, findings)
    return found
