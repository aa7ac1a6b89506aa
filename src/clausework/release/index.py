"""The release index: one document that ties a version to everything that shows how it came about.

Made at the release gate and kept as a blob beside the release record. With it, artefacts and records are a technical
file; without it they are a pile of files.
"""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.values import Descriptor, Ratio

SCHEMA_VERSION = "1"


class IndexedArtefact(msgspec.Struct, frozen=True):
    """An artefact: name, SHA-256, the pipeline's signature over it and the key's ID."""

    name: str
    sha256: Sha256
    signature: str
    key_id: Sha256


class IndexedBuild(msgspec.Struct, frozen=True):
    """A component build: software item, build identity and its record, commit, source tree, tools, command.

    ``version`` is the component's own, ``reused_from`` the earlier release from which it is taken with its evidence.
    """

    software_item: str
    build: Sha256
    record: int
    commit: str
    source_tree: Sha256
    command: tuple[str, ...]
    tools: dict[str, str]
    run: str
    version: str = ""
    reused_from: str = ""


class IndexedRun(msgspec.Struct, frozen=True):
    """A test report: record, level, counts, the digest of the report as the tool wrote it."""

    record: int
    level: str
    cases: int
    passed: int
    failed: int
    skipped: int
    raw_sha256: Sha256


class IndexedCoverage(msgspec.Struct, frozen=True):
    """A coverage report: record, level, line and branch ratios."""

    record: int
    level: str
    line: Ratio
    branch: Ratio | None


class IndexedScan(msgspec.Struct, frozen=True):
    """An analysis or scan: record, what it looked for, tools, whether it finished, what it left open."""

    record: int
    analysis: str
    tools: tuple[str, ...]
    complete: bool
    open_by_severity: dict[str, int]
    raw_sha256: Sha256


class IndexedGate(msgspec.Struct, frozen=True):
    """A stage or release condition, its outcome and what it rests on."""

    gate: str
    software_item: str
    outcome: str
    records: tuple[int, ...]


class IndexedDecision(msgspec.Struct, frozen=True):
    """A decision that the release rests on: matter, outcome, who signed it; of an evaluation also the risk told.

    ``rests_on`` names the risks, hazards and controls of the risk file that an evaluation rests on.
    """

    record: int
    matter: str
    matter_sha256: Sha256
    outcome: str
    rationale: str
    signed_by: tuple[str, ...]
    risk: str = ""
    rests_on: tuple[str, ...] = ()


class Authorisation(msgspec.Struct, frozen=True):
    """A signature on the release: printed name, role, meaning, UTC time (21 CFR 11.50), record, key, and how given.

    ``means`` says which kind of key gave it, of a passkey whether it may sync, and whether a log-in stands beside it.
    """

    record: int
    name: str
    email: str
    role: str
    meaning: str
    at: str
    key_id: str = ""
    means: str = ""


class ReleaseIndex(msgspec.Struct, frozen=True):
    """The release index. Empty text means that the manufacturer gave none; nothing is filled in by guess."""

    schema_version: str
    product: str
    manufacturer: str
    version: str
    udi_di: str
    udi_pi: str
    safety_class: str
    commit: str
    source_tag_signature: str
    build_manifest: tuple[IndexedBuild, ...]
    sbom: tuple[Descriptor, ...]
    dependency_lock: tuple[Descriptor, ...]
    artefacts: tuple[IndexedArtefact, ...]
    pipeline_version: dict[str, str]
    gate_results: tuple[IndexedGate, ...]
    test_runs: tuple[IndexedRun, ...]
    coverage: tuple[IndexedCoverage, ...]
    scans: tuple[IndexedScan, ...]
    trace_matrix: Descriptor
    requirements_baseline: Sha256
    risk_file_version: Sha256
    anomaly_list: tuple[IndexedDecision, ...]
    change_requests: tuple[IndexedDecision, ...]
    significance_decision: IndexedDecision | None
    validation_report: IndexedDecision | None
    deviations: tuple[IndexedDecision, ...]
    authorisations: tuple[Authorisation, ...]
    deployments: tuple[str, ...]
    archive_uri: str
    retention_until: str
    previous_index_hash: str
    trusted_time: str = ""
    adopted_before: tuple[str, ...] = ()
    risk_file_name: str = ""
    overall_residual_risk: IndexedDecision | None = None
