"""From records to the facts of one build. Only records that the signed checkpoint covers come in here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.gates.commit_facts import commit_facts
from clausework.gates.configuration_facts import configurations_tested
from clausework.gates.coverage_facts import coverage_facts
from clausework.gates.evidence_facts import (
    retired_reports,
    sbom_fact,
    scan_facts,
    standing_rejections,
)
from clausework.gates.facts import (
    SCHEMA,
    Facts,
    JudgementFact,
    SignatureFact,
)
from clausework.gates.failure_facts import failures_set_aside
from clausework.gates.folding_steps import (
    Base,
    Tested,
    base_of,
    class_by,
    history_of,
    lint_of,
    marked_in,
    own_version,
    plan_replaced,
    reports_of,
    scope_members,
    scope_of,
    software_items_gone,
    tested_of,
)
from clausework.gates.item_facts import quality_fact
from clausework.gates.pipeline_facts import pipeline_fact
from clausework.gates.risk_file_facts import risk_file_fact
from clausework.gates.safety_path_facts import safety_paths
from clausework.gates.scanned_targets import known_targets
from clausework.gates.tied_items import tied_items
from clausework.items.model import Item
from clausework.ledger.collector import collector_paused
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records.build import Build
from clausework.plan.load import load_plan
from clausework.standards import SafetyClass
from clausework.trace.allocation import elsewhere
from clausework.trace.staleness import suspects
from clausework.trace.standing import Standing, StandingDecision, stand


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
    residual: Sequence[Item] | None = None,
) -> Facts:
    """Return the facts of the build as the log holds them, at the moment ``at``.

    ``version`` selects the scope that was set for it; ``item_baseline`` and ``plan`` are the items and the plan (its
    digest) to judge by, where not the build's. ``beside`` are the builds that a candidate holds: what ran on a
    configuration with others is not about it. ``residual`` are the anomalies that stay with a candidate.
    Raises ``BuildUnknown``, and ``IntegrityViolated`` when a blob that a record names is not whole.
    """
    base = base_of(
        snapshot,
        ledger,
        build_id,
        version=version,
        item_baseline=item_baseline,
        plan=plan,
        beside=beside,
        standing=standing or stand_at(snapshot, ledger),
    )
    return _facts(base, tested_of(base), at, version, residual)


def _facts(base: Base, tested: Tested, at: str, version: str, residual: Sequence[Item] | None) -> Facts:
    """Return all facts, each from its own step."""
    found, tests, cases, open_blob = base.found, tested.tests, tested.cases, base.open_blob
    superseded, records, own = base.superseded, base.snapshot.records, base.found.build
    scope, history = scope_of(base, version), history_of(base)
    targets = known_targets(found, base.plan, records)
    commits = commit_facts(own, base.plan, base.items, history.removed, records, open_blob)
    verifying = ((one.role, one.item) for one in tests.items)
    marked = marked_in(base)
    return Facts(
        schema=SCHEMA,
        at=at,
        log_size=len(records),
        safety_class=base.safety_class,
        plan=own.plan,
        plan_approved=base.standing.is_approved_plan(own.plan),
        item_baseline=base.baseline,
        item_errors=base.baselines.errors(base.baseline),
        build=base.build,
        runs=reports_of(base),
        test_counts=tests.counts,
        not_passed=tests.not_passed,
        item_cases=tests.items,
        coverage=coverage_facts(found, superseded, open_blob, base.plan),
        scans=scan_facts(found, superseded, open_blob, targets, retired_reports(base.standing)),
        sboms=tuple(
            sbom_fact(one, open_blob, targets) for one in found.sboms if one.sha256 not in superseded
        ),
        rejections=standing_rejections(found, superseded),
        items=base.items,
        judgements=tuple(judgement(one) for one in base.standing.decisions),
        dropped=base.baselines.dropped(own.item_baseline, base.baseline),
        scope=scope_members(scope),
        scope_record=scope.record.index if scope else None,
        commits=commits,
        suspects=suspects(base.items, history, verifying, tested.hands.reviewed),
        lint=lint_of(base),
        reused=history.reused,
        unlinked=tests.unlinked,
        unlinked_counts=tests.unlinked_counts,
        marked=marked,
        quality=quality_fact(base.plan, base.read, tests.items),
        version=version or own_version(found),
        elsewhere=elsewhere(base.items, base.plan, own.software_item),
        human=tested.hands.with_tests(tests.integration, commits, base.items),
        backlog=base.plan.changes.backlog,
        regression=cases.regression,
        previous=cases.previous,
        flaky=cases.flaky,
        set_aside=failures_set_aside(found, base.standing, open_blob),
        configurations=configurations_tested(base.plan, own.software_item, tested.runs, open_blob),
        pipeline=pipeline_fact(found.record, base.plan, records, superseded, open_blob),
        risk_file=risk_file_fact(base.read, base.plan.risk_matrix),
        safety_paths=safety_paths(base.plan, found, base.items, marked, superseded, open_blob),
        plan_replaced=plan_replaced(base),
        software_items_gone=software_items_gone(base),
        tied=tied_items(
            *(records, open_blob, base.baselines, base.baseline, own.software_item),
            *(tests.not_passed, base.standing, residual),
        ),
    )


def stand_at(snapshot: Snapshot, ledger: Ledger) -> Standing:
    """Return what people's word stands at in ``snapshot`` of ``ledger``."""
    return stand(snapshot.records, snapshot.keyring, ledger.read_blob, ledger.root_at, ledger)


def class_of_build(build: Build, ledger: Ledger) -> SafetyClass:
    """Return the build's safety class by the plan that it was made under; C where that does not have its item."""
    return class_by(load_plan(ledger.read_blob(build.plan), f"plan {build.plan[:12]}"), build)


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


def facts_document(facts: Facts) -> bytes:
    """Return the facts as the bytes of their blob; decode with ``read_facts``."""
    return msgspec.json.encode(facts, order="sorted")


def read_facts(data: bytes) -> Facts:
    """Return the facts that ``facts_document`` wrote."""
    return msgspec.json.decode(data, type=Facts)
