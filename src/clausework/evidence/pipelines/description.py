"""The description of a build's pipeline: its definitions by digest, what they bring in, and what the rules find.

The document is JSON. ``sha256`` is the digest over the definitions alone: a review binds to it, so that a definition
that changed has to be reviewed again, and nothing else has.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.evidence.pipelines.rules import Kind

SCHEMA = "urn:clausework:pipeline:v1"
MEDIA_TYPE = "application/json"
NAME = "pipeline.json"

FINDING = "pipeline:"
"""What the ID of a finding begins with."""


class DefinitionFile(msgspec.Struct, frozen=True):
    """A file of the definitions: path, CI system (empty: of none that is read), digest, and its last commit.

    ``authors`` are the addresses of those who wrote that commit; none where a shallow clone does not tell.
    """

    path: str
    system: str
    sha256: Sha256
    size: int
    commit: str = ""
    authors: tuple[str, ...] = ()


class PipelineFinding(msgspec.Struct, frozen=True):
    """What a rule finds in the definitions.

    ``id`` stays the same while what a review would read of it stays, and a review binds to ``sha256``. ``definition``
    tells that something unpinned is part of the definition itself; ``final`` that no review can accept it.
    """

    id: str
    sha256: Sha256
    rule: str
    kind: Kind
    path: str
    line: int
    message: str
    hint: str
    clauses: tuple[str, ...]
    definition: bool = False
    final: bool = False

    @property
    def place(self) -> str:
        """The place as ``path:line``."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def is_asked(self, pinned: str) -> bool:
        """Tell whether it counts where ``pinned`` (``none``, ``definitions``, ``all``) is to be pinned by digest."""
        if self.kind != "unpinned":
            return True
        return pinned == "all" or (pinned == "definitions" and self.definition)


class BroughtIn(msgspec.Struct, frozen=True, order=True):
    """Something from elsewhere: kind, name, revision or tag as asked for, and whether a digest pins it."""

    kind: str
    name: str
    ref: str
    pinned: bool


class PipelineDescription(msgspec.Struct, frozen=True):
    """The document. ``secrets`` are names and never values; ``deploys`` the jobs that deploy."""

    schema: str
    reader: str
    sha256: str
    definitions: tuple[DefinitionFile, ...]
    findings: tuple[PipelineFinding, ...] = ()
    brought_in: tuple[BroughtIn, ...] = ()
    runners: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    deploys: tuple[str, ...] = ()
    tools: dict[str, str] = {}


def definitions_digest(files: Iterable[tuple[str, str]]) -> str:
    """Return the digest over definitions given as path and SHA-256; empty where there are none."""
    found = sorted(files)
    return sha256_of(canonical_json(found)) if found else ""


def description_bytes(description: PipelineDescription) -> bytes:
    """Return the description as the bytes of its blob; ``read_description`` reads them."""
    return canonical_json(description)


def read_description(data: bytes) -> PipelineDescription:
    """Return what ``description_bytes`` wrote."""
    return msgspec.json.decode(data, type=PipelineDescription)
