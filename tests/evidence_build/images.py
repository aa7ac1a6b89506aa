"""Container images in the OCI layout, made for a test."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

from clausework.core.digests import sha256_of

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
Layout = dict[str, bytes]
"""An image's members by their paths."""


def _descriptor(media_type: str, data: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": f"sha256:{sha256_of(data)}", "size": len(data)}


def image(*, code: bytes = b"code", platforms: int = 0, tags: int = 1) -> Layout:
    """Return an image of one layer; of several ``platforms`` under one index, if asked; under several ``tags``."""
    members: Layout = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def blob(media_type: str, data: bytes) -> dict[str, object]:
        members[f"blobs/sha256/{sha256_of(data)}"] = data
        return _descriptor(media_type, data)

    def manifest(layer: bytes) -> dict[str, object]:
        config = blob("application/vnd.oci.image.config.v1+json", json.dumps({"os": layer.decode()}).encode())
        layers = [blob("application/vnd.oci.image.layer.v1.tar", layer)]
        document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
        return blob(MANIFEST, json.dumps(document).encode())

    if platforms:
        named = [manifest(code + str(number).encode()) for number in range(platforms)]
        top = blob(INDEX, json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": named}).encode())
    else:
        top = manifest(code)
    tagged = [{**top, "annotations": {"org.opencontainers.image.ref.name": f"t{tag}"}} for tag in range(tags)]
    members["index.json"] = json.dumps({"schemaVersion": 2, "manifests": tagged}).encode()
    return members


def digest_of(members: Layout) -> str:
    """Return the digest of the image: that of what its index.json names."""
    named: str = json.loads(members["index.json"])["manifests"][0]["digest"]
    return named.removeprefix("sha256:")


def as_folder(members: Layout, folder: Path) -> Path:
    """Write the image as a folder."""
    for name, data in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def as_tar(members: Layout, path: Path, *, again: tuple[str, bytes] | None = None, dot: bool = False) -> Path:
    """Write the image as a tar file; ``again`` is a member put in a second time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as archive:
        for name, data in [*members.items(), *([again] if again else [])]:
            info = tarfile.TarInfo(f"./{name}" if dot else name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path
