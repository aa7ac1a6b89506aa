"""From the coverage reports of a build to one fact per level: what all of them together show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from clausework.evidence.detail import FileCoverage, read_detail
from clausework.evidence.path_globs import PathGlobs, path_globs
from clausework.gates.commit_facts import paths_of
from clausework.gates.facts import CoverageFact, CoveredFile, OwnCoverage
from clausework.gates.source_files import SourceFiles, ends_in, source_files
from clausework.ledger.records import Record
from clausework.plan.model import Plan
from clausework.trace.coverage import MergedCoverage, MergedFile, merge, summed
from clausework.trace.evidence_of import BuildEvidence

MOST_FILES = 10_000
"""Files kept in the facts of one level; of more, those with the most lines that did not run."""

MOST_NAMED = 20
"""Files named where branches or conditions were not measured in them, and pairs of names of one file."""

OpenBlob = Callable[[str], BinaryIO]


def coverage_facts(
    found: BuildEvidence, superseded: Mapping[str, str], open_blob: OpenBlob, plan: Plan
) -> tuple[CoverageFact, ...]:
    """Return for each level what the build's reports show together, those left out that a decision supersedes."""
    by_level: dict[str, list[Record]] = {}
    for record in found.coverage:
        if record.sha256 not in superseded:
            by_level.setdefault(record.body.origin.level, []).append(record)
    if not by_level:
        return ()
    globs = path_globs(paths_of(plan, found.build))
    sources = source_files(plan, found.build, open_blob)
    return tuple(_of_level(level, records, open_blob, globs, sources) for level, records in by_level.items())


def _of_level(
    level: str, records: list[Record], open_blob: OpenBlob, globs: PathGlobs, sources: SourceFiles | None
) -> CoverageFact:
    named: list[set[str]] = []
    merged = merge(_lines(record, open_blob, named) for record in records)
    found = sources.named_by(named) if sources else None
    own = tuple(
        one
        for one in merged.files
        if (sources.is_own(one.path, found) if sources and found else ends_in(one.path, globs))
    )
    branch_gaps = [one.path for one in merged.files if one.branch_gap]
    mcdc_gaps = [one.path for one in merged.files if one.mcdc_gap]
    return CoverageFact(
        record=records[-1].index,
        level=level,
        line=merged.line,
        branch=merged.branch,
        mcdc=merged.mcdc,
        records=tuple(dict.fromkeys(record.index for record in records)),
        file_count=len(merged.files),
        files=_files(merged),
        branch_gaps=tuple(branch_gaps[:MOST_NAMED]),
        branch_gap_count=len(branch_gaps),
        mcdc_gaps=tuple(mcdc_gaps[:MOST_NAMED]),
        mcdc_gap_count=len(mcdc_gaps),
        doubts=tuple(str(one) for one in merged.doubts[:MOST_NAMED]),
        joined=tuple(str(one) for one in merged.joined[:MOST_NAMED]),
        own=_own(merged, own),
        sources=sources.fact(found, own) if sources and found else None,
    )


def _own(merged: MergedCoverage, own: tuple[MergedFile, ...]) -> OwnCoverage | None:
    """Return the ``own`` part of ``merged``: tests and libraries that ran say nothing about the software item.

    Where none is its own, or all are, the reports are taken as they are.
    """
    if not own or len(own) == len(merged.files):
        return None
    found = summed(own)
    kept = frozenset(one.path for one in own)
    outside = [one.path for one in merged.files if one.path not in kept]
    return OwnCoverage(found.line, found.branch, found.mcdc, tuple(outside[:MOST_NAMED]))


def _lines(record: Record, open_blob: OpenBlob, named: list[set[str]]) -> Iterator[FileCoverage]:
    """Yield what a report says of each file; the names that it has for them are added to ``named``."""
    names: set[str] = set()
    named.append(names)
    with open_blob(record.body.reading.detail.sha256) as stream:
        for one in read_detail(stream, FileCoverage):
            names.add(one.path)
            yield one


def _files(merged: MergedCoverage) -> tuple[CoveredFile, ...]:
    kept = merged.files
    if len(kept) > MOST_FILES:
        kept = tuple(sorted(sorted(kept, key=_not_run, reverse=True)[:MOST_FILES], key=lambda one: one.path))
    return tuple(CoveredFile(one.path, one.line, one.branch, one.mcdc) for one in kept)


def _not_run(one: MergedFile) -> int:
    return one.line.total - one.line.covered
