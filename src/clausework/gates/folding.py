"""From records to the facts of one build. Only records that the signed checkpoint covers come in here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.gates.baselines import Baselines, OpenBlob
from clausework.gates.build_facts import build_fact
from clausework.gates.commit_facts import commit_facts, paths_of
from clausework.gates.coverage_facts import coverage_facts
from clausework.gates.evidence_facts import run_fact, sbom_fact, scan_facts, standing_rejections
from clausework.gates.facts import (
    SCHEMA,
    Facts,
    JudgementFact,
    SignatureFact,
)
from clausework.gates.failure_facts import failures_set_aside
from clausework.gates.human_folding import by_hand
from clausework.gates.item_facts import fault_of_reading, lint_fact, quality_fact
from clausework.gates.pipeline_facts import pipeline_fact
from clausework.gates.risk_file_facts import risk_file_fact
from clausework.gates.safety_path_facts import safety_paths
from clausework.gates.test_change_facts import TestsNow, test_history
from clausework.items.lint import check_items
from clausework.items.read import ItemSet
from clausework.items.risk_words import risk_findings
from clausework.ledger.collector import collector_paused
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, Plan, safety_class_of
from clausework.standards import SafetyClass
from clausework.trace.allocation import elsewhere
from clausework.trace.configurations import of_candidate, tested_on
from clausework.trace.evidence_of import BuildEvidence, evidence_of
from clausework.trace.file_owners import pattern_findings
from clausework.trace.item_fact import item_fact
from clausework.trace.item_history import item_history
from clausework.trace.marked_cases import ROLES as VERIFYING
from clausework.trace.marked_cases import MarkedCases, RecordedMarker, read_markers
from clausework.trace.releases import predecessors
from clausework.trace.replaced_plans import replacing_plan
from clausework.trace.results import standing_of_tests
from clausework.trace.staleness import suspects
from clausework.trace.standing import Standing, StandingDecision, stand
from clausework.trace.test_links import compile_links

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
    plan: str = "",
    beside: Sequence[str] = (),
    standing: Standing | None = None,
) -> Facts:
    """Return the facts of the build as the log holds them, at the moment ``at``.

    ``version`` selects the scope that was set for it; ``item_baseline`` and ``plan`` are the items and the plan (its
    digest) to judge by, where not the build's. ``beside`` are the builds that a candidate holds: what ran on a
    configuration with others is not about it.
    Raises ``BuildUnknown``, and ``IntegrityViolated`` when a blob that a record names is not whole.
    """
    open_blob = ledger.open_blob
    standing = standing or stand_at(snapshot, ledger)
    found = of_candidate(snapshot.records, evidence_of(snapshot.records, build_id), beside, open_blob)
    superseded = standing.superseded()
    baselines = Baselines(snapshot.records, open_blob)
    baseline = item_baseline or found.build.item_baseline
    read = baselines.items(baseline)
    items = tuple(item_fact(item) for item in read)
    judging = plan or found.build.plan
    by_plan = load_plan(ledger.read_blob(judging), f"plan {judging[:12]}")
    markers = _markers(found.build, ledger)
    safety_class = _class_by(by_plan, found.build)
    build = build_fact(found, standing, open_blob)
    line = by_plan.release_line
    before = predecessors(snapshot.records, found.build, version, line.id, standing.left_by(line))
    since = baselines.first_recorded(before[0].candidate.item_baseline) if before else 0
    hands = by_hand(
        found, read, items, by_plan, safety_class, build, baselines, since, standing, snapshot, ledger
    )
    test_links = compile_links(items, by_plan.traceability.test_names)
    tests = standing_of_tests(
        found.tests,
        found.red_tests,
        superseded,
        open_blob,
        lambda record, item: (
            hands.holds(record, item)
            or baselines.same_item(record, item, baseline, found.build.software_item)
        ),
        test_links,
        MarkedCases(markers, found.build.folder),
        hands.uncounted,
    )
    ran = TestsNow(found, superseded, hands.uncounted, test_links)
    cases = test_history(snapshot.records, ran, before, standing, open_blob)
    scope = _scope(standing, version)
    until = max(found.record.index, baselines.recorded_at(baseline))
    history = item_history(snapshot.records, open_blob, baseline, since=since, until=until)
    commits = commit_facts(found.build, by_plan, items, history.removed, snapshot.records, open_blob)
    return Facts(
        schema=SCHEMA,
        at=at,
        log_size=len(snapshot.records),
        safety_class=safety_class,
        plan=found.build.plan,
        plan_approved=standing.is_approved_plan(found.build.plan),
        item_baseline=baseline,
        item_errors=baselines.errors(baseline),
        build=build,
        runs=tuple(run_fact(record, superseded) for record in found.tests)
        + tuple(msgspec.structs.replace(run_fact(one, superseded), outdated=True) for one in found.outdated),
        test_counts=tests.counts,
        not_passed=tests.not_passed,
        item_cases=tests.items,
        coverage=coverage_facts(found.coverage, superseded, open_blob, paths_of(by_plan, found.build)),
        scans=scan_facts(found, superseded, open_blob),
        sboms=tuple(
            sbom_fact(record, open_blob) for record in found.sboms if record.sha256 not in superseded
        ),
        rejections=standing_rejections(found, superseded),
        items=items,
        judgements=tuple(judgement(one) for one in standing.decisions),
        dropped=baselines.dropped(found.build.item_baseline, baseline),
        scope=_scope_members(scope),
        scope_record=scope.record.index if scope else None,
        commits=commits,
        suspects=suspects(
            items,
            history,
            ((one.role, one.item) for one in tests.items),
            hands.reviewed,
        ),
        lint=(
            *map(fault_of_reading, baselines.named(baseline)),
            *map(lint_fact, check_items(ItemSet(read, ()), safety_class)),
            *map(lint_fact, pattern_findings(read)),
            *map(lint_fact, risk_findings(read, by_plan)),
        ),
        reused=history.reused,
        unlinked=tests.unlinked,
        unlinked_counts=tests.unlinked_counts,
        marked=_marked(markers, found.build.folder),
        quality=quality_fact(by_plan, read, tests.items),
        version=version or _own_version(found),
        elsewhere=elsewhere(items, by_plan, found.build.software_item),
        human=hands.with_tests(tests.integration, commits, items),
        backlog=by_plan.changes.backlog,
        regression=cases.regression,
        previous=cases.previous,
        flaky=cases.flaky,
        set_aside=failures_set_aside(found, standing, open_blob),
        configurations=_configurations(by_plan, found, ran, open_blob),
        pipeline=pipeline_fact(found.record, by_plan, snapshot.records, superseded, open_blob),
        risk_file=risk_file_fact(read, by_plan.risk_matrix),
        safety_paths=safety_paths(
            by_plan, found, items, _marked(markers, found.build.folder), superseded, open_blob
        ),
        plan_replaced=_replaced(snapshot.records, standing, found.record),
    )


def _replaced(records: Sequence[Record], standing: Standing, build: Record) -> int:
    plan = replacing_plan(records, standing, build)
    return plan.since if plan else -1


def _configurations(
    plan: Plan, found: BuildEvidence, ran: TestsNow, open_blob: OpenBlob
) -> dict[str, tuple[int, ...]]:
    """Return the plan's configurations with the software item, and the system tests on each in which a case passed."""
    tests = [
        one
        for one in found.tests
        if one.body.clausework.origin.level == "system"
        and one.body.clausework.counts.passed
        and one.sha256 not in ran.superseded
        and one.sha256 not in ran.uncounted
    ]
    seen = tested_on(tests, open_blob)
    return {
        name: seen.get(name, ())
        for name, one in plan.configurations.items()
        if found.build.software_item in one.components
    }


def _own_version(found: BuildEvidence) -> str:
    """Return the version that the build was given, or that all of its artefacts report; empty where they differ."""
    reported = {one.output.reported_version for one in found.outputs}
    return found.build.version or (reported.pop() if len(reported) == 1 else "")


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
    return stand(snapshot.records, snapshot.keyring, ledger.read_blob, ledger.root_at, ledger)


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
