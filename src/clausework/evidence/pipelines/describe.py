"""Describes the definitions of a pipeline: reads each, and judges all by the rules (5.1.10, 8.2.1; 13485 4.1.6)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

import msgspec

from clausework import __version__
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.places import Place
from clausework.evidence.fingerprints import Fingerprints
from clausework.evidence.pipelines.brought_in import find_brought_in
from clausework.evidence.pipelines.commands import Words, with_scripts, words
from clausework.evidence.pipelines.deployments import deployments, find_deployments
from clausework.evidence.pipelines.description import (
    FINDING,
    SCHEMA,
    BroughtIn,
    DefinitionFile,
    PipelineDescription,
    PipelineFinding,
    definitions_digest,
)
from clausework.evidence.pipelines.failures import find_failures
from clausework.evidence.pipelines.fetched import with_fetched_images
from clausework.evidence.pipelines.model import Definition, Sources, System
from clausework.evidence.pipelines.overrides import find_overrides
from clausework.evidence.pipelines.rules import RULES, Found
from clausework.evidence.pipelines.scripts import Scripts
from clausework.evidence.pipelines.yaml_nodes import NotReadable

_FINGERPRINT_LENGTH = 12
_MOST_FINDINGS = 500
_CALLED_ONLY = frozenset({"workflow_call"})
_FINDERS = (find_failures, find_deployments, find_overrides, find_brought_in)


class Chosen(msgspec.Struct, frozen=True):
    """A file that is a definition: its path, and the system that reads it (``None``: it is kept and not read)."""

    path: str
    system: System | None


def describe_pipeline(
    chosen: Iterable[Chosen],
    sources: Sources,
    *,
    authors: Mapping[str, tuple[str, tuple[str, ...]]] | None = None,
    deploys: Iterable[str] = (),
    environments: Iterable[str] = (),
) -> PipelineDescription:
    """Return the description of the definitions ``chosen``, and of what belongs to them in ``sources``.

    ``authors`` gives a path's last commit and who wrote it; ``deploys`` the plan's own deploying commands,
    ``environments`` those that take a signed release alone.
    """
    known = words(deploys, environments)
    systems: dict[str, str] = {}
    read: list[tuple[Definition, Words]] = []
    found: list[Found] = []
    for one in sorted(chosen, key=lambda one: one.path):
        systems[one.path] = one.system.name if one.system else ""
        try:
            if one.system is None:
                raise _unknown(one.path, sources)
            definition = one.system.read(one.path, sources)
            scripts = Scripts(sources, known)
            definition = with_fetched_images(scripts.put_in(definition), sources)
            read.append((definition, with_scripts(known, scripts.guarded)))
        except _NotAnalysed as error:
            found.append(error.found)
        except NotReadable as error:
            about = (one.path, error.what, sha256_of(sources.read(one.path) or b""))
            found.append(Found("unreadable", error.place, error.what, about))
    for definition, _ in read:
        for path in definition.others:
            systems.setdefault(path, definition.system)
    found += _judged(read)
    files = tuple(_file(path, system, sources, authors or {}) for path, system in sorted(systems.items()))
    every = [definition for definition, _ in read]
    return PipelineDescription(
        SCHEMA,
        f"clausework {__version__}",
        definitions_digest((one.path, one.sha256) for one in files),
        files,
        _findings(found),
        tuple(sorted({brought for one in every for brought in _brought_in(one)})),
        tuple(sorted({said.text for one in every for said in one.runners})),
        tuple(sorted({f"{one.path}: {said.text}" for one in every for said in one.triggers})),
        tuple(sorted({name for one in every for name in one.secrets})),
        tuple(sorted({f"{one.path}: {each.job.id}" for one, own in read for each in deployments(one, own)})),
        dict(sorted(pair for one in every for pair in one.tools)),
    )


class _NotAnalysed(NotReadable):
    """A definition is of no system that is read; ``found`` tells of it."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.said, found.place)
        self.found = found


def _unknown(path: str, sources: Sources) -> _NotAnalysed:
    about = (path, sha256_of(sources.read(path) or b""))
    return _NotAnalysed(Found("not-analysed", Place(path), "a definition of no system that is read", about))


def _judged(read: list[tuple[Definition, Words]]) -> list[Found]:
    """Return what the rules find; what is only called from elsewhere here is judged where it is called."""
    called = {path for definition, _ in read for path in definition.others}
    found: list[Found] = []
    for definition, known in read:
        triggers = {said.text for said in definition.triggers}
        if definition.path not in called or not triggers <= _CALLED_ONLY:
            for find in _FINDERS:
                found += find(definition, known)
    return found


def _findings(found: Iterable[Found]) -> tuple[PipelineFinding, ...]:
    """Return the findings by place, each with an ID of its own; what was found twice at one place stands once.

    More than can be looked at are told of in one that no review can accept.
    """
    fingerprints = Fingerprints()
    result: dict[tuple[object, ...], PipelineFinding] = {}
    for one in sorted(found, key=lambda one: (one.place, one.rule, one.said)):
        read = _digest_of(one.about)
        key = (one.rule, one.place, read)
        if key in result:
            continue
        if len(result) >= _MOST_FINDINGS:
            more = Found("unreadable", Place(one.place.path), f"more than {_MOST_FINDINGS} findings", ())
            result[key] = _finding(more, (more.said,), "")
            break
        about = ("pipeline", one.rule, one.place.path, read)
        _, _, ordinal = fingerprints.of(*about).partition("-")
        result[key] = _finding(one, about, ordinal)
    return tuple(result.values())


@functools.lru_cache(maxsize=1024)
def _digest_of(about: tuple[str, ...]) -> str:
    return sha256_of(canonical_json([" ".join(part.split()) for part in about]))


def _finding(one: Found, about: tuple[str, ...], ordinal: str) -> PipelineFinding:
    rule = RULES[one.rule]
    told = f"{one.said} in job '{one.job}'" if one.job else one.said
    sha256 = sha256_of(canonical_json([*about, ordinal]))
    return PipelineFinding(
        f"{FINDING}{sha256[:_FINGERPRINT_LENGTH]}",
        sha256,
        one.rule,
        rule.kind,
        one.place.path,
        one.place.line,
        f"{told}: {rule.reason}",
        rule.hint,
        rule.clauses,
        rule.definition,
        rule.final,
    )


def _file(
    path: str, system: str, sources: Sources, authors: Mapping[str, tuple[str, tuple[str, ...]]]
) -> DefinitionFile:
    data = sources.read(path) or b""
    commit, people = authors.get(path, ("", ()))
    return DefinitionFile(path, system, sha256_of(data), len(data), commit, people)


def _brought_in(definition: Definition) -> set[BroughtIn]:
    images = {BroughtIn("image", *_name_and_ref(one.name, one.digest)) for one in definition.images}
    return images | {BroughtIn(one.kind, one.name, one.ref, one.pinned) for one in definition.remotes}


def _name_and_ref(written: str, digest: str) -> tuple[str, str, bool]:
    """Return an image's name without its tag, the tag with the digest, and whether there is a digest."""
    folder, slash, last = written.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{folder}{slash}{name}", "@".join(filter(None, (tag, digest))), bool(digest)
