"""SLSA provenance v1 of a build, derived from its records and signed by the pipeline's key, for SLSA's own tools."""

from __future__ import annotations

from pathlib import Path

from clausework.actions.build import ReadOnly
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.evidence.provenance import slsa_provenance
from clausework.ledger.envelope import seal
from clausework.ledger.records.build import BuildOutputs
from clausework.trace.builds import find_build


def write_provenance(workplace: Workplace, build_id: str, path: Path) -> None:
    """Write the provenance of a build to ``path``; raises ``NothingBuilt`` when it has no artefact."""
    records = workplace.snapshot().records
    outputs = [
        one.body for one in records if isinstance(one.body, BuildOutputs) and one.body.build == build_id
    ]
    statement = canonical_json(slsa_provenance(find_build(records, build_id).body, outputs))
    if workplace.signer is None:
        raise ReadOnly("Provenance is signed by the pipeline's key, and this workplace has none.")
    path.write_bytes(seal(statement, [workplace.signer]))
