"""The matrices of a release's builds, side by side: what two components share is looked for in both (7.3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.trace.matrix import Matrix, RiskRow, RowOutcome


def beside(matrices: Sequence[Matrix]) -> tuple[Matrix, ...]:
    """Return the matrices of all builds of a release, each telling what is verified in another one alone.

    A risk control that two components share has a row in both; a component of a class that is asked for no test of it
    is no hole in the release. What failed in any of them is verified in none.
    """
    rows = _settled((row.id, row.outcome) for one in matrices for row in one.rows)
    implemented = _settled((_of_risk(row), row.implementation) for one in matrices for row in one.risks)
    effective = _settled((_of_risk(row), row.effectiveness) for one in matrices for row in one.risks)
    return tuple(
        msgspec.structs.replace(
            one,
            rows=tuple(
                msgspec.structs.replace(row, outcome=_or_elsewhere(row.outcome, elsewhere=row.id in rows))
                for row in one.rows
            ),
            risks=tuple(
                msgspec.structs.replace(
                    row,
                    implementation=_or_elsewhere(row.implementation, elsewhere=_of_risk(row) in implemented),
                    effectiveness=_or_elsewhere(row.effectiveness, elsewhere=_of_risk(row) in effective),
                )
                for row in one.risks
            ),
        )
        for one in matrices
    )


def _settled(told: Iterable[tuple[object, RowOutcome]]) -> frozenset[object]:
    """Return what is verified in one build and has failed in none."""
    found = list(told)
    failed = {what for what, outcome in found if outcome == "failed"}
    return frozenset(what for what, outcome in found if outcome == "verified") - failed


def _of_risk(row: RiskRow) -> tuple[str, str, str]:
    return row.situation, row.risk, row.control


def _or_elsewhere(outcome: RowOutcome, *, elsewhere: bool) -> RowOutcome:
    return "verified_elsewhere" if outcome == "not_verified" and elsewhere else outcome
