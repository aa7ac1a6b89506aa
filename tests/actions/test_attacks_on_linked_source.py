"""Attacks and lapses around source that git's history does not hold, and around git's own settings (5.8.7, 8.1.1)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from clausework.evidence.git import run_git
from clausework.evidence.linked_source import fill, large_files
from tests.actions.archiving import condition, frozen_device, messages
from tests.actions.device import Device
from tests.actions.test_archive_source import BYTES, OID, POINTER, with_large_file
from tests.isolation import require_isolation


def test_shared_store_of_large_files_is_no_archive(
    tmp_path: Path, home_with_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lapse: a user's 'lfs.storage' is one folder for all clones; the restore test uses what the archive holds."""
    require_isolation()
    home = shutil.copytree(home_with_keys, tmp_path / "home")
    monkeypatch.setenv("HOME", str(home))
    shared = tmp_path / "shared"
    device = with_large_file(tmp_path / "device", home, stored=False)
    device.git("config", "--global", "lfs.storage", str(shared))
    kept = shared / "objects" / OID[:2] / OID[2:4] / OID
    kept.parent.mkdir(parents=True)
    kept.write_bytes(BYTES)
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "pass", messages(verdict)


def test_archive_of_a_repository_with_sha256_object_names(tmp_path: Path, home_with_keys: Path) -> None:
    """Lapse: git's own default names objects otherwise than the repository that is archived and restored."""
    device = Device(tmp_path / "device", home_with_keys)
    device.folder.mkdir()
    device.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    frozen_device(device.folder, home_with_keys)
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "pass", messages(verdict)


@pytest.mark.parametrize(
    ("line", "found"), [("C#/*.bin filter=lfs", 1), ("\t*.bin filter=lfs", 1), ("# filter=lfs", 0)]
)
def test_pattern_with_a_number_sign_gives_files_to_lfs(
    tmp_path: Path, home_with_keys: Path, line: str, found: int
) -> None:
    """Lapse: a folder called 'C#' is no comment; its large files are wanted as any others."""
    device = Device(tmp_path / "device", home_with_keys)
    device.write(".gitattributes", f"{line}\n")
    device.write("C#/model.bin", POINTER)
    device.git("init", "--quiet")
    device.git("config", "filter.lfs.clean", "cat")
    commit = device.commit()
    assert [one.path for one in large_files(device.folder, commit)] == ["C#/model.bin"] * found


def _object(device: Device, kind: str, data: bytes) -> bytes:
    """Write an object as it stands, whatever git would say of it; return its ID."""
    done = subprocess.run(
        ["git", "hash-object", "-w", "-t", kind, "--literally", "--stdin"],
        cwd=device.folder,
        env=device.environ,
        input=data,
        capture_output=True,
        check=True,
    )
    return bytes.fromhex(done.stdout.decode())


def _crafted(device: Device, outside: Path, kind: str, known: str) -> str:
    """Return a commit whose tree has a folder, and a link of the same name that git checks out in its place."""
    pointer = b"100644 target\0" + _object(device, "blob", POINTER.encode())
    inner = pointer if kind == "large file" else b"160000 made\0" + bytes.fromhex(known)
    tree = _object(
        device,
        "tree",
        b"100644 .gitattributes\0" + _object(device, "blob", b"target filter=lfs\n")
        + b"40000 sub\0" + _object(device, "tree", inner)
        + b"120000 sub\0" + _object(device, "blob", str(outside).encode()),
    )  # fmt: skip
    who = b"A <a@example.com> 1700000000 +0000"
    text = b"tree %s\nauthor %s\ncommitter %s\n\nx\n" % (tree.hex().encode(), who, who)
    commit = _object(device, "commit", text).hex()
    device.git("update-ref", "refs/heads/crafted", commit)
    return commit


@pytest.mark.parametrize("kind", ["large file", "submodule"])
def test_attack_source_that_leads_out_of_the_rebuild(tmp_path: Path, home_with_keys: Path, kind: str) -> None:
    """Attack: a crafted commit, of a vendor's submodule say, has a rebuild write files of its choice anywhere."""
    device = Device(tmp_path / "device", home_with_keys)
    device.write("x", "x")
    device.git("init", "--quiet", "--initial-branch=main")
    device.write(f".git/lfs/objects/{OID[:2]}/{OID[2:4]}/{OID}", BYTES)
    outside, source = tmp_path / "outside", tmp_path / "source"
    outside.mkdir()
    (outside / "target").write_text("a person's own")
    commit = _crafted(device, outside, kind, device.commit())
    run_git(tmp_path, "clone", "--quiet", "--no-checkout", str(device.folder), str(source))
    run_git(source, "checkout", "--quiet", "--detach", commit)
    (told,) = fill(source, device.folder, commit)
    assert told.endswith("is left out: a link stands in its path")
    assert (outside / "target").read_text() == "a person's own"
    assert [one.name for one in outside.iterdir()] == ["target"]
