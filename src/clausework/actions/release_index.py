"""Makes the release index (see ``release.index``) from the facts of a candidate whose signatures are complete."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.matrix import matrix_of_build
from clausework.actions.trusted_time import trusted_time
from clausework.actions.workplace import Workplace, software
from clausework.evidence.history import tags
from clausework.gates.facts import JudgementFact
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, BuildOutputs, Output
from clausework.ledger.records.evidence import Findings, Sbom, TestResult
from clausework.ledger.records.gates import CheckVerdict, Promotion
from clausework.ledger.records.values import Descriptor
from clausework.plan.load import load_plan
from clausework.release.adoption import adopted_texts
from clausework.release.condition import members
from clausework.release.facts import ReleaseFacts
from clausework.release.index import (
    SCHEMA_VERSION,
    Authorisation,
    IndexedArtefact,
    IndexedBuild,
    IndexedCoverage,
    IndexedDecision,
    IndexedGate,
    IndexedRun,
    IndexedScan,
    ReleaseIndex,
)
from clausework.release.keeping import retention_text
from clausework.release.risk_file import overall_evaluation, risk_file_name
from clausework.trace.builds import outputs_of
from clausework.trace.release_matrix import beside
from clausework.trace.releases import releases
from clausework.trace.standing import Standing


def keep_matrix(workplace: Workplace, facts: ReleaseFacts) -> Descriptor:
    """Keep the traceability matrix of the candidate's builds as JSON: requirements, risks and units of each build."""
    matrices = beside([matrix_of_build(one) for one in facts.builds])
    matrix = msgspec.json.encode(matrices, order="sorted")
    return workplace.ledger.put_blob(matrix, f"trace-matrix-{facts.version}.json", "application/json")


def release_index(
    workplace: Workplace,
    snapshot: Snapshot,
    standing: Standing,
    facts: ReleaseFacts,
    gate_sha256: str,
    conditions: Sequence[CheckVerdict],
    matrix: Descriptor,
) -> bytes:
    """Return the release index as canonical, readable JSON; ``matrix`` is what ``keep_matrix`` returned."""
    plan = load_plan(workplace.ledger.read_blob(facts.plan), f"plan {facts.plan[:12]}")
    builds: list[Build] = [snapshot.records[one.build.record].body for one in facts.builds]
    index = ReleaseIndex(
        schema_version=SCHEMA_VERSION,
        product=plan.device.name,
        manufacturer=plan.device.manufacturer,
        version=facts.version,
        udi_di=plan.device.udi_di,
        udi_pi=plan.device.udi_pi,
        safety_class=facts.safety_class,
        commit=builds[0].commit,
        source_tag_signature=_tag(workplace, builds[0].commit),
        build_manifest=tuple(_build(snapshot, build, facts) for build in builds),
        sbom=tuple(one.body.reading.raw for one in _evidence(snapshot, facts, Sbom)),
        dependency_lock=tuple(lock for build in builds for lock in build.locks),
        artefacts=tuple(
            _artefact(one) for build in builds for one in _newest(outputs_of(snapshot.records, build.id))
        ),
        pipeline_version={"clausework": software(), "plan": facts.plan}
        | {f"tool {name}": version for build in builds for name, version in build.tools.items()},
        gate_results=_gates(facts, conditions),
        test_runs=tuple(_run(one) for one in _evidence(snapshot, facts, TestResult)),
        coverage=tuple(
            IndexedCoverage(one.record, one.level, one.line, one.branch)
            for build in facts.builds
            for one in build.coverage
        ),
        scans=tuple(_scan(one) for one in _evidence(snapshot, facts, Findings)),
        trace_matrix=matrix,
        requirements_baseline=facts.builds[0].item_baseline,
        risk_file_version=facts.risk_file,
        risk_file_name=risk_file_name(facts),
        overall_residual_risk=_decided(overall_evaluation(facts)),
        anomaly_list=_anomalies(facts),
        change_requests=_changes(facts),
        significance_decision=_decided(
            facts.judged("significance", "significance", facts.version, facts.subject)
        ),
        validation_report=_decided(facts.judged("review", "validation", facts.version, facts.subject)),
        deviations=tuple(
            IndexedDecision(
                one.record,
                f"check {check}",
                one.matter_sha256,
                f"until {one.fields['expires']}",
                str(one.fields["reason"]),
                one.signed_by,
            )
            for check, one in facts.deviations()
        ),
        authorisations=tuple(
            Authorisation(
                one.index, one.name, one.email, one.role, one.meaning, one.at, one.key_id, one.means
            )
            for one in standing.given.get(gate_sha256, ())
        ),
        deployments=_promotions(snapshot, facts),
        archive_uri=f"ledger:#{facts.archive.record}" if facts.archive else "",
        retention_until=retention_text(plan.retention, workplace.now()),
        previous_index_hash=_previous(snapshot, standing, facts.line),
        trusted_time=trusted_time(workplace, snapshot, standing, gate_sha256),
        adopted_before=adopted_texts(snapshot.records, standing.decisions),
    )
    return msgspec.json.format(msgspec.json.encode(index, order="sorted"), indent=1)


def _evidence(snapshot: Snapshot, facts: ReleaseFacts, kind: type) -> list[Record]:
    numbers: set[int] = set()
    for build in facts.builds:
        numbers |= {one.record for one in build.runs} | {one.record for one in build.scans}
        numbers |= {one.record for one in build.sboms}
    return [
        snapshot.records[number]
        for number in sorted(numbers)
        if isinstance(snapshot.records[number].body, kind)
    ]


def _build(snapshot: Snapshot, build: Build, facts: ReleaseFacts) -> IndexedBuild:
    record = next(one.build.record for one in facts.builds if one.build.id == build.id)
    commands = [
        one.body.command
        for one in snapshot.records
        if isinstance(one.body, BuildOutputs) and one.body.build == build.id and one.body.command
    ]
    return IndexedBuild(
        build.software_item,
        build.id,
        record,
        build.commit,
        build.source_tree,
        commands[-1] if commands else (),
        build.tools,
        f"{build.run.provider} {build.run.id}",
        *next(((one.version, one.reused_from) for one in facts.components if one.build == build.id), ()),
    )


def _newest(outputs: Sequence[Output]) -> tuple[Output, ...]:
    return tuple({(one.artefact.name, one.artefact.sha256): one for one in outputs}.values())


def _artefact(output: Output) -> IndexedArtefact:
    signature = output.signature
    return IndexedArtefact(
        output.artefact.name, output.artefact.sha256, signature.signature, signature.key_id
    )


def _gates(facts: ReleaseFacts, conditions: Sequence[CheckVerdict]) -> tuple[IndexedGate, ...]:
    stages = [IndexedGate(one.stage, one.software_item, one.outcome, ()) for one in facts.stages]
    release = [
        IndexedGate(
            f"release {one.check}",
            "",
            one.outcome,
            tuple(sorted({number for reason in one.reasons for number in reason.records})),
        )
        for one in conditions
    ]
    return (*stages, *release)


def _run(record: Record) -> IndexedRun:
    body: TestResult = record.body
    counts, evidence = body.clausework.counts, body.clausework
    return IndexedRun(
        record.index,
        evidence.origin.level,
        counts.cases,
        counts.passed,
        counts.failed + counts.errored,
        counts.skipped,
        evidence.reading.raw.sha256,
    )


def _scan(record: Record) -> IndexedScan:
    body: Findings = record.body
    return IndexedScan(
        record.index, body.analysis, body.tools, body.complete, body.open_by_severity, body.reading.raw.sha256
    )


def _decided(fact: JudgementFact | None) -> IndexedDecision | None:
    if fact is None:
        return None
    return IndexedDecision(
        fact.record,
        f"{fact.matter_kind} {fact.matter_id}",
        fact.matter_sha256,
        str(fact.fields.get("outcome") or fact.fields.get("decision", "")),
        str(fact.fields.get("rationale", "")),
        fact.signed_by,
        str(fact.fields.get("risk", "")),
        members(fact.fields.get("risk_items", ())),
    )


def _anomalies(facts: ReleaseFacts) -> tuple[IndexedDecision, ...]:
    decided = (
        _decided(facts.judged("evaluate", item.type, item.id, item.sha256))
        or IndexedDecision(-1, f"{item.type} {item.id}", item.sha256, "not evaluated", item.title, ())
        for item in facts.open_anomalies()
    )
    return tuple(decided)


def _changes(facts: ReleaseFacts) -> tuple[IndexedDecision, ...]:
    named = facts.scope.fields.get("changes", ()) if facts.scope else ()
    found = []
    for change in (named,) if isinstance(named, str) else named:
        item = facts.item(change)
        decided = _decided(facts.judged("approve", item.type, change, item.settled)) if item else None
        if decided is not None:
            found.append(decided)
    return tuple(found)


def _promotions(snapshot: Snapshot, facts: ReleaseFacts) -> tuple[str, ...]:
    ids = {one.build.id for one in facts.builds}
    return tuple(
        f"#{one.index} {one.body.environment} {one.body.made.at}"
        for one in snapshot.records
        if isinstance(one.body, Promotion) and one.body.build in ids
    )


def _previous(snapshot: Snapshot, standing: Standing, line: str) -> str:
    """Return the digest of the release index before this one on its release line, empty for the first.

    A withdrawn release stays in the chain: it was released.
    """
    released = [one for one in releases(snapshot.records, standing) if one.line == line]
    return str(released[-1].record.body.index.sha256) if released else ""


def _tag(workplace: Workplace, commit: str) -> str:
    found = [
        f"{one.name} {one.id} ({one.signature_kind or 'not signed'})" for one in tags(workplace.root, commit)
    ]
    return "; ".join(found)
