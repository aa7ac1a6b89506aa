"""In a device of several components each has the rows of its own items; none says 'not verified' of another's."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.register_filling import keep_release
from clausework.gates.facts import LintFact
from clausework.gates.trace_findings import findings_of
from clausework.trace.matrix import Traced, matrix_of
from clausework.trace.release_matrix import beside
from tests.tracing.released import IDS, Releasing, folded_rows, held_rows
from tests.tracing.test_matrix import CHAIN, cases

ELSEWHERE = [(), ("REQ-1", "UNIT-1"), ("REQ-2", "RC-1", "SIT-1"), tuple(IDS)]


def test_an_item_of_another_component_has_no_row() -> None:
    """What belongs to another component has no row, and is still named where it is linked to."""
    matrix = matrix_of(CHAIN, Traced(cases=[cases("REQ-2", "passed")], elsewhere={"UNIT-1", "RC-1"}))
    assert matrix.row("RC-1") is None
    assert matrix.units == ()
    row = matrix.row("REQ-1")
    assert row is not None
    assert (row.units, row.controls) == (("UNIT-1",), ("RC-1",))
    assert [one.control for one in matrix.risks] == ["RC-1"], "its own situation is not shown as uncontrolled"
    assert matrix_of(CHAIN, Traced(elsewhere={"SIT-1"})).risks == ()


def test_control_that_two_components_share_is_told_where_it_is_verified() -> None:
    """The component that is asked for no test of it does not say that the release has a control nobody verified."""
    links = ("verifies_implementation", "verifies_effectiveness")
    tested = matrix_of(CHAIN, Traced(cases=[cases("RC-1", "passed", role=one) for one in links]))
    bare = matrix_of(CHAIN, Traced())
    own, other = beside([tested, bare])
    assert own == tested
    (row,) = (one for one in other.rows if one.id == "RC-1")
    assert (row.outcome, row.tests) == ("verified_elsewhere", ())
    assert {(one.implementation, one.effectiveness) for one in other.risks} == {("verified_elsewhere",) * 2}
    assert beside([bare, bare]) == (bare, bare)


def test_what_failed_in_one_component_is_verified_in_none() -> None:
    """Attack: a red test of a shared control in one component is outshone by a green one in another."""
    red, green = (matrix_of(CHAIN, Traced(cases=[cases("RC-1", one)])) for one in ("red", "passed"))
    bare = matrix_of(CHAIN, Traced())
    outcomes = [matrix.row("RC-1") for matrix in beside([red, green, bare])]
    assert [one.outcome for one in outcomes if one] == ["failed", "verified", "not_verified"]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_registers_have_the_rows_of_the_fold(elsewhere: tuple[str, ...]) -> None:
    """Whatever belongs elsewhere, the register answers about each item as the fold does."""
    made = Releasing()
    made.record_report(made.record_build(), [("a", "passed", [("verifies", "REQ-1")])], "system", "a.xml")
    version = made.release(made.builds)
    facts = [msgspec.structs.replace(one, elsewhere=elsewhere) for one in made.fold(version)]
    keep_release(made.ledger, made.registers, made.ledger.snapshot(), version, facts)
    for item in IDS:
        held = made.held(version, item)
        assert (held_rows(held, item) if held else [])[: len(facts)] == folded_rows(facts, item), item


def test_lint_of_another_components_items_is_asked_of_its_own_build() -> None:
    """A display of class B is not refused for what lint says of the controller's controls, nor the other way round."""
    made = Releasing()
    made.record_build()
    version = made.release(made.builds)
    (facts,) = made.fold(version)
    found = LintFact(
        "L14-control-class", "RC-1 controls a situation of class C in ARCH-1", "i.yaml:1:1", (), ""
    )
    asked = msgspec.structs.replace(facts, safety_class="B", lint=(found,))
    assert "L14" in {one.rule for one in findings_of(asked)}
    spared = msgspec.structs.replace(asked, elsewhere=("RC-1",))
    assert "L14" not in {one.rule for one in findings_of(spared)}
