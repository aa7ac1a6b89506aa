"""From records to the facts of one build. Only records that the signed checkpoint covers come in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from clausework.evidence.detail import Component, FindingDetail, read_detail
from clausework.evidence.history import Commit
from clausework.evidence.locks import read_lock
from clausework.gates.baselines import Baselines, OpenBlob
from clausework.gates.facts import (
    ENVIRONMENT,
    SCHEMA,
    BuildFact,
    CoverageFact,
    Facts,
    FindingFact,
    JudgementFact,
    LockFact,
    OutputFact,
    RebuildFact,
    RejectionFact,
    RunFact,
    SbomFact,
    ScanFact,
    SignatureFact,
)
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, Rebuild
from clausework.ledger.records.evidence import Findings, Rejection, TestResult
from clausework.ledger.records.values import Descriptor
from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, safety_class_of
from clausework.signatures.artefacts import artefact_signature_holds
from clausework.standards import SafetyClass
from clausework.trace.builds import RecordedOutput
from clausework.trace.evidence_of import BuildEvidence, evidence_of
from clausework.trace.item_fact import item_fact
from clausework.trace.readings import origin_of, reading_of
from clausework.trace.results import standing_of_tests
from clausework.trace.standing import Standing, StandingDecision, stand


def fold_facts(
    snapshot: Snapshot,
    ledger: Ledger,
    build_id: str,
    *,
    at: str,
    version: str = "",
    item_baseline: str = "",
    standing: Standing | None = None,
) -> Facts:
    """Return the facts of the build as the log holds them, at the moment ``at``.

    ``version`` selects the scope that was set for it; ``item_baseline`` the items to judge by, where not the build's.
    Raises ``BuildUnknown``, and ``IntegrityViolated`` when a blob that a record names is not whole.
    """
    open_blob = ledger.open_blob
    standing = standing or stand_at(snapshot, ledger)
    found = evidence_of(snapshot.records, build_id)
    superseded = standing.superseded()
    baselines = Baselines(snapshot.records, open_blob)
    baseline = item_baseline or found.build.item_baseline
    items = baselines.items(baseline)
    tests = standing_of_tests(
        found.tests,
        found.red_tests,
        superseded,
        open_blob,
        lambda record, item: baselines.same_item(record, item, baseline),
    )
    scope = _scope(standing, version)
    return Facts(
        schema=SCHEMA,
        at=at,
        log_size=len(snapshot.records),
        safety_class=class_of_build(found.build, ledger),
        plan=found.build.plan,
        plan_approved=standing.is_approved_plan(found.build.plan),
        item_baseline=baseline,
        item_errors=baselines.errors(baseline),
        build=_build_fact(found, standing, open_blob),
        runs=tuple(_run(record, superseded) for record in found.tests)
        + tuple(msgspec.structs.replace(_run(one, superseded), outdated=True) for one in found.outdated),
        test_counts=tests.counts,
        not_passed=tests.not_passed,
        item_cases=tests.items,
        coverage=tuple(_coverage(record) for record in found.coverage if record.sha256 not in superseded),
        scans=tuple(_scan(record, superseded, open_blob) for record in found.findings),
        sboms=tuple(_sbom(record, open_blob) for record in found.sboms if record.sha256 not in superseded),
        rejections=_standing_rejections(found, superseded),
        items=tuple(item_fact(item) for item in items),
        judgements=tuple(judgement(one) for one in standing.decisions),
        dropped=baselines.dropped(found.build.item_baseline, baseline),
        scope=_scope_members(scope),
        scope_record=scope.record.index if scope else None,
    )


def class_of_build(build: Build, ledger: Ledger) -> SafetyClass:
    """Return the build's safety class by the plan that it was made under; C where that does not have its item."""
    plan = load_plan(ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    try:
        return safety_class_of(plan, build.software_item)
    except NotInPlan:
        return "C"


def stand_at(snapshot: Snapshot, ledger: Ledger) -> Standing:
    """Return what people's word stands at in ``snapshot`` of ``ledger``."""
    return stand(snapshot.records, snapshot.keyring, ledger.read_blob, ledger.root_at)


def judgement(standing: StandingDecision) -> JudgementFact:
    """Return a decision as checks need it."""
    decision = standing.decision
    return JudgementFact(
        record=standing.record.index,
        form=decision.form,
        matter_kind=decision.matter.kind,
        matter_id=decision.matter.id,
        matter_sha256=decision.matter.sha256,
        version=decision.version,
        fields=decision.fields,
        effective=standing.effective,
        missing=tuple(str(one) for one in standing.missing),
        signatures=tuple(
            SignatureFact(one.index, one.email, one.name, one.role, one.meaning, one.at)
            for one in standing.given
        ),
        since=standing.since,
        at=standing.given[-1].at if standing.given else decision.made.at,
    )


def _build_fact(found: BuildEvidence, standing: Standing, open_blob: OpenBlob) -> BuildFact:
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
    )


def _authors(build: Build, open_blob: OpenBlob) -> set[str]:
    """Return who wrote the commits of the build's range; the blob's first line is its header."""
    with open_blob(build.commits.sha256) as stream:
        lines = stream.read().splitlines()[1:]
    return {msgspec.json.decode(line, type=Commit).author.email for line in lines}


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
        read.unlocked,
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


def _run(record: Record, superseded: Mapping[str, str]) -> RunFact:
    body: TestResult = record.body
    counts = body.clausework.counts
    return RunFact(
        record.index,
        body.clausework.origin.level,
        counts.cases,
        counts.passed,
        counts.failed + counts.errored,
        counts.skipped,
        record.sha256 in superseded,
        body.clausework.reading.remarks,
    )


def _coverage(record: Record) -> CoverageFact:
    return CoverageFact(record.index, record.body.origin.level, record.body.line, record.body.branch)


def _scan(record: Record, superseded: Mapping[str, str], open_blob: OpenBlob) -> ScanFact:
    body: Findings = record.body
    with open_blob(body.reading.detail.sha256) as stream:
        findings = tuple(
            FindingFact(
                record.index,
                one.fingerprint,
                one.rule,
                one.severity,
                one.message[:300],
                f"{one.path}:{one.line}" if one.path else one.component,
                one.suppressed,
            )
            for one in read_detail(stream, FindingDetail)
        )
    return ScanFact(
        record.index,
        body.analysis,
        body.tools,
        body.complete,
        body.database_at,
        record.sha256 in superseded,
        findings,
    )


def _sbom(record: Record, open_blob: OpenBlob) -> SbomFact:
    versions: dict[str, set[str]] = {}
    with open_blob(record.body.reading.detail.sha256) as stream:
        for component in read_detail(stream, Component):
            name = f"{component.group}/{component.name}" if component.group else component.name
            versions.setdefault(name, set()).add(component.version)
    return SbomFact(
        record.index,
        record.body.specification,
        {name: tuple(sorted(found)) for name, found in sorted(versions.items())},
    )


def _standing_rejections(found: BuildEvidence, superseded: Mapping[str, str]) -> tuple[RejectionFact, ...]:
    """Return the rejections that no later accepted file of the same name, level and format replaces."""
    replaced: dict[tuple[str, str, str], int] = {}
    for record in (*found.tests, *found.coverage, *found.findings, *found.sboms):
        origin, reading = origin_of(record), reading_of(record)
        if origin is not None and reading is not None and record.sha256 not in superseded:
            for form in ("", reading.format):
                replaced[reading.raw.name, origin.level, form] = record.index
    standing = []
    for record in found.rejections:
        body: Rejection = record.body
        again = replaced.get((body.name, body.origin.level, body.format), -1)
        if record.sha256 not in superseded and again < record.index:
            standing.append(
                RejectionFact(record.index, body.name, body.origin.level, body.format, body.reason)
            )
    return tuple(standing)


def _scope(standing: Standing, version: str) -> StandingDecision | None:
    scopes = [
        one
        for one in standing.decisions_on("scope", ("version",))
        if one.effective and version and one.decision.version == version
    ]
    return scopes[-1] if scopes else None


def _scope_members(scope: StandingDecision | None) -> tuple[str, ...] | None:
    if scope is None:
        return None
    members: str | Sequence[str] = scope.decision.fields["requirements"]
    return (members,) if isinstance(members, str) else tuple(members)


def facts_document(facts: Facts) -> bytes:
    """Return the facts as the bytes of their blob; decode with ``read_facts``."""
    return msgspec.json.encode(facts, order="sorted")


def read_facts(data: bytes) -> Facts:
    """Return the facts that ``facts_document`` wrote."""
    return msgspec.json.decode(data, type=Facts)
