"""How the manufacturer estimates and accepts risk: the policy of ISO 14971 clause 4.2 and the criteria of clause 4.4.

Severities are told least first, probabilities rarest first, levels lowest first: their order is what rules hold the
grid against. The default is one that is often met; which one is right for a device, the manufacturer decides.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.plan.values import Name
from clausework.standards.catalogue import SafetyClass

Words = Annotated[tuple[Name, ...], msgspec.Meta(min_length=2, max_length=12)]
"""Two words or more, in their order."""

Row = tuple[Name, ...]


SEVERITIES = ("negligible", "minor", "serious", "critical", "catastrophic")
PROBABILITIES = ("improbable", "remote", "occasional", "probable", "frequent")

_GRID: dict[str, Row] = {
    "negligible": ("low", "low", "low", "low", "medium"),
    "minor": ("low", "low", "low", "medium", "medium"),
    "serious": ("low", "low", "medium", "medium", "high"),
    "critical": ("low", "medium", "medium", "high", "high"),
    "catastrophic": ("low", "medium", "high", "high", "high"),
}
_P2: dict[str, Row] = {
    "rare": ("improbable", "improbable", "improbable", "remote", "occasional"),
    "possible": ("improbable", "improbable", "remote", "occasional", "probable"),
    "likely": ("improbable", "remote", "occasional", "probable", "probable"),
    "certain": PROBABILITIES,
}
_SAFETY_CLASSES: dict[str, SafetyClass] = {
    "negligible": "A",
    "minor": "B",
    "serious": "C",
    "critical": "C",
    "catastrophic": "C",
}


class RiskMatrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which level of risk each severity has at each probability, and which levels are acceptable.

    ``grid`` holds for each severity one level per probability. ``p2`` says how the probability of harm comes of P1
    (that the hazardous situation occurs) and P2 (that it leads to harm): for each word of P2 one probability per P1.
    ``safety_classes`` is the class that software has where its failure may do harm of a severity (EN 62304 clause 4.3).
    """

    severities: Words = SEVERITIES
    probabilities: Words = PROBABILITIES
    levels: Words = ("low", "medium", "high")
    grid: dict[Name, Row] = msgspec.field(default_factory=lambda: dict(_GRID))
    acceptable: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)] = ("low",)
    p2: dict[Name, Row] = msgspec.field(default_factory=lambda: dict(_P2))
    safety_classes: dict[Name, SafetyClass] = msgspec.field(default_factory=lambda: dict(_SAFETY_CLASSES))

    def level(self, severity: str, probability: str) -> str:
        """Return the level of a risk; empty where one of the words is not the matrix's."""
        if severity not in self.grid or probability not in self.probabilities:
            return ""
        return self.grid[severity][self.probabilities.index(probability)]

    def combined(self, p1: str, p2: str) -> str:
        """Return the probability of harm that P1 and P2 come to; empty where one of them is not the matrix's."""
        if p2 not in self.p2 or p1 not in self.probabilities:
            return ""
        return self.p2[p2][self.probabilities.index(p1)]

    def class_for(self, severity: str) -> SafetyClass:
        """Return the class that harm of ``severity`` asks of software: C where the matrix does not say."""
        return self.safety_classes.get(severity, "C")


def criteria_digest(matrix: RiskMatrix) -> Sha256:
    """Return a digest of the criteria: what was evaluated under others is evaluated anew (ISO 14971 clause 4.4)."""
    return sha256_of(canonical_json(matrix))
