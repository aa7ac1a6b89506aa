"""Structural coverage of a level's tests reaches the class's thresholds (clauses 5.5.3, 5.5.5).

The standard names no number; the thresholds are the manufacturer's, defended in the plan.
"""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    COVERAGE,
    QUALITY,
    SOUND,
    Challenge,
    EvidenceFile,
    SignedDecision,
    World,
    with_evidence,
)
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
from clausework.gates.coverage_samples import cobertura, go_profile, lcov
from clausework.gates.facts import CoverageFact, Facts
from clausework.ledger.records.gates import Reason
from clausework.ledger.records.values import Ratio

FORMATS = ("cobertura", "coverage_py", "gcovr", "go_cover", "jacoco", "lcov")
"""Every format of coverage: a file of any of them that was rejected stands in the way."""

MEASURES = {"line": "line", "branch": "branch", "mcdc": "MC/DC"}

_MOST_NAMED = 3


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge all coverage reports of ``level`` together against ``line``, ``branch`` and ``mcdc`` (per cent).

    A line counts as covered if any report ran it, and as a line if any report has it: further tests mend a gap, and a
    narrow report hides none. What a threshold is asked of must have been measured of every file. Where reports name
    other files beside those under the software item's paths, its own must reach the thresholds by themselves.
    """
    level = text(settings, "level")
    command = f"clausework record REPORT --level {level}"
    wanted = {name: percent for name in MEASURES if (percent := number(settings, name)) is not None}
    if not wanted:
        return Judgement("not_applicable", rationale="the profile sets no coverage threshold for this class")
    rejected = unreadable(facts, level, "coverage")
    if rejected:
        return rejected
    found = [one for one in facts.coverage if one.level == level]
    if not found:
        return not_evaluated(f"no coverage of level '{level}' is recorded for this build", command=command)
    merged = found[0]
    for doubt in (_two_names(merged), *(_unmeasured(merged, name) for name in wanted)):
        if doubt:
            return not_evaluated(doubt, command=command, records=merged.records)
    reasons = [
        _too_low(merged, name, ratio, percent)
        for name, percent in wanted.items()
        if not (ratio := _ratio(merged, name)).reaches(percent)
    ]
    reasons += [] if reasons else _own_too_low(merged, wanted)
    return failed(*reasons) if reasons else passed(_seen(merged, wanted), *merged.records)


def _ratio(merged: CoverageFact, name: str) -> Ratio:
    ratio = {"line": merged.line, "branch": merged.branch, "mcdc": merged.mcdc}[name]
    return ratio or Ratio(0, 0)


def _two_names(merged: CoverageFact) -> str:
    """Return which files two reports name from different folders; they would be counted twice."""
    if not merged.doubts:
        return ""
    return (
        f"{'; '.join(merged.doubts[:_MOST_NAMED])} may be one file: "
        "let every report name files by their paths from the repository's top, and supersede the other"
    )


def _unmeasured(merged: CoverageFact, name: str) -> str:
    """Return what of a measure is missing; empty where it was measured of every file."""
    if not _ratio(merged, name).total:
        return f"{MEASURES[name]} coverage was not measured"
    gaps, count = {
        "line": ((), 0),
        "branch": (merged.branch_gaps, merged.branch_gap_count),
        "mcdc": (merged.mcdc_gaps, merged.mcdc_gap_count),
    }[name]
    if not count:
        return ""
    more = " ..." if count > _MOST_NAMED else ""
    return (
        f"{MEASURES[name]} coverage was not measured of all lines of {count} files: "
        f"{', '.join(gaps[:_MOST_NAMED])}{more}"
    )


def _too_low(merged: CoverageFact, name: str, ratio: Ratio, percent: int) -> Reason:
    return Reason(
        f"{MEASURES[name]} coverage is {ratio}, the plan asks {percent} %{_least_covered(merged, name)}",
        records=merged.records,
        who="developer",
        command="add tests for what is not covered; a lower threshold needs an approved plan with its defence",
    )


def _own_too_low(merged: CoverageFact, wanted: dict[str, int]) -> list[Reason]:
    """Return which thresholds only files outside the software item's paths reach, such as its tests."""
    own = merged.own
    if own is None:
        return []
    ratios = {"line": own.line, "branch": own.branch, "mcdc": own.mcdc}
    others = ", ".join(own.outside[:_MOST_NAMED]) + (" ..." if len(own.outside) > _MOST_NAMED else "")
    return [
        Reason(
            f"{MEASURES[name]} coverage of the software item's own files is {ratio}, the plan asks {percent} %: "
            f"{others} are outside its paths",
            records=merged.records,
            who="developer",
            command="add tests for what is not covered, or name the software item's files in the plan's 'paths'",
        )
        for name, percent in wanted.items()
        if (ratio := ratios[name]) is not None and ratio.total and not ratio.reaches(percent)
    ]


def _least_covered(merged: CoverageFact, name: str) -> str:
    """Return the files that lack the most, in words for a message."""
    ratios = [
        (one.path, {"line": one.line, "branch": one.branch, "mcdc": one.mcdc}[name]) for one in merged.files
    ]
    lacking = [(ratio.covered - ratio.total, path) for path, ratio in ratios if ratio]
    named = [f"{path} lacks {-missing}" for missing, path in sorted(lacking)[:_MOST_NAMED] if missing]
    return f"; {', '.join(named)}" if named else ""


def _seen(merged: CoverageFact, wanted: dict[str, int]) -> str:
    seen = [
        f"{MEASURES[name]} {_ratio(merged, name)}, at least {percent} %" for name, percent in wanted.items()
    ]
    if len(merged.records) > 1:
        seen.append(f"{len(merged.records)} reports together")
    if merged.joined:
        seen.append(f"counted as one file each: {', '.join(merged.joined[:_MOST_NAMED])}")
    return "; ".join(seen)


def challenges() -> tuple[Challenge, ...]:
    """Coverage that was measured and reaches its thresholds passes; low, narrow, partial and doubtful is refused."""
    settings: dict[str, str | int | bool] = {"level": "unit", "line": 90, "branch": 80}
    lines: dict[str, str | int | bool] = {"level": "unit", "line": 90}
    conditions: dict[str, str | int | bool] = {**settings, "mcdc": 100}
    low = cobertura(missed=(2, 3))
    set_aside = SignedDecision(
        "supersede",
        "record",
        "good.xml",
        {"cause": "recorded_by_mistake", "reason": "The job ran the tests of another branch, see its log."},
        signers=((*QUALITY, "superseded"),),
    )

    def told(*reports: bytes, level: str = "unit", of: str = "this") -> World:
        named = [EvidenceFile(f"report-{number}", data, level, of) for number, data in enumerate(reports)]
        return with_evidence("coverage.xml", *named)

    def superseded(*reports: bytes) -> World:
        world = with_evidence("coverage.xml", EvidenceFile("good.xml", cobertura(), "unit"))
        others = tuple(EvidenceFile(f"report-{number}", data, "unit") for number, data in enumerate(reports))
        return msgspec.structs.replace(
            world, evidence=(*world.evidence, *others), decisions=(*world.decisions, set_aside)
        )

    return (
        Challenge("every line and branch is covered", "pass", SOUND, settings),
        Challenge("no coverage was recorded", "not_evaluated", told(), settings),
        Challenge("coverage is below the threshold", "fail", told(low), settings),
        Challenge(
            "nine of ten lines are exactly the threshold", "pass", told(cobertura(missed=(2,))), settings
        ),
        Challenge("branches were not measured", "not_evaluated", told(cobertura(branches=False)), settings),
        Challenge(
            "a later report measures only the lines that are covered",
            "fail",
            told(low, cobertura(listed=(1, *range(4, 11)))),
            settings,
        ),
        Challenge(
            "a later report of the whole source closes the gap", "pass", told(low, cobertura()), settings
        ),
        Challenge(
            "two reports close each other's gaps", "pass", told(low, cobertura(missed=(9, 10))), settings
        ),
        Challenge(
            "two reports together leave a gap", "fail", told(low, cobertura(missed=(2, 3, 9))), settings
        ),
        Challenge(
            "a report in another format closes the gap", "pass", told(low, lcov(missed=(9, 10))), settings
        ),
        Challenge("a tracefile is taken as well", "pass", told(lcov()), settings),
        Challenge("a tracefile is below the threshold", "fail", told(lcov(missed=(2, 3))), settings),
        Challenge(
            "a second report has another file without branches",
            "not_evaluated",
            told(cobertura(), lcov(branches=False, file="d.py")),
            settings,
        ),
        Challenge(
            "a second report without branches tells nothing new",
            "pass",
            told(cobertura(), lcov(branches=False)),
            settings,
        ),
        Challenge(
            "the same source is reported from two folders",
            "not_evaluated",
            told(cobertura(file="src/c.py"), cobertura(file="lib/c.py", missed=(2,))),
            settings,
        ),
        Challenge(
            "one report names the source by its absolute path",
            "pass",
            told(low, cobertura(file="/builds/device/c.py", missed=(9, 10))),
            settings,
        ),
        Challenge(
            "the tests' own lines lift the reports over the threshold",
            "fail",
            told(cobertura(file="src/controller/c.py", missed=(2, 3)), lcov(file="tests/test_c.py")),
            settings,
        ),
        Challenge(
            "the software item's files reach the threshold beside the tests' own",
            "pass",
            told(cobertura(file="/builds/device/src/controller/c.py"), lcov(file="tests/test_c.py")),
            settings,
        ),
        Challenge("conditions were not measured", "not_evaluated", told(cobertura(), lcov()), conditions),
        Challenge("every condition is covered", "pass", told(lcov(conditions=2)), conditions),
        Challenge("a condition is not covered", "fail", told(lcov(conditions=1)), conditions),
        Challenge(
            "conditions were not measured of every file",
            "not_evaluated",
            told(lcov(conditions=2), lcov(file="d.py")),
            conditions,
        ),
        Challenge("a Go profile has lines", "pass", told(go_profile(ran=True)), lines),
        Challenge("a Go profile of a block that did not run", "fail", told(go_profile(ran=False)), lines),
        Challenge("a Go profile has no branches", "not_evaluated", told(go_profile(ran=True)), settings),
        Challenge("the coverage report is truncated", "not_evaluated", told(COVERAGE[:-40]), settings),
        Challenge(
            "a tracefile is truncated beside a whole report",
            "not_evaluated",
            told(COVERAGE, lcov()[:-16]),
            settings,
        ),
        Challenge("the coverage is of another commit", "not_evaluated", told(COVERAGE, of="other"), settings),
        Challenge(
            "the coverage is of the system tests", "not_evaluated", told(COVERAGE, level="system"), settings
        ),
        Challenge("the report that reached it was superseded", "fail", superseded(low), settings),
        Challenge("the only report was superseded", "not_evaluated", superseded(), settings),
    )


CHECK = Check(
    "coverage", "3", "Coverage reaches the class's thresholds", ("5.5.3", "5.5.5"), evaluate, challenges
)
