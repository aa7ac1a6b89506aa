"""What checks measure, as a threshold of the plan would be set to it."""

from __future__ import annotations

from collections.abc import Callable

from clausework.gates.check import text
from clausework.gates.facts import Facts
from clausework.ledger.records.values import Ratio
from clausework.plan.effective import CheckUse

Found = dict[str, tuple[Ratio, ...]]


def measured(facts: Facts, use: CheckUse) -> Found:
    """Return what the check of ``use`` measures in ``facts``, by the setting that is its threshold."""
    measure = _MEASURES.get(use.name)
    return measure(facts, use) if measure else {}


def _coverage(facts: Facts, use: CheckUse) -> Found:
    """Coverage counts as a whole and, where reports hold other files too, of the software item's own."""
    level = text(use.settings, "level")
    found: Found = {}
    for one in facts.coverage:
        for part in (one, one.own) if one.level == level else ():
            if part is not None:
                _add(found, part.line, part.branch, part.mcdc)
    return found


def _safety_paths(facts: Facts, use: CheckUse) -> Found:
    level = text(use.settings, "level")
    found: Found = {}
    for unit in facts.safety_paths.units if facts.safety_paths else ():
        if (one := unit.at(level)) is not None:
            _add(found, one.line, one.branch, one.mcdc)
    return found


def _requirement_quality(facts: Facts, _use: CheckUse) -> Found:
    quality = facts.quality
    if quality is None or quality.score is None:
        return {}
    return {
        "score": (Ratio(quality.score, 1),),
        "document_score": tuple(Ratio(one, 1) for one in quality.documents.values()),
        "findings": (Ratio(quality.findings, 1),),
    }


def _add(found: Found, line: Ratio | None, branch: Ratio | None, mcdc: Ratio | None) -> None:
    for setting, ratio in (("line", line), ("branch", branch), ("mcdc", mcdc)):
        if ratio is not None and ratio.total > 0:
            # a total of 1 means a plain number to whoever compares
            whole = ratio if ratio.total > 1 else Ratio(ratio.covered * 100, 100)
            found[setting] = (*found.get(setting, ()), whole)


_MEASURES: dict[str, Callable[[Facts, CheckUse], Found]] = {
    "coverage": _coverage,
    "safety_paths": _safety_paths,
    "requirement_quality": _requirement_quality,
}
"""The checks whose thresholds are numbers of what is measured."""
