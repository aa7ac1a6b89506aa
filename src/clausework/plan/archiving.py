"""What a release's archive holds beside source, artefacts, locks and plan, and how it is built from (clause 5.8.7)."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from clausework.plan.values import Command, Identifier, Text

ImageDigest = Annotated[
    str,
    msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)", description="'sha256:' and 64 hexadecimal digits"),
]


class BuilderImage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An image that builds run in: its name, the digest of its manifest (or configuration), its file if it is kept.

    ``file`` is what ``docker save`` wrote, or a tar of an OCI layout.
    """

    name: Text
    digest: ImageDigest
    file: str = ""


class ArchivedTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tool that the software is built or tested with; ``licence`` says under what it may be kept and used again.

    ``file`` is an installer or a package to keep; ``digest`` names it, where it is kept elsewhere; a tool with neither
    is in a builder image. Without a ``version`` it is the one that the build recorded.
    """

    name: Text
    licence: Text
    version: str = ""
    file: str = ""
    digest: ImageDigest | None = None


class NotArchived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dependency that a lock names and the archive need not hold, and why; ``*`` stands for any characters."""

    dependency: Text
    because: Annotated[str, msgspec.Meta(min_length=10, description="a reason of ten characters or more")]
    version: str = ""

    def covers(self, name: str, version: str) -> bool:
        """Tell whether this is the dependency of that name and version; no version covers all of them."""
        parts = (re.escape(part) for part in self.dependency.split("*"))
        return re.fullmatch(".*".join(parts), name) is not None and self.version in {"", version}


class Archiving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a release is archived.

    ``dependencies`` are the folders where the files are that the locks name; ``gather`` is a command that fetches them
    into ``CLAUSEWORK_DEPENDENCIES`` when some are missing. ``offline_build`` replaces a software item's build command
    where the archive is built from. ``always_rebuild`` asks that of every class, not of class C alone.
    ``without_isolation`` is the reason why such a build counts where the machine does not let its network be cut off.
    """

    dependencies: tuple[Text, ...] = ()
    gather: Command | None = None
    without: tuple[NotArchived, ...] = ()
    images: tuple[BuilderImage, ...] = ()
    tools: tuple[ArchivedTool, ...] = ()
    offline_build: dict[Identifier, Command] = {}
    always_rebuild: bool = False
    without_isolation: str = ""


def reason_without(archiving: Archiving, name: str, version: str) -> str:
    """Return the plan's reason why a dependency is not archived; empty where it gives none."""
    return next((one.because for one in archiving.without if one.covers(name, version)), "")
