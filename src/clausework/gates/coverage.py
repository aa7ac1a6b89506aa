"""Structural coverage of a level's tests reaches the class's thresholds (clauses 5.5.3, 5.5.5).

The standard names no number; the thresholds are the manufacturer's, defended in the plan.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.gates.challenge import COVERAGE, SOUND, Challenge, EvidenceFile, with_evidence
from clausework.gates.check import (
    Check,
    Judgement,
    Settings,
    failed,
    not_evaluated,
    number,
    passed,
    text,
    unreadable,
)
from clausework.gates.facts import CoverageFact, Facts
from clausework.ledger.records.gates import Reason
from clausework.ledger.records.values import Ratio


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge the newest coverage report of ``level`` against ``line`` and ``branch`` (per cent).

    The newest counts, so that further tests mend a gap, but only while it measures as much of the source as any
    other: a report of fewer lines would reach every threshold.
    """
    level = text(settings, "level")
    command = f"clausework record coverage.xml --level {level}"
    wanted = {name: number(settings, name) for name in ("line", "branch")}
    if all(percent is None for percent in wanted.values()):
        return Judgement("not_applicable", rationale="the profile sets no coverage threshold for this class")
    reports = [one for one in facts.coverage if one.level == level]
    rejected = unreadable(facts, level, "cobertura")
    if rejected:
        return rejected
    if not reports:
        return not_evaluated(f"no coverage of level '{level}' is recorded for this build", command=command)
    newest = reports[-1]
    wider = _wider(reports, branches=wanted["branch"] is not None)
    if wider:
        return not_evaluated(wider, command=command, records=tuple(one.record for one in reports))
    reasons: list[Reason] = []
    seen: list[str] = []
    for name, ratio in (("line", newest.line), ("branch", newest.branch)):
        percent = wanted[name]
        if percent is None:
            continue
        if ratio is None or ratio.total == 0:
            return not_evaluated(
                f"{name} coverage was not measured", command=command, records=(newest.record,)
            )
        seen.append(f"{name} {ratio}, at least {percent} %")
        if not ratio.reaches(percent):
            reasons.append(_too_low(name, ratio, percent, newest.record))
    return failed(*reasons) if reasons else passed("; ".join(seen), newest.record)


def _wider(reports: Sequence[CoverageFact], *, branches: bool) -> str:
    """Return how a report measured more of the same source than the newest did; empty where none did."""
    newest = reports[-1]
    for one in reports[:-1]:
        if one.line.total > newest.line.total:
            return f"the newest report measures {newest.line.total} lines, #{one.record} measured {one.line.total}"
        if branches and one.branch and one.branch.total > (newest.branch.total if newest.branch else 0):
            measured = newest.branch.total if newest.branch else 0
            return (
                f"the newest report measures {measured} branches, #{one.record} measured {one.branch.total}"
            )
    return ""


def _too_low(name: str, ratio: Ratio, percent: int, record: int) -> Reason:
    return Reason(
        f"{name} coverage is {ratio}, the plan asks {percent} %",
        records=(record,),
        who="developer",
        command="add tests for what is not covered; a lower threshold needs an approved plan with its defence",
    )


def challenges() -> tuple[Challenge, ...]:
    """Full coverage passes; low, absent, partial, truncated, foreign and unmeasured coverage are refused."""
    settings: dict[str, str | int | bool] = {"level": "unit", "line": 90, "branch": 80}

    def instead(data: bytes, level: str = "unit") -> EvidenceFile:
        return EvidenceFile("coverage.xml", data, level)

    low = (
        COVERAGE.replace(b'hits="1"/>', b'hits="0"/>', 2)
        .replace(b'lines-covered="10"', b'lines-covered="8"')
        .replace(b'line-rate="1"', b'line-rate="0.8"')
    )
    nine = (
        COVERAGE.replace(b'hits="1"/>', b'hits="0"/>', 1)
        .replace(b'lines-covered="10"', b'lines-covered="9"')
        .replace(b'line-rate="1"', b'line-rate="0.9"')
    )
    part = COVERAGE.replace(b'<line number="10" hits="1"/>\n', b"").replace(b'"10"', b'"9"')
    no_branch = (
        COVERAGE.replace(b' branch="true" condition-coverage="100% (2/2)"', b"")
        .replace(b'branches-valid="2" branches-covered="2"', b'branches-valid="0" branches-covered="0"')
        .replace(b'branch-rate="1"', b'branch-rate="0"')
    )
    return (
        Challenge("every line and branch is covered", "pass", SOUND, settings),
        Challenge("no coverage was recorded", "not_evaluated", with_evidence("coverage.xml"), settings),
        Challenge(
            "coverage is below the threshold", "fail", with_evidence("coverage.xml", instead(low)), settings
        ),
        Challenge(
            "branches were not measured",
            "not_evaluated",
            with_evidence("coverage.xml", instead(no_branch)),
            settings,
        ),
        Challenge(
            "a later report measures only the lines that are covered",
            "not_evaluated",
            with_evidence("coverage.xml", instead(low), EvidenceFile("part.xml", part, "unit")),
            settings,
        ),
        Challenge(
            "a later report of the whole source closes the gap",
            "pass",
            with_evidence("coverage.xml", instead(low), EvidenceFile("again.xml", COVERAGE, "unit")),
            settings,
        ),
        Challenge(
            "the coverage report is truncated",
            "not_evaluated",
            with_evidence("coverage.xml", instead(COVERAGE[:-40])),
            settings,
        ),
        Challenge(
            "the coverage is of another commit",
            "not_evaluated",
            with_evidence("coverage.xml", EvidenceFile("coverage.xml", COVERAGE, "unit", "other")),
            settings,
        ),
        Challenge(
            "nine of ten lines are exactly the threshold",
            "pass",
            with_evidence("coverage.xml", instead(nine)),
            settings,
        ),
        Challenge(
            "the coverage is of the system tests",
            "not_evaluated",
            with_evidence("coverage.xml", instead(COVERAGE, "system")),
            settings,
        ),
    )


CHECK = Check(
    "coverage", "1", "Coverage reaches the class's thresholds", ("5.5.3", "5.5.5"), evaluate, challenges
)
