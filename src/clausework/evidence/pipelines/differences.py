"""How two descriptions of a pipeline, and two builds' tools and runners, differ in meaning (clauses 5.1.10, 6.2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausework.evidence.pipelines.description import BroughtIn, PipelineDescription
from clausework.ledger.records.build import Build

_ENVIRONMENT = ("os", "machine", "container_image")
"""What of a machine changes its results; the kernel of a hosted runner is another one each week."""


def pipeline_differences(old: PipelineDescription, new: PipelineDescription) -> tuple[str, ...]:
    """Return a sentence for each difference: ``image ghcr.io/acme/build 3.11 → 3.12``."""
    return (
        *_files(old, new),
        *_brought_in(old.brought_in, new.brought_in),
        *_listed("runner", old.runners, new.runners),
        *_pairs("tool", old.tools, new.tools),
        *_listed("trigger", old.triggers, new.triggers),
        *_listed("secret", old.secrets, new.secrets),
        *_listed("deploying job", old.deploys, new.deploys),
        *_findings(old, new),
    )


def run_differences(old: Build, new: Build) -> tuple[str, ...]:
    """Return a sentence for each tool and each fact of the machine that is another than before."""
    before = {name: old.environment[name] for name in _ENVIRONMENT if name in old.environment}
    after = {name: new.environment[name] for name in _ENVIRONMENT if name in new.environment}
    return (*_pairs("tool", old.tools, new.tools), *_pairs("runner's", before, after))


def _files(old: PipelineDescription, new: PipelineDescription) -> Iterator[str]:
    before = {one.path: one.sha256 for one in old.definitions}
    after = {one.path: one.sha256 for one in new.definitions}
    for path in sorted(before | after):
        if path not in before:
            yield f"definition {path} is new"
        elif path not in after:
            yield f"definition {path} is gone"
        elif before[path] != after[path]:
            yield f"definition {path} changed"


def _brought_in(old: Iterable[BroughtIn], new: Iterable[BroughtIn]) -> Iterator[str]:
    before, after = _refs(old), _refs(new)
    for key in sorted(before | after):
        kind, name = key
        yield from _one_pair(f"{kind} {name}", before.get(key, ""), after.get(key, ""))


def _refs(brought: Iterable[BroughtIn]) -> dict[tuple[str, str], str]:
    """Return by kind and name what is asked for, all of it where a name stands with several revisions."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in brought:
        found.setdefault((one.kind, one.name), []).append(one.ref or "(no revision)")
    return {key: " and ".join(sorted(refs)) for key, refs in found.items()}


def _pairs(what: str, old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    for name in sorted(old | new):
        yield from _one_pair(f"{what} {name}", old.get(name, ""), new.get(name, ""))


def _one_pair(name: str, old: str, new: str) -> Iterator[str]:
    if not old:
        yield f"{name} {new} is new"
    elif not new:
        yield f"{name} {old} is gone"
    elif old != new:
        yield f"{name} {old} → {new}"


def _listed(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """Yield what is gone and new; where one took the place of one, as a change."""
    before, after = set(old), set(new)
    gone, fresh = sorted(before - after), sorted(after - before)
    if len(gone) == len(fresh) == 1:
        yield f"{what} {gone[0]} → {fresh[0]}"
        return
    yield from (f"{what} {name} is gone" for name in gone)
    yield from (f"{what} {name} is new" for name in fresh)


def _findings(old: PipelineDescription, new: PipelineDescription) -> Iterator[str]:
    before, after = {one.id for one in old.findings}, {one.id for one in new.findings}
    for one in new.findings:
        if one.id not in before:
            yield f"finding {one.id} {one.rule} at {one.place} is new"
    for one in old.findings:
        if one.id not in after:
            yield f"finding {one.id} {one.rule} is gone"
