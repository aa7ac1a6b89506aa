"""Rules on the risk matrix: every cell is filled, and what is graver or more probable is no lower (14971 4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan
from clausework.plan.risk_matrix import RiskMatrix

_CLAUSES = ("14971 4.2", "14971 4.4")
_AT: Path = ("risk_matrix",)


def check_risk_matrix(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell words given twice, cells that are not filled or hold other words, and what is not monotone."""
    matrix = plan.risk_matrix
    found = [
        *_repeated(matrix, document),
        *_cells(matrix, document),
        *_classes(matrix, document),
    ]
    yield from found
    if not found:
        yield from _acceptable(matrix, document)
        yield from _not_monotone(matrix, document)


def check_risk_file(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell a role that is to evaluate the overall residual risk, and that nobody holds (14971 8)."""
    role = plan.risk_file.evaluated_by
    if role and role not in plan.roles:
        place = document.place_of(("risk_file", "evaluated_by"))
        message = f"nobody holds the role '{role}' that is to evaluate the overall residual risk"
        yield Finding(
            "role", message, place, ("14971 8",), f"Add the role '{role}' with its people under 'roles'."
        )


def _repeated(matrix: RiskMatrix, document: PlacedDocument) -> Iterator[Finding]:
    for name in ("severities", "probabilities", "levels"):
        words: Sequence[str] = getattr(matrix, name)
        for word in dict.fromkeys(word for word in words if words.count(word) > 1):
            yield _finding(f"'{word}' is there twice", document, name)


def _cells(matrix: RiskMatrix, document: PlacedDocument) -> Iterator[Finding]:
    yield from _rows("grid", matrix.grid, matrix.severities, matrix.levels, matrix, document)
    if not matrix.p2:
        yield _finding("no word of P2 is given", document, "p2")
    yield from _rows("p2", matrix.p2, tuple(matrix.p2), matrix.probabilities, matrix, document)


def _rows(
    name: str,
    grid: Mapping[str, Sequence[str]],
    wanted: Sequence[str],
    known: Sequence[str],
    matrix: RiskMatrix,
    document: PlacedDocument,
) -> Iterator[Finding]:
    for row in wanted:
        if row not in grid:
            hint = f"Write '{row}: [...]' with one of {', '.join(known)} for each probability."
            yield _finding(f"the row '{row}' is missing", document, name, hint=hint)
    for row, cells in grid.items():
        if row not in wanted:
            yield _finding(f"'{row}' is none of {', '.join(wanted)}", document, name, row)
        if len(cells) != len(matrix.probabilities):
            message = (
                f"'{row}' has {len(cells)} cells, and there are {len(matrix.probabilities)} probabilities"
            )
            yield _finding(message, document, name, row, hint="Fill every cell, rarest probability first.")
        for cell in dict.fromkeys(cells):
            if cell not in known:
                yield _finding(f"'{cell}' is none of {', '.join(known)}", document, name, row)


def _acceptable(matrix: RiskMatrix, document: PlacedDocument) -> Iterator[Finding]:
    for level in matrix.acceptable:
        if level not in matrix.levels:
            yield _finding(f"'{level}' is none of {', '.join(matrix.levels)}", document, "acceptable")
    if set(matrix.levels) <= set(matrix.acceptable):
        hint = "Leave out the levels at which a risk is to be reduced."
        yield _finding(
            "every level is acceptable, so no risk would ever be controlled",
            document,
            "acceptable",
            hint=hint,
        )
    worst = matrix.level(matrix.severities[-1], matrix.probabilities[-1])
    if worst in matrix.acceptable:
        message = f"the gravest harm at the highest probability is '{worst}', which is acceptable"
        yield _finding(message, document, "grid", matrix.severities[-1])
    for lower, higher in pairwise(matrix.levels):
        if higher in matrix.acceptable and lower not in matrix.acceptable:
            yield _finding(f"'{higher}' is acceptable and the lower '{lower}' is not", document, "acceptable")


def _classes(matrix: RiskMatrix, document: PlacedDocument) -> Iterator[Finding]:
    for severity in matrix.safety_classes:
        if severity not in matrix.severities:
            message = f"'{severity}' is none of {', '.join(matrix.severities)}"
            yield _finding(message, document, "safety_classes", severity, clauses=("4.3",))
    gravest = matrix.severities[-1]
    if matrix.class_for(gravest) != "C":
        message = f"harm of the gravest severity, '{gravest}', asks class C: it is death or serious injury"
        yield _finding(message, document, "safety_classes", clauses=("4.3",))


def _not_monotone(matrix: RiskMatrix, document: PlacedDocument) -> Iterator[Finding]:
    rank = matrix.levels.index
    for severity in matrix.severities:
        if _falls([rank(cell) for cell in matrix.grid[severity]]):
            message = f"'{severity}' has a lower level at a higher probability"
            yield _finding(message, document, "grid", severity)
    for less, graver in pairwise(matrix.severities):
        if any(
            rank(high) < rank(low) for low, high in zip(matrix.grid[less], matrix.grid[graver], strict=True)
        ):
            message = f"'{graver}' has a lower level than the less grave '{less}' at the same probability"
            yield _finding(message, document, "grid", graver)
    for less, graver in pairwise(matrix.severities):
        if matrix.class_for(graver) < matrix.class_for(less):
            message = f"'{graver}' asks a lower class than the less grave '{less}'"
            yield _finding(message, document, "safety_classes", clauses=("4.3",))
    yield from _wrongly_combined(matrix, document)


def _wrongly_combined(matrix: RiskMatrix, document: PlacedDocument) -> Iterator[Finding]:
    chance = matrix.probabilities.index
    for word, cells in matrix.p2.items():
        found = [chance(cell) for cell in cells]
        if _falls(found):
            yield _finding(
                f"with '{word}' a higher P1 gives a lower probability of harm", document, "p2", word
            )
        if any(one > p1 for p1, one in enumerate(found)):
            message = f"with '{word}' harm is more probable than the hazardous situation that it follows from"
            yield _finding(message, document, "p2", word)
    if not any(tuple(cells) == matrix.probabilities for cells in matrix.p2.values()):
        hint = "Add a row with the probabilities as they are: harm follows whenever the situation occurs."
        yield _finding("no word of P2 says that harm is certain", document, "p2", hint=hint)


def _falls(ranks: Sequence[int]) -> bool:
    return any(later < earlier for earlier, later in pairwise(ranks))


def _finding(
    message: str, document: PlacedDocument, *path: str, hint: str = "", clauses: tuple[str, ...] = _CLAUSES
) -> Finding:
    return Finding("risk-matrix", message, document.place_of((*_AT, *path)), clauses, hint)
