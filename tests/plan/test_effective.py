"""What the stages come to once the plan's changes are laid over the profile."""

from __future__ import annotations

import pytest

from clausework.plan.defence import Defence
from clausework.plan.effective import CheckUse, Stage, effective_stages, stages_for_class
from clausework.plan.model import NotInPlan

from .examples import EVERYTHING, FULL, SMALL, plan_of


def stage_of(text: str, software_item: str, name: str) -> Stage:
    """Return a stage of the plan ``text`` for a software item."""
    return next(stage for stage in effective_stages(plan_of(text), software_item) if stage.name == name)


def check_of(text: str, software_item: str, stage: str, name: str) -> CheckUse:
    """Return a check of a stage of the plan ``text`` for a software item."""
    return next(check for check in stage_of(text, software_item, stage).checks if check.name == name)


def test_the_example_of_the_design() -> None:
    """Restated defaults change nothing; the defence that stands with them is shown."""
    coverage = check_of(FULL, "controller", "unit", "coverage")
    assert coverage.settings == {"level": "unit", "line": 90, "branch": 80}
    assert coverage.changed == ()
    assert coverage.because == Defence("...", "VP-4.2", "quality", "2027-06-01")
    assert check_of(FULL, "display", "unit", "coverage").settings == {"level": "unit", "line": 80}
    assert stage_of(FULL, "display", "unit").clauses == ("5.5.3", "5.5.5")


def test_what_differs_from_the_profile_is_named() -> None:
    """A changed setting is named, and the others keep the class's defaults."""
    coverage = check_of(EVERYTHING, "controller", "unit", "coverage")
    assert coverage.settings == {"level": "unit", "line": 85, "branch": 80}
    assert coverage.changed == ("line",)
    age = check_of(EVERYTHING, "phone", "analysis", "vulnerabilities")
    assert (age.settings["database_age_days"], age.changed, age.because) == (1, ("database_age_days",), None)
    assert check_of(EVERYTHING, "controller", "analysis", "vulnerabilities").changed == ()
    assert check_of(EVERYTHING, "phone", "unit", "coverage").changed == ()


def test_a_class_that_is_spared_is_asked_only_by_name() -> None:
    """A value for every class leaves class A spared where the profile spares it; one for class A asks it."""
    for_all = (
        SMALL.replace("safety_class: C", "safety_class: A")
        + "stages: {unit: {checks: {coverage: {line: 95}}}}\n"
    )
    assert check_of(for_all, "controller", "unit", "coverage").not_applicable
    for_a = for_all.replace("line: 95", "line: {A: 60}")
    asked = check_of(for_a, "controller", "unit", "coverage")
    assert (asked.not_applicable, asked.settings) == ("", {"level": "unit", "line": 60})
    assert check_of(EVERYTHING, "display", "unit", "coverage").settings == {"level": "unit", "line": 50}


def test_a_check_taken_out_stays_visible() -> None:
    """A check that the plan takes out stands in the stage with its reason and defence."""
    rebuild = check_of(EVERYTHING, "controller", "build", "rebuild")
    assert rebuild.not_applicable == "Taken out by the plan: no second runner yet"
    assert rebuild.because is not None
    assert rebuild.settings == {}


def test_a_stage_of_the_plan_s_own() -> None:
    """An own stage follows the built-in ones, has no gate, and takes its checks' defaults by class."""
    plan = plan_of(EVERYTHING)
    assert [stage.name for stage in effective_stages(plan, "phone")][-1] == "bench"
    bench = stage_of(EVERYTHING, "phone", "bench")
    assert (bench.gate, bench.clauses) == ("", ("5.7.1", "14971 7.2"))
    assert [(check.name, check.settings) for check in bench.checks] == [
        ("tests", {"level": "system"}),
        ("risk_controls", {"verification": "implementation"}),
        ("policy:licences", {"policy": "e" * 64}),
        ("plug-in:acme.bench", {"hours": 10, "strict": True, "bench": "7"}),
    ]
    assert bench.checks[0].changed == ()
    assert check_of(EVERYTHING, "display", "bench", "risk_controls").not_applicable


def test_a_check_added_to_a_built_in_stage() -> None:
    """An added check stands after the stage's own, with the defaults of its class."""
    text = SMALL + "stages: {build: {checks: {findings: {}, rebuild: {}}}}\n"
    checks = stage_of(text, "controller", "build").checks
    assert [check.name for check in checks][-2:] == ["pipeline", "findings"]
    assert checks[-1].settings == {"at_least": "medium"}
    assert checks[-1].changed == ()


def test_a_check_of_no_built_in_stage_has_what_the_plan_tells() -> None:
    """A check without a home is asked of each class as the plan says, and of no class more."""
    text = SMALL + "stages: {system: {checks: {requirement_quality: {score: {C: 90}, findings: 5}}}}\n"
    added = stage_of(text, "controller", "system").checks[-1]
    assert added == CheckUse("requirement_quality", {"score": 90, "findings": 5})
    assert stages_for_class(plan_of(text), "B")[4].checks[-1].settings == {"findings": 5}


def test_a_stage_whose_clauses_spare_the_class_is_not_asked() -> None:
    """An own stage that serves only clauses of class C is not asked of class A, for the clauses named."""
    text = SMALL.replace("safety_class: C", "safety_class: A")
    text += "stages: {design: {clauses: [5.4.2, 5.4.3], checks: {traced: {}}}}\n"
    assert stage_of(text, "controller", "design") == Stage(
        "design",
        "",
        (),
        (CheckUse("traced", {}, "EN 62304 5.4.2, EN 62304 5.4.3: applies to no software of class A."),),
    )
    assert stages_for_class(plan_of(text), "C")[-1].clauses == ("5.4.2", "5.4.3")


def test_a_built_in_stage_never_falls_away_by_its_clauses() -> None:
    """ATTACK clauses of another class: citing only clauses that spare class A leaves the checks asked."""
    text = SMALL.replace("safety_class: C", "safety_class: A") + "stages: {system: {clauses: [7.3.1]}}\n"
    system = stage_of(text, "controller", "system")
    of_62304 = ("5.1.1", "5.2.1", "5.7", "6.3.1", "8.1.1", "8.1.2")
    assert system.clauses == (*of_62304, "14971 5.4", "14971 5.5", "14971 6", "14971 7")
    assert not check_of(text, "controller", "system", "verified").not_applicable


def test_an_unknown_software_item_has_no_stages() -> None:
    """Stages are asked for a software item that the plan has."""
    with pytest.raises(NotInPlan) as caught:
        effective_stages(plan_of(FULL), "pump")
    assert "controller, display" in caught.value.message
