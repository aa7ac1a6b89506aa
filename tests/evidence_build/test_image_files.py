"""An image's file is the image that a digest names, with every layer, or it is not taken."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from clausework.core.digests import sha256_of
from clausework.evidence.image_files import image_fault

LAYER = b"the files of the layer"


def packed(path: Path, members: dict[str, bytes], *, links: dict[str, str] | None = None) -> Path:
    """Write a tar of ``members``."""
    with tarfile.open(path, "w") as bundle:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            bundle.addfile(entry, io.BytesIO(data))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            bundle.addfile(entry)
    return path


def blob(data: bytes) -> tuple[str, bytes]:
    """Return the path of ``data`` in an OCI layout, with it."""
    return f"blobs/sha256/{sha256_of(data)}", data


def oci(layer: bytes = LAYER) -> tuple[str, dict[str, bytes]]:
    """Return an OCI layout of one image, and its manifest's digest."""
    config = json.dumps({"rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256_of(layer)}"]}}).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "config": {"digest": f"sha256:{sha256_of(config)}"},
            "layers": [{"digest": f"sha256:{sha256_of(layer)}"}],
        }
    ).encode()
    index = json.dumps({"manifests": [{"digest": f"sha256:{sha256_of(manifest)}"}]}).encode()
    members = dict(map(blob, (config, manifest, layer))) | {"index.json": index, "oci-layout": b"{}"}
    return f"sha256:{sha256_of(manifest)}", members


def saved(layer: bytes = LAYER) -> tuple[str, dict[str, bytes]]:
    """Return what ``docker save`` writes of one image, and its configuration's digest, which is its ID."""
    config = json.dumps({"rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256_of(layer)}"]}}).encode()
    name = f"{sha256_of(config)}.json"
    listing = json.dumps([{"Config": name, "Layers": ["one/layer.tar"]}]).encode()
    return f"sha256:{sha256_of(config)}", {name: config, "one/layer.tar": layer, "manifest.json": listing}


@pytest.mark.parametrize("make", [oci, saved], ids=["OCI layout", "docker save"])
def test_a_whole_image_is_the_one_that_its_digest_names(tmp_path: Path, make: object) -> None:
    """Manifest or configuration have the digest and every layer is there: also gzipped as a whole."""
    digest, members = make()  # type: ignore[operator]
    path = packed(tmp_path / "image.tar", members)
    assert image_fault(path, digest) == ""
    (tmp_path / "image.tgz").write_bytes(gzip.compress(path.read_bytes()))
    assert image_fault(tmp_path / "image.tgz", digest) == ""


def test_what_tells_how_an_image_was_built_is_no_image(tmp_path: Path) -> None:
    """Lapse: of an index, the file holds the attestation alone, whole; the image itself is nowhere."""
    _, members = oci(b'{"_type": "https://in-toto.io/Statement/v1"}')
    held = json.loads(members["index.json"])["manifests"]
    beside = [{**held[0], "platform": {"architecture": "unknown", "os": "unknown"}}]
    image = {"digest": f"sha256:{'a' * 64}", "platform": {"architecture": "arm64", "os": "linux"}}
    index = json.dumps({"manifests": [image, *beside]}).encode()
    path = packed(tmp_path / "i.tar", members | {"index.json": index})
    assert (
        image_fault(path, f"sha256:{sha256_of(index)}") == "it holds none of the images that its index names"
    )


def test_an_index_leads_to_its_image(tmp_path: Path) -> None:
    """The digest of an index of several platforms holds where one of its images is there, whole."""
    _, members = oci()
    assert (
        image_fault(packed(tmp_path / "i.tar", members), f"sha256:{sha256_of(members['index.json'])}") == ""
    )


@pytest.mark.parametrize("make", [oci, saved], ids=["OCI layout", "docker save"])
def test_another_image_under_the_same_name_is_refused(tmp_path: Path, make: object) -> None:
    """Attack: the builder image is swapped for another one."""
    digest, _ = make()  # type: ignore[operator]
    _, other = make(b"with a back door")  # type: ignore[operator]
    assert "no manifest or configuration" in image_fault(packed(tmp_path / "image.tar", other), digest)


@pytest.mark.parametrize("make", [oci, saved], ids=["OCI layout", "docker save"])
def test_an_image_with_a_changed_or_missing_layer_is_refused(tmp_path: Path, make: object) -> None:
    """Attack: the manifest is the right one, and a layer has other bytes or is not there."""
    digest, members = make()  # type: ignore[operator]
    layer = next(name for name, data in members.items() if data == LAYER)
    changed = {name: b"evil" if name == layer else data for name, data in members.items()}
    lacking = {name: data for name, data in members.items() if name != layer}
    for number, some in enumerate((changed, lacking)):
        assert "it lacks" in image_fault(packed(tmp_path / f"{number}.tar", some), digest)


def test_a_link_is_no_layer(tmp_path: Path) -> None:
    """Attack: a layer is a link to a file of this machine; nothing is followed."""
    digest, members = oci()
    layer = next(name for name, data in members.items() if data == LAYER)
    rest = {name: data for name, data in members.items() if name != layer}
    path = packed(tmp_path / "image.tar", rest, links={layer: "/etc/passwd"})
    assert "it lacks" in image_fault(path, digest)


@pytest.mark.parametrize(
    "data", [b"", b"no tar", b"\0" * 2048, gzip.compress(b"x" * 100)], ids=["empty", "text", "zeros", "gzip"]
)
def test_what_is_no_image_is_refused(tmp_path: Path, data: bytes) -> None:
    """Lapse: another file is named as the builder image."""
    path = tmp_path / "image.tar"
    path.write_bytes(data)
    assert image_fault(path, "sha256:" + "0" * 64)


def test_a_manifest_that_leads_in_circles_is_refused(tmp_path: Path) -> None:
    """Attack: JSON that is no manifest, and members that stand twice."""
    strange = json.dumps({"hello": 1}).encode()
    path = packed(tmp_path / "image.tar", {"a.json": strange})
    assert "neither a manifest" in image_fault(path, f"sha256:{sha256_of(strange)}")
    with tarfile.open(tmp_path / "twice.tar", "w") as bundle:
        for _ in range(2):
            entry = tarfile.TarInfo("index.json")
            entry.size = len(strange)
            bundle.addfile(entry, io.BytesIO(strange))
    assert "one twice" in image_fault(tmp_path / "twice.tar", f"sha256:{sha256_of(strange)}")
