"""Options by which a verb is told which artefact is meant: a file, folder or image at hand, a reference, a digest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from clausework.actions.given_artefact import given_artefact
from clausework.core.digests import parse_sha256
from clausework.core.image_references import parse_pinned_image
from clausework.core.printable import printable

Function = TypeVar("Function", bound=Callable[..., Any])


class Meant(msgspec.Struct, frozen=True):
    """The artefact that is meant: its digest, its name where one is known, what the digest is of where that is."""

    sha256: str
    name: str = ""
    target: str = ""


def artefact_options(function: Function) -> Function:
    """Add ``--artifact``, ``--image`` and ``--digest``."""
    for option in (
        click.option("--digest", help="Its SHA-256, where it is not at hand."),
        click.option(
            "--image", metavar="NAME@sha256:DIGEST", help="A container image, by the digest of its manifest."
        ),
        click.option(
            "--artifact",
            type=click.Path(path_type=Path, exists=True),
            help="The file, folder, or container image in the OCI layout (folder or tar file).",
        ),
    ):
        function = option(function)
    return function


def meant(artifact: Path | None, image: str | None, digest: str | None) -> Meant | None:
    """Return the artefact that the options name; ``None`` where none or several of them are given.

    Raises ``FileUnreadable``, ``ArtefactUnreadable``, ``NotAnImage``, ``NotPinned``, ``NotADigest``.
    """
    if sum(one is not None for one in (artifact, image, digest)) != 1:
        return None
    if artifact is not None:
        found = given_artefact(artifact)
        return Meant(found.sha256, printable(artifact.name), found.kind)
    if image is not None:
        pinned = parse_pinned_image(image)
        return Meant(pinned.sha256, pinned.name, "image")
    return Meant(parse_sha256(digest or ""))
