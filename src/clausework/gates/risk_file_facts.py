"""The risk management file as checks need it: what it lacks, which risks stay above what is acceptable (ISO 14971)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from clausework.items.model import RISK_FILE_TYPES, Item
from clausework.items.risk_file import not_acceptable, risk_file_findings
from clausework.items.risk_words import estimate_findings
from clausework.plan.risk_matrix import RiskMatrix


class RiskGap(msgspec.Struct, frozen=True):
    """What the risk file lacks: the item, a sentence, the item's place, clauses, the next step."""

    item: str
    message: str
    place: str
    clauses: tuple[str, ...]
    hint: str


class RiskFileFact(msgspec.Struct, frozen=True):
    """The risk file held against the plan's matrix: gaps, risks whose residual level is not acceptable, how many items.

    ``counts`` are by type of item.
    """

    gaps: tuple[RiskGap, ...]
    not_acceptable: tuple[str, ...]
    counts: dict[str, int]

    def contents(self) -> str:
        """Return how much the risk file holds, in words."""
        return ", ".join(
            f"{count} {_IN_WORDS[name][count != 1]}"
            for name, count in self.counts.items()
            if name in _IN_WORDS
        )


_IN_WORDS = {
    "hazard": ("hazard", "hazards"),
    "hazardous_situation": ("hazardous situation", "hazardous situations"),
    "risk": ("risk", "risks"),
    "risk_control_measure": ("risk control", "risk controls"),
}


def risk_file_fact(items: Sequence[Item], matrix: RiskMatrix) -> RiskFileFact:
    """Return what is known of the risk file that ``items`` hold."""
    counts = Counter(str(item.type) for item in items if item.type in RISK_FILE_TYPES)
    return RiskFileFact(
        gaps=tuple(
            RiskGap(
                one.message.split(" ", 1)[0].rstrip(":"),
                one.message,
                str(one.place),
                one.clauses,
                one.hint or "",
            )
            for one in (*risk_file_findings(items, matrix), *estimate_findings(items, matrix))
        ),
        not_acceptable=not_acceptable(items, matrix),
        counts={name: counts[name] for name in _IN_WORDS if counts[name]},
    )
