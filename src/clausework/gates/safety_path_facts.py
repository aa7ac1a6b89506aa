"""Which units realise risk controls, and what tests reached of the files of each (clauses 5.5.5, 7.2.2, 7.3.3).

The files are those of the commit: one that no coverage report names is told, and never left out. Reports are read anew,
so that of these files none is missing, however many others there are.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

import msgspec

from clausework.evidence.detail import FileCoverage, read_detail
from clausework.evidence.path_globs import PathGlobs, path_globs
from clausework.evidence.tree_lines import EMPTY, read_tree
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.values import Ratio
from clausework.plan.model import Plan, software_items
from clausework.trace.allocation import owners_of_items
from clausework.trace.coverage import MergedCoverage, MergedFile, merge, summed
from clausework.trace.coverage_places import FilesByName, placed
from clausework.trace.evidence_of import BuildEvidence
from clausework.trace.file_owners import Owner, owners_of
from clausework.trace.item_fact import ItemFact
from clausework.trace.source_suffixes import holds_code

MOST_NAMED = 20
"""Files named of each kind; the counts are of all."""

OpenBlob = Callable[[str], BinaryIO]


class UnitCoverage(msgspec.Struct, frozen=True):
    """What the reports of a level show together of one unit's files.

    ``unnamed`` are files that no report names, ``dark`` those with lines of which none ran, ``branch_gaps`` and
    ``mcdc_gaps`` those with lines of which branches or conditions were not measured; of each the first, and how many.
    ``doubtful`` are names in a report that may mean one of the unit's files or another, ``silent`` files that reports
    name and know no line of.
    """

    level: str
    records: tuple[int, ...]
    line: Ratio
    branch: Ratio | None
    mcdc: Ratio | None
    unnamed: tuple[str, ...] = ()
    unnamed_count: int = 0
    dark: tuple[str, ...] = ()
    dark_count: int = 0
    branch_gaps: tuple[str, ...] = ()
    mcdc_gaps: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


class ControlUnit(msgspec.Struct, frozen=True):
    """A unit that realises risk controls through software requirements.

    ``problem`` says why its files are not known; ``file_count`` counts those that hold code.
    """

    id: str
    title: str
    controls: tuple[str, ...]
    requirements: tuple[str, ...]
    file_count: int = 0
    problem: str = ""
    coverage: tuple[UnitCoverage, ...] = ()

    def at(self, level: str) -> UnitCoverage | None:
        """Return what the reports of ``level`` show of it; ``None`` where there are none."""
        return next((one for one in self.coverage if one.level == level), None)


class SafetyPaths(msgspec.Struct, frozen=True):
    """The control units of the build's software item.

    ``without_unit`` are pairs of a control and what is missing behind it: a requirement that no unit implements, or
    nothing where it names no requirement. ``elsewhere`` are control units of other software items. ``files_known``
    tells whether the build recorded the files of its commit.
    """

    units: tuple[ControlUnit, ...] = ()
    without_unit: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[str, ...] = ()
    files_known: bool = True


def safety_paths(
    plan: Plan,
    found: BuildEvidence,
    items: Sequence[ItemFact],
    marked: Mapping[str, Sequence[str]],
    superseded: Mapping[str, str],
    open_blob: OpenBlob,
) -> SafetyPaths:
    """Return the control units of the build with their coverage by level, as its coverage reports show it.

    ``marked`` are the places, from the plan's folder, where comments say that the code implements an item.
    """
    build = found.build
    software = frozenset(one.id for one in software_items(plan))
    belonging = owners_of_items(items, software)
    others = {one for one, owned in belonging.items() if owned and build.software_item not in owned}
    realising = Realising(items, marked, others)
    here = [unit for unit in realising.units if unit.id not in others]
    elsewhere = [unit.id for unit in realising.units if unit.id in others]
    tree = _tree(build, open_blob) if here else {}
    reports = _Reports(found.coverage, superseded, open_blob, tree or {})
    globs = {owner.item.id: owner for owner in owners_of(here)}
    paths = _paths(plan, build.software_item)
    units = []
    for unit in here:
        files = _files(globs.get(unit.id), tree, build.folder, None if belonging[unit.id] else paths)
        if files.elsewhere:
            elsewhere.append(unit.id)
        else:
            units.append(_control_unit(unit, realising, files, reports))
    return SafetyPaths(
        tuple(units), realising.without_unit, tuple(sorted(elsewhere)), files_known=tree is not None
    )


def _control_unit(unit: ItemFact, realising: Realising, found: _Files, reports: _Reports) -> ControlUnit:
    levels = reports.levels if found.paths else ()
    return ControlUnit(
        id=unit.id,
        title=unit.title,
        controls=realising.controls_of(unit.id),
        requirements=realising.requirements_of(unit.id),
        file_count=len(found.paths),
        problem=found.problem,
        coverage=tuple(reports.coverage(found.paths, level) for level in levels),
    )


class Realising:
    """Which units implement which requirements that realise which risk controls in software.

    Of the requirements of ``others``, which belong to other software items alone, no unit is missed.
    """

    def __init__(
        self, items: Sequence[ItemFact], marked: Mapping[str, Sequence[str]], others: Container[str]
    ) -> None:
        all_units = [item for item in items if item.type == "software_unit"]
        owners = owners_of(all_units)
        self._links: list[tuple[str, str, str]] = []
        missing: list[tuple[str, str]] = []
        for control in items:
            if control.type != "risk_control_measure" or not in_software(control):
                continue
            requirements = control.targets("realised_by")
            missing += [] if requirements else [(control.id, "")]
            for requirement in requirements:
                units = _implementing(requirement, all_units, owners, marked)
                missing += [] if units or requirement in others else [(control.id, requirement)]
                self._links += [(unit, requirement, control.id) for unit in units]
        named = {unit for unit, _, _ in self._links}
        self.units = [unit for unit in all_units if unit.id in named]
        self.without_unit = tuple(missing)

    def controls_of(self, unit: str) -> tuple[str, ...]:
        """Return the risk controls that the unit realises."""
        return tuple(sorted({control for one, _, control in self._links if one == unit}))

    def requirements_of(self, unit: str) -> tuple[str, ...]:
        """Return the requirements by which it does."""
        return tuple(sorted({requirement for one, requirement, _ in self._links if one == unit}))


def in_software(control: ItemFact) -> bool:
    """Tell whether a risk control is realised in software, as it is where it does not say otherwise."""
    return control.fields.get("implemented_in", "") in {"", "software"}


def _implementing(
    requirement: str,
    units: Sequence[ItemFact],
    owners: Sequence[Owner],
    marked: Mapping[str, Sequence[str]],
) -> list[str]:
    linked = [unit.id for unit in units if requirement in unit.targets("implements")]
    places = [place.rpartition(":")[0] for place in marked.get(requirement, ())]
    return linked + [
        owner.item.id
        for owner in owners
        if owner.item.id not in linked and any(map(owner.globs.match, places))
    ]


def _paths(plan: Plan, software_item: str) -> tuple[PathGlobs, PathGlobs] | None:
    """Return the paths of the software item and those of all others; ``None`` where the plan does not have it."""
    own = [path for one in software_items(plan) if one.id == software_item for path in one.paths]
    others = [path for one in software_items(plan) if one.id != software_item for path in one.paths]
    return (path_globs(own), path_globs(others)) if own else None


class _Files(msgspec.Struct, frozen=True):
    """A unit's files with code, from the repository's top; why none is known; whether all are another item's."""

    paths: tuple[str, ...] = ()
    problem: str = ""
    elsewhere: bool = False


def _files(
    owner: Owner | None,
    tree: Mapping[str, str] | None,
    folder: str,
    others: tuple[PathGlobs, PathGlobs] | None,
) -> _Files:
    if owner is None:
        return _Files(problem="it does not say in 'paths' which files are its own")
    if tree is None:
        return _Files()
    matched = [
        path
        for path in tree
        if path.startswith(folder)
        and owner.globs.match(path.removeprefix(folder))
        and tree[path] not in EMPTY
    ]
    if _belong_to(others, [path.removeprefix(folder) for path in matched]):
        return _Files(elsewhere=True)
    code = tuple(sorted(path for path in matched if holds_code(path)))
    if not code:
        what = "no file of the commit" if not matched else "no file that holds code"
        return _Files(problem=f"its 'paths' match {what}: {', '.join(owner.globs.globs)[:100]}")
    return _Files(code)


def _belong_to(others: tuple[PathGlobs, PathGlobs] | None, paths: Sequence[str]) -> bool:
    """Tell whether all ``paths`` are other software items', and none is the own one's."""
    if others is None or not paths:
        return False
    own, other = others
    return all(map(other.match, paths)) and not any(map(own.match, paths))


def _tree(build: Build, open_blob: OpenBlob) -> Mapping[str, str] | None:
    if build.tree is None:
        return None
    with open_blob(build.tree.sha256) as stream:
        return read_tree(stream.read())


class _Reports:
    """The coverage reports by level, their names held against the files of the commit."""

    def __init__(
        self,
        records: Iterable[Record],
        superseded: Mapping[str, str],
        open_blob: OpenBlob,
        tree: Mapping[str, str],
    ) -> None:
        self._commit = FilesByName(tree)
        self._open_blob = open_blob
        self._merged: dict[str, tuple[MergedCoverage, tuple[tuple[str, tuple[str, ...]], ...]]] = {}
        self._records: dict[str, list[Record]] = {}
        for record in records:
            if record.sha256 not in superseded:
                self._records.setdefault(record.body.origin.level, []).append(record)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of which there are reports."""
        return tuple(self._records)

    def coverage(self, paths: Sequence[str], level: str) -> UnitCoverage:
        """Return what the reports of ``level`` show of the files ``paths`` together."""
        if level not in self._merged:
            self._merged[level] = self._merge(self._records[level])
        merged, doubtful = self._merged[level]
        wanted = frozenset(paths)
        files = tuple(one for one in merged.files if one.path in wanted)
        named = {one.path for one in files}
        doubted = {path for _, may_be in doubtful for path in may_be}
        unnamed = [path for path in paths if path not in named and path not in doubted]
        dark = [one.path for one in files if one.line.total and not one.line.covered]
        of_all = summed(files)
        return UnitCoverage(
            level=level,
            records=tuple(dict.fromkeys(record.index for record in self._records[level])),
            line=of_all.line,
            branch=of_all.branch,
            mcdc=of_all.mcdc,
            unnamed=tuple(unnamed[:MOST_NAMED]),
            unnamed_count=len(unnamed),
            dark=tuple(dark[:MOST_NAMED]),
            dark_count=len(dark),
            branch_gaps=_first(files, lambda one: one.branch is None or one.branch_gap),
            mcdc_gaps=_first(files, lambda one: one.mcdc is None or one.mcdc_gap),
            doubtful=tuple(name for name, may_be in doubtful if wanted.intersection(may_be))[:MOST_NAMED],
            silent=tuple(one.path for one in files if not one.line.total and not _may_be_silent(one.path))[
                :MOST_NAMED
            ],
        )

    def _merge(
        self, records: Sequence[Record]
    ) -> tuple[MergedCoverage, tuple[tuple[str, tuple[str, ...]], ...]]:
        reports, doubtful = [], {}
        for record in records:
            lines = tuple(self._lines(record))
            placement = placed({one.path for one in lines}, self._commit)
            doubtful.update(placement.doubtful)
            reports.append(
                [
                    msgspec.structs.replace(one, path=placement.files[one.path])
                    for one in lines
                    if one.path in placement.files
                ]
            )
        return merge(reports), tuple(sorted(doubtful.items()))

    def _lines(self, record: Record) -> Iterator[FileCoverage]:
        with self._open_blob(record.body.reading.detail.sha256) as stream:
            yield from read_detail(stream, FileCoverage)


def _may_be_silent(path: str) -> bool:
    """Tell whether a file often holds no more than its documentation, as what makes a folder a package of Python."""
    return path.rpartition("/")[2] == "__init__.py"


def _first(files: Iterable[MergedFile], lacks: Callable[[MergedFile], bool]) -> tuple[str, ...]:
    """Return the first files that have lines and lack something."""
    return tuple(one.path for one in files if one.line.total and lacks(one))[:MOST_NAMED]
