"""Candidates, archives, releases, deployments (clause 5.8)."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.archive import KeptImage, KeptTool, NotInArchive
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.values import Descriptor, Made, Reference


class Component(msgspec.Struct, frozen=True):
    """A software item within a version: its own version and build, and the release that had this build before."""

    software_item: str
    version: str
    build: Sha256
    reused_from: str = ""


class Candidate(msgspec.Struct, frozen=True):
    """What is frozen for a version: builds, items, risk file, plan, check versions, scope, and the log as it stood.

    ``line`` is the release line; ``components`` tell each build's own version; ``advisories`` are the newest scans for
    vulnerabilities that the builds had.
    """

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
    line: str = "main"
    components: tuple[Component, ...] = ()
    advisories: tuple[Reference, ...] = ()


class Archive(msgspec.Struct, frozen=True):
    """What 5.8.7 keeps of a candidate, and whether restoring it to a scratch place gave the same digests.

    ``parts`` are further records of files. ``dependencies`` is how many the locks name (-1: nobody looked), ``lacking``
    how many things were not found, the first of them in ``missing``. ``rebuilt`` are the builds made from it.
    ``evidence`` is how many files of evidence, kept in the ledger itself, were read whole. ``notes`` are worth knowing
    when the archive is used.
    """

    made: Made
    candidate: Reference
    contents: tuple[Descriptor, ...]
    restored: bool
    problem: str = ""
    parts: tuple[Reference, ...] = ()
    dependencies: int = -1
    missing: tuple[NotInArchive, ...] = ()
    lacking: int = 0
    rebuilt: tuple[Reference, ...] = ()
    images: tuple[KeptImage, ...] = ()
    tools: tuple[KeptTool, ...] = ()
    evidence: int = 0
    notes: tuple[str, ...] = ()


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
    line: str = "main"


class Deployment(msgspec.Struct, frozen=True):
    """An artefact admitted to an environment, or refused with the reason; who, where, when (clause 5.8.8).

    ``target`` is what the digest is of (``file``, ``directory``, ``image``; empty: only the digest was given).
    ``derivations`` lead from a derived artefact back to the one that the release names.
    """

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
    target: str = ""
    derivations: tuple[Reference, ...] = ()
