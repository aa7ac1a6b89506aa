"""From records to the facts of one build. Only records that the signed checkpoint covers come in here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.gates.baselines import Baselines
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
from clausework.gates.item_facts import fault_of_reading, lint_fact, quality_fact
from clausework.items.lint import check_items
from clausework.items.read import ItemSet
from clausework.ledger.collector import collector_paused
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.release import Release
from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, Plan, safety_class_of
from clausework.standards import SafetyClass
from clausework.trace.evidence_of import evidence_of
from clausework.trace.file_owners import pattern_findings
from clausework.trace.item_fact import ItemFact, item_fact
from clausework.trace.item_history import item_history
from clausework.trace.marked_cases import ROLES as VERIFYING
from clausework.trace.marked_cases import MarkedCases, RecordedMarker, read_markers
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
        build=build_fact(found, standing, open_blob),
        runs=tuple(run_fact(record, superseded) for record in found.tests)
        + tuple(msgspec.structs.replace(run_fact(one, superseded), outdated=True) for one in found.outdated),
        test_counts=tests.counts,
        not_passed=tests.not_passed,
        item_cases=tests.items,
        coverage=coverage_facts(found.coverage, superseded, open_blob, paths_of(plan, found.build)),
        scans=tuple(scan for record in found.findings for scan in scan_facts(record, superseded, open_blob)),
        sboms=tuple(
            sbom_fact(record, open_blob) for record in found.sboms if record.sha256 not in superseded
        ),
        rejections=standing_rejections(found, superseded),
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
            *map(fault_of_reading, baselines.named(baseline)),
            *map(lint_fact, check_items(ItemSet(read, ()), safety_class)),
            *map(lint_fact, pattern_findings(read)),
        ),
        reused=history.reused,
        unlinked=tests.unlinked,
        unlinked_counts=tests.unlinked_counts,
        marked=_marked(markers, found.build.folder),
        quality=quality_fact(plan, read, tests.items),
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
