"""Every challenge of every check: the evidence, as bytes, that must be refused, and that must pass."""

import pytest

from clausework.gates.catalogue import CHECKS, CheckUnknown, check_named
from clausework.gates.challenge import Challenge
from clausework.gates.check import Check
from clausework.gates.proving import prove
from clausework.plan.checks import CHECKS as PLANNED
from clausework.standards import cite

COUNTS = {
    "source_clean": 2,
    "dependencies_locked": 6,
    "artefacts": 4,
    "rebuild": 11,
    "sbom": 8,
    "pipeline": 28,
    "tests": 38,
    "coverage": 43,
    "safety_paths": 30,
    "commits": 22,
    "traced": 7,
    "reviews": 26,
    "manual_tests": 47,
    "findings": 35,
    "vulnerabilities": 28,
    "verified": 20,
    "regression": 20,
    "risk_file": 30,
    "risk_controls": 13,
    "trace_rules": 18,
    "requirement_quality": 15,
}
"""How many challenges each check ships: one that vanishes is noticed here."""

RELEASE_ONLY = {"conditions", "signatures"}
"""What a plan may name in the release stage, where the release gate judges it."""

CHALLENGES = [(check, challenge) for check in CHECKS for challenge in check.challenges()]


def test_no_challenge_has_vanished() -> None:
    """Each check ships the challenges that it shipped before, so none is lost unnoticed."""
    assert {check.name: len(check.challenges()) for check in CHECKS} == COUNTS


@pytest.mark.parametrize(
    ("check", "challenge"), CHALLENGES, ids=[f"{check.name}: {one.name}" for check, one in CHALLENGES]
)
def test_challenge_comes_out_as_it_must(check: Check, challenge: Challenge) -> None:
    """The check judges the challenge as it says, through readers, folding and signatures, and a refusal says why."""
    proven = prove(check, challenge)
    assert proven.holds, proven.judgement
    if challenge.expects in {"fail", "not_evaluated"}:
        assert all(reason.message for reason in proven.judgement.reasons)
        assert any(reason.command for reason in proven.judgement.reasons)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_both_passes_and_refuses(check: Check) -> None:
    """A check that never refuses, or never passes, proves nothing: each has a challenge of either kind."""
    outcomes = {challenge.expects for challenge in check.challenges()}
    assert "pass" in outcomes
    assert outcomes & {"fail", "not_evaluated"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_names_of_challenges_are_distinct(check: Check) -> None:
    """Two challenges of one check never share a name, so that a report of them is not ambiguous."""
    names = [challenge.name for challenge in check.challenges()]
    assert len(names) == len(set(names))


def test_every_check_that_a_plan_may_name_exists() -> None:
    """Whatever check a plan may name is judged: by the gates, or by the release gate."""
    assert {check.name for check in CHECKS} | RELEASE_ONLY == set(PLANNED)


def test_unknown_check_is_a_defect() -> None:
    """A check that the gates do not have is never passed over."""
    with pytest.raises(CheckUnknown):
        check_named("horoscope")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_clauses_of_a_check_are_in_the_catalogues(check: Check) -> None:
    """Each check cites clauses that the catalogues know."""
    assert check.clauses
    assert all(cite(clause) for clause in check.clauses)
