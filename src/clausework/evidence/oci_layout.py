"""Container images in the OCI image layout, as a folder or an uncompressed tar file: one manifest, by its digest.

Specification: OCI image layout 1.0 (``oci-layout``, ``index.json``, ``blobs/sha256/``). What is read is checked against
the digest that names it, every layer included. What another program could take for another image is refused: a member
that a tar file has twice, a file beside the image, a ``manifest.json`` for ``docker load`` that names other parts.
"""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

import msgspec

from clausework.core.digests import Sha256, sha256_of, sha256_of_stream
from clausework.core.errors import InputRejected
from clausework.core.printable import printable

LAYOUT, INDEX = "oci-layout", "index.json"
_LEGACY = "manifest.json"
_OWN = frozenset({LAYOUT, INDEX, _LEGACY, "repositories"})
_PART = re.compile(r"blobs/[a-z0-9]+/[0-9a-f]{32,128}")
_LARGEST_MANIFEST = 4 << 20
_MOST_MEMBERS = 10_000
_MOST_BLOBS = 5_000
_INDEXES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    }
)
_MANIFESTS = frozenset(
    {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    }
)


class NotAnImage(InputRejected):
    """A container image has no digest of its own, more than one, or does not hold what it names."""

    hint = "Write it in the OCI layout, one image: 'docker buildx build --output type=oci,dest=image.tar'."


class Image(msgspec.Struct, frozen=True):
    """An image's manifest (or index of platforms): its digest, media type and bytes."""

    sha256: Sha256
    media_type: str
    manifest: bytes


class _Descriptor(msgspec.Struct, frozen=True, rename="camel"):
    digest: str
    media_type: str = ""


class _Index(msgspec.Struct, frozen=True):
    manifests: tuple[_Descriptor, ...]


class _Manifest(msgspec.Struct, frozen=True):
    config: _Descriptor
    layers: tuple[_Descriptor, ...] = ()


class _Saved(msgspec.Struct, frozen=True, rename="pascal"):
    """An image as ``docker load`` takes it: the paths of its configuration and layers."""

    config: str
    layers: tuple[str, ...] = ()


Shape = TypeVar("Shape", _Index, _Manifest, tuple[_Saved, ...])


class _NoSuchMember(Exception):
    pass


_Open = Callable[[str], BinaryIO]
"""Opens a member by its path; raises ``_NoSuchMember``."""


def is_layout(folder: Path) -> bool:
    """Tell whether ``folder`` is an image in the OCI layout."""
    return (folder / LAYOUT).is_file() and (folder / INDEX).is_file()


def is_layout_tar(path: Path) -> bool:
    """Tell whether the file is an uncompressed tar file of an image, of this layout or of what docker saved before."""
    try:
        with tarfile.open(path, "r:") as archive:
            for number, member in enumerate(archive):
                name = _plain(member.name)
                if name == LAYOUT or (name == _LEGACY and _is_docker(archive.extractfile(member))):
                    return True
                if number > _MOST_MEMBERS:
                    return False
    except (tarfile.TarError, ValueError, EOFError):
        return False
    return False


def _is_docker(stream: IO[bytes] | None) -> bool:
    """Tell whether a manifest.json is that of a saved image, and not just a file of that name."""
    data = stream.read(_LARGEST_MANIFEST) if stream else b""
    return b'"Config"' in data and b'"Layers"' in data


def image_in_folder(folder: Path) -> Image:
    """Return the image in the layout at ``folder``, every part of it checked; raises ``NotAnImage``, ``OSError``."""

    def refuse(error: OSError) -> None:
        raise error

    names = (
        Path(place, name).relative_to(folder).as_posix()
        for place, folders, files in os.walk(folder, onerror=refuse)
        for name in (*files, *(one for one in folders if Path(place, one).is_symlink()))
    )
    _refuse_strange(names, str(folder))

    def member(name: str) -> BinaryIO:
        path = folder / name
        if path.is_symlink() or not path.is_file():
            raise _NoSuchMember
        return path.open("rb")

    return _image(member, str(folder))


def image_in_tar(path: Path) -> Image:
    """Return the image in the tar file at ``path``, every part of it checked; raises ``NotAnImage``."""
    with _members(path) as member:
        return _image(member, str(path))


@contextmanager
def _members(path: Path) -> Iterator[_Open]:
    try:
        with tarfile.open(path, "r:") as archive:
            known: dict[str, tarfile.TarInfo] = {}
            for one in archive:
                name = _plain(one.name)
                if one.isreg() and name in known:
                    raise NotAnImage(f"'{path}' has two members named '{printable(name)}'.")
                if len(known) >= _MOST_MEMBERS:
                    raise NotAnImage(f"'{path}' has more than {_MOST_MEMBERS} members.")
                if one.isreg():
                    known[name] = one
                elif not one.isdir():
                    raise NotAnImage(f"'{path}' holds '{printable(name)[:80]}', which is no plain file.")
            if INDEX in known:
                _refuse_strange(known, str(path))

            def member(name: str) -> BinaryIO:
                found = archive.extractfile(known[name]) if name in known else None
                if found is None:
                    raise _NoSuchMember
                return found  # type: ignore[return-value]

            yield member
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise NotAnImage(f"'{path}' cannot be read as an image: {error}.") from error


def _plain(name: str) -> str:
    return name.removeprefix("./")


def _refuse_strange(names: Iterable[str], where: str) -> None:
    """Raise ``NotAnImage`` for a file that is no part of a layout: the image's digest says nothing of it."""
    strange = next((name for name in sorted(names) if name not in _OWN and not _PART.fullmatch(name)), None)
    if strange is not None:
        raise NotAnImage(
            f"'{where}' holds '{printable(strange)[:80]}' beside an image, which is not in the image's digest.",
            hint="Give the image alone, or pack what belongs together into one file that no image is in.",
        )


def _image(member: _Open, where: str) -> Image:
    try:
        index = _read(member, INDEX, where)
    except _NoSuchMember as error:
        raise NotAnImage(
            f"'{where}' is an image without index.json, as an older docker saved it: it has no digest that a registry"
            " or a container runtime would know it by."
        ) from error
    found = {one.digest: one for one in _decoded(index, _Index, where).manifests}
    if len(found) != 1:
        raise NotAnImage(
            f"'{where}' holds {len(found)} images; one has one digest.", hint="Export one image alone."
        )
    (chosen,) = found.values()
    manifest = _blob(member, chosen.digest, where)
    if chosen.media_type not in _INDEXES | _MANIFESTS:
        raise NotAnImage(f"'{where}' holds a '{printable(chosen.media_type)[:80]}', which is no image.")
    _check_saved(member, _check_whole(member, chosen, where), where)
    return Image(_sha256(chosen.digest, where), chosen.media_type, manifest)


def _check_saved(member: _Open, manifests: Iterable[_Manifest], where: str) -> None:
    """Raise ``NotAnImage`` where ``docker load``, which reads another manifest, would take another image."""
    try:
        saved = _decoded(_read(member, _LEGACY, where), tuple[_Saved, ...], where)
    except _NoSuchMember:
        return
    known = {tuple(_path(each) for each in (one.config, *one.layers)) for one in manifests}
    if any((one.config, *one.layers) not in known for one in saved):
        raise NotAnImage(f"'{where}': its {_LEGACY} names another image than its {INDEX}.")


def _path(part: _Descriptor) -> str:
    return f"blobs/{part.digest.replace(':', '/')}"


def _check_whole(member: _Open, first: _Descriptor, where: str) -> list[_Manifest]:
    """Return the manifests of the image; raise ``NotAnImage`` unless everything that they name is there and whole."""
    left, seen = [first], {first.digest}
    manifests: list[_Manifest] = []
    while left:
        one = left.pop()
        if one.media_type in _INDEXES:
            named = _decoded(_blob(member, one.digest, where), _Index, where).manifests
        elif one.media_type in _MANIFESTS:
            manifests.append(_decoded(_blob(member, one.digest, where), _Manifest, where))
            named = (manifests[-1].config, *manifests[-1].layers)
        else:
            _check_blob(member, one.digest, where)
            continue
        new = [each for each in named if each.digest not in seen]
        seen.update(each.digest for each in new)
        left += new
        if len(seen) > _MOST_BLOBS:
            raise NotAnImage(f"'{where}' names more than {_MOST_BLOBS} parts.")
    return manifests


def _check_blob(member: _Open, digest: str, where: str) -> None:
    sha256 = _sha256(digest, where)
    try:
        with member(f"blobs/sha256/{sha256}") as stream:
            found = sha256_of_stream(stream)[0]
    except _NoSuchMember as error:
        raise NotAnImage(f"'{where}' lacks the part {digest} that it names.") from error
    if found != sha256:
        raise NotAnImage(f"'{where}': the part {digest} is another, {found}.")


def _blob(member: _Open, digest: str, where: str) -> bytes:
    sha256 = _sha256(digest, where)
    try:
        data = _read(member, f"blobs/sha256/{sha256}", where)
    except _NoSuchMember as error:
        raise NotAnImage(f"'{where}' lacks the part {digest} that it names.") from error
    if sha256_of(data) != sha256:
        raise NotAnImage(f"'{where}': the part {digest} is another, {sha256_of(data)}.")
    return data


def _read(member: _Open, name: str, where: str) -> bytes:
    with member(name) as stream:
        data = stream.read(_LARGEST_MANIFEST + 1)
    if len(data) > _LARGEST_MANIFEST:
        raise NotAnImage(f"'{where}': {name} has more than {_LARGEST_MANIFEST} bytes.")
    return data


def _decoded(data: bytes, shape: type[Shape], where: str) -> Shape:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAnImage(f"'{where}': a manifest cannot be read: {error}.") from error


def _sha256(digest: str, where: str) -> str:
    algorithm, _, value = digest.partition(":")
    if algorithm != "sha256" or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise NotAnImage(f"'{where}' names a part by '{printable(digest)[:80]}', which is no SHA-256.")
    return value
