"""The build as checks need it: authors, locks, artefacts with their signatures, rebuilds (5.1.11, 5.8.5, 8.1)."""

from __future__ import annotations

from clausework.evidence.locks import read_lock
from clausework.gates.baselines import OpenBlob
from clausework.gates.commit_facts import read_commits
from clausework.gates.facts import (
    ENVIRONMENT,
    BuildFact,
    LockFact,
    OutputFact,
    RebuildFact,
)
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, Rebuild
from clausework.ledger.records.values import Descriptor
from clausework.signatures.artefacts import artefact_signature_holds
from clausework.trace.builds import RecordedOutput
from clausework.trace.evidence_of import BuildEvidence
from clausework.trace.standing import Standing


def build_fact(found: BuildEvidence, standing: Standing, open_blob: OpenBlob) -> BuildFact:
    """Return the build of ``found`` with all that was recorded about how it was made."""
    build = found.build
    known = tuple(name for name in ENVIRONMENT if build.tools.get(name) or build.environment.get(name))
    return BuildFact(
        id=build.id,
        record=found.record.index,
        software_item=build.software_item,
        version=build.version,
        commit=build.commit,
        source_tree=build.source_tree,
        clean=build.clean,
        changed_paths=build.changed_paths,
        environment_known=known + (("runner",) if build.run.runner and "runner" not in known else ()),
        authors=tuple(sorted(_authors(build, open_blob) | {build.author})),
        locks=tuple(_lock(lock, open_blob) for lock in build.locks),
        outputs=tuple(dict.fromkeys(_output(output, standing) for output in found.outputs)),
        rebuilds=tuple(_rebuild(record, standing) for record in found.rebuilds),
        range_from=build.range_from,
        commit_count=build.commit_count,
    )


def _authors(build: Build, open_blob: OpenBlob) -> set[str]:
    """Return who wrote the commits of the build's range."""
    return {commit.author.email for commit in read_commits(build, open_blob)}


def _lock(lock: Descriptor, open_blob: OpenBlob) -> LockFact:
    with open_blob(lock.sha256) as stream:
        read = read_lock(lock.name, stream.read())
    pinned: dict[str, set[str]] = {}
    for dependency in read.dependencies:
        pinned.setdefault(dependency.name, set()).add(dependency.version)
    return LockFact(
        lock.name,
        lock.sha256,
        read.kind,
        {name: tuple(sorted(versions)) for name, versions in sorted(pinned.items())},
        tuple(str(one) for one in read.unlocked),
    )


def _output(recorded: RecordedOutput, standing: Standing) -> OutputFact:
    output = recorded.output
    key = standing.keyring.pipeline_key(output.signature.key_id, recorded.record)
    holds = key is not None and artefact_signature_holds(output.artefact.sha256, output.signature, key)
    return OutputFact(output.artefact.name, output.artefact.sha256, holds, output.reported_version)


def _rebuild(record: Record, standing: Standing) -> RebuildFact:
    body: Rebuild = record.body
    explanations = [
        one.decision.fields.get("outcome")
        for one in standing.decisions_on("review", ("verification",))
        if one.effective and one.decision.matter.sha256 == record.sha256
    ]
    return RebuildFact(
        record.index,
        body.outcome,
        tuple(one.first for one in body.outputs if one.first == one.again),
        {one.name: one.first for one in body.outputs if one.first != one.again},
        bool(explanations) and explanations[-1] == "accepted",
    )
