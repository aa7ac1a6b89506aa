"""The built-in profiles, compared with a table that is kept here, and sound in themselves."""

from __future__ import annotations

import pytest

from clausework.plan.checks import CHECKS, NEEDED_SETTINGS, WITHOUT_STAGE
from clausework.plan.effective import profile_settings, stages_for_class
from clausework.plan.profiles import PROFILES, check_profile, home_of
from clausework.standards import SAFETY_CLASSES, applies, clauses_under, parse_safety_class

from .examples import SMALL, plan_of

N_A = "not applicable"

TABLE: dict[str, dict[str, dict[str, object]]] = {
    "A": {
        "build source_clean": {},
        "build dependencies_locked": {},
        "build artefacts": {},
        "build rebuild": {"comparison": "none"},
        "build sbom": {"matches_lock": True},
        "build pipeline": {"reviewed": "ways_round", "pinned": "none"},
        "unit tests": {"level": "unit"},
        "unit coverage": {N_A: "EN 62304 5.5.3 and 5.5.5 do not apply to class A."},
        "unit safety_paths": {N_A: "EN 62304 7.2 and 7.3 do not apply to class A."},
        "integration tests": {N_A: "EN 62304 5.6 does not apply to class A."},
        "integration commits": {"to": "change", "approved": True},
        "integration traced": {"to": "requirement"},
        "integration reviews": {"to": "requirements"},
        "integration manual_tests": {N_A: "EN 62304 5.6 does not apply to class A."},
        "analysis findings": {"at_least": "critical"},
        "analysis vulnerabilities": {"at_least": "critical", "database_age_days": 7},
        "system tests": {"level": "system"},
        "system verified": {},
        "system regression": {},
        "system manual_tests": {"level": "system"},
        "system risk_file": {
            N_A: "EN 62304 7 does not apply to class A; the release gate asks the overall residual risk (4.2)."
        },
        "system risk_controls": {N_A: "EN 62304 7.3 does not apply to class A."},
        "system trace_rules": {},
        "release conditions": {},
        "release signatures": {"count": 1},
    },
    "B": {
        "build source_clean": {},
        "build dependencies_locked": {},
        "build artefacts": {},
        "build rebuild": {"comparison": "explained"},
        "build sbom": {"matches_lock": True},
        "build pipeline": {"reviewed": "definitions", "pinned": "definitions", "protection_age_days": 90},
        "unit tests": {"level": "unit"},
        "unit coverage": {"level": "unit", "line": 80},
        "unit safety_paths": {"level": "unit", "line": 90},
        "integration tests": {"level": "integration"},
        "integration commits": {"to": "requirement", "approved": True},
        "integration traced": {"to": "software_item"},
        "integration reviews": {"to": "architecture", "independent": True},
        "integration manual_tests": {"level": "integration"},
        "analysis findings": {"at_least": "high"},
        "analysis vulnerabilities": {"at_least": "high", "database_age_days": 3},
        "system tests": {"level": "system"},
        "system verified": {},
        "system regression": {},
        "system manual_tests": {"level": "system"},
        "system risk_file": {},
        "system risk_controls": {"verification": "implementation"},
        "system trace_rules": {},
        "release conditions": {},
        "release signatures": {"count": 2},
    },
    "C": {
        "build source_clean": {},
        "build dependencies_locked": {},
        "build artefacts": {},
        "build rebuild": {"comparison": "identical"},
        "build sbom": {"matches_lock": True},
        "build pipeline": {"reviewed": "definitions", "pinned": "all", "protection_age_days": 30},
        "unit tests": {"level": "unit"},
        "unit coverage": {"level": "unit", "line": 90, "branch": 80},
        "unit safety_paths": {"level": "unit", "line": 100, "branch": 90},
        "integration tests": {"level": "integration"},
        "integration commits": {"to": "software_unit", "approved": True},
        "integration traced": {"to": "software_unit"},
        "integration reviews": {"to": "detailed_design", "independent": True},
        "integration manual_tests": {"level": "integration"},
        "analysis findings": {"at_least": "medium"},
        "analysis vulnerabilities": {"at_least": "medium", "database_age_days": 1},
        "system tests": {"level": "system"},
        "system verified": {},
        "system regression": {},
        "system manual_tests": {"level": "system"},
        "system risk_file": {},
        "system risk_controls": {"verification": "fault_injection"},
        "system trace_rules": {},
        "release conditions": {},
        "release signatures": {"count": 2, "independent": 1},
    },
}


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_the_defaults_of_each_class(safety_class: str) -> None:
    """A plan that changes nothing asks of each class what the table asks, in this order."""
    stages = stages_for_class(plan_of(SMALL), parse_safety_class(safety_class))
    asked = {
        f"{stage.name} {check.name}": {N_A: check.not_applicable} if check.not_applicable else check.settings
        for stage in stages
        for check in stage.checks
    }
    assert asked == TABLE[safety_class]
    assert list(asked) == list(TABLE[safety_class])
    assert not any(check.changed or check.because for stage in stages for check in stage.checks)


def test_the_six_gates() -> None:
    """The built-in stages are the gates G1 to G6, in order."""
    assert [(profile.gate, profile.name) for profile in PROFILES] == [
        ("G1", "build"),
        ("G2", "unit"),
        ("G3", "integration"),
        ("G4", "analysis"),
        ("G5", "system"),
        ("G6", "release"),
    ]


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_every_stage_serves_a_clause_of_every_class(safety_class: str) -> None:
    """Each stage cites clauses that are known and that apply to the class, and none that do not."""
    for stage in stages_for_class(plan_of(SMALL), parse_safety_class(safety_class)):
        assert stage.clauses
        for clause in stage.clauses:
            assert clauses_under(clause)
            assert applies(clause, safety_class)


def test_every_check_and_setting_of_a_profile_is_known() -> None:
    """The profiles name checks and settings that a plan may name, with values that they take."""
    for profile in PROFILES:
        for check in profile.checks:
            for setting, values in check.settings.items():
                for value in values.values():
                    assert CHECKS[check.name][setting].takes(value), (profile.name, check.name, setting)
            for needed in NEEDED_SETTINGS.get(check.name, ()):
                assert set(check.settings[needed]) == set(SAFETY_CLASSES)


def test_every_known_check_stands_in_a_profile() -> None:
    """Each check that a plan may name has a built-in stage, whence its defaults come, or is told to have none."""
    assert {check.name for profile in PROFILES for check in profile.checks} == set(CHECKS) - WITHOUT_STAGE
    for name in CHECKS:
        assert home_of(name).name == name


@pytest.mark.parametrize("name", sorted(WITHOUT_STAGE))
def test_a_check_of_no_built_in_stage_asks_what_it_is_told(name: str) -> None:
    """Without a home there are no defaults and nothing to except a class by: a plan must tell what is asked."""
    home = home_of(name)
    assert (home.settings, home.not_applicable, home.kept) == ({}, {}, {})
    assert NEEDED_SETTINGS[name]


def test_no_class_is_asked_less_than_a_lower_one() -> None:
    """From A to B to C no default becomes laxer, and no check falls away."""
    for profile in PROFILES:
        for check in profile.checks:
            for lower, higher in (("A", "B"), ("B", "C")):
                below = profile_settings(check, parse_safety_class(lower))
                above = profile_settings(check, parse_safety_class(higher))
                assert set(below) <= set(above)
                assert not any(CHECKS[check.name][name].is_laxer(above[name], below[name]) for name in below)
                assert higher not in check.not_applicable


def test_looking_for_what_is_not_built_in() -> None:
    """A stage or check that is not built in has no profile."""
    assert check_profile("bench", "tests") is None
    assert check_profile("unit", "sbom") is None


@pytest.mark.parametrize("check", CHECKS)
def test_every_setting_refuses_other_kinds(check: str) -> None:
    """No setting takes a value of a kind that is not its own, and each says in words what it takes."""
    for kind in CHECKS[check].values():
        assert kind.accepts
        assert sum(kind.takes(value) for value in (True, 1, "unit", "none", "high", "effectiveness")) <= 2
        assert not kind.takes("")
        assert not kind.takes(-1)
