"""In a device of several components each has the rows of its own items; none says 'not verified' of another's."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.register_filling import keep_release
from clausework.gates.facts import LintFact
from clausework.gates.trace_findings import findings_of
from clausework.trace.matrix import Traced, matrix_of
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
