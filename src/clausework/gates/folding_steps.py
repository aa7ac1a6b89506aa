"""The steps from records to the facts of one build: what they are folded from, what tests say, what items say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

import msgspec

from clausework.gates.baselines import Baselines
from clausework.gates.build_facts import build_fact
from clausework.gates.evidence_facts import (
    run_fact,
)
from clausework.gates.facts import (
    BuildFact,
    LintFact,
    RunFact,
)
from clausework.gates.human_folding import ByHand, by_hand
from clausework.gates.item_facts import fault_of_reading, lint_fact
from clausework.gates.test_change_facts import TestHistory, TestsNow, test_history
from clausework.items.lint import check_items
from clausework.items.model import Item
from clausework.items.read import ItemSet
from clausework.items.risk_words import risk_findings
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records.build import Build
from clausework.plan.former_items import former_names
from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, Plan, safety_class_of, software_items
from clausework.standards import SafetyClass
from clausework.trace.case_runs import TestRuns, read_runs
from clausework.trace.configurations import of_candidate
from clausework.trace.evidence_of import BuildEvidence, evidence_of
from clausework.trace.file_owners import pattern_findings
from clausework.trace.item_fact import ItemFact, item_fact
from clausework.trace.item_history import ItemHistory, item_history
from clausework.trace.marked_cases import ROLES as VERIFYING
from clausework.trace.marked_cases import MarkedCases, RecordedMarker, read_markers
from clausework.trace.releases import Before, predecessors, releases
from clausework.trace.replaced_plans import replacing_plan
from clausework.trace.results import TestStanding, standing_of_tests
from clausework.trace.standing import Standing, StandingDecision
from clausework.trace.test_links import compile_links

_MOST_PLACES = 50


class Base(msgspec.Struct, frozen=True):
    """What every fact of a build is folded from.

    ``baseline`` is the digest of the items to judge by, ``read`` those items, ``items`` the same as facts. ``names``
    are those that the software item has and had; ``before`` are the releases before, ``since`` the record from which
    the items of the last one are known.
    """

    snapshot: Snapshot
    ledger: Ledger
    standing: Standing
    found: BuildEvidence
    superseded: Mapping[str, str]
    baselines: Baselines
    baseline: str
    read: tuple[Item, ...]
    items: tuple[ItemFact, ...]
    plan: Plan
    markers: tuple[RecordedMarker, ...]
    safety_class: SafetyClass
    build: BuildFact
    names: tuple[str, ...]
    before: Before
    since: int

    @property
    def software_item(self) -> str:
        """The ID of the build's software item."""
        return self.found.build.software_item

    def open_blob(self, sha256: str) -> BinaryIO:
        """Open a kept file; raises ``IntegrityViolated`` where it is not whole."""
        return self.ledger.open_blob(sha256)


class Tested(msgspec.Struct, frozen=True):
    """What tests, of machines and of people, say of a build, and what they said of the builds before."""

    hands: ByHand
    runs: TestRuns
    tests: TestStanding
    cases: TestHistory


def base_of(
    snapshot: Snapshot,
    ledger: Ledger,
    build_id: str,
    *,
    version: str,
    item_baseline: str,
    plan: str,
    beside: Sequence[str],
    standing: Standing,
) -> Base:
    """Return what the facts of a build are folded from; see ``fold_facts`` for what is given."""
    found = of_candidate(snapshot.records, evidence_of(snapshot.records, build_id), beside, ledger.open_blob)
    baselines = Baselines(snapshot.records, ledger.open_blob)
    baseline = item_baseline or found.build.item_baseline
    read = baselines.items(baseline)
    judging = plan or found.build.plan
    by_plan = load_plan(ledger.read_blob(judging), f"plan {judging[:12]}")
    own = found.build.software_item
    names = (own, *former_names(by_plan.former_software_items, own))
    line = by_plan.release_line
    before = predecessors(
        releases(snapshot.records, standing), found.build, version, line.id, standing.left_by(line), names
    )
    return Base(
        snapshot=snapshot,
        ledger=ledger,
        standing=standing,
        found=found,
        superseded=standing.superseded(),
        baselines=baselines,
        baseline=baseline,
        read=read,
        items=tuple(item_fact(item) for item in read),
        plan=by_plan,
        markers=_markers(found.build, ledger),
        safety_class=class_by(by_plan, found.build),
        build=build_fact(found, standing, ledger.open_blob),
        names=names,
        before=before,
        since=baselines.first_recorded(before.in_force.candidate.item_baseline) if before.in_force else 0,
    )


def tested_of(base: Base) -> Tested:
    """Return what tests say of the build."""
    found, baselines = base.found, base.baselines
    hands = by_hand(
        found,
        base.read,
        base.items,
        base.plan,
        base.safety_class,
        base.build,
        baselines,
        base.since,
        base.standing,
        base.snapshot,
        base.ledger,
    )
    test_links = compile_links(base.items, base.plan.traceability.test_names)
    runs = read_runs(
        found.tests,
        found.red_tests,
        base.superseded,
        base.open_blob,
        lambda record: hands.holding(
            record, baselines.unchanged_since(record, base.baseline, base.software_item)
        ),
        test_links,
        MarkedCases(base.markers, found.build.folder),
        hands.uncounted,
    )
    now = TestsNow(found, base.superseded, runs, test_links, base.names)
    cases = test_history(base.snapshot.records, now, base.before.releases, base.standing, base.open_blob)
    return Tested(hands, runs, standing_of_tests(runs, test_links), cases)


def history_of(base: Base) -> ItemHistory:
    """Return how the items read before, since the last release."""
    until = max(base.found.record.index, base.baselines.recorded_at(base.baseline))
    return item_history(base.snapshot.records, base.open_blob, base.baseline, since=base.since, until=until)


def reports_of(base: Base) -> tuple[RunFact, ...]:
    """Return the test reports, those last that were recorded before an artefact was added."""
    runs = [run_fact(record, base.superseded) for record in base.found.tests]
    runs += [
        msgspec.structs.replace(run_fact(one, base.superseded), outdated=True) for one in base.found.outdated
    ]
    return tuple(runs)


def lint_of(base: Base) -> tuple[LintFact, ...]:
    """Return what the items lack for the class."""
    return (
        *map(fault_of_reading, base.baselines.named(base.baseline)),
        *map(lint_fact, check_items(ItemSet(base.read, ()), base.safety_class)),
        *map(lint_fact, pattern_findings(base.read)),
        *map(lint_fact, risk_findings(base.read, base.plan)),
    )


def marked_in(base: Base) -> dict[str, tuple[str, ...]]:
    """Return the first places where a comment says that the code implements an item, by item."""
    found: dict[str, list[str]] = {}
    for one in base.markers:
        places = found.setdefault(one.item, []) if one.word not in VERIFYING else []
        if len(places) < _MOST_PLACES:
            places.append(f"{one.path.removeprefix(base.found.build.folder)}:{one.line}")
    return {item: tuple(places) for item, places in sorted(found.items())}


def scope_of(base: Base, version: str) -> StandingDecision | None:
    """Return the signed scope of the version, if there is one."""
    scopes = [
        one
        for one in base.standing.decisions_on("scope", ("version",))
        if one.effective and version and one.decision.version == version
    ]
    return scopes[-1] if scopes else None


def scope_members(scope: StandingDecision | None) -> tuple[str, ...] | None:
    """Return the requirements that a scope names; ``None`` where there is no scope."""
    if scope is None:
        return None
    members: str | Sequence[str] = scope.decision.fields["requirements"]
    return (members,) if isinstance(members, str) else tuple(members)


def software_items_gone(base: Base) -> dict[str, str]:
    """Return the software items of releases before that the plan does not tell of, each with the newest version of it.

    One that the last release left out, and that the next names otherwise, is among them.
    """
    told = {*(item.id for item in software_items(base.plan)), *base.plan.former_software_items}
    versions = {name: one.version for one in reversed(base.before.every) for name in one.builds}
    return {name: version for name, version in versions.items() if name not in told}


def plan_replaced(base: Base) -> int:
    """Return the record from which another plan was in force before the build was made under its own; -1: none."""
    plan = replacing_plan(base.snapshot.records, base.standing, base.found.record)
    return plan.since if plan else -1


def own_version(found: BuildEvidence) -> str:
    """Return the version that the build was given, or that all of its artefacts report; empty where they differ."""
    reported = {one.output.reported_version for one in found.outputs}
    return found.build.version or (reported.pop() if len(reported) == 1 else "")


def class_by(plan: Plan, build: Build) -> SafetyClass:
    """Return the build's safety class by ``plan``; C where that does not have its software item."""
    try:
        return safety_class_of(plan, build.software_item)
    except NotInPlan:
        return "C"


def _markers(build: Build, ledger: Ledger) -> tuple[RecordedMarker, ...]:
    return read_markers(ledger.read_blob(build.markers.sha256)) if build.markers else ()
