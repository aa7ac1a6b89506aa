"""Structural coverage of a level's tests reaches the class's thresholds (clauses 5.5.3, 5.5.5).

The standard names no number; the thresholds are the manufacturer's, defended in the plan.
"""

from __future__ import annotations

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
from clausework.gates.coverage_challenges import challenges
from clausework.gates.facts import CoverageFact, Facts
from clausework.gates.measures import MEASURES, how_to_measure, wanted_of
from clausework.ledger.records.gates import Reason
from clausework.ledger.records.values import Ratio

FORMATS = ("cobertura", "coverage_py", "gcovr", "go_cover", "jacoco", "lcov")
"""Every format of coverage: a file of any of them that was rejected stands in the way."""

_MOST_NAMED = 3


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge all coverage reports of ``level`` together against ``line``, ``branch`` and ``mcdc`` (per cent).

    A line counts as covered if any report ran it, and as a line if any report has it: further tests mend a gap, and a
    narrow report hides none. What a threshold is asked of must have been measured of every file, and every source file
    of the software item must be named by a report, unless the plan lets it go unmeasured, with a defence. Where reports
    name other files beside those under the software item's paths, its own must reach the thresholds by themselves. A
    defended ``branch`` or ``mcdc`` of 0 asks for no measurement: some languages' tools know none.
    """
    level = text(settings, "level")
    command = f"clausework record REPORT --level {level}"
    wanted = wanted_of(settings)
    if not wanted:
        return Judgement("not_applicable", rationale="the profile sets no coverage threshold for this class")
    rejected = unreadable(facts, level, "coverage")
    if rejected:
        return rejected
    found = [one for one in facts.coverage if one.level == level]
    if not found:
        return not_evaluated(f"no coverage of level '{level}' is recorded for this build", command=command)
    merged = found[0]
    unseen = _unseen(merged, command)
    for doubt, how in (_two_names(merged, command), *(_unmeasured(merged, name, command) for name in wanted)):
        if doubt:
            first = Reason(doubt, records=merged.records, who="developer", command=how)
            return Judgement("not_evaluated", (first, *unseen))
    reasons = [
        _too_low(merged, name, ratio, percent)
        for name, percent in wanted.items()
        if not (ratio := _ratio(merged, name)).reaches(percent)
    ]
    reasons += [] if reasons else _own_too_low(merged, wanted)
    if reasons:
        return failed(*reasons, *unseen)
    return (
        Judgement("not_evaluated", unseen)
        if unseen
        else passed(_seen(merged, wanted, settings), *merged.records)
    )


def _ratio(merged: CoverageFact, name: str) -> Ratio:
    ratio = {"line": merged.line, "branch": merged.branch, "mcdc": merged.mcdc}[name]
    return ratio or Ratio(0, 0)


def _unseen(merged: CoverageFact, command: str) -> tuple[Reason, ...]:
    """Return why not all of the software item's source files were seen; empty where they were."""
    sources = merged.sources
    if sources is None:
        said = (
            "the build does not say which files its commit has, so none that was not measured can be missed"
        )
        return (
            Reason(
                said, records=merged.records, who="developer", command="clausework build in a run of its own"
            ),
        )
    if not sources.unnamed_count:
        return () if sources.any_own else (_none_of_it(merged, command),)
    more = f" and {sources.unnamed_count - _MOST_NAMED} more" if sources.unnamed_count > _MOST_NAMED else ""
    said = (
        f"no coverage report of level '{merged.level}' names {', '.join(sources.unnamed[:_MOST_NAMED])}{more}, of"
        f" {sources.count} source files under the software item's paths"
    )
    if sources.doubtful:
        said += (
            f"; the report's {', '.join(sources.doubtful[:_MOST_NAMED])} may mean one of them or another file"
        )
    how = (
        f"measure every source file, also what no test loads, then {command}; or name it, as what only declares, in"
        " 'unmeasured' of the software item in clausework.yaml, with a defence"
    )
    return (Reason(said, records=merged.records, who="developer", command=how),)


def _none_of_it(merged: CoverageFact, command: str) -> Reason:
    """Return that the reports are of nothing that is the software item's, where none of its source is asked for."""
    return Reason(
        f"the coverage reports of level '{merged.level}' know no line of a file under the software item's paths that is"
        " to be measured",
        records=merged.records,
        who="developer",
        command=f"name the software item's files in the plan's 'paths', measure them, then {command}",
    )


def _two_names(merged: CoverageFact, command: str) -> tuple[str, str]:
    """Return which files two reports name from different folders, and what to do; they would be counted twice."""
    if not merged.doubts:
        return "", ""
    said = (
        f"{'; '.join(merged.doubts[:_MOST_NAMED])} may be one file: "
        "let every report name files by their paths from the repository's top, and supersede the other"
    )
    return said, command


def _unmeasured(merged: CoverageFact, name: str, command: str) -> tuple[str, str]:
    """Return what of a measure is missing, and what to do; empty where it was measured of every file."""
    gaps, count = {
        "line": ((), 0),
        "branch": (merged.branch_gaps, merged.branch_gap_count),
        "mcdc": (merged.mcdc_gaps, merged.mcdc_gap_count),
    }[name]
    how = how_to_measure(name, command)
    if not _ratio(merged, name).total:
        return f"{MEASURES[name]} coverage was not measured", how
    if not count:
        return "", ""
    more = " ..." if count > _MOST_NAMED else ""
    said = (
        f"{MEASURES[name]} coverage was not measured of all lines of {count} files: "
        f"{', '.join(gaps[:_MOST_NAMED])}{more}"
    )
    return said, how


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
            f"{others} are outside its paths, or go unmeasured by the plan",
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


def _seen(merged: CoverageFact, wanted: dict[str, int], settings: Settings) -> str:
    seen = [
        f"{MEASURES[name]} {_ratio(merged, name)}, at least {percent} %" for name, percent in wanted.items()
    ]
    seen += [
        f"{MEASURES[name]} is not asked"
        for name in MEASURES
        if number(settings, name) == 0 and name not in wanted
    ]
    if len(merged.records) > 1:
        seen.append(f"{len(merged.records)} reports together")
    if merged.joined:
        seen.append(f"counted as one file each: {', '.join(merged.joined[:_MOST_NAMED])}")
    if merged.sources:
        told = merged.sources
        seen += _named("not measured, as the plan says", told.left_out, told.left_out_count)
        seen += _named("named without a line to run", told.silent, told.silent_count)
    return "; ".join(seen)


def _named(what: str, files: tuple[str, ...], count: int) -> list[str]:
    more = " ..." if count > _MOST_NAMED else ""
    return [f"{what}: {', '.join(files[:_MOST_NAMED])}{more}"] if files else []


CHECK = Check(
    "coverage", "4", "Coverage reaches the class's thresholds", ("5.5.3", "5.5.5"), evaluate, challenges
)
