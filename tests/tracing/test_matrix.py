"""The matrix: every chain is followed whole, every item has its row, and no row says more than its tests."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from clausework.ledger.records.values import Ratio
from clausework.reports.matrix_report import Filter, filtered
from clausework.trace.item_fact import ItemFact
from clausework.trace.matrix import Matrix, Traced, matrix_of
from clausework.trace.results import CaseOutcome, CaseStanding, ItemCases
from tests.tracing.making import digest

REQUIREMENT, CONTROL = "software_requirement", "risk_control_measure"


def fact(
    item_id: str, kind: str = REQUIREMENT, fields: dict[str, str] | None = None, **links: str
) -> ItemFact:
    """Return an item; ``links`` maps a role to targets with blanks between."""
    pairs = tuple((role, one) for role, targets in links.items() for one in targets.split())
    return ItemFact(item_id, kind, f"Title of {item_id}", digest(item_id), pairs, fields or {})


def cases(item_id: str, *outcomes: CaseOutcome, role: str = "verifies", level: str = "system") -> ItemCases:
    """Return the cases that verify an item, one per outcome."""
    all_of_them = [
        CaseStanding(f"case {number}", level, one, (number,)) for number, one in enumerate(outcomes)
    ]
    passed = [one for one in all_of_them if one.outcome == "passed"]
    return ItemCases(
        item_id,
        role,
        level,
        tuple(one.case for one in passed),
        tuple(one.records for one in passed),
        tuple(one for one in all_of_them if one.outcome != "passed"),
    )


CHAIN = (
    fact("NEED-1", "user_need"),
    fact("SYS-1", "system_requirement", derives_from="NEED-1"),
    fact("SYS-2", "system_requirement", derives_from="SYS-1"),
    fact("REQ-1", derives_from="SYS-2", allocated_to="ARCH-1"),
    fact("REQ-2", derives_from="REQ-1"),
    fact("ARCH-1", "architecture_item"),
    fact("UNIT-1", "software_unit", {"paths": "src/a.c src/b.c"}, implements="REQ-1", part_of="ARCH-1"),
    fact("HAZ-1", "hazard", leads_to="SIT-1"),
    fact("SIT-1", "hazardous_situation"),
    fact("RISK-1", "risk", {"level": "high", "residual_level": "low"}, estimates="SIT-1"),
    fact("RC-1", CONTROL, {"control_type": "protective_measure"}, controls="RISK-1", realised_by="REQ-1"),
    fact("CR-1", "change_request", affects="UNIT-1"),
)


def test_a_requirement_is_followed_to_its_need_by_any_number_of_steps() -> None:
    """User need, both system requirements, architecture, unit and control of a requirement are in its row (5.1.1 c)."""
    matrix = matrix_of(CHAIN, Traced())
    row = matrix.row("REQ-2")
    assert row is not None
    assert (row.needs, row.system_requirements, row.sources) == (("NEED-1",), ("SYS-1", "SYS-2"), ("REQ-1",))
    row = matrix.row("REQ-1")
    assert row is not None
    assert (row.architecture, row.units, row.controls) == (("ARCH-1",), ("UNIT-1",), ("RC-1",))
    assert matrix.row("NEED-1") is None


def test_commits_reach_a_requirement_through_unit_and_change_request() -> None:
    """What names the requirement, its unit, or a change request that affects the unit is shown with it (8.2.4)."""
    traced = Traced(
        commits={"REQ-1": ["c1"], "UNIT-1": ["c2"], "CR-1": ["c3", "c1"]}, touching={"UNIT-1": ["c4"]}
    )
    matrix = matrix_of(CHAIN, traced)
    row = matrix.row("REQ-1")
    assert row is not None
    assert row.commits == ("c1", "c2", "c3")
    assert matrix.units[0].commits == ("c4", "c2", "c3", "c1")


def test_a_risk_is_followed_from_hazard_to_both_verifications() -> None:
    """Implementation and effectiveness stand apart: a test of the one is none of the other (7.3.1, ISO 14971 7.2)."""
    done = Traced(cases=[cases("RC-1", "passed", role="verifies_implementation")])
    (row,) = matrix_of(CHAIN, done).risks
    assert (row.hazards, row.situation, row.risk, row.control) == (("HAZ-1",), "SIT-1", "RISK-1", "RC-1")
    assert (row.level, row.residual_level, row.requirements) == ("high", "low", ("REQ-1",))
    assert (row.implementation, row.effectiveness) == ("verified", "not_verified")
    red = Traced(cases=[cases("RC-1", "passed", "red", role="verifies_effectiveness")])
    assert matrix_of(CHAIN, red).risks[0].effectiveness == "failed"


def test_a_situation_without_risk_or_control_still_has_a_row() -> None:
    """What was left undone is seen: a situation nobody estimated or controlled is not left out."""
    (row,) = matrix_of([fact("SIT-9", "hazardous_situation")], Traced()).risks
    assert (row.hazards, row.risk, row.control, row.implementation) == ((), "", "", "not_verified")


def test_a_unit_is_verified_by_its_own_tests_before_those_of_its_requirements() -> None:
    """A red test of the unit is not outweighed by a green one of the requirement."""
    green = cases("REQ-1", "passed")
    assert matrix_of(CHAIN, Traced(cases=[green])).units[0].outcome == "verified"
    red = cases("UNIT-1", "red", level="unit")
    assert matrix_of(CHAIN, Traced(cases=[green, red])).units[0].outcome == "failed"


def test_coverage_of_several_units_is_counted_together() -> None:
    """Lines are added up, not percentages: a unit of 9 lines weighs more than one of 1."""
    items = [*CHAIN, fact("UNIT-2", "software_unit", implements="REQ-1")]
    coverage = {"UNIT-1": {"unit": Ratio(9, 9)}, "UNIT-2": {"unit": Ratio(0, 1), "system": Ratio(1, 1)}}
    row = matrix_of(items, Traced(coverage=coverage)).row("REQ-1")
    assert row is not None
    assert row.coverage == {"system": Ratio(1, 1), "unit": Ratio(9, 10)}


def test_a_unit_shows_paths_with_blanks_where_there_are_several_lines() -> None:
    """One line may hold several patterns; of several lines each is one pattern, blanks and all."""
    listed = fact("UNIT-9", "software_unit", {"paths": "src/my file.c\nsrc/b.c"})
    assert matrix_of([listed], Traced()).units[0].paths == ("src/my file.c", "src/b.c")
    assert matrix_of(CHAIN, Traced()).units[0].paths == ("src/a.c", "src/b.c")


_IDS = [f"X-{number}" for number in range(6)]
_TYPES = [
    "user_need",
    "system_requirement",
    REQUIREMENT,
    CONTROL,
    "software_unit",
    "hazardous_situation",
    "risk",
]
_ROLES = ["derives_from", "implements", "realised_by", "controls", "estimates", "part_of", "affects"]
_links = st.lists(st.tuples(st.sampled_from(_ROLES), st.sampled_from([*_IDS, "GONE"])), max_size=4)
_worlds = st.lists(st.tuples(st.sampled_from(_TYPES), _links), min_size=6, max_size=6)


@given(_worlds)
def test_any_links_make_a_matrix_with_a_row_for_each_item(
    world: Sequence[tuple[str, list[tuple[str, str]]]],
) -> None:
    """ATTACK circles, links into nothing, and links between the wrong types: each item still has exactly its row."""
    items = [
        ItemFact(item_id, kind, item_id, digest(item_id), tuple(links), {})
        for item_id, (kind, links) in zip(_IDS, world, strict=True)
    ]
    matrix = matrix_of(items, Traced(cases=[cases("X-0", "passed"), cases("GONE", "red")]))
    assert [row.id for row in matrix.rows] == [one.id for one in items if one.type in {REQUIREMENT, CONTROL}]
    assert [row.id for row in matrix.units] == [one.id for one in items if one.type == "software_unit"]
    assert {row.situation for row in matrix.risks} == {
        one.id for one in items if one.type == "hazardous_situation"
    }
    assert all(row.outcome == "not_verified" for row in matrix.rows if row.id != "X-0")


def _shown(matrix: Matrix) -> tuple[list[str], list[str], list[str]]:
    return (
        [row.id for row in matrix.rows],
        [row.situation for row in matrix.risks],
        [row.id for row in matrix.units],
    )


def test_filters_leave_what_meets_them_all() -> None:
    """An ID leaves every row that it stands in, an outcome its rows, a level its tests; together they leave less."""
    traced = Traced(
        cases=[cases("REQ-1", "passed"), cases("REQ-1", "red", level="unit")], suspects={"REQ-2": 7}
    )
    matrix = matrix_of(CHAIN, traced)
    assert _shown(filtered(matrix, Filter())) == (["RC-1", "REQ-1", "REQ-2"], ["SIT-1"], ["UNIT-1"])
    assert _shown(filtered(matrix, Filter(ids=("HAZ-1",)))) == ([], ["SIT-1"], [])
    assert _shown(filtered(matrix, Filter(ids=("NEED-1",)))) == (["REQ-1", "REQ-2"], [], [])
    assert _shown(filtered(matrix, Filter(outcome="failed"))) == (["REQ-1"], [], ["UNIT-1"])
    assert _shown(filtered(matrix, Filter(suspect=True))) == (["REQ-2"], [], [])
    assert _shown(filtered(matrix, Filter(ids=("UNIT-1",), suspect=True))) == ([], [], [])
    (row,) = filtered(matrix, Filter(outcome="failed", level="system")).rows
    assert [test.outcome for test in row.tests] == ["passed"]
    assert row.outcome == "failed", "the outcome is that of all tests, not of the level that is shown"


def test_a_filter_that_meets_nothing_leaves_nothing() -> None:
    """An ID that is the beginning of another, or has other capitals, is another ID."""
    matrix = matrix_of(CHAIN, Traced())
    for wrong in ("REQ-", "req-1", "REQ-11", ""):
        assert filtered(matrix, Filter(ids=(wrong,))) == Matrix(())
