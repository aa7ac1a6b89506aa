"""Which of a software item's source files no coverage report names: what was not measured is not seen (clause 5.5.5).

The files are those of the commit under the software item's paths, told by their names to hold code. An empty file holds
none; a header of C or C++ is reported with what includes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import BinaryIO

from clausework.evidence.path_globs import NotAPathGlob, PathGlobs, path_globs
from clausework.evidence.tree_lines import EMPTY, read_tree
from clausework.gates.commit_facts import paths_of
from clausework.gates.facts import SourceFilesFact
from clausework.ledger.records.build import Build
from clausework.plan.model import NotInPlan, Plan, software_item_of
from clausework.trace.coverage_places import FilesByName, placed
from clausework.trace.source_suffixes import holds_code, is_header

MOST_NAMED = 20
"""Files named of each kind; the counts are of all."""

OpenBlob = Callable[[str], BinaryIO]


class SourceFiles:
    """The source files of a build's software item, held against the names in coverage reports."""

    def __init__(
        self, tree: Collection[str], files: Collection[str], unmeasured: PathGlobs, folder: str
    ) -> None:
        self._commit = FilesByName(tree)
        self._left_out = sorted(path for path in files if unmeasured.match(path.removeprefix(folder)))
        self._asked = sorted(set(files) - set(self._left_out))

    def named_by(self, reports: Iterable[Collection[str]]) -> SourceFilesFact:
        """Return which of the files the ``reports``, each given as the names in it, do not name."""
        named: set[str] = set()
        doubtful: dict[str, tuple[str, ...]] = {}
        for names in reports:
            placement = placed(names, self._commit)
            named.update(placement.files.values())
            doubtful.update(placement.doubtful)
        unnamed = [path for path in self._asked if path not in named]
        missing = frozenset(unnamed)
        return SourceFilesFact(
            count=len(self._asked),
            unnamed=tuple(unnamed[:MOST_NAMED]),
            unnamed_count=len(unnamed),
            doubtful=tuple(
                sorted(name for name, may_be in doubtful.items() if not missing.isdisjoint(may_be))
            )[:MOST_NAMED],
            left_out=tuple(self._left_out[:MOST_NAMED]),
            left_out_count=len(self._left_out),
        )


def source_files(plan: Plan, build: Build, open_blob: OpenBlob) -> SourceFiles | None:
    """Return the source files of the build's software item; ``None`` where the build does not say what there is."""
    if build.tree is None:
        return None
    with open_blob(build.tree.sha256) as stream:
        tree = read_tree(stream.read())
    own = path_globs(paths_of(plan, build))
    files = [
        path
        for path, content in tree.items()
        if content not in EMPTY
        and holds_code(path)
        and not is_header(path)
        and path.startswith(build.folder)
        and own.match(path.removeprefix(build.folder))
    ]
    return SourceFiles(tree, files, _unmeasured(plan, build), build.folder)


def _unmeasured(plan: Plan, build: Build) -> PathGlobs:
    """Return what the plan lets go unmeasured; a text that is no pattern lets nothing go."""
    found = []
    try:
        unmeasured = software_item_of(plan, build.software_item).unmeasured
    except NotInPlan:
        unmeasured = None
    for pattern in unmeasured.paths if unmeasured else ():
        try:
            path_globs([pattern])
        except NotAPathGlob:
            continue
        found.append(pattern)
    return path_globs(found)
