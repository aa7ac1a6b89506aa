"""What an artefact's digest is of: files by their bytes, folders by their listing, images by their manifest."""

from __future__ import annotations

import json
import os
import socket
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected
from clausework.core.image_references import NotPinned, PinnedImage, parse_pinned_image
from clausework.evidence import artefact_files
from clausework.evidence.artefact_files import ArtefactUnreadable, artefact_at
from clausework.evidence.oci_layout import NotAnImage, image_in_folder, image_in_tar
from tests.evidence_build.images import INDEX, MANIFEST, Layout, as_folder, as_tar, digest_of, image


def folder(root: Path, **files: str) -> Path:
    """Write files, ``__`` in a name standing for a folder."""
    for name, content in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        path.chmod(0o644)
    return root


def test_a_file_has_the_digest_of_its_bytes(tmp_path: Path) -> None:
    """Firmware and packages: what sha256sum says."""
    path = folder(tmp_path, firmware="x") / "firmware"
    found = artefact_at(path)
    assert (found.kind, found.sha256, found.size) == ("file", sha256_of(b"x"), 1)


def test_a_folder_has_the_digest_of_its_listing_as_documented(tmp_path: Path) -> None:
    """Anyone can work it out: canonical JSON lines, in the byte order of the paths, under a header."""
    root = folder(tmp_path / "app", b__run="#!", a="1", **{"b.txt": "2", "ä": "3"})
    (root / "b" / "run").chmod(0o755)
    (root / "current").symlink_to("b/run")
    (root / "empty").mkdir()
    found = artefact_at(root)
    lines = [
        '{"schema":"urn:clausework:directory:v1"}',
        f'{{"mode":"100644","path":"a","sha256":"{sha256_of(b"1")}","size":1}}',
        f'{{"mode":"100644","path":"b.txt","sha256":"{sha256_of(b"2")}","size":1}}',
        f'{{"mode":"100755","path":"b/run","sha256":"{sha256_of(b"#!")}","size":2}}',
        '{"link":"b/run","mode":"120000","path":"current"}',
        f'{{"mode":"100644","path":"ä","sha256":"{sha256_of(b"3")}","size":1}}',
    ]
    assert found.manifest.decode().splitlines() == lines
    assert found.sha256 == sha256_of(found.manifest)
    assert found.kind == "directory"


def test_where_and_when_a_folder_lies_says_nothing(tmp_path: Path) -> None:
    """A copy elsewhere, written at another time under another umask, has the same digest."""
    one = folder(tmp_path / "one", a="1", b__c="2")
    other = folder(tmp_path / "other", b__c="2", a="1")
    os.utime(other / "a", (0, 0))
    (other / "a").chmod(0o600)
    assert artefact_at(one).sha256 == artefact_at(other).sha256


def _rewrite(root: Path) -> None:
    (root / "a").write_text("3", encoding="utf-8")


def _swap(root: Path) -> None:
    (root / "a").rename(root / "x")
    (root / "b").rename(root / "a")
    (root / "x").rename(root / "b")


@pytest.mark.parametrize(
    "change",
    [
        _rewrite,
        _swap,
        lambda root: (root / "c").write_text("", encoding="utf-8"),
        lambda root: (root / "a").unlink(),
        lambda root: (root / "a").chmod(0o755),
        lambda root: (root / "a").chmod(0o4644),
        lambda root: (root / "c").symlink_to("a"),
        lambda root: (root / "a").rename(root / "a\n"),
    ],
    ids=["content", "swapped", "added", "gone", "executable", "set-ID", "link", "name"],
)
def test_any_change_of_a_folder_changes_its_digest(tmp_path: Path, change: object) -> None:
    """Attack: a file is changed, added, taken away, made executable, renamed; the digest is another."""
    root = folder(tmp_path / "app", a="1", b="2")
    before = artefact_at(root).sha256
    change(root)  # type: ignore[operator]
    assert artefact_at(root).sha256 != before


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "b/../../outside", "within", "loop"])
def test_a_link_out_of_a_folder_is_refused(tmp_path: Path, target: str) -> None:
    """Attack: what runs lies outside of what has the digest, by a link or by a link to one."""
    root = folder(tmp_path / "app", a="1", b__c="2")
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(target)
    if target == "within":
        (root / "within").symlink_to(tmp_path / "outside")
    if target == "loop":
        (root / "loop").symlink_to("../outside/../app/../outside")
    with pytest.raises(ArtefactUnreadable, match="outside of the folder"):
        artefact_at(root)


def test_what_is_no_artefact_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device, a socket among files, a folder without files or with too many, a path that is not there."""
    with pytest.raises(ArtefactUnreadable):
        artefact_at(Path("/dev/null"))
    with pytest.raises(ArtefactUnreadable):
        artefact_at(tmp_path / "absent")
    with pytest.raises(ArtefactUnreadable):
        artefact_at(Path("a\x00b"))
    with pytest.raises(ArtefactUnreadable, match="holds no file"):
        artefact_at(tmp_path)
    root = folder(tmp_path / "app", a="1", b="2")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
        with pytest.raises(ArtefactUnreadable, match="neither a plain file nor a link"):
            artefact_at(root)
    (root / "socket").unlink()
    monkeypatch.setattr(artefact_files, "MOST_FILES", 1)
    with pytest.raises(ArtefactUnreadable, match="more than 1 files"):
        artefact_at(root)


@pytest.mark.parametrize(
    "members", [image(), image(platforms=2), image(tags=3)], ids=["one", "platforms", "tags"]
)
def test_an_image_has_the_digest_by_which_it_is_pulled(tmp_path: Path, members: Layout) -> None:
    """Folder and tar file of one image have one digest: that of its manifest, or of its index of platforms."""
    in_folder, in_tar = as_folder(members, tmp_path / "layout"), as_tar(members, tmp_path / "image.tar")
    for path in (in_folder, in_tar, as_tar(members, tmp_path / "dot.tar", dot=True)):
        found = artefact_at(path)
        assert (found.kind, found.sha256) == ("image", digest_of(members))
        assert sha256_of(found.manifest) == found.sha256
        assert found.media_type in {MANIFEST, INDEX}
    assert image_in_folder(in_folder) == image_in_tar(in_tar)


def _without(members: Layout, part: str) -> Layout:
    return {name: data for name, data in members.items() if not name.startswith(part)}


def _index(**index: object) -> bytes:
    return json.dumps(index).encode()


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({**image(), "index.json": _index(manifests=[])}, "holds 0 images"),
        (
            {
                **image(),
                "index.json": _index(
                    manifests=[{"digest": f"sha256:{one * 64}", "mediaType": MANIFEST} for one in "ab"]
                ),
            },
            "holds 2 images",
        ),
        ({**image(), "index.json": b"[]"}, "cannot be read"),
        ({**image(), "index.json": b"{" * 100_000}, "cannot be read"),
        ({**image(), "index.json": b" " * (5 << 20)}, "more than"),
        (_without(image(), "blobs"), "lacks the part"),
        (
            {
                **image(),
                "index.json": _index(manifests=[{"digest": "sha512:" + "0" * 128, "mediaType": MANIFEST}]),
            },
            "no SHA-256",
        ),
        (
            {
                **image(),
                "index.json": _index(manifests=[{"digest": "sha256:../../x", "mediaType": MANIFEST}]),
            },
            "no SHA-256",
        ),
        ({name: data + b"x" if "blobs" in name else data for name, data in image().items()}, "is another"),
    ],
    ids=["none", "two", "no index", "deep", "large", "no blobs", "sha512", "path", "damaged"],
)
def test_an_image_that_is_not_one_is_refused(tmp_path: Path, members: Layout, said: str) -> None:
    """Attack: no image, two, parts that are missing or another than they are named; each is told."""
    for path in (as_folder(members, tmp_path / "layout"), as_tar(members, tmp_path / "image.tar")):
        with pytest.raises(NotAnImage, match=said):
            artefact_at(path)


def test_something_else_than_an_image_in_the_layout_is_refused(tmp_path: Path) -> None:
    """A layout can hold anything; only images and indexes of them are admitted as such."""
    members = image()
    named = json.loads(members["index.json"])["manifests"]
    members["index.json"] = _index(manifests=[{**named[0], "mediaType": "text/plain"}])
    with pytest.raises(NotAnImage, match="'text/plain', which is no image"):
        artefact_at(as_folder(members, tmp_path / "layout"))


def test_an_image_that_lacks_a_layer_or_has_another_is_refused(tmp_path: Path) -> None:
    """Attack: the manifest is the released one, and a layer is other bytes, or not there."""
    members = image(platforms=2)
    layer = f"blobs/sha256/{sha256_of(b'code1')}"
    lacking = {name: data for name, data in members.items() if name != layer}
    path = as_tar(lacking, tmp_path / "image.tar")
    with pytest.raises(NotAnImage, match="lacks the part"):
        artefact_at(path)
    changed = as_folder({**members, layer: b"evil"}, tmp_path / "layout")
    with pytest.raises(NotAnImage, match="is another"):
        artefact_at(changed)


@pytest.mark.parametrize(
    "name", ["start.sh", "blobs/start.sh", "blobs/sha256/../../start.sh", "bin/oci-layout"]
)
def test_files_beside_an_image_are_refused(tmp_path: Path, name: str) -> None:
    """Attack: a released image is laid into a folder or package of other programs, and its digest taken for theirs."""
    members = {**image(), name: b"evil"}
    for path in (as_tar(members, tmp_path / "image.tar"), as_folder(members, tmp_path / "layout")):
        with pytest.raises(NotAnImage, match="beside an image"):
            artefact_at(path)


def test_another_image_for_docker_load_is_refused(tmp_path: Path) -> None:
    """Attack: index.json names the released image, and manifest.json, which docker load reads, another one."""
    released, evil = image(), image(code=b"evil")

    def saved(members: Layout) -> bytes:
        manifest = json.loads(members[f"blobs/sha256/{digest_of(members)}"])
        config, *layers = (
            "blobs/" + one["digest"].replace(":", "/") for one in (manifest["config"], *manifest["layers"])
        )
        return json.dumps([{"Config": config, "RepoTags": ["a:1"], "Layers": layers}]).encode()

    both = {**evil, **released}
    sound = as_tar({**both, "manifest.json": saved(released)}, tmp_path / "sound.tar")
    assert artefact_at(sound).sha256 == digest_of(released)
    with pytest.raises(NotAnImage, match="names another image"):
        artefact_at(as_tar({**both, "manifest.json": saved(evil)}, tmp_path / "evil.tar"))
    with pytest.raises(NotAnImage, match="cannot be read"):
        artefact_at(as_tar({**both, "manifest.json": b'[{"Config": 1, "Layers": []}]'}, tmp_path / "bad.tar"))


def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Attack: a second index.json, which another program would take."""
    path = as_tar(image(), tmp_path / "image.tar", again=("index.json", image(code=b"evil")["index.json"]))
    with pytest.raises(NotAnImage, match=r"two members named 'index\.json'"):
        artefact_at(path)


def test_an_image_that_an_older_docker_saved_has_no_digest(tmp_path: Path) -> None:
    """Lapse: its tar file says only tags and layers; a digest of the tar file would never be met in a cluster."""
    saved = {
        "manifest.json": json.dumps([{"Config": "c.json", "RepoTags": ["a:1"], "Layers": ["l.tar"]}]).encode()
    }
    with pytest.raises(NotAnImage, match="older docker") as refused:
        artefact_at(as_tar(saved, tmp_path / "image.tar"))
    assert "--output type=oci" in refused.value.hint


def test_a_tar_file_that_is_no_image_is_a_file(tmp_path: Path) -> None:
    """A package with a file called manifest.json in it is a package."""
    path = as_tar({"manifest.json": b'{"name": "app"}', "app.js": b"x"}, tmp_path / "package.tar")
    assert artefact_at(path).sha256 == sha256_of(path.read_bytes())


@given(st.binary(max_size=1500), st.integers(0, 12_000))
def test_damaged_images_are_told_or_refused(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    """Any bytes in the place of some of an image's tar file: an artefact or a refusal, never a traceback."""
    path = as_tar(image(), tmp_path_factory.mktemp("damaged") / "image.tar")
    whole = path.read_bytes()
    at = min(at, len(whole))
    path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    try:
        artefact_at(path)
    except InputRejected:
        return


def test_a_layout_with_a_link_in_it_is_not_followed(tmp_path: Path) -> None:
    """Attack: a part of the image is a link to a file of the machine."""
    root = as_folder(image(), tmp_path / "layout")
    blob = next((root / "blobs" / "sha256").iterdir())
    blob.rename(tmp_path / "elsewhere")
    blob.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotAnImage, match="lacks the part"):
        image_in_folder(root)


@pytest.mark.parametrize("name", ["host:5000/a/b", "host:5000/a/b:tag", "a", "[::1]:5000/a"])
def test_a_reference_names_an_image_by_its_digest(name: str) -> None:
    """Registry, port, path and tag; the digest decides, and the tag says nothing beside it."""
    digest = sha256_of(b"x")
    found = parse_pinned_image(f" {name}@sha256:{digest}\n")
    assert found == PinnedImage(name.removesuffix(":tag"), digest)


@pytest.mark.parametrize("reference", ["a", "a:1", "a:latest", "a@sha256:12", "", "@sha256:" + "0" * 64])
def test_a_reference_by_tag_is_refused(reference: str) -> None:
    """Lapse: a tag is deployed, and means another image tomorrow."""
    with pytest.raises(NotPinned, match="by the digest of its manifest"):
        parse_pinned_image(reference)


def test_the_tar_files_of_the_tests_are_tar_files(tmp_path: Path) -> None:
    """The images of these tests are read by tar itself."""
    with tarfile.open(as_tar(image(), tmp_path / "image.tar")) as archive:
        assert "index.json" in archive.getnames()
