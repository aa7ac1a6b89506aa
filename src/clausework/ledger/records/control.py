"""What is under configuration control beside the code: the plan and the items (clauses 5.1, 8.1.1, 8.3)."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.values import Descriptor, Made


class PlanRecorded(msgspec.Struct, frozen=True):
    """A plan as it stood at a commit. It is in force once a decision approves its digest (clause 5.1.2)."""

    made: Made
    plan: Descriptor
    commit: str = ""


class ItemBaseline(msgspec.Struct, frozen=True):
    """All items at one revision of wherever they live (clause 8.1.1).

    ``baseline`` is the digest of the sorted items' canonical JSON, so equal items have equal baselines;
    ``detail`` holds a header and one item a line; ``sources`` is a tar of the files as ``readers`` read them.
    ``findings`` counts what is wrong with the items, such as links that lead nowhere; ``named`` are the first of them.
    """

    made: Made
    baseline: Sha256
    detail: Descriptor
    sources: Descriptor
    revision: str
    counts: dict[str, int]
    findings: int = 0
    named: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
