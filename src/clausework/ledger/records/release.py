"""Candidates, archives, releases, deployments (clause 5.8)."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.values import Descriptor, Made, Reference


class Candidate(msgspec.Struct, frozen=True):
    """What is frozen for a version: builds, items, risk file, plan, check versions, scope, and the log as it stood."""

    made: Made
    version: str
    builds: tuple[Sha256, ...]
    artefacts: tuple[Sha256, ...]
    item_baseline: Sha256
    risk_file: Sha256
    plan: Sha256
    check_versions: dict[str, str]
    scope: Reference | None
    log_size: int


class Archive(msgspec.Struct, frozen=True):
    """What 5.8.7 keeps of a candidate, and whether restoring it to a scratch place gave the same digests."""

    made: Made
    candidate: Reference
    contents: tuple[Descriptor, ...]
    restored: bool
    problem: str = ""


class ReleaseGate(msgspec.Struct, frozen=True):
    """The release conditions of one candidate as evaluated, clause by clause; signatures are sought on a pass."""

    made: Made
    candidate: Reference
    outcome: Literal["pass", "fail", "not_evaluated"]
    facts: Descriptor
    log_size: int
    conditions: tuple[CheckVerdict, ...]


class Release(msgspec.Struct, frozen=True):
    """A version authorised for clinical use: candidate, the signed gate, approvals, release index, matrix."""

    made: Made
    version: str
    candidate: Reference
    gate: Reference
    approvals: tuple[Reference, ...]
    artefacts: tuple[Sha256, ...]
    index: Descriptor
    matrix: Descriptor


class Deployment(msgspec.Struct, frozen=True):
    """An artefact admitted to an environment, or refused with the reason; who, where, when (clause 5.8.8)."""

    made: Made
    environment: str
    artefact: Sha256
    name: str
    outcome: Literal["admitted", "refused"]
    version: str = ""
    release: Reference | None = None
    build: str = ""
    operator: str = ""
    site: str = ""
    reason: str = ""
