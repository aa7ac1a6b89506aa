"""Whether what a report says that it looked at is known to be something else than the build (7.1.3, 8.1.2).

A report says it in its own words, which are held against what the ledger knows: artefacts and commits of other builds,
lock files and names of other software items. What the ledger does not know contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, BuildOutputs
from clausework.plan.model import Plan, software_items
from clausework.trace.evidence_of import BuildEvidence

COMPONENT = "component"
"""What a bill of materials is about, among the words that targets begin with (see ``FindingsRead.targets``)."""

_NAMED = frozenset({COMPONENT, "image"})
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})(?![0-9a-f])")
_COMMIT = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")
_RUNS = re.compile(r"[-_. ]+")


class KnownTargets(msgspec.Struct, frozen=True):
    """What the ledger knows of builds, and the names of software items: what a target can turn out to be.

    ``artefacts`` and ``locks`` are those of other builds, each with whose it is; ``trees`` the source tree of the
    software item at each commit that was built.
    """

    build: Build
    own_artefacts: frozenset[str]
    artefacts: dict[str, str]
    trees: dict[str, frozenset[str]]
    locks: dict[str, str]
    own_names: frozenset[str]
    names: dict[str, str]


def known_targets(found: BuildEvidence, plan: Plan, records: Sequence[Record]) -> KnownTargets:
    """Return what targets of reports about the build can be held against."""
    own = found.build
    artefacts: dict[str, str] = {}
    trees: dict[str, set[str]] = {}
    locks: dict[str, str] = {}
    for body in (one.body for one in records if isinstance(one.body, Build | BuildOutputs)):
        if isinstance(body, BuildOutputs):
            whose = f"build {body.build[:12]} of {body.software_item}"
            artefacts |= {one.artefact.sha256: whose for one in body.outputs if body.build != own.id}
        elif body.software_item == own.software_item:
            trees.setdefault(body.commit, set()).add(body.source_tree)
        else:
            locks |= {one.name: body.software_item for one in body.locks}
    return KnownTargets(
        build=own,
        own_artefacts=frozenset(one.output.artefact.sha256 for one in found.outputs),
        artefacts=artefacts,
        trees={commit: frozenset(one) for commit, one in trees.items()},
        locks=locks,
        own_names=frozenset(_names_of(own.software_item, plan)),
        names={
            name: one.id
            for one in software_items(plan)
            if one.id != own.software_item
            for name in _names_of(one.id, plan)
        },
    )


def known_as_another(targets: Iterable[str], known: KnownTargets) -> str:
    """Return what the targets are known to be instead of the build, in words; empty where they may be of it."""
    said = tuple(targets)
    return (
        _another_artefact(said, known)
        or _another_source(said, known)
        or _another_lock(said, known)
        or _another_name(said, known)
    )


def _another_artefact(targets: Sequence[str], known: KnownTargets) -> str:
    digests = [digest for one in targets for digest in _DIGEST.findall(one)]
    if known.own_artefacts.intersection(digests):
        return ""
    return next(
        (
            f"sha256:{digest[:12]}, an artefact of {known.artefacts[digest]}"
            for digest in digests
            if digest in known.artefacts
        ),
        "",
    )


def _another_source(targets: Sequence[str], known: KnownTargets) -> str:
    commits = [commit for one in targets if one.startswith("commit ") for commit in _COMMIT.findall(one)]
    built = [commit for commit in commits if commit in known.trees]
    if not built or any(
        commit == known.build.commit or known.build.source_tree in known.trees[commit] for commit in built
    ):
        return ""
    return f"commit {built[0][:12]}, at which {known.build.software_item} has another source"


def _another_lock(targets: Sequence[str], known: KnownTargets) -> str:
    """Return the lock file of another software item that is named, where none is named that may be the build's own."""
    files = [_plain(one.removeprefix("file ")) for one in targets if one.startswith("file ")]
    own = {_plain(one.name) for one in known.build.locks}
    whose = {_plain(name): item for name, item in known.locks.items()}
    others = []
    for file in files:
        whole = [name for name in (*own, *whose) if _ends_with(file, name)]
        best = max(whole, key=lambda name: name.count("/"), default="")
        if best in own or (not best and any(_ends_with(name, file) for name in own)):
            return ""
        if best:
            others.append(f"{file}, a lock file of {whose[best]}")
    return others[0] if others else ""


def _another_name(targets: Sequence[str], known: KnownTargets) -> str:
    named = [(one, name) for one in targets for name in _names_in(one)]
    if any(name in known.own_names for _, name in named):
        return ""
    return next(
        (f"{target}, which is {known.names[name]}" for target, name in named if name in known.names), ""
    )


def _names_of(software_item: str, plan: Plan) -> tuple[str, ...]:
    return _normal(software_item), _normal(f"{plan.device.name}-{software_item}")


def _names_in(target: str) -> Iterator[str]:
    """Yield the name by which a target calls a product: an image's without registry and tag, a component's."""
    kind, _, text = target.partition(" ")
    if kind in _NAMED and text:
        last = text.split(" ")[0].partition("@")[0].rpartition("/")[2]
        yield _normal(last.partition(":")[0])


def _normal(name: str) -> str:
    return _RUNS.sub("-", name.strip()).lower()


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./").strip("/")


def _ends_with(path: str, end: str) -> bool:
    """Tell whether ``path`` is ``end``, told from a folder further up."""
    return path == end or path.endswith(f"/{end}")
