"""The risk matrix of a plan: every cell filled, monotone, and never so lax that nothing would be controlled."""

from __future__ import annotations

from itertools import pairwise

import pytest

from clausework.plan.model import Plan
from clausework.plan.risk_file import evaluator_of
from clausework.plan.risk_matrix import RiskMatrix

from .examples import SMALL, findings_in, plan_of, told

MATRIX = """\
risk_matrix:
  severities: [minor, serious]
  probabilities: [rare, often]
  levels: [low, high]
  grid:
    minor: [low, low]
    serious: [low, high]
  acceptable: [low]
  p2:
    unlikely: [rare, rare]
    certain: [rare, often]
  safety_classes: {minor: B, serious: C}
"""


def test_a_plan_that_says_nothing_has_the_built_in_matrix() -> None:
    """No plan is without criteria: the default is whole, and is what the starter plan means."""
    matrix = plan_of(SMALL).risk_matrix
    assert matrix == RiskMatrix()
    assert (matrix.level("catastrophic", "improbable"), matrix.level("catastrophic", "remote")) == (
        "low",
        "medium",
    )
    assert told(SMALL) == []


def test_the_built_in_matrix_is_monotone() -> None:
    """Whatever is graver or more probable is never of a lower level."""
    matrix = RiskMatrix()
    rank = matrix.levels.index
    for severity in matrix.severities:
        levels = [rank(matrix.level(severity, one)) for one in matrix.probabilities]
        assert levels == sorted(levels)
    for less, graver in pairwise(matrix.severities):
        for one in matrix.probabilities:
            assert rank(matrix.level(less, one)) <= rank(matrix.level(graver, one))


def test_a_matrix_of_ones_own_is_taken() -> None:
    """Words, grid, P1 and P2 are the manufacturer's."""
    matrix = plan_of(SMALL + MATRIX).risk_matrix
    assert matrix.level("serious", "often") == "high"
    assert matrix.combined("often", "unlikely") == "rare"
    assert matrix.class_for("minor") == "B"


def test_words_that_are_not_the_matrix_s_give_nothing() -> None:
    """What is not known has no level and no probability, and asks class C."""
    matrix = RiskMatrix()
    assert matrix.level("grave", "remote") == matrix.level("minor", "never") == ""
    assert matrix.combined("remote", "sometimes") == matrix.combined("never", "certain") == ""
    assert matrix.class_for("grave") == "C"


REFUSED: dict[str, tuple[str, str, str]] = {
    "a cell is missing": (
        "serious: [low, high]",
        "serious: [low]",
        "has 1 cells, and there are 2 probabilities",
    ),
    "a row is missing": ("    serious: [low, high]\n", "", "the row 'serious' is missing"),
    "a row of no severity": ("minor: [low, low]", "small: [low, low]", "'small' is none of minor, serious"),
    "a cell of no level": ("serious: [low, high]", "serious: [low, worst]", "'worst' is none of low, high"),
    "a word twice": ("[rare, often]\n  levels", "[rare, rare]\n  levels", "'rare' is there twice"),
    "lower where more probable": ("serious: [low, high]", "serious: [high, low]", "acceptable"),
    "every level is acceptable": (
        "acceptable: [low]",
        "acceptable: [low, high]",
        "no risk would ever be controlled",
    ),
    "an acceptable level that is none": (
        "acceptable: [low]",
        "acceptable: [fine]",
        "'fine' is none of low, high",
    ),
    "the higher level alone is acceptable": (
        "acceptable: [low]",
        "acceptable: [high]",
        "the lower 'low' is not",
    ),
    "the worst cell is acceptable": ("serious: [low, high]", "serious: [low, low]", "which is acceptable"),
    "less grave and higher": (
        "minor: [low, low]",
        "minor: [high, high]",
        "lower level than the less grave 'minor'",
    ),
    "harm more probable than its cause": (
        "unlikely: [rare, rare]",
        "unlikely: [often, often]",
        "more probable than",
    ),
    "no word for certain harm": (
        "certain: [rare, often]",
        "certain: [rare, rare]",
        "says that harm is certain",
    ),
    "P2 has a cell too many": ("unlikely: [rare, rare]", "unlikely: [rare, rare, rare]", "has 3 cells"),
    "the gravest harm asks class B": ("serious: C}", "serious: B}", "death or serious injury"),
    "a class of no severity": ("{minor: B,", "{small: B,", "'small' is none of minor, serious"),
}


@pytest.mark.parametrize("lapse", REFUSED)
def test_a_matrix_that_cannot_be_held_against_risks_is_refused(lapse: str) -> None:
    """Each lapse is told with its place in the plan, so that nothing is estimated by a matrix with a hole in it."""
    before, after, message = REFUSED[lapse]
    assert MATRIX.count(before) == 1
    found = findings_in(SMALL + MATRIX.replace(before, after))
    assert any(message in one.message for one in found), found
    assert all(one.place.line > 4 and one.clauses for one in found)


def test_attack_a_graver_severity_asks_a_lower_class() -> None:
    """ATTACK wrong class: what may hurt more cannot ask less of the software."""
    three = MATRIX.replace("[minor, serious]", "[minor, serious, fatal]").replace(
        "serious: [low, high]", "serious: [low, high]\n    fatal: [low, high]"
    )
    lower = three.replace("{minor: B, serious: C}", "{minor: B, serious: A, fatal: C}")
    assert any("asks a lower class than the less grave 'minor'" in line for line in told(SMALL + lower))


def test_who_evaluates_the_whole_beside_quality() -> None:
    """What the plan tells; else risk management, the clinic, and only then the release authority."""
    roles = "roles: {quality: {people: [q@example.com]}, clinical: {people: [c@example.com]}}\n"
    plan: Plan = plan_of(SMALL + roles)
    assert evaluator_of(plan.risk_file, plan.roles) == "clinical"
    assert evaluator_of(plan_of(SMALL).risk_file, ()) == "release_authority"
    named = plan_of(SMALL + roles + "risk_file: {evaluated_by: clinical}\n")
    assert evaluator_of(named.risk_file, ("risk_management", "clinical")) == "clinical"


def test_a_role_that_nobody_holds_evaluates_nothing() -> None:
    """Otherwise no signature could ever complete the evaluation."""
    (line,) = told(SMALL + "risk_file: {evaluated_by: clinical}\n")
    assert (
        line == "p:4:27: role: nobody holds the role 'clinical' that is to evaluate the overall residual risk"
    )
