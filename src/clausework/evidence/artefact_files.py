"""What an artefact's digest is of: a file's bytes, a directory's listing, a container image's manifest (5.8.8, 8.1.1).

A directory's digest is the SHA-256 of its listing: UTF-8 JSON Lines, each line canonical JSON, the first a header
``{"schema":"urn:clausework:directory:v1"}``, then one line a file or link in the byte order of their paths, with
``/`` between names: ``{"mode":"100644","path":...,"sha256":...,"size":...}`` for a file (``100755`` where its owner
may execute it, set-ID and sticky bits in front as in ``104755``), ``{"link":...,"mode":"120000","path":...}`` for a
symbolic link, which stays within the directory. Empty directories, owners and times say nothing.

An image is a folder or an uncompressed tar file in the OCI image layout, as ``docker buildx build --output type=oci``,
``skopeo`` and newer ``docker save`` write it; its digest is that of the one manifest or index that it holds, the one
by which a registry and a container runtime name it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of, sha256_of_stream
from clausework.core.errors import InputRejected
from clausework.core.printable import printable
from clausework.evidence.oci_layout import image_in_folder, image_in_tar, is_layout, is_layout_tar

DIRECTORY_SCHEMA = "urn:clausework:directory:v1"
DIRECTORY_TYPE = "application/vnd.clausework.directory+jsonl"
MOST_FILES = 200_000

Kind = Literal["file", "directory", "image"]


class ArtefactUnreadable(InputRejected):
    """What is named as an artefact cannot be read, or is nothing that has one digest."""

    hint = "Name a file, a folder of plain files, or a container image in the OCI layout, that this user may read."


class Listed(msgspec.Struct, frozen=True):
    """One entry of a directory: path with ``/``, mode as git writes it, digest and size of a file, target of a link."""

    path: str
    mode: str
    sha256: str = ""
    size: int = 0
    link: str = ""


class Artefact(msgspec.Struct, frozen=True):
    """An artefact on disk: what its digest is of, the digest, and the bytes that have it (empty: those of the file).

    ``size`` is that of these bytes. ``entries`` lists a directory.
    """

    kind: Kind
    sha256: Sha256
    size: int
    media_type: str
    manifest: bytes = b""
    entries: tuple[Listed, ...] = ()


def artefact_at(path: Path) -> Artefact:
    """Return the artefact at ``path``; raises ``ArtefactUnreadable``, ``NotAnImage``."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _image(path) if is_layout(path) else _directory(path)
        if not stat.S_ISREG(mode):
            raise ArtefactUnreadable(f"'{path}' is neither a plain file nor a folder.")
        if is_layout_tar(path):
            return _image(path)
        with path.open("rb") as stream:
            sha256, size = sha256_of_stream(stream)
    except OSError as error:
        raise ArtefactUnreadable(f"'{path}' cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ArtefactUnreadable(f"'{printable(str(path))}' cannot be read: {error}.") from error
    return Artefact("file", sha256, size, "application/octet-stream")


def listing(root: Path) -> tuple[Listed, ...]:
    """Return the files and links below ``root`` in the order of its listing; raises ``ArtefactUnreadable``."""
    found: list[Listed] = []
    for path in _entries(root):
        if len(found) == MOST_FILES:
            raise ArtefactUnreadable(
                f"'{root}' holds more than {MOST_FILES} files.", hint="Pack it into one file."
            )
        found.append(_listed(root, path))
    return tuple(sorted(found, key=lambda one: one.path.encode()))


def _image(path: Path) -> Artefact:
    image = image_in_folder(path) if path.is_dir() else image_in_tar(path)
    return Artefact("image", image.sha256, len(image.manifest), image.media_type, image.manifest)


def _directory(root: Path) -> Artefact:
    entries = listing(root)
    if not any(one.sha256 for one in entries):
        raise ArtefactUnreadable(f"The folder '{root}' holds no file.")
    lines = [{"schema": DIRECTORY_SCHEMA}, *(_line(one) for one in entries)]
    data = b"".join(canonical_json(line) + b"\n" for line in lines)
    return Artefact("directory", sha256_of(data), len(data), DIRECTORY_TYPE, data, entries)


def _line(one: Listed) -> dict[str, object]:
    if one.link:
        return {"link": one.link, "mode": one.mode, "path": one.path}
    return {"mode": one.mode, "path": one.path, "sha256": one.sha256, "size": one.size}


def _entries(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise ArtefactUnreadable(f"'{error.filename}' cannot be read: {error.strerror}.") from error

    for folder, folders, files in os.walk(root, onerror=refuse):
        for name in folders:
            if Path(folder, name).is_symlink():
                yield Path(folder, name)
        for name in files:
            yield Path(folder, name)


def _listed(root: Path, path: Path) -> Listed:
    name = path.relative_to(root).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise ArtefactUnreadable(f"The name of '{printable(str(path))}' is not UTF-8.") from error
    before = path.lstat()
    if stat.S_ISLNK(before.st_mode):
        return Listed(name, "120000", link=_link(root, path))
    if not stat.S_ISREG(before.st_mode):
        raise ArtefactUnreadable(f"'{printable(str(path))}' is neither a plain file nor a link.")
    with path.open("rb") as stream:
        sha256, size = sha256_of_stream(stream)
    special = (before.st_mode & 0o7000) >> 9
    executable = "755" if before.st_mode & stat.S_IXUSR else "644"
    return Listed(name, f"10{special}{executable}", sha256, size)


def _link(root: Path, path: Path) -> str:
    """Return what the link says; raises ``ArtefactUnreadable`` where it leads out of the directory."""
    target = os.readlink(path)  # noqa: PTH115 - as it is written
    inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
    if os.path.isabs(target) or not inside:  # noqa: PTH117
        raise ArtefactUnreadable(
            f"'{printable(str(path))}' is a link to '{printable(target)}', outside of the folder.",
            hint="Put the file itself there: what lies outside is not in the digest.",
        )
    try:
        target.encode()
    except UnicodeEncodeError as error:
        raise ArtefactUnreadable(f"The link '{printable(str(path))}' is not UTF-8.") from error
    return target
