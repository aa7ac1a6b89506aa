"""Each clause of each class is served, or a gap, or a gap that the plan accepts; nothing is left out in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.actions.establish import write_starter
from clausework.actions.plan_coverage import ClauseCoverage, PlanCoverage, plan_coverage
from clausework.actions.plan_lint import PlanLeavesGaps, lint_plan
from clausework.actions.planned_checks import clauses_of
from clausework.gates.catalogue import CHECKS
from clausework.gates.check import Check
from clausework.ledger.records import PREDICATE_TYPES
from clausework.ledger.records.clauses import RECORD_CLAUSES
from clausework.plan.checks import WITHOUT_STAGE
from clausework.plan.effective import stages_for_class
from clausework.plan.load import load_plan
from clausework.plan.profiles import PROFILES
from clausework.standards import SAFETY_CLASSES, SafetyClass, clauses_for, clauses_under
from tests.actions.device import PLAN, Device

EXAMPLE = Path(__file__).parents[2] / "examples" / "infusor" / "clausework.yaml"
DAY = "2026-12-01"
GAP = '  "{}": {{reason: r, where: w, owner: quality, review: {}}}\n'


def covered(text: str, day: str = DAY) -> PlanCoverage:
    """Return how a plan's text serves the clauses."""
    return plan_coverage(load_plan(text.encode(), "p"), day)


def row(coverage: PlanCoverage, number: str, safety_class: str) -> ClauseCoverage:
    """Return how one clause of EN 62304 stands."""
    (found,) = (
        one
        for one in coverage.clauses
        if (one.clause, one.safety_class) == (f"EN 62304 {number}", safety_class)
    )
    return found


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_every_clause_of_the_class_is_told(safety_class: SafetyClass) -> None:
    """No clause that applies to the class is missing from the table, and none of another class is in it."""
    coverage = covered(PLAN.replace("safety_class: B", f"safety_class: {safety_class}"))
    told = [one.clause for one in coverage.clauses if one.clause.startswith("EN 62304 ")]
    assert told == [one.citation for one in clauses_for(safety_class)]
    assert {one.state for one in coverage.clauses if one.clause.startswith("EN 62304 ")} <= {"served", "gap"}


def test_a_clause_names_the_stage_and_check_that_serve_it() -> None:
    """5.7.1 is asked by the system tests; unit tests do not serve it, though it is the same check."""
    by = row(covered(PLAN), "5.7.1", "B").served_by
    assert {"system.tests", "system.verified"} <= set(by)
    assert all(one.startswith("system.") for one in by)
    assert "unit.tests" in row(covered(PLAN), "5.5.5", "B").served_by
    assert row(covered(PLAN), "5.8.6", "B").served_by == ("release 5.8.6",)


def test_a_clause_that_only_a_form_could_record_is_a_gap() -> None:
    """ATTACK a form as evidence: that the feedback could be recorded does not show that anybody asks for it."""
    found = row(covered(PLAN), "6.2.5", "B")
    assert (found.state, found.served_by) == ("gap", ())
    assert "decide withdraw" in found.recorded_by


def test_a_stage_that_cites_a_clause_serves_nothing_by_that() -> None:
    """ATTACK a stage that cites whole chapters: a citation without a check that serves it leaves the gap."""
    bragging = PLAN + "stages: {all: {clauses: ['4', '5', '6', '7', '8', '9'], checks: {source_clean: {}}}}\n"
    before, after = covered(PLAN), covered(bragging)
    assert {one.clause for one in after.gaps} == {one.clause for one in before.gaps}
    assert "all" in row(after, "9.6", "B").cited_by


def test_a_check_that_is_taken_out_serves_nothing() -> None:
    """ATTACK coverage by a check that is not asked: without it the clause is a gap."""
    because = "because: {text: t, reference: r, owner: quality, review: 2099-01-01}"
    without = PLAN + f"stages: {{analysis: {{without: [findings], {because}}}}}\n"
    assert row(covered(PLAN), "5.1.12", "B").state == "served"
    assert row(covered(without), "5.1.12", "B").state == "gap"


def test_a_class_is_asked_of_its_own_clauses() -> None:
    """Two classes in one plan are told apart: 5.6.3 concerns B, and is no clause of A."""
    app = "  - {id: app, safety_class: A, items: [{id: app, paths: [app/**]}]}\n"
    coverage = covered(PLAN.replace("software_systems:\n", f"software_systems:\n{app}"))
    assert coverage.classes == ("A", "B")
    assert [one.safety_class for one in coverage.clauses if one.clause == "EN 62304 5.6.3"] == ["B"]
    assert [one.safety_class for one in coverage.clauses if one.clause == "EN 62304 5.7.1"] == ["A", "B"]


def test_an_accepted_gap_is_shown_and_no_gap_any_more() -> None:
    """A gap with reason and place is accepted; its review day makes it overdue, not unaccepted."""
    accepted = PLAN + "gaps:\n" + GAP.format("9.6", "2027-01-31")
    assert row(covered(accepted), "9.6", "B").state == "accepted"
    assert "EN 62304 9.6" not in {one.clause for one in covered(accepted).gaps}
    assert covered(accepted).overdue == ()
    assert [one.clause for one in covered(accepted, "2027-02-01").overdue] == ["EN 62304 9.6"]


def test_a_gap_at_a_clause_that_is_served_is_told() -> None:
    """Lapse: a gap that a stage has closed since stands in the plan as if nobody did it."""
    needless = covered(PLAN + "gaps:\n" + GAP.format("5.7.1", "2027-01-31")).needless
    assert [one.clause for one in needless] == ["EN 62304 5.7.1"]


def test_what_serves_no_clause_is_to_be_cut() -> None:
    """Lapse: a check in a stage whose clauses are others, and a stage of such checks alone, serve nothing."""
    beside = PLAN + "stages: {labels: {clauses: [5.8.4], checks: {findings: {}}}}\n"
    (whole,) = covered(beside).cut
    assert whole.startswith("the stage 'labels' serves no clause")
    partly = PLAN + "stages: {labels: {clauses: [5.1.12], checks: {findings: {}, sbom: {}}}}\n"
    (one,) = covered(partly).cut
    assert one.startswith("the check 'sbom' serves none of the clauses of the stage 'labels'")


@pytest.mark.parametrize("safety_class", ["B", "C"])
def test_no_built_in_stage_or_check_is_to_be_cut(safety_class: str) -> None:
    """Principle 7: each built-in stage and check of classes B and C serves a clause of its stage."""
    assert covered(PLAN.replace("safety_class: B", f"safety_class: {safety_class}")).cut == ()


IN_PART = {
    "artefacts": {"5.8.4"},  # the release gate asks it
    "sbom": {"5.3.3"},  # a bill of materials names SOUP, and does not specify it
    "traced": {"5.3.1", "5.4.2"},  # a link to an architecture or a design is none of them
    "risk_file": {"4.2"},  # the release gate asks it
}
"""Clauses that a check is about and does not serve: no stage that has the check cites them."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_built_in_check_serves_what_it_cites(check: Check) -> None:
    """What a check cites, a built-in stage with it cites as well; what is left out is left out on purpose."""
    stages = [stage for stage in PROFILES if any(one.name == check.name for one in stage.checks)]
    cited = {one for stage in stages for clause in stage.clauses for one in clauses_under(clause)}
    left = {clause for clause in check.clauses if not cited & set(clauses_under(clause))}
    assert check.name in WITHOUT_STAGE or left == IN_PART.get(check.name, set())


def test_every_built_in_thing_cites_clauses() -> None:
    """Each check, each check of the release and each kind of record serves a clause that is known."""
    unnamed = {body.__name__ for body in PREDICATE_TYPES} - {body.__name__ for body in RECORD_CLAUSES}
    assert not unnamed, "say in clausework/ledger/records/clauses.py which clauses they serve"
    stages = stages_for_class(load_plan(PLAN.encode(), "p"), "C")
    for cited in (
        *(check.clauses for check in CHECKS),
        *(clauses_of(use) for stage in stages for use in stage.checks),
        *RECORD_CLAUSES.values(),
    ):
        assert cited
        assert all(clauses_under(clause) for clause in cited)


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_the_starter_plan_names_its_gaps(tmp_path: Path, safety_class: str) -> None:
    """What init writes leaves no gap unnamed, and wants each looked at within three months."""
    write_starter(
        tmp_path,
        device="Pump",
        manufacturer="Example Medical",
        software_item="controller",
        paths=["src/**"],
        quality="q@example.com",
        release_authority="r@example.com",
        safety_class=safety_class,
    )
    linted = lint_plan(tmp_path)
    assert linted.coverage.gaps == ()
    assert linted.coverage.needless == ()
    assert not linted.ledger
    linted.refuse_gaps()
    accepted = [one for one in linted.coverage.clauses if one.gap]
    assert accepted
    assert all(one.gap and one.gap.where.endswith(", usually") for one in accepted)


def test_the_example_names_its_gaps() -> None:
    """The example device's plan leaves no clause of its class unserved without saying where it is done."""
    coverage = covered(EXAMPLE.read_text(encoding="utf-8"))
    assert coverage.gaps == ()
    assert coverage.overdue == ()


def test_a_plan_with_gaps_is_refused(project: Device) -> None:
    """A plan that says nothing of what it leaves does not pass ``lint --plan``; plain lint is not concerned."""
    with pytest.raises(PlanLeavesGaps, match="gaps that nobody accepted"):
        lint_plan(project.folder).refuse_gaps()
    shown = project.process("lint", "--plan")
    assert shown.returncode == 1
    assert "9.6          Analyse trends: gap" in shown.stdout
    assert "there is no ledger here" in shown.stdout
    told = project.process("lint", "--plan", "--json")
    assert told.returncode == 1
    assert '"state": "gap"' in told.stdout
    assert project.process("lint").returncode == 0


def test_what_serves_one_class_of_the_plan_is_not_to_be_cut() -> None:
    """A stage that serves a clause for class C stays, though the class A part of the same plan is not asked for it."""
    alone = covered(PLAN.replace("safety_class: B", "safety_class: A")).cut
    assert any("the stage 'unit'" in one for one in alone)
    assert covered(EXAMPLE.read_text(encoding="utf-8")).cut == ()
