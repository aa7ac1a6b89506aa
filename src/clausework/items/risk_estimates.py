"""A risk as its item estimates it, before and after its controls, held against the plan's matrix (14971 5.5, 6, 7.3).

The fields of what remains have ``residual_`` before their names. A residual severity that is not told is the initial
one: few controls change how grave a harm is.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from clausework.plan.risk_matrix import RiskMatrix

RESIDUAL = "residual_"

Says = Callable[[str], str]
"""Gives what an item says in a field; empty where it says nothing."""


class Estimate(msgspec.Struct, frozen=True):
    """An estimate: severity, probability of harm, the level that the matrix gives, the level that the item states.

    ``missing`` are fields that are not told, ``unknown`` pairs of a field and a word in it that is not the matrix's,
    ``combined`` the probability that P1 and P2 come to, where the item states another.
    """

    severity: str
    probability: str
    level: str
    stated: str
    missing: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    combined: str = ""

    @property
    def contradicts(self) -> bool:
        """Whether the item states another level than the matrix gives."""
        return bool(self.level and self.stated and self.level != self.stated)


def initial(says: Says, matrix: RiskMatrix) -> Estimate:
    """Return the estimate before risk control."""
    return _estimate(says, matrix, "")


def residual(says: Says, matrix: RiskMatrix) -> Estimate:
    """Return the estimate of what remains after risk control."""
    return _estimate(says, matrix, RESIDUAL)


def acceptable(estimate: Estimate, matrix: RiskMatrix) -> bool:
    """Tell whether the matrix's level of ``estimate`` is acceptable; one that is not known is not."""
    return estimate.level in matrix.acceptable


def _estimate(says: Says, matrix: RiskMatrix, prefix: str) -> Estimate:
    own = says(f"{prefix}severity")
    severity = own or says("severity")
    stated_probability, p1, p2 = (says(f"{prefix}{name}") for name in ("probability", "p1", "p2"))
    combined = matrix.combined(p1, p2) if p1 and p2 else ""
    probability = stated_probability or combined
    level = says(f"{prefix}level")
    words = (
        (f"{prefix}severity", own, matrix.severities),
        (f"{prefix}probability", stated_probability, matrix.probabilities),
        (f"{prefix}p1", p1, matrix.probabilities),
        (f"{prefix}p2", p2, tuple(matrix.p2)),
        (f"{prefix}level", level, matrix.levels),
    )
    missing = [] if severity or prefix else ["severity"]
    if bool(p1) != bool(p2):
        missing.append(f"{prefix}{'p2' if p1 else 'p1'}")
    elif not stated_probability and not p1:
        missing.append(f"{prefix}probability")
    missing += [] if level else [f"{prefix}level"]
    return Estimate(
        severity,
        probability,
        matrix.level(severity, probability),
        level,
        tuple(missing),
        tuple((name, word) for name, word, known in words if word and word not in known),
        combined if combined and stated_probability not in {"", combined} else "",
    )
