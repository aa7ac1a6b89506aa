"""The traceability matrix of one build, from user need to result and from hazard to verified control.

Clauses 5.1.1 c, 5.7.4, 7.3.3, 8.2.4. The matrix is worked out from items, commits and results; it is never stored as a
truth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from clausework.items.risk_estimates import RESIDUAL
from clausework.ledger.records.values import Ratio
from clausework.trace.file_owners import FIELD, patterns_of
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import ItemCases

RowOutcome = Literal["verified", "failed", "not_verified", "verified_elsewhere"]
"""What an item comes to in a build. ``verified_elsewhere``: not in this one, but in another build of the release."""


class VerifyingTest(msgspec.Struct, frozen=True):
    """A case that verifies an item: level, identity, where it stands, the records that say so, its source file."""

    role: str
    level: str
    case: str
    outcome: str
    records: tuple[int, ...]
    file: str = ""


class MatrixRow(msgspec.Struct, frozen=True):
    """One item with all that is linked to it upwards, downwards and sideways, and what it comes to.

    ``needs`` and ``system_requirements`` are those that a software requirement derives from by any number of steps.
    ``commits`` are those of the build's range that name it, its units or a change request that affects these.
    ``coverage`` is the line coverage of its units' files by level. ``suspect`` says since which record, -1 for not.
    ``files`` are the places where comments say that the code implements it.
    """

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
    needs: tuple[str, ...] = ()
    system_requirements: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    coverage: dict[str, Ratio] = {}
    suspect: int = -1
    files: tuple[str, ...] = ()


class RiskRow(msgspec.Struct, frozen=True):
    """One control of one risk: hazard, situation, risk, control, requirement, and the verification of both kinds.

    Clauses 7.3.1 and 7.3.3; ISO 14971 7.2. A situation without a control has a row with an empty ``control``.
    ``estimate`` and ``residual_estimate`` are severity and probability before and after control, in words.
    """

    hazards: tuple[str, ...]
    situation: str
    risk: str
    level: str
    residual_level: str
    control: str
    control_type: str
    requirements: tuple[str, ...]
    implementation: RowOutcome
    effectiveness: RowOutcome
    tests: tuple[VerifyingTest, ...]
    reviews: tuple[int, ...]
    coverage: dict[str, Ratio] = {}
    estimate: str = ""
    residual_estimate: str = ""


class UnitRow(msgspec.Struct, frozen=True):
    """One software unit: where it belongs, what it implements, how it is verified, its commits and its coverage.

    ``commits`` are those of the build's range that touch its files or are linked to it.
    """

    id: str
    title: str
    architecture: tuple[str, ...]
    implements: tuple[str, ...]
    paths: tuple[str, ...]
    outcome: RowOutcome
    tests: tuple[VerifyingTest, ...]
    reviews: tuple[int, ...]
    commits: tuple[str, ...]
    coverage: dict[str, Ratio]


class Matrix(msgspec.Struct, frozen=True):
    """Rows for requirements and risk controls sorted by ID, the chains of the risk file, and the software units."""

    rows: tuple[MatrixRow, ...]
    risks: tuple[RiskRow, ...] = ()
    units: tuple[UnitRow, ...] = ()

    def row(self, item_id: str) -> MatrixRow | None:
        """Return the row of an item, if the baseline has it."""
        return next((row for row in self.rows if row.id == item_id), None)


class Traced(msgspec.Struct, frozen=True):
    """What a matrix is made of beside the items: results, reviews, commits, coverage and suspects, each by item.

    ``reviews`` are accepted verifications, ``commits`` those linked to an item directly, ``touching`` those that touch
    a unit's files, ``coverage`` the line coverage by unit and level, ``suspects`` the record in which an item read
    otherwise, ``marked`` the places where comments say that the code implements it. ``elsewhere`` are the items that
    belong to other software items alone: their rows stand in the matrices of those.
    """

    cases: Sequence[ItemCases] = ()
    reviews: Mapping[str, Sequence[int]] = {}
    commits: Mapping[str, Sequence[str]] = {}
    touching: Mapping[str, Sequence[str]] = {}
    coverage: Mapping[str, Mapping[str, Ratio]] = {}
    suspects: Mapping[str, int] = {}
    marked: Mapping[str, Sequence[str]] = {}
    elsewhere: Collection[str] = ()


_TRACED = ("software_requirement", "risk_control_measure")
_EFFECTIVENESS = ("verifies_effectiveness", "verifies_under_fault")
_ROLES = ("verifies", "verifies_implementation", *_EFFECTIVENESS)


def matrix_of(items: Sequence[ItemFact], traced: Traced) -> Matrix:
    """Return the matrix of ``items``."""
    world = _World(items, traced)
    own = [item for item in items if item.id not in traced.elsewhere]
    rows = [world.row(item) for item in own if item.type in _TRACED]
    risks = [row for item in own if item.type == "hazardous_situation" for row in world.risk_rows(item)]
    units = [world.unit_row(item) for item in own if item.type == "software_unit"]
    return Matrix(
        tuple(sorted(rows, key=lambda row: row.id)),
        tuple(sorted(risks, key=lambda row: (row.situation, row.risk, row.control))),
        tuple(sorted(units, key=lambda row: row.id)),
    )


class _World:
    """Items by ID and by what leads to them, and the results about each."""

    def __init__(self, items: Sequence[ItemFact], traced: Traced) -> None:
        self.items = {item.id: item for item in items}
        self.traced = traced
        self.leading: dict[tuple[str, str], list[str]] = {}
        for item in items:
            for role, target in item.links:
                self.leading.setdefault((target, role), []).append(item.id)
        self.cases: dict[str, list[ItemCases]] = {}
        for one in traced.cases:
            self.cases.setdefault(one.item, []).append(one)

    def to(self, target: str, role: str) -> tuple[str, ...]:
        """Return the items that link to ``target`` in ``role``."""
        return tuple(sorted(self.leading.get((target, role), ())))

    def above(self, item: ItemFact, kind: str) -> tuple[str, ...]:
        """Return the items of type ``kind`` that ``item`` derives from by any number of steps."""
        seen: set[str] = set()
        pending = list(item.targets("derives_from"))
        while pending:
            one = pending.pop()
            if one not in seen and one in self.items:
                seen.add(one)
                pending += self.items[one].targets("derives_from")
        return tuple(sorted(one for one in seen if self.items[one].type == kind))

    def tests(self, item: ItemFact) -> tuple[VerifyingTest, ...]:
        return tuple(
            test for one in self.cases.get(item.id, ()) if one.role in _ROLES for test in _tests(one)
        )

    def units(self, requirements: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({unit for one in requirements for unit in self.to(one, "implements")}))

    def commits(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the commits linked to any of ``ids``, or to a change request that affects one; in range order."""
        wanted = list(ids)
        wanted += [change for one in wanted for change in self.to(one, "affects")]
        return tuple(dict.fromkeys(commit for one in wanted for commit in self.traced.commits.get(one, ())))

    def coverage(self, units: Iterable[str]) -> dict[str, Ratio]:
        """Return the line coverage of the units' files together, by level."""
        covered: dict[str, list[int]] = {}
        for unit in units:
            for level, ratio in self.traced.coverage.get(unit, {}).items():
                both = covered.setdefault(level, [0, 0])
                both[0] += ratio.covered
                both[1] += ratio.total
        return {level: Ratio(*both) for level, both in sorted(covered.items())}

    def row(self, item: ItemFact) -> MatrixRow:
        tests = self.tests(item)
        reviews = tuple(self.traced.reviews.get(item.id, ()))
        is_control = item.type == "risk_control_measure"
        requirements = item.targets("realised_by") if is_control else (item.id,)
        units = self.units(requirements)
        return MatrixRow(
            id=item.id,
            type=item.type,
            title=item.title,
            sha256=item.sha256,
            sources=item.targets("controls") if is_control else item.targets("derives_from"),
            architecture=item.targets("realised_by") if is_control else item.targets("allocated_to"),
            units=units,
            controls=self.to(item.id, "realised_by"),
            tests=tests,
            reviews=reviews,
            outcome=_outcome(tests, reviews),
            needs=self.above(item, "user_need"),
            system_requirements=self.above(item, "system_requirement"),
            commits=self.commits((item.id, *requirements, *units)),
            coverage=self.coverage(units),
            suspect=self.traced.suspects.get(item.id, -1),
            files=tuple(self.traced.marked.get(item.id, ())),
        )

    def risk_rows(self, situation: ItemFact) -> list[RiskRow]:
        hazards = tuple(sorted({*self.to(situation.id, "leads_to"), *self.to(situation.id, "causes")}))
        risks: list[ItemFact | None] = [self.items[one] for one in self.to(situation.id, "estimates")]
        rows: list[RiskRow] = []
        for risk in risks or [None]:
            controls = {*self.to(situation.id, "controls"), *(self.to(risk.id, "controls") if risk else ())}
            rows += [
                self.risk_row(hazards, situation, risk, self.items.get(control))
                for control in sorted(controls) or [""]
            ]
        return rows

    def risk_row(
        self, hazards: tuple[str, ...], situation: ItemFact, risk: ItemFact | None, control: ItemFact | None
    ) -> RiskRow:
        tests = self.tests(control) if control else ()
        reviews = tuple(self.traced.reviews.get(control.id, ())) if control else ()
        requirements = control.targets("realised_by") if control else ()
        return RiskRow(
            hazards=hazards,
            situation=situation.id,
            risk=risk.id if risk else "",
            level=risk.fields.get("level", "") if risk else "",
            residual_level=risk.fields.get("residual_level", "") if risk else "",
            control=control.id if control else "",
            control_type=control.fields.get("control_type", "") if control else "",
            requirements=requirements,
            implementation=_outcome([one for one in tests if one.role not in _EFFECTIVENESS], reviews),
            effectiveness=_outcome([one for one in tests if one.role in _EFFECTIVENESS], reviews),
            tests=tests,
            reviews=reviews,
            coverage=self.coverage(self.units(requirements)),
            estimate=_estimate(risk, "") if risk else "",
            residual_estimate=_estimate(risk, RESIDUAL) if risk else "",
        )

    def unit_row(self, unit: ItemFact) -> UnitRow:
        implements = unit.targets("implements")
        tests = self.tests(unit) or tuple(
            test for one in implements if one in self.items for test in self.tests(self.items[one])
        )
        reviews = tuple(self.traced.reviews.get(unit.id, ()))
        return UnitRow(
            id=unit.id,
            title=unit.title,
            architecture=unit.targets("part_of"),
            implements=implements,
            paths=patterns_of(unit.fields.get(FIELD, "")),
            outcome=_outcome(tests, reviews),
            tests=tests,
            reviews=reviews,
            commits=tuple(dict.fromkeys((*self.traced.touching.get(unit.id, ()), *self.commits((unit.id,))))),
            coverage=self.coverage((unit.id,)),
        )


def _estimate(risk: ItemFact, prefix: str) -> str:
    """Return severity and probability as the risk tells them; a severity that is not told again is the initial one."""
    severity = risk.fields.get(f"{prefix}severity") or risk.fields.get("severity", "")
    parts = [(name, risk.fields.get(f"{prefix}{name}", "")) for name in ("probability", "p1", "p2")]
    told = [value if name == "probability" else f"{name.upper()} {value}" for name, value in parts if value]
    return ", ".join(filter(None, (severity, *told)))


def _tests(cases: ItemCases) -> list[VerifyingTest]:
    places = cases.passed_places or ("",) * len(cases.passed)
    passed = [
        VerifyingTest(cases.role, cases.level, case, "passed", records, file)
        for case, records, file in zip(cases.passed, cases.passed_records, places, strict=True)
    ]
    return passed + [
        VerifyingTest(cases.role, cases.level, one.case, one.outcome, one.records, one.file)
        for one in cases.not_passed
    ]


def _outcome(tests: Sequence[VerifyingTest], reviews: Sequence[int]) -> RowOutcome:
    outcomes = {test.outcome for test in tests}
    if "red" in outcomes:
        return "failed"
    if outcomes - {"passed"} or (not outcomes and not reviews):
        return "not_verified"
    return "verified"
