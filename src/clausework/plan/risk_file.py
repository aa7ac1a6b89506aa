"""Who evaluates the overall residual risk beside quality (ISO 14971 clause 8): what the plan says of it."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

import msgspec

EVALUATORS = ("risk_management", "clinical", "release_authority")
"""Roles of which one evaluates the overall residual risk beside quality, the one that knows most of it first."""

Evaluator = Literal["risk_management", "clinical", "release_authority"]


class RiskFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The role that evaluates the overall residual risk beside quality.

    Where none is told, it is the first of risk management, clinical and release authority that somebody holds.
    """

    evaluated_by: Evaluator | None = None


def evaluator_of(risk_file: RiskFile, roles: Container[str]) -> str:
    """Return the role that evaluates beside quality, among the ``roles`` that the plan gives people."""
    if risk_file.evaluated_by:
        return risk_file.evaluated_by
    return next((role for role in EVALUATORS if role in roles), EVALUATORS[-1])
