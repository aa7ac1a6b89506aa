"""Lapses of a release, by the question that must name them: each is one change away from a sound release."""

from __future__ import annotations

from clausework.evidence.pipelines.description import PipelineFinding
from clausework.gates.facts import Facts, FindingFact, ScanFact
from tests.release.changes import (
    ANOMALY,
    CHANGE,
    RED,
    Change,
    added,
    added_and_judged,
    archive,
    build,
    changed,
    item,
    judgement,
    planned,
    scope,
    together,
)
from tests.release.refusals_of_thresholds import LOWERED
from tests.release.refusals_of_thresholds import found as standing_findings
from tests.tracing.making import digest


def of_build(**changes: object) -> Change:
    """Change the facts of the one component."""
    return build(lambda one: changed(one, **changes))


def _way_round() -> Change:
    finding = PipelineFinding(
        "way:1",
        digest("way"),
        "continue-on-error",
        "way_round",
        ".ci.yml",
        3,
        "the gate may fail",
        "Take it out.",
        (),
    )
    return build(
        lambda one: changed(one, pipeline=changed(one.pipeline, findings=(finding,)))  # type: ignore[type-var]
    )


def _unlisted_component() -> Change:
    return build(lambda one: changed(one, sboms=(changed(one.sboms[0], components={"left-pad": ("1.0",)}),)))


def _rejected_soup() -> Change:
    def change(facts: Facts) -> Facts:
        (soup,) = facts.items_of("soup_item")
        return changed(facts, judgements=(*facts.judgements, judgement("evaluate", soup, "not_acceptable")))

    return together(
        build(change),
        lambda facts: changed(
            facts,
            judgements=(
                *facts.judgements,
                *(judgement("evaluate", one, "not_acceptable") for one in facts.items_of("soup_item")),
            ),
        ),
    )


def _ended_disposition() -> Change:
    found = FindingFact(
        5, "f" * 64, "CVE-2026-1", "high", "It reads past the end.", "attrs 26.1.0", suppressed=False
    )
    scan = ScanFact(5, "vulnerability", ("Grype",), True, "2020-01-01T00:00:00Z", False, (found,))
    one = judgement("dispose", item("finding", "", "finding"), "")
    one = changed(
        one,
        matter_kind="finding",
        matter_sha256=found.version,
        fields={"status": "not_affected", "expires": "2020-01-01"},
    )
    return build(lambda facts: changed(facts, scans=(scan,), judgements=(*facts.judgements, one)))


def _without_field(kind: str, name: str) -> Change:
    def change(facts: Facts) -> Facts:
        items = tuple(
            changed(one, fields={key: value for key, value in one.fields.items() if key != name})
            if one.type == kind
            else one
            for one in facts.items
        )
        return changed(facts, items=items)

    return build(change)


COMPLETE = changed(CHANGE, links=(("affects", "REQ-001"), ("resolves", "PR-1")))
PROBLEM = item("problem_report", "closed", "PR-1")
"""A complaint and the change that came of it."""

LAPSES: tuple[tuple[str, str, str, Change], ...] = (
    ("R1", "nothing describes the pipeline", "nothing describes the pipeline", of_build(pipeline=None)),
    ("R2", "no retention is set", "no retention", planned(retention_set=False)),
    ("R2", "nobody restored the archive", "no archive of the release was restored", archive(restored=False)),
    ("R2", "a component has no SBOM", "no SBOM of counter", of_build(sboms=())),
    ("R3", "the pipeline is not known", "does not tell which pipeline", of_build(pipeline=None)),
    ("R3", "a way round is open", "the gate may fail", _way_round()),
    ("R5", "a threshold was lowered after a failure", "is lowered", standing_findings(LOWERED)),
    (
        "R6",
        "a component has no lock",
        "the dependency lock of counter",
        build(lambda one: changed(one, build=changed(one.build, locks=()))),
    ),
    ("R7", "the pipeline is not known", "does not tell which pipeline", of_build(pipeline=None)),
    ("R7", "the plan was not approved", "not approved", of_build(plan_approved=False)),
    ("R7", "another plan had replaced it", "had been replaced", of_build(plan_replaced=2)),
    ("R8", "the pipeline is not known", "does not tell which pipeline", of_build(pipeline=None)),
    ("R8", "a way round is open", "the gate may fail", _way_round()),
    ("Q2", "a requirement has no test", "REQ-001", of_build(item_cases=())),
    ("Q2", "no requirement is there", "no requirement is in scope", of_build(items=())),
    ("Q6", "no case names an item", "no passed case", of_build(item_cases=())),
    ("Q7", "a component has no SBOM", "no SBOM of counter", of_build(sboms=())),
    ("Q7", "the SBOM names what nobody listed", "left-pad 1.0", _unlisted_component()),
    (
        "Q7",
        "nobody said what a SOUP item is needed for",
        "SOUP-001 says no requirements",
        _without_field("soup_item", "requirements"),
    ),
    ("Q8", "nobody evaluated the anomaly list", "were not evaluated", of_build(judgements=())),
    ("Q8", "a disposition has ended since", "ended on 2020-01-01", _ended_disposition()),
    ("Q8", "it was found not acceptable", "not acceptable", _rejected_soup()),
    ("Q9", "nobody evaluated an anomaly", "ANOM-9 is not evaluated", added(ANOMALY)),
    (
        "Q9",
        "it was found not acceptable",
        "ANOM-9 was evaluated as not acceptable",
        added_and_judged("evaluate", ANOMALY, "not_acceptable"),
    ),
    ("Q9", "an anomaly is told of no more", "ANOM-8", lambda facts: changed(facts, vanished=("ANOM-8",))),
    (
        "Q9",
        "a unit test failed, and no anomaly tells of it",
        "no anomaly tells of it",
        of_build(not_passed=(changed(RED, level="unit"),)),
    ),
    (
        "Q10",
        "a tool is not known",
        "build environment unknown",
        build(lambda one: changed(one, build=changed(one.build, environment_known=()))),
    ),
    (
        "Q10",
        "it was never built again",
        "never built again",
        build(lambda one: changed(one, build=changed(one.build, rebuilds=()))),
    ),
    ("Q12", "nobody signed a scope", "a signed scope", lambda facts: changed(facts, scope=None)),
    ("Q12", "the change is nowhere", "CR-404 is not among the items", scope(changes=("CR-404",))),
    (
        "Q12",
        "nobody approved the change",
        "not approved",
        together(added(COMPLETE), scope(changes=("CR-9",))),
    ),
    (
        "Q12",
        "no commit names the change",
        "no commit of 1.0.0 names CR-9",
        together(added_and_judged("approve", COMPLETE), scope(changes=("CR-9",))),
    ),
    (
        "Q12",
        "the change is not closed",
        "CR-9 is not closed",
        together(added_and_judged("approve", COMPLETE), scope(changes=("CR-9",))),
    ),
    ("Q13", "the plan was not approved", "not approved", of_build(plan_approved=False)),
    ("Q15", "a complaint led to nothing", "PR-1 has neither", added(PROBLEM)),
    (
        "Q15",
        "a change does not say what it means for the risk",
        "PR-1 does not say what it means for safety",
        added(PROBLEM, changed(CHANGE, fields={}, links=(("resolves", "PR-1"),))),
    ),
)
