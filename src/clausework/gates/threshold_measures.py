"""What checks measure, as a threshold of the plan would be set to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from clausework.core.clock import NotATime, parse_timestamp
from clausework.gates.check import text
from clausework.gates.facts import Facts
from clausework.gates.scans import newest_by_report
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


def _pipeline(facts: Facts, _use: CheckUse) -> Found:
    """How old the forge's word on its branches was."""
    protection = facts.pipeline.protection if facts.pipeline else None
    return _ages(facts, {"protection_age_days": [protection.at] if protection else []})


def _vulnerabilities(facts: Facts, _use: CheckUse) -> Found:
    """How old the data was that scans rested on, and how old the evaluations of anomaly lists."""
    scans = [one for one in facts.scans if one.analysis == "vulnerability" and not one.superseded]
    evaluated = [
        facts.newest_judgement("evaluate", "soup_item", item) for item in facts.items_of("soup_item")
    ]
    return _ages(
        facts,
        {
            "database_age_days": [one.database_at for one in newest_by_report(scans)],
            "evaluation_age_days": [one.at for one in evaluated if one is not None],
        },
    )


def _ages(facts: Facts, moments: Mapping[str, Iterable[str]]) -> Found:
    """Return the ages of moments in days, rounded up: the least whole number that would let each pass."""
    found: Found = {}
    for setting, each in moments.items():
        ages = [age for moment in each if (age := _age(moment, facts.at)) is not None]
        if ages:
            found[setting] = tuple(Ratio(age, 1) for age in ages)
    return found


def _age(moment: str, at: str) -> int | None:
    try:
        age = parse_timestamp(at) - parse_timestamp(moment)
    except NotATime:
        return None
    return -(-age // timedelta(days=1)) if age >= timedelta(0) else None


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
    "pipeline": _pipeline,
    "vulnerabilities": _vulnerabilities,
}
"""The checks whose thresholds are numbers of what is measured."""

NOT_MEASURED: dict[tuple[str, str], str] = {
    ("signatures", "count"): "how many people sign is decided, not measured",
    ("signatures", "independent"): "how many people sign is decided, not measured",
}
"""The numbers of checks that no measurement could be within a hair of, each with the reason."""

MEASURED: frozenset[str] = frozenset(_MEASURES)
"""The checks of which something is measured."""
