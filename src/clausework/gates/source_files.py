"""Which of a software item's source files no coverage report names: what was not measured is not seen (clause 5.5.5).

The files are those of the commit under the software item's paths, told by their names to hold code. An empty file holds
none; a header of C or C++ is reported with what includes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import BinaryIO

import msgspec

from clausework.evidence.path_globs import NotAPathGlob, PathGlobs, path_globs
from clausework.evidence.tree_lines import EMPTY, read_tree
from clausework.gates.commit_facts import paths_of
from clausework.gates.facts import SourceFilesFact
from clausework.ledger.records.build import Build
from clausework.plan.model import NotInPlan, Plan, software_item_of
from clausework.trace.coverage import MergedFile, normalised
from clausework.trace.coverage_places import FilesByName, placed
from clausework.trace.source_suffixes import holds_code, is_header

MOST_NAMED = 20
"""Files named of each kind; the counts are of all."""

OpenBlob = Callable[[str], BinaryIO]


class NamedFiles(msgspec.Struct, frozen=True):
    """The files of the commit that one level's reports name: ``named`` by their paths, ``meant`` by the reports' names.

    ``doubtful`` are names that may mean several files, ``strange`` those that mean none.
    """

    named: frozenset[str]
    meant: dict[str, str]
    doubtful: dict[str, tuple[str, ...]]
    strange: frozenset[str]


class SourceFiles:
    """The source files of a build's software item, held against the names in coverage reports."""

    def __init__(
        self,
        tree: Collection[str],
        files: Collection[str],
        own: PathGlobs,
        unmeasured: PathGlobs,
        folder: str,
    ) -> None:
        self._commit = FilesByName(tree)
        self._own, self._unmeasured, self._folder = own, unmeasured, folder
        self._left_out = sorted(path for path in files if unmeasured.match(path.removeprefix(folder)))
        self._asked = sorted(set(files) - set(self._left_out))

    def named_by(self, reports: Iterable[Collection[str]]) -> NamedFiles:
        """Return which files of the commit the ``reports``, each given as the names in it, name."""
        meant: dict[str, str] = {}
        doubtful: dict[str, tuple[str, ...]] = {}
        strange: set[str] = set()
        for names in reports:
            placement = placed(names, self._commit)
            meant.update((normalised(name), path) for name, path in placement.files.items())
            doubtful.update(placement.doubtful)
            strange.update(set(names) - placement.files.keys() - placement.doubtful.keys())
        return NamedFiles(frozenset(meant.values()), meant, doubtful, frozenset(strange))

    def is_own(self, name: str, found: NamedFiles) -> bool:
        """Tell whether a report's ``name`` is of a file of the software item that is to be measured.

        A name that means no file of the commit is, where its end is under the software item's paths.
        """
        path = found.meant.get(name)
        if path is None:
            return ends_in(name, self._own) and not ends_in(name, self._unmeasured)
        inner = path.removeprefix(self._folder)
        return path.startswith(self._folder) and self._own.match(inner) and not self._unmeasured.match(inner)

    def fact(self, found: NamedFiles, own: Collection[MergedFile]) -> SourceFilesFact:
        """Return which files the reports do not name; ``own`` is what they show of the software item's files."""
        unnamed = [path for path in self._asked if path not in found.named]
        missing = frozenset(unnamed)
        called = {_last(path) for path in unnamed}
        doubtful = [name for name, may_be in found.doubtful.items() if not missing.isdisjoint(may_be)]
        doubtful += [name for name in found.strange if _last(name) in called]
        silent = sorted(one.path for one in own if not one.line.total)
        return SourceFilesFact(
            count=len(self._asked),
            unnamed=tuple(unnamed[:MOST_NAMED]),
            unnamed_count=len(unnamed),
            doubtful=tuple(sorted(doubtful)[:MOST_NAMED]),
            left_out=tuple(self._left_out[:MOST_NAMED]),
            left_out_count=len(self._left_out),
            any_own=len(silent) < len(own),
            silent=tuple(silent[:MOST_NAMED]),
            silent_count=len(silent),
        )


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def ends_in(path: str, globs: PathGlobs) -> bool:
    """Tell whether any end of a report's ``path`` matches: reports name files from different folders."""
    parts = path.lstrip("/").split("/")
    return any(globs.match("/".join(parts[at:])) for at in range(len(parts)))


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
    return SourceFiles(tree, files, own, _unmeasured(plan, build), build.folder)


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
