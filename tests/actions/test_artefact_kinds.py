"""Folders and container images: built, signed, archived whole, released and admitted by one digest each."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from pathlib import Path

import msgspec
import pytest

from clausework.actions.admission_desk import AdmissionDesk
from clausework.actions.build import open_build
from clausework.actions.derive import Given, derive
from clausework.actions.given_artefact import given_artefact, keep_contents
from clausework.actions.given_files import FileChanged, FileUnreadable
from clausework.actions.verify import verify
from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected
from clausework.evidence.artefact_files import artefact_at
from clausework.evidence.oci_layout import NotAnImage
from clausework.ledger.records.build import BuildOutputs, Output
from clausework.ledger.records.release import Deployment
from clausework.ledger.records.values import Descriptor
from clausework.signatures.artefacts import artefact_signature_holds
from tests.actions.device import Device
from tests.actions.test_withdraw import released, withdraw
from tests.evidence_build.images import as_folder, as_tar, digest_of, image


def app(device: Device) -> Path:
    """Write a folder as a build would."""
    for name, content in {"bin/pump": "#!/bin/sh\n", "share/alarm.wav": "beep"}.items():
        device.write(f"dist/app/{name}", content)
    (device.folder / "dist/app/bin/pump").chmod(0o755)
    (device.folder / "dist/app/current").symlink_to("bin/pump")
    return device.folder / "dist" / "app"


def outputs(device: Device) -> dict[str, Output]:
    """Return the newest artefacts by name."""
    return {
        output.artefact.name: output
        for one in device.records()
        if isinstance(one.body, BuildOutputs)
        for output in one.body.outputs
    }


def test_a_build_records_folders_and_images_by_one_digest_each(established: Device) -> None:
    """Each is signed over its digest; its listing or manifest is kept under it, and the whole beside it."""
    folder = app(established)
    members = image()
    archive = as_tar(members, established.folder / "dist" / "image.tar")
    layout = as_folder(image(code=b"other"), established.folder / "dist" / "layout")
    with established.open() as workplace:
        open_build(workplace, artefacts=[folder, archive, layout])
        blobs = {
            name: workplace.ledger.read_blob(output.contents.sha256)
            for name, output in outputs(established).items()
            if output.contents
        }
        listing = workplace.ledger.read_blob(artefact_at(folder).sha256)
        signer = workplace.signer
    found = outputs(established)
    assert found["dist/app"].artefact.sha256 == sha256_of(listing) == artefact_at(folder).sha256
    assert found["dist/image.tar"].artefact.sha256 == digest_of(members)
    assert found["dist/layout"].artefact.sha256 == artefact_at(layout).sha256
    assert blobs["dist/image.tar"] == archive.read_bytes()
    assert signer is not None
    for output in found.values():
        assert artefact_signature_holds(output.artefact.sha256, output.signature, signer.public_key)
    assert verify(established.folder).problems == ()


def test_what_was_kept_of_a_folder_is_the_folder(established: Device, tmp_path: Path) -> None:
    """Restored from the ledger it has the same digest: nothing of it was lost (clause 5.8.7)."""
    folder = app(established)
    with established.open() as workplace:
        open_build(workplace, artefacts=[folder])
        contents = outputs(established)["dist/app"].contents
        assert contents is not None
        data = workplace.ledger.read_blob(contents.sha256)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(tmp_path / "restored", filter="tar")
    assert artefact_at(tmp_path / "restored").sha256 == artefact_at(folder).sha256


def test_packing_the_same_folder_gives_the_same_bytes(established: Device, tmp_path: Path) -> None:
    """Another place, time and owner; so a build that is told of twice is recorded once."""
    folder = app(established)
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, symlinks=True)
    os.utime(copy / "bin" / "pump", (0, 0))
    described = Descriptor("app", artefact_at(folder).sha256, 1)
    with established.open() as workplace:
        one, other = (keep_contents(workplace.ledger, path, described) for path in (folder, copy))
        before = established.count()
        open_build(workplace, artefacts=[folder])
        after = established.count()
        open_build(workplace, artefacts=[folder])
    assert one == other
    assert after > before
    assert established.count() == after


def test_a_folder_that_changes_while_it_is_kept_is_refused(established: Device) -> None:
    """Attack: a file is changed between hashing and keeping."""
    folder = app(established)
    described = Descriptor("app", artefact_at(folder).sha256, 1)
    (folder / "share" / "alarm.wav").write_text("silence", encoding="utf-8")
    with established.open() as workplace, pytest.raises(FileChanged):
        keep_contents(workplace.ledger, folder, described)


def test_an_image_that_is_not_whole_is_not_recorded(established: Device) -> None:
    """Lapse: an image is recorded whose layers are nowhere; it could never be restored."""
    members = image()
    layer = f"blobs/sha256/{sha256_of(b'code')}"
    path = as_tar(
        {one: data for one, data in members.items() if one != layer}, established.folder / "dist/i.tar"
    )
    before = established.count()
    with established.open() as workplace, pytest.raises(NotAnImage, match="lacks the part"):
        open_build(workplace, artefacts=[path])
    assert established.count() == before


@pytest.mark.parametrize(("path", "code"), [("absent", 2), ("/dev/null", 3), ("empty", 3)])
def test_what_has_no_digest_is_refused(established: Device, path: str, code: int) -> None:
    """A path that is not there, a device, a folder without files: refused, whatever asks."""
    (established.folder / "empty").mkdir()
    with pytest.raises(InputRejected):
        given_artefact(established.folder / path)
    for verb in (("deploy", "production"), ("where",)):
        done = established.process(*verb, "--artifact", path)
        assert done.returncode == code, done.stderr


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Attack: a pipe that nobody writes to is named as the artefact."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileUnreadable):
        given_artefact(tmp_path / "pipe")


def test_derived_folders_and_images_are_admitted_like_files(releasable: Device) -> None:
    """An image that packs the released artefact anew: recorded by the digest of its manifest, and withdrawn with it."""
    source = released(releasable)
    archive = as_tar(image(), releasable.folder / "store" / "image.tar")
    with releasable.open() as workplace:
        done = derive(workplace, Given(source, archive, "packaged", "Layer unpacked and compared by hand."))
        body = done.derivation
        assert (body.derived.sha256, body.comparison) == (digest_of(image()), None)
        assert body.contents is not None
        assert workplace.ledger.read_blob(body.contents.sha256) == archive.read_bytes()
    assert verify(releasable.folder).problems == ()


def test_the_answer_is_a_document_whether_admitted_or_refused(releasable: Device) -> None:
    """For pipelines that are not Kubernetes: exit code and JSON, with the reasons and the next step."""
    digest = released(releasable)
    asked = (
        "deploy",
        "production",
        "--artifact",
        "dist/counter.zip",
        "--site",
        "ward 7",
        "--operator",
        "ops",
    )
    first = releasable.process(*asked, "--json")
    again = releasable.process(*asked, "--json")
    assert first.returncode == again.returncode == 0, first.stderr
    admitted, repeated = json.loads(first.stdout), json.loads(again.stdout)
    assert admitted["schema"] == "urn:clausework:deployment-decision:v1"
    assert (admitted["outcome"], admitted["artefact"], admitted["version"]) == ("admitted", digest, "1.0.0")
    assert (admitted["target"], admitted["site"], admitted["operator"]) == ("file", "ward 7", "ops")
    assert admitted["at"]
    assert not admitted["existed"]
    assert repeated == admitted | {"existed": True}
    with releasable.open() as workplace:
        withdraw(workplace)
    refused = releasable.process(*asked, "--json")
    assert refused.returncode == 1
    told = json.loads(refused.stdout)
    assert (told["outcome"], told["basis"]) == ("refused", -1)
    assert "was withdrawn" in told["reasons"][0]
    assert told["next"]
    assert "was withdrawn" in refused.stderr


def test_an_image_is_deployed_by_its_reference(releasable: Device) -> None:
    """By digest alone: a tag is refused before the ledger is asked, and the record says that it was an image."""
    digest = released(releasable)
    tagged = releasable.process("deploy", "production", "--image", "registry.example.com/counter:1.0.0")
    assert tagged.returncode == 2
    assert "by the digest of its manifest" in tagged.stderr
    both = releasable.process("deploy", "production", "--digest", digest, "--image", f"a@sha256:{digest}")
    assert both.returncode == 2
    done = releasable.process(
        "deploy", "production", "--image", f"registry.example.com/counter@sha256:{digest}"
    )
    assert done.returncode == 0, done.stderr
    body = releasable.records()[-1].body
    assert isinstance(body, Deployment)
    assert (body.name, body.target) == ("registry.example.com/counter", "image")
    where = releasable.process("where", "--image", f"registry.example.com/counter:1.0.0@sha256:{digest}")
    assert "release        1.0.0" in where.stdout


def test_repeated_answers_add_no_record_and_changed_ones_do(releasable: Device) -> None:
    """A deployment that is asked for every minute is recorded once; another site, operator or answer is a new one."""
    digest = released(releasable)
    asked = ("deploy", "production", "--digest")
    before = releasable.count()
    for number, more in enumerate((("x", 1), ("x", 1), ("y", 2), ("x", 2))):
        site, expected = more
        assert releasable.process(*asked, digest, "--site", site).returncode == 0
        assert releasable.count() == before + expected, number
    for _ in range(2):
        assert releasable.process(*asked, sha256_of(b"other"), "--site", "x").returncode == 1
    assert releasable.count() == before + 3
    assert msgspec.json.encode(releasable.records()[-1].body)


def test_an_environment_of_another_name_is_no_answer(releasable: Device) -> None:
    """Lapse: the desk and the verb answer for an environment that the plan does not have."""
    digest = released(releasable)
    assert releasable.process("deploy", "prodution", "--digest", digest).returncode == 2
    with releasable.open(reading=True) as workplace:
        assert AdmissionDesk(workplace, "production").ready() == releasable.count()
