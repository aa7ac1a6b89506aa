"""``archive`` and ``adopt`` as a user types them: results on standard output, each refusal with its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.actions.archiving import condition, frozen_device
from tests.actions.device import QUALITY, RELEASE, VERSION, WHEEL, Device


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Path) -> Device:
    """A device whose candidate lacks a dependency in its archive."""
    made = frozen_device(tmp_path_factory.mktemp("frozen") / "device", home_with_keys, archive="")
    with made.open() as workplace:
        condition(workplace)
    return made


@pytest.fixture
def device(tmp_path: Path, frozen: Device) -> Device:
    """Copy the device; the missing wheel lies beside the project."""
    made = frozen.copy(tmp_path / "device")
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "attrs.whl").write_bytes(WHEEL)
    return made


def test_a_gap_is_refused_with_the_command_that_then_mends_it(device: Device) -> None:
    """Exit 1 names the dependency and the command; with it the archive is whole, written, checked and restored."""
    refused = device.process("archive", VERSION)
    assert refused.returncode == 1
    assert "lacks dependency attrs 26.1.0 (named by requirements.lock)" in refused.stdout
    assert f"clausework archive {VERSION} --from FOLDER" in refused.stderr
    made = device.process("archive", VERSION, "--from", "../wheels", "--to", "../counter.tar.zst")
    assert made.returncode == 0, made.stderr
    assert "1 of 1 dependencies" in made.stdout
    checked = device.process("archive", "--check", "../counter.tar.zst", "--json")
    assert checked.returncode == 0, checked.stderr
    document = json.loads(checked.stdout)
    assert (document["version"], document["trusted"]) == (VERSION, True), "the root is pinned in this folder"
    restored = device.process("archive", "--restore", "../counter.tar.zst", "../restored")
    assert restored.returncode == 0, restored.stderr
    assert (device.folder.parent / "restored/artefacts/counter/dist/counter.zip").read_bytes() == (
        device.artefact.read_bytes()
    )


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["archive"], 2, "Give one of VERSION"),
        (["archive", VERSION, "--check", "clausework.yaml"], 2, "Give one of VERSION"),
        (["archive", "--check", "clausework.yaml"], 3, "no sound zstd stream"),
        (["archive", "--check", "none.tar.zst"], 2, "does not exist"),
        (["archive", "--check", "clausework.yaml", "--root", "abc"], 2, "not a SHA-256"),
        (["archive", "--check", "clausework.yaml", "--to", "x"], 2, "belong to a VERSION"),
        (["archive", VERSION, "--root", "0" * 64], 2, "belongs to --check"),
        (["archive", "9.9"], 2, "has no candidate"),
        (["archive", VERSION, "--from", "nowhere"], 2, "does not exist"),
        (["archive", VERSION, "--repository", "/"], 2, "is in no git work tree"),
        (["archive", VERSION, "--from", "../wheels", "--to", "clausework.yaml"], 2, "is there already"),
        (["archive", VERSION, "--from", "../wheels", "--to", "/proc/x"], 6, "cannot be written"),
        (["decide", "review", "offline-rebuild", "--as", QUALITY, "--method", "analysis", "--outcome", "accepted",
          "--rationale", "nothing was built yet"], 2, "Nothing was built from an archive"),
        (["decide", "adopt", "0.9", "--as", QUALITY, "--rationale", "nobody declared it"], 2, "was not declared"),
        (["adopt", "0.9"], 2, "Missing option"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_in_a_sentence(
    device: Device, arguments: list[str], code: int, says: str
) -> None:
    """Each wrong call leaves with its family's code and says what is wrong; none ends in a traceback."""
    done = device.process(*arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_adoption_from_the_terminal_is_signed_deployed_and_told(device: Device) -> None:
    """adopt, sign, deploy, where, status and trace: each says that the version was declared alone."""
    device.write("dist/counter-0.9.zip", "sold in 2024")
    device.write("dist/gap.md", "5.5.2 is not met; accepted")
    first = device.git("rev-list", "--max-parents=0", "HEAD")
    given = ["--artifact", "dist/counter-0.9.zip", "--commit", first, "--gap-analysis", "dist/gap.md"]
    declared = device.process(
        "adopt", "0.9", *given, "--declared", "released in 2024, SOP-3", "--as", QUALITY
    )
    assert declared.returncode == 0, declared.stderr
    assert "declared, not verified by this tool" in declared.stdout
    assert "waits for 'adopted as released before' by release authority" in declared.stdout
    early = device.process("deploy", "production", "--artifact", "dist/counter-0.9.zip")
    assert early.returncode == 1
    assert "is not adopted" in early.stderr
    assert device.process("sign", "0.9", "--as", RELEASE).returncode == 0
    for command in (
        ["deploy", "production", "--artifact", "dist/counter-0.9.zip"],
        ["where", "--artifact", "dist/counter-0.9.zip"],
        ["status"],
    ):
        done = device.process(*command)
        assert done.returncode == 0, done.stderr
        assert "declared, not verified by this tool" in done.stdout
    traced = device.process("trace", "REQ-001", "--release", "0.9")
    assert traced.returncode == 1
    assert "declared, not verified by this tool" in traced.stderr
    again = device.process("adopt", "0.9", *given, "--declared", "released in 2024, SOP-3", "--as", QUALITY)
    assert again.returncode == 1
    assert "was adopted before" in again.stderr
