"""From records to the facts of one build. Only records that the signed checkpoint covers come in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from clausework.core.places import Finding
from clausework.evidence.detail import Component, FindingDetail, read_detail
from clausework.evidence.formats import kind_of
from clausework.evidence.locks import read_lock
from clausework.gates.baselines import Baselines, OpenBlob
from clausework.gates.commit_facts import commit_facts, paths_of, read_commits
from clausework.gates.coverage_facts import coverage_facts
from clausework.gates.facts import (
    ENVIRONMENT,
    SCHEMA,
    BuildFact,
    Facts,
    FindingFact,
    JudgementFact,
    LintFact,
    LockFact,
    OutputFact,
    QualityFact,
    QualityMessage,
    RebuildFact,
    RejectionFact,
    RunFact,
    SbomFact,
    ScanFact,
    SignatureFact,
)
from clausework.items.lint import check_items
from clausework.items.model import Item
from clausework.items.quality.score import judge
from clausework.items.read import ItemSet
from clausework.ledger.collector import collector_paused
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, Rebuild
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.evidence import Findings, Rejection, TestResult
from clausework.ledger.records.release import Release
from clausework.ledger.records.values import Descriptor
from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, Plan, safety_class_of
from clausework.signatures.artefacts import artefact_signature_holds
from clausework.standards import SafetyClass
from clausework.trace.builds import RecordedOutput
from clausework.trace.evidence_of import BuildEvidence, evidence_of
from clausework.trace.file_owners import pattern_findings
from clausework.trace.item_fact import ItemFact, item_fact
from clausework.trace.item_history import item_history
from clausework.trace.marked_cases import ROLES as VERIFYING
from clausework.trace.marked_cases import MarkedCases, RecordedMarker, read_markers
from clausework.trace.readings import origin_of, reading_of
from clausework.trace.results import ItemCases, standing_of_tests
from clausework.trace.staleness import suspects
from clausework.trace.standing import Standing, StandingDecision, stand
from clausework.trace.test_links import compile_links

_MOST_MESSAGES = 20

_MOST_PLACES = 50


@collector_paused()
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
    read = baselines.items(baseline)
    items = tuple(item_fact(item) for item in read)
    plan = load_plan(ledger.read_blob(found.build.plan), f"plan {found.build.plan[:12]}")
    markers = _markers(found.build, ledger)
    tests = standing_of_tests(
        found.tests,
        found.red_tests,
        superseded,
        open_blob,
        lambda record, item: baselines.same_item(record, item, baseline),
        compile_links(items, plan.traceability.test_names),
        MarkedCases(markers, found.build.folder),
    )
    scope = _scope(standing, version)
    since = _last_released(snapshot.records, version)
    until = max(found.record.index, baselines.recorded_at(baseline))
    history = item_history(snapshot.records, open_blob, baseline, since=since, until=until)
    safety_class = _class_by(plan, found.build)
    return Facts(
        schema=SCHEMA,
        at=at,
        log_size=len(snapshot.records),
        safety_class=safety_class,
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
        coverage=coverage_facts(found.coverage, superseded, open_blob, paths_of(plan, found.build)),
        scans=tuple(scan for record in found.findings for scan in _scans(record, superseded, open_blob)),
        sboms=tuple(_sbom(record, open_blob) for record in found.sboms if record.sha256 not in superseded),
        rejections=_standing_rejections(found, superseded),
        items=items,
        judgements=tuple(judgement(one) for one in standing.decisions),
        dropped=baselines.dropped(found.build.item_baseline, baseline),
        scope=_scope_members(scope),
        scope_record=scope.record.index if scope else None,
        commits=commit_facts(found.build, plan, items, history.removed, snapshot.records, open_blob),
        suspects=suspects(
            items,
            history,
            ((one.role, one.item) for one in tests.items),
            _reviewed(items, standing),
        ),
        lint=(
            *map(_of_reading, baselines.named(baseline)),
            *map(_lint, check_items(ItemSet(read, ()), safety_class)),
            *map(_lint, pattern_findings(read)),
        ),
        reused=history.reused,
        unlinked=tests.unlinked,
        unlinked_counts=tests.unlinked_counts,
        marked=_marked(markers, found.build.folder),
        quality=_quality(plan, read, tests.items),
    )


def class_of_build(build: Build, ledger: Ledger) -> SafetyClass:
    """Return the build's safety class by the plan that it was made under; C where that does not have its item."""
    return _class_by(load_plan(ledger.read_blob(build.plan), f"plan {build.plan[:12]}"), build)


def _class_by(plan: Plan, build: Build) -> SafetyClass:
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
        at=next((one.at for one in standing.given if one.index == standing.since), decision.made.at),
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
        range_from=build.range_from,
        commit_count=build.commit_count,
    )


def _markers(build: Build, ledger: Ledger) -> tuple[RecordedMarker, ...]:
    return read_markers(ledger.read_blob(build.markers.sha256)) if build.markers else ()


def _marked(markers: Sequence[RecordedMarker], folder: str) -> dict[str, tuple[str, ...]]:
    """Return the first places where a comment says that the code implements an item, by item."""
    found: dict[str, list[str]] = {}
    for one in markers:
        places = found.setdefault(one.item, []) if one.word not in VERIFYING else []
        if len(places) < _MOST_PLACES:
            places.append(f"{one.path.removeprefix(folder)}:{one.line}")
    return {item: tuple(places) for item, places in sorted(found.items())}


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


def _scans(record: Record, superseded: Mapping[str, str], open_blob: OpenBlob) -> tuple[ScanFact, ...]:
    """Return a fact for each analysis in a report, the report's own first, so that each check judges what is its."""
    body: Findings = record.body
    by_analysis: dict[str, list[FindingFact]] = {body.analysis: []}
    with open_blob(body.reading.detail.sha256) as stream:
        for one in read_detail(stream, FindingDetail):
            by_analysis.setdefault(one.analysis or body.analysis, []).append(_finding(record.index, one))
    return tuple(
        ScanFact(
            record.index,
            analysis,
            body.tools,
            body.complete,
            body.database_at,
            record.sha256 in superseded,
            tuple(findings),
            body.not_evaluated,
            body.reading.raw.name,
        )
        for analysis, findings in by_analysis.items()
    )


def _finding(record: int, one: FindingDetail) -> FindingFact:
    return FindingFact(
        record,
        one.fingerprint,
        one.rule,
        one.severity,
        one.message[:300],
        _place(one),
        one.suppressed,
        one.version,
    )


def _place(finding: FindingDetail) -> str:
    """Return where a finding is, in words: the component with its version, the file with its line."""
    line = f":{finding.line}" if finding.line or not finding.version else ""
    path = f"{finding.path}{line}" if finding.path else ""
    if not finding.version:
        return path or finding.component
    component = f"{finding.component} {finding.version}"
    return f"{component} ({path})" if path else component


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
    for record in (
        *found.tests,
        *found.outdated,
        *found.coverage,
        *found.findings,
        *found.sboms,
        *found.others,
    ):
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
                RejectionFact(
                    record.index,
                    body.name,
                    body.origin.level,
                    body.format,
                    body.reason,
                    kind_of(body.format),
                )
            )
    return tuple(standing)


def _of_reading(named: str) -> LintFact:
    """Return a finding that was recorded with the items, when they were read."""
    place, _, rest = named.partition(": ")
    rule, _, message = rest.partition(": ")
    return LintFact(rule, message, place, (), "clausework lint")


def _quality(plan: Plan, items: Sequence[Item], cases: Sequence[ItemCases]) -> QualityFact | None:
    """Return the quality of the wording where a stage of the plan asks for it: judging thousands takes a second."""
    if not any("requirement_quality" in stage.checks for stage in plan.stages.values()):
        return None
    found = judge(items, tests={one.item for one in cases if one.role == "verifies"})
    return QualityFact(
        found.score,
        found.requirements,
        {one.document: one.score for one in found.documents},
        len(found.findings),
        found.by_rule(),
        tuple(QualityMessage(one.rule, one.item, str(one)[:300]) for one in found.findings[:_MOST_MESSAGES]),
        found.not_evaluated,
    )


def _lint(finding: Finding) -> LintFact:
    return LintFact(finding.rule, finding.message, str(finding.place), finding.clauses, finding.hint)


def _last_released(records: Sequence[Record], version: str) -> int:
    """Return the record of the items of the release before ``version``'s, the newest of all where it has none yet.

    0 where there is none.
    """
    by_index = {record.index: record.body for record in records}
    own = [one.index for one in records if isinstance(one.body, Release) and one.body.version == version]
    for record in reversed(records[: own[0]] if own else records):
        if isinstance(record.body, Release):
            frozen = by_index[record.body.candidate.index].item_baseline
            return next(
                one.index
                for one in records
                if isinstance(one.body, ItemBaseline) and one.body.baseline == frozen
            )
    return 0


def _reviewed(items: Sequence[ItemFact], standing: Standing) -> frozenset[str]:
    """Return the IDs of the items that a person accepted in a review as they read now, and did not reject later."""
    newest = {
        (one.decision.matter.id, one.decision.matter.sha256): one.decision.fields.get("outcome")
        for one in standing.decisions_on("review")
        if one.effective
    }
    return frozenset(item.id for item in items if newest.get((item.id, item.sha256)) == "accepted")


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
