"""The traceability matrix as tables: requirements, risks, units, and what the trace rules find (5.7.4, 7.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from clausework.gates.trace_finding import TraceFinding
from clausework.ledger.records.values import Ratio
from clausework.reports.tables import Report, Table
from clausework.standards import cite
from clausework.trace.matrix import Matrix, MatrixRow, RiskRow, UnitRow, VerifyingTest


class MatrixOf(msgspec.Struct, frozen=True):
    """A matrix and what it is of: version (empty: none was released), build, software item, class and commit.

    ``withdrawn`` says who withdrew the version, when and why (empty: nobody did).
    """

    version: str
    build: str
    software_item: str
    safety_class: str
    commit: str
    at: str
    checkpoint: str
    matrix: Matrix
    findings: tuple[TraceFinding, ...]
    withdrawn: str = ""


class Filter(msgspec.Struct, frozen=True):
    """Which rows are shown: those that meet every part that is not empty.

    ``ids`` are IDs of items, each with all rows that it stands in; ``outcome`` is that of the row; ``level`` leaves
    only the tests of a level; ``suspect`` leaves only items whose links are suspect.
    """

    ids: tuple[str, ...] = ()
    outcome: str = ""
    level: str = ""
    suspect: bool = False


def filtered(matrix: Matrix, chosen: Filter) -> Matrix:
    """Return the rows of ``matrix`` that ``chosen`` leaves."""
    return Matrix(
        tuple(_of_level(row, chosen.level) for row in matrix.rows if _is_chosen(row, chosen)),
        tuple(
            _of_level(row, chosen.level)
            for row in matrix.risks
            if _names({*row.hazards, row.situation, row.risk, row.control, *row.requirements}, chosen)
            and chosen.outcome in {"", row.implementation, row.effectiveness}
            and not chosen.suspect
        ),
        tuple(
            _of_level(row, chosen.level)
            for row in matrix.units
            if _names({row.id, *row.architecture, *row.implements}, chosen)
            and chosen.outcome in {"", row.outcome}
            and not chosen.suspect
        ),
    )


def _is_chosen(row: MatrixRow, chosen: Filter) -> bool:
    linked = {
        row.id,
        *row.sources,
        *row.needs,
        *row.system_requirements,
        *row.architecture,
        *row.units,
        *row.controls,
    }
    return (
        _names(linked, chosen)
        and chosen.outcome in {"", row.outcome}
        and (row.suspect >= 0 or not chosen.suspect)
    )


def _names(ids: set[str], chosen: Filter) -> bool:
    return not chosen.ids or bool(ids & set(chosen.ids))


_Row = TypeVar("_Row", MatrixRow, RiskRow, UnitRow)


def _of_level(row: _Row, level: str) -> _Row:
    if not level:
        return row
    return msgspec.structs.replace(row, tests=tuple(test for test in row.tests if test.level == level))


def matrix_report(matrices: Sequence[MatrixOf]) -> Report:
    """Return the matrices of one release, or of one build, as a report of four tables."""
    first = matrices[0]
    named = f"version {first.version}" if first.version else f"build {first.build[:12]}"
    return Report(
        f"Traceability matrix of {', '.join(of.software_item for of in matrices)}, {named}",
        (
            ("version", first.version or "not released"),
            *(
                (of.software_item, f"class {of.safety_class}, commit {of.commit}, build {of.build}")
                for of in matrices
            ),
            ("as of", first.at),
            ("log", first.checkpoint),
            *((("withdrawn", first.withdrawn),) if first.withdrawn else ()),
        ),
        (
            _of_all(matrices, lambda of: requirements_table(of.matrix.rows, of.version)),
            _of_all(matrices, lambda of: risks_table(of.matrix.risks)),
            _of_all(matrices, lambda of: units_table(of.matrix.units)),
            _of_all(matrices, lambda of: findings_table(of.findings)),
        ),
    )


def _of_all(matrices: Sequence[MatrixOf], table_of: Callable[[MatrixOf], Table]) -> Table:
    """Return the matrices' rows of one kind under each other, each behind its software item."""
    tables = [table_of(of) for of in matrices]
    rows = tuple(
        (of.software_item, *row) for of, table in zip(matrices, tables, strict=True) for row in table.rows
    )
    return msgspec.structs.replace(tables[0], columns=("software item", *tables[0].columns), rows=rows)


def requirements_table(rows: Sequence[MatrixRow], version: str = "") -> Table:
    """Return requirements and controls with need, system requirement, architecture, unit, commit, test and result."""
    columns = (
        *("item", "type", "title", "outcome", "suspect since", "user needs", "system requirements", "from"),
        *(
            "allocated to or realised by",
            "units",
            "source",
            "risk controls",
            "commits",
            "tests and results",
            "reviews",
        ),
        *("line coverage", "release", "content hash"),
    )
    cells = tuple(
        (
            row.id,
            row.type.replace("_", " "),
            row.title,
            row.outcome.replace("_", " "),
            f"#{row.suspect}" if row.suspect >= 0 else "",
            _several(row.needs),
            _several(row.system_requirements),
            _several(row.sources),
            _several(row.architecture),
            _several(row.units),
            "\n".join(row.files),
            _several(row.controls),
            _several(commit[:12] for commit in row.commits),
            "\n".join(_result(test) for test in row.tests),
            _records(row.reviews),
            _coverage(row.coverage),
            version,
            row.sha256,
        )
        for row in rows
    )
    return Table("requirements", "Each requirement and risk control, from need to result.", columns, cells)


def risks_table(rows: Sequence[RiskRow]) -> Table:
    """Return hazard, situation, risk, control, requirement and verification of implementation and effectiveness."""
    columns = (
        *(
            "hazards",
            "situation",
            "risk",
            "severity and probability",
            "level",
            "residual severity and probability",
            "residual level",
            "control",
            "control type",
            "requirements",
        ),
        *("implementation", "effectiveness", "tests", "reviews", "line coverage"),
    )
    cells = tuple(
        (
            _several(row.hazards),
            row.situation,
            row.risk,
            row.estimate,
            row.level,
            row.residual_estimate,
            row.residual_level,
            row.control,
            row.control_type.replace("_", " "),
            _several(row.requirements),
            row.implementation.replace("_", " "),
            row.effectiveness.replace("_", " "),
            "\n".join(_result(test) for test in row.tests),
            _records(row.reviews),
            _coverage(row.coverage),
        )
        for row in rows
    )
    return Table("risks", "Each risk control, from hazard to verification of both kinds.", columns, cells)


def units_table(rows: Sequence[UnitRow]) -> Table:
    """Return each software unit with what it implements, its files, commits, verification and coverage."""
    columns = (
        "unit",
        "title",
        "part of",
        "implements",
        "files",
        "commits",
        "tests",
        "reviews",
        "line coverage",
        "outcome",
    )
    cells = tuple(
        (
            row.id,
            row.title,
            _several(row.architecture),
            _several(row.implements),
            _several(row.paths),
            _several(commit[:12] for commit in row.commits),
            f"{sum(test.outcome == 'passed' for test in row.tests)} of {len(row.tests)} passed"
            if row.tests
            else "",
            _records(row.reviews),
            _coverage(row.coverage),
            row.outcome.replace("_", " "),
        )
        for row in rows
    )
    return Table("units", "Each software unit and its verification.", columns, cells)


def findings_table(findings: Sequence[TraceFinding]) -> Table:
    """Return what the trace rules find, with the clauses and what mends it."""
    columns = ("rule", "finding", "clauses", "who", "what mends it", "refused by")
    cells = tuple(
        (one.rule, one.message, "; ".join(map(cite, one.clauses)), one.who, one.command, one.judged_by)
        for one in findings
    )
    return Table("findings", "What the trace rules find.", columns, cells)


def _several(values: Iterable[str]) -> str:
    return ", ".join(values)


def _records(numbers: Iterable[int]) -> str:
    return ", ".join(f"#{number}" for number in numbers)


def _result(test: VerifyingTest) -> str:
    role = "" if test.role == "verifies" else f", {test.role.removeprefix('verifies_')}"
    return f"{test.outcome.replace('_', ' ')} {_records(test.records)} ({test.level}{role}): {test.case}"


def _coverage(by_level: Mapping[str, Ratio]) -> str:
    return ", ".join(f"{level or 'no level'} {ratio}" for level, ratio in by_level.items())
