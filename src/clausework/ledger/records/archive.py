"""What an archive holds, what it lacks, and how software was built from it (clause 5.8.7)."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.build import RebuiltOutput
from clausework.ledger.records.values import Descriptor, Made, Reference


class ArchivedFiles(msgspec.Struct, frozen=True):
    """Files of a candidate's archive, as many as one record holds; names are paths within the archive."""

    made: Made
    candidate: Reference
    contents: tuple[Descriptor, ...]


class NotInArchive(msgspec.Struct, frozen=True):
    """Something that belongs in the archive and was not found: what kind, its name and version, who names it."""

    kind: Literal["dependency", "lock", "source", "image", "tool", "evidence"]
    name: str
    version: str
    named_by: str


class KeptImage(msgspec.Struct, frozen=True):
    """A builder image: name, digest, the path of its file in the archive (empty: it is kept by digest alone)."""

    name: str
    digest: str
    path: str = ""


class KeptTool(msgspec.Struct, frozen=True):
    """A tool: name, version, licence note, the digest by which it is named, its path in the archive if it is there."""

    name: str
    version: str
    licence: str
    digest: str = ""
    path: str = ""


class OfflineRebuild(msgspec.Struct, frozen=True):
    """A build made again from a candidate's archive; ``isolated``: without a network that it could have reached.

    ``supplied`` is how many files of dependencies the archive provided; ``log`` is what the command printed.
    """

    made: Made
    candidate: Reference
    software_item: str
    build: Sha256
    outcome: Literal["identical", "different", "failed"]
    isolated: bool
    supplied: int
    outputs: tuple[RebuiltOutput, ...]
    command: tuple[str, ...]
    log: Descriptor
    problem: str = ""
