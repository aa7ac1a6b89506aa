"""What is under configuration control beside the code: the plan and the items (clauses 5.1, 8.1.1, 8.3)."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.values import Descriptor, Made


class PlanRecorded(msgspec.Struct, frozen=True):
    """A plan as it stood at a commit. It is in force once a decision approves its digest (clause 5.1.2).

    ``policies`` are the team's own rules, each with its challenges, under the digests that the plan names.
    """

    made: Made
    plan: Descriptor
    commit: str = ""
    policies: tuple[Descriptor, ...] = ()


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


class PipelineRecorded(msgspec.Struct, frozen=True):
    """The pipeline as it is defined at a commit (clauses 5.1.10, 8.2.1; ISO 13485 4.1.6).

    ``sha256`` is the digest over the definitions, to which a review binds: the same definitions have the same one,
    wherever they stand in history. ``pipeline`` describes the blob that tells of them; ``definitions`` are the files.
    """

    made: Made
    sha256: Sha256
    pipeline: Descriptor
    definitions: tuple[Descriptor, ...]
    commit: str = ""
