"""Builds: one software item at one commit in one pipeline run (clauses 5.1.10, 5.1.11, 5.8.5, 8.1)."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.values import Descriptor, Made


class Run(msgspec.Struct, frozen=True):
    """The CI run, or the desk: provider, run identity, address, runner's identity, who triggered it."""

    provider: str
    id: str
    url: str = ""
    runner: str = ""
    triggered_by: str = ""


class Build(msgspec.Struct, frozen=True):
    """What was to be built, from what, where and with what.

    ``id`` is SHA-256 over origin, software item, commit and run. ``source_tree`` is the digest of the
    commit's files under the software item's paths. ``commits`` describes the blob of the range's commits, one a
    line, oldest first. ``tools`` maps a tool to its version, ``environment`` a fact to its value.
    ``folder`` is the plan's folder within the repository, with a ``/`` behind it; empty at the top.
    ``tree`` describes the blob of all files of the commit, path and git's ID of the content, one a line;
    ``markers`` that of the markers in comments that name items. ``line`` is the release line of the plan.
    ``pipeline`` describes the blob of the pipeline's definitions and of what was found in them.
    """

    made: Made
    id: Sha256
    origin: str
    device: str
    software_system: str
    software_item: str
    safety_class: str
    version: str
    commit: str
    committed_at: str
    author: str
    source_tree: Sha256
    clean: bool
    changed_paths: tuple[str, ...]
    range_from: str
    commit_count: int
    commits: Descriptor
    locks: tuple[Descriptor, ...]
    plan: Sha256
    item_baseline: Sha256
    run: Run
    tools: dict[str, str]
    environment: dict[str, str]
    folder: str = ""
    tree: Descriptor | None = None
    markers: Descriptor | None = None
    line: str = "main"
    pipeline: Descriptor | None = None


class ArtefactSignature(msgspec.Struct, frozen=True):
    """The pipeline key's Ed25519 signature over an artefact's digest: key ID and base64 signature."""

    key_id: Sha256
    signature: str


class Output(msgspec.Struct, frozen=True):
    """One artefact of a build, its signature, and the version that it reports of itself (clause 5.8.4).

    The artefact of a folder is its listing, that of a container image its manifest; ``contents`` is then the whole, as
    a tar file. What the digest is of stands in the media type.
    """

    artefact: Descriptor
    signature: ArtefactSignature
    reported_version: str = ""
    contents: Descriptor | None = None


class BuildOutputs(msgspec.Struct, frozen=True):
    """Artefacts of a build; a build may have several such records."""

    made: Made
    build: Sha256
    software_item: str
    outputs: tuple[Output, ...]
    command: tuple[str, ...] = ()


class RebuiltOutput(msgspec.Struct, frozen=True):
    """An artefact's digest as first built and as built again (empty: it was not produced)."""

    name: str
    first: Sha256
    again: str


class Rebuild(msgspec.Struct, frozen=True):
    """A build made again from clean, compared by digest (clause 5.8.5); ``log`` is what the command printed."""

    made: Made
    build: Sha256
    software_item: str
    outcome: Literal["identical", "different", "failed"]
    outputs: tuple[RebuiltOutput, ...]
    command: tuple[str, ...]
    log: Descriptor
