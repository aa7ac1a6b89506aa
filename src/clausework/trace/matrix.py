"""The traceability matrix of one build: need to requirement, unit, test and result; situation to control to test.

Clauses 5.1.1 c, 5.7.4, 7.3.3, 8.2.4. The matrix is worked out from items and results; it is never stored as a truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from clausework.trace.item_fact import ItemFact
from clausework.trace.results import ItemCases

RowOutcome = Literal["verified", "failed", "not_verified"]


class VerifyingTest(msgspec.Struct, frozen=True):
    """A case that verifies an item: level, identity, where it stands, the records that say so."""

    role: str
    level: str
    case: str
    outcome: str
    records: tuple[int, ...]


class MatrixRow(msgspec.Struct, frozen=True):
    """One item with all that is linked to it upwards, downwards and sideways, and what it comes to."""

    id: str
    type: str
    title: str
    sha256: str
    sources: tuple[str, ...]
    architecture: tuple[str, ...]
    units: tuple[str, ...]
    controls: tuple[str, ...]
    tests: tuple[VerifyingTest, ...]
    reviews: tuple[int, ...]
    outcome: RowOutcome


class Matrix(msgspec.Struct, frozen=True):
    """Rows for requirements and risk controls, sorted by ID."""

    rows: tuple[MatrixRow, ...]

    def row(self, item_id: str) -> MatrixRow | None:
        """Return the row of an item, if the baseline has it."""
        return next((row for row in self.rows if row.id == item_id), None)


_TRACED = ("software_requirement", "risk_control_measure")
_ROLES = ("verifies", "verifies_implementation", "verifies_effectiveness")


def matrix_of(
    items: Sequence[ItemFact], cases: Sequence[ItemCases], reviews: Mapping[str, Sequence[int]]
) -> Matrix:
    """Return the matrix of ``items`` with the results ``cases``; ``reviews`` are accepted verifications by item."""
    backwards = _backwards(items)
    by_item: dict[str, list[ItemCases]] = {}
    for one in cases:
        by_item.setdefault(one.item, []).append(one)
    rows = [
        _row(item, backwards, by_item.get(item.id, []), tuple(reviews.get(item.id, ())))
        for item in items
        if item.type in _TRACED
    ]
    return Matrix(tuple(sorted(rows, key=lambda row: row.id)))


def _backwards(items: Sequence[ItemFact]) -> Callable[[str, str], tuple[str, ...]]:
    index: dict[tuple[str, str], list[str]] = {}
    for item in items:
        for role, target in item.links:
            index.setdefault((target, role), []).append(item.id)

    def linked_to(target: str, role: str) -> tuple[str, ...]:
        return tuple(sorted(index.get((target, role), ())))

    return linked_to


def _row(
    item: ItemFact,
    backwards: Callable[[str, str], tuple[str, ...]],
    cases: Sequence[ItemCases],
    reviews: tuple[int, ...],
) -> MatrixRow:
    tests = tuple(test for one in cases if one.role in _ROLES for test in _tests(one))
    is_control = item.type == "risk_control_measure"
    return MatrixRow(
        id=item.id,
        type=item.type,
        title=item.title,
        sha256=item.sha256,
        sources=item.targets("controls") if is_control else item.targets("derives_from"),
        architecture=item.targets("realised_by") if is_control else item.targets("allocated_to"),
        units=backwards(item.id, "implements"),
        controls=backwards(item.id, "realised_by"),
        tests=tests,
        reviews=reviews,
        outcome=_outcome(tests, reviews),
    )


def _tests(cases: ItemCases) -> list[VerifyingTest]:
    passed = [
        VerifyingTest(cases.role, cases.level, case, "passed", records)
        for case, records in zip(cases.passed, cases.passed_records, strict=True)
    ]
    return passed + [
        VerifyingTest(cases.role, cases.level, one.case, one.outcome, one.records) for one in cases.not_passed
    ]


def _outcome(tests: Sequence[VerifyingTest], reviews: Sequence[int]) -> RowOutcome:
    outcomes = {test.outcome for test in tests}
    if "red" in outcomes:
        return "failed"
    if outcomes - {"passed"} or (not outcomes and not reviews):
        return "not_verified"
    return "verified"
