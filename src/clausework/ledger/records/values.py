"""Values that several kinds of record share."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256


class Made(msgspec.Struct, frozen=True):
    """When a record was made (the maker's claim), by whom (a person's e-mail or ``pipeline``), with what."""

    at: str
    actor: str
    software: str


class Descriptor(msgspec.Struct, frozen=True):
    """Bytes kept as a blob: the name they came under, SHA-256, length in bytes, media type."""

    name: str
    sha256: Sha256
    size: int
    media_type: str = "application/octet-stream"


class Reference(msgspec.Struct, frozen=True, order=True):
    """Another record: its index in the log and the SHA-256 of its Statement."""

    index: int
    sha256: Sha256

    def __str__(self) -> str:
        return f"#{self.index}"


class Origin(msgspec.Struct, frozen=True):
    """What evidence is about: the software item, the build and source tree, the commit, and the test level.

    ``build`` and ``source_tree`` are empty for evidence that names only digests (``--subject``). ``configuration`` is
    the description of what a test ran on, where one was given (clauses 5.7.5, 9.8).
    """

    software_item: str
    build: str = ""
    source_tree: str = ""
    commit: str = ""
    level: str = ""
    configuration: Descriptor | None = None


class Reading(msgspec.Struct, frozen=True):
    """How a file became facts: format, reader and its version, the raw bytes, the derived detail, remarks."""

    format: str
    reader: str
    raw: Descriptor
    detail: Descriptor
    remarks: tuple[str, ...] = ()


class Ratio(msgspec.Struct, frozen=True):
    """``covered`` of ``total``; never a float, so that a threshold is compared without rounding."""

    covered: int
    total: int

    def reaches(self, percent: int) -> bool:
        """Tell whether ``covered / total`` is at least ``percent`` per cent; nothing to cover reaches nothing."""
        return self.total > 0 and self.covered * 100 >= percent * self.total

    def __str__(self) -> str:
        return f"{self.covered}/{self.total}" + (
            f" ({self.covered * 100 // self.total} %)" if self.total else ""
        )
