"""Files of container images: whether one is the image that a digest names, with every layer (clause 5.8.7).

Read are what ``docker save`` writes and a tar of an OCI image layout. Nothing is unpacked: each member is hashed where
it stands, so that a hostile file can neither write nor fill anything.
"""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path
from typing import Any

import msgspec

_LARGEST_JSON = 4 << 20
_MOST_JSON = 64 << 20
_MOST_MEMBERS = 20_000
_MOST_DOCUMENTS = 200
_CHUNK = 1 << 20


class _Members(msgspec.Struct):
    """The members of an image's file: SHA-256 by name, and the bytes of those that may be JSON by digest."""

    digests: dict[str, str] = {}
    documents: dict[str, bytes] = {}


def image_fault(path: Path, digest: str) -> str:
    """Return why the file at ``path`` is not the whole image ``digest`` (``sha256:`` and 64 digits); empty if it is.

    The digest is that of a manifest in the file, of an index of several, or of the image's configuration.
    """
    try:
        members = _read(path)
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        return f"it cannot be read as an image: {error}"
    if members is None:
        return f"it has more than {_MOST_MEMBERS} members, or one twice"
    wanted = digest.removeprefix("sha256:")
    if wanted in members.documents:
        return _fault_of(members, wanted, _MOST_DOCUMENTS)
    return f"no manifest or configuration in it has the digest {digest}"


def _read(path: Path) -> _Members | None:
    found = _Members()
    count = 0
    left = _MOST_JSON
    with tarfile.open(path, "r:*") as bundle:
        for member in bundle:
            count += 1
            if count > _MOST_MEMBERS:
                return None
            stream = bundle.extractfile(member) if member.isreg() else None
            if stream is None:
                continue
            name = member.name.removeprefix("./")
            if name in found.digests:
                return None
            hasher = hashlib.sha256()
            kept = bytearray()
            small = member.size <= min(_LARGEST_JSON, left)
            while chunk := stream.read(_CHUNK):
                hasher.update(chunk)
                if small:
                    kept += chunk
            found.digests[name] = hasher.hexdigest()
            if small and bytes(kept[:1]) in {b"{", b"["}:
                found.documents[hasher.hexdigest()] = bytes(kept)
                left -= len(kept)
    return found


def _fault_of(members: _Members, digest: str, left: int) -> str:
    """Return what an index, manifest or configuration names and the file lacks."""
    if left <= 0:
        return "its manifests lead to too many others"
    document = _json(members.documents.get(digest))
    if document is None:
        return f"sha256:{digest} in it is not sound JSON"
    if isinstance(document.get("manifests"), list):
        inner = [_digest_of(one) for one in document["manifests"] if not _is_beside(one)]
        held = [one for one in inner if one in members.documents]
        if not held:
            return "it holds none of the images that its index names"
        return next(filter(None, (_fault_of(members, one, left - len(held)) for one in held)), "")
    if isinstance(document.get("layers"), list):
        named = [_digest_of(document.get("config")), *map(_digest_of, document["layers"])]
        kept = set(members.digests.values())
        lacking = [one for one in named if one not in kept]
        return f"it lacks sha256:{lacking[0] or '(unnamed)'}" if lacking else ""
    if isinstance(document.get("rootfs"), dict):
        return _configuration_fault(members, digest, document["rootfs"].get("diff_ids"))
    return f"sha256:{digest} in it is neither a manifest nor a configuration"


def _configuration_fault(members: _Members, digest: str, layers: Any) -> str:
    """A configuration names its layers unpacked, as ``docker save`` keeps them."""
    if not isinstance(layers, list) or not layers:
        return "its configuration names no layers"
    kept = set(members.digests.values())
    lacking = [str(one) for one in layers if str(one).removeprefix("sha256:") not in kept]
    if lacking:
        return f"it lacks the layer {lacking[0][:80]} of configuration sha256:{digest}"
    return ""


def _is_beside(descriptor: Any) -> bool:
    """Tell whether an index names something about an image and no image: how it was built, which runs nowhere."""
    platform = descriptor.get("platform") if isinstance(descriptor, dict) else None
    return isinstance(platform, dict) and platform.get("architecture") == "unknown"


def _digest_of(descriptor: Any) -> str:
    text = descriptor.get("digest", "") if isinstance(descriptor, dict) else ""
    return text.removeprefix("sha256:") if isinstance(text, str) else ""


def _json(data: bytes | None) -> dict[str, Any] | None:
    try:
        value = msgspec.json.decode(data or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
