"""The code that realises risk controls is tested on its own (clauses 5.5.3, 5.5.5, 7.2.2, 7.3.3).

A control's units are those that implement the software requirements by which it is realised. What their tests reach is
asked of each unit by itself, so that much coverage elsewhere hides no gap here. The thresholds are the manufacturer's.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.gates.check import (
    Check,
    Judgement,
    Settings,
    not_evaluated,
    passed,
    text,
    unreadable,
)
from clausework.gates.facts import Facts
from clausework.gates.measures import MEASURES, how_to_measure, wanted_of
from clausework.gates.safety_path_challenges import challenges
from clausework.gates.safety_path_facts import ControlUnit, SafetyPaths, UnitCoverage, in_software
from clausework.gates.ways_out import flaky_note, with_ways
from clausework.ledger.records.gates import Reason
from clausework.ledger.records.values import Ratio

_MOST_NAMED = 3
_VERIFYING = ("verifies", "verifies_implementation", "verifies_effectiveness", "verifies_under_fault")


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when each control unit has passed tests of `level` and they reach the thresholds in its own files.

    The files are those of the commit that the unit's `paths` match. One that no report names counts as not run, and so
    does a unit with a file of which nothing ran, whatever its others reach.
    """
    level = text(settings, "level")
    wanted = wanted_of(settings)
    missing = _nothing_to_judge(facts, level, wanted)
    if missing:
        return missing
    paths = facts.safety_paths or SafetyPaths()
    unknown = [*_without_unit(paths), *_without_files(paths)]
    faults: list[Reason] = []
    records: set[int] = set()
    for unit in paths.units:
        if unit.problem:
            continue
        measured = unit.at(level)
        if measured is None:
            unknown.append(
                _unmeasured(unit, f"no coverage of level '{level}' is recorded for this build", level)
            )
        else:
            records.update(measured.records)
            unknown += _doubts(unit, measured, wanted, level)
            faults += _too_low(unit, measured, wanted)
        faults += _not_tested(facts, unit, level)
    if faults:
        return Judgement("fail", (*faults, *unknown))
    if unknown:
        return Judgement("not_evaluated", tuple(unknown))
    return _seen(paths, wanted, level, sorted(records))


def _nothing_to_judge(facts: Facts, level: str, wanted: dict[str, int]) -> Judgement | None:
    if not wanted:
        return not_evaluated(
            "the plan sets no threshold for the units that realise risk controls",
            who="quality",
            command="set 'line' of 'safety_paths' in clausework.yaml",
        )
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    controls = [item for item in facts.items if item.type == "risk_control_measure"]
    if not controls:
        return not_evaluated(
            "no risk control is recorded; a class B or C system has at least one, or the risk file is not there",
            who="quality",
            command="add the risk file's controls to the items, then clausework build",
        )
    if not any(map(in_software, controls)):
        return Judgement("not_applicable", rationale="no risk control is realised in software")
    if facts.safety_paths is None or not facts.safety_paths.files_known:
        return not_evaluated(
            "the build does not say which files its commit has, so none of a unit's can be missed",
            command="clausework build in a run of its own",
        )
    return unreadable(facts, level, "coverage")


def _without_unit(paths: SafetyPaths) -> Iterator[Reason]:
    for control, requirement in paths.without_unit:
        if requirement:
            said = (
                f"{requirement}, which realises {control}, is implemented by no software unit (5.4.1, 7.3.3)"
            )
            command = f"let its unit link to {requirement} by 'implements', then clausework build"
            yield Reason(said, (control, requirement), (), "developer", command)
        else:
            said = f"{control} is realised by no software requirement (7.2.2)"
            command = "link it with 'realised_by', then clausework build"
            yield Reason(said, (control,), (), "quality", command)


def _without_files(paths: SafetyPaths) -> Iterator[Reason]:
    for unit in paths.units:
        if unit.problem:
            yield Reason(
                f"{_named(unit)}: {unit.problem}",
                (unit.id,),
                (),
                "developer",
                "name the unit's files in its field 'paths', then clausework build",
            )


def _doubts(
    unit: ControlUnit, measured: UnitCoverage, wanted: dict[str, int], level: str
) -> Iterator[Reason]:
    """Yield why what was measured cannot be held against the thresholds."""
    if measured.doubtful:
        names = ", ".join(measured.doubtful[:_MOST_NAMED])
        yield _unmeasured(unit, f"the report's {names} may mean one of its files or another", level, measured)
    gaps = {"branch": measured.branch_gaps, "mcdc": measured.mcdc_gaps}
    for name in wanted:
        if gaps.get(name):
            files = ", ".join(gaps[name][:_MOST_NAMED])
            said = f"{MEASURES[name]} coverage was not measured of all lines of {files}"
            gap = _unmeasured(unit, said, level, measured)
            yield msgspec.structs.replace(gap, command=how_to_measure(name, gap.command))
    if not measured.line.total and not measured.unnamed:
        yield _unmeasured(unit, "the reports name its files, and no line of them", level, measured)
    elif measured.silent:
        files = ", ".join(measured.silent[:_MOST_NAMED])
        said = (
            f"the reports know no line of {files}: a comment or setting leaves all of it out, or nothing in it runs,"
            " and it is not to be named in the unit's 'paths'"
        )
        yield _unmeasured(unit, said, level, measured)


def _unmeasured(unit: ControlUnit, what: str, level: str, measured: UnitCoverage | None = None) -> Reason:
    return Reason(
        f"{_named(unit)}: {what}",
        (unit.id, *unit.controls),
        measured.records if measured else (),
        "developer",
        f"clausework record REPORT --level {level}",
    )


def _too_low(unit: ControlUnit, measured: UnitCoverage, wanted: dict[str, int]) -> Iterator[Reason]:
    ratios = {"line": measured.line, "branch": measured.branch, "mcdc": measured.mcdc}
    for name, percent in wanted.items():
        ratio = ratios[name] or Ratio(0, 0)
        if ratio.total and not ratio.reaches(percent):
            said = f"{MEASURES[name]} coverage is {ratio}, the plan asks {percent} % of what realises a risk control"
            yield _lacking(unit, measured, said)
    if measured.unnamed_count:
        files = _files(measured.unnamed, measured.unnamed_count)
        yield _lacking(unit, measured, f"no coverage report names {files}, so it counts as 0 %")
    if measured.dark_count:
        files = _files(measured.dark, measured.dark_count)
        yield _lacking(unit, measured, f"no line of {files} was run")


def _lacking(unit: ControlUnit, measured: UnitCoverage, what: str) -> Reason:
    return Reason(
        f"{_named(unit)}: {what}",
        (unit.id, *unit.controls),
        measured.records,
        "developer",
        "add tests of the unit; measure all of its files, those that no test loads as well; then record the report",
    )


def _not_tested(facts: Facts, unit: ControlUnit, level: str) -> Iterator[Reason]:
    """Yield a reason unless tests of the level verify the unit, its requirements or controls, and all passed."""
    about = {unit.id, *unit.requirements, *unit.controls}
    cases = [
        one for one in facts.item_cases if one.level == level and one.role in _VERIFYING and one.item in about
    ]
    not_passed = [(one.item, standing) for one in cases for standing in one.not_passed]
    command = f"clausework record REPORT --level {level}"
    if not_passed:
        item, first = not_passed[0]
        state = f"{first.outcome.replace('_', ' ')}{flaky_note(facts, first)}"
        said = f"{_named(unit)}: {first.case}, which verifies {item}, is {state}"
        yield with_ways(facts, first, level, said, (unit.id, item))
    elif not any(one.passed for one in cases):
        said = f"{_named(unit)}: no passed test of level '{level}' names it, its requirements or its risk controls"
        yield Reason(said, (unit.id, *unit.controls), (), "developer", f"mark the tests, then {command}")


def _seen(paths: SafetyPaths, wanted: dict[str, int], level: str, records: list[int]) -> Judgement:
    elsewhere = f"; in other software items: {', '.join(paths.elsewhere[:5])}" if paths.elsewhere else ""
    if not paths.units:
        rationale = f"no unit of this software item realises a risk control{elsewhere}"
        return Judgement("not_applicable", rationale=rationale)
    asked = ", ".join(f"{MEASURES[name]} {percent} %" for name, percent in wanted.items())
    measured = {unit.id: unit.at(level) for unit in paths.units}
    lines = {name: one.line for name, one in measured.items() if one}
    least = min(lines, key=lambda name: lines[name].covered / (lines[name].total or 1))
    return passed(
        f"each unit that realises a risk control ({', '.join(lines)}) is tested and reaches {asked}; "
        f"the least line coverage is {lines[least]} of {least}{elsewhere}",
        *records,
    )


def _named(unit: ControlUnit) -> str:
    return f"{unit.id} ({unit.title}; realises {', '.join(unit.controls[:_MOST_NAMED])})"


def _files(named: tuple[str, ...], count: int) -> str:
    return ", ".join(named[:_MOST_NAMED]) + (
        f" and {count - _MOST_NAMED} more" if count > _MOST_NAMED else ""
    )


CHECK = Check(
    "safety_paths",
    "2",
    "Units that realise risk controls tested on their own",
    ("5.5.3", "5.5.5", "7.2.2", "7.3.3"),
    evaluate,
    challenges,
)
