"""What a verifier finds: problems and remarks with their place, and what a store can say of its own files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing that is not as it was recorded: where (an entry, a blob, a tile, a checkpoint, a file), and what."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class Inspection(msgspec.Struct, frozen=True):
    """What a store finds in its own files; a remark is worth knowing and nothing is lost by it."""

    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


@runtime_checkable
class SelfInspecting(Protocol):
    """A log or blobs that can check the files beneath them, every byte."""

    def inspect(self) -> Inspection:
        """Return what is wrong with the files; never raises for damage."""
        ...


@runtime_checkable
class CheckpointHistory(Protocol):
    """A log that keeps every checkpoint that it ever had."""

    def checkpoints(self) -> Iterator[bytes]:
        """Yield every checkpoint, oldest first."""
        ...
