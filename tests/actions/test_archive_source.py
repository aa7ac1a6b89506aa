"""Source that git's own history does not hold: submodules and large files are archived, built from, or named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clausework.actions.archive import Archived, archive_version
from clausework.actions.archive_file import write_archive_file
from clausework.core.digests import sha256_of
from clausework.evidence.git import HistoryIncomplete
from tests.actions.archiving import VENDOR, condition, frozen_device, messages, plan_of_class, rebuilds
from tests.actions.device import BUILD, VERSION, Device
from tests.isolation import require_isolation

BYTES = b"\0\1the weights of a model" * 50
OID = sha256_of(BYTES)
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize {len(BYTES)}\n"
CLEAN = (
    "import hashlib, sys\ndata = sys.stdin.buffer.read()\n"
    "print(f'version https://git-lfs.github.com/spec/v1\\noid sha256:{hashlib.sha256(data).hexdigest()}')\n"
    "print(f'size {len(data)}')\n"
)
PACKS = BUILD.replace(
    'with zipfile.ZipFile("dist/counter.zip", "w") as bundle:\n',
    'with zipfile.ZipFile("dist/counter.zip", "w") as bundle:\n'
    '    for name in ("src/model.bin", "src/driver/driver.py", "src/driver/deep/deep.py"):\n'
    "        if pathlib.Path(name).is_file():\n"
    "            bundle.writestr(zipfile.ZipInfo(name), pathlib.Path(name).read_bytes())\n",
)
"""A build that packs what git's own history does not hold."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the device goes."""
    return tmp_path / "device"


def with_large_file(folder: Path, home: Path, *, place: str = "src/model.bin", stored: bool = True) -> Device:
    """Return a device of class C with a file of Git LFS, its filter set as ``git lfs install`` sets it."""
    device = Device(folder, home)
    device.write(".gitattributes", "*.bin filter=lfs -text\n")
    device.write(place, BYTES)
    device.git("init", "--quiet", "--initial-branch=main")
    clean = device.write(".git/clean.py", CLEAN)
    device.git("config", "filter.lfs.clean", f"'{sys.executable}' '{clean}'")
    if stored:
        device.write(f".git/lfs/objects/{OID[:2]}/{OID[2:4]}/{OID}", BYTES)
    return frozen_device(folder, home, safety_class="C", files={"tools/build.py": PACKS})


def repository(folder: Path, home: Path, name: str) -> tuple[Device, str]:
    """Return another repository with the file ``name`` and its commit."""
    other = Device(folder, home)
    other.write(name, f"x = '{name}'\n")
    other.git("init", "--quiet", "--initial-branch=main")
    return other, other.commit(name)


def pin(device: Device, path: str, commit: str, source: Device) -> None:
    """Pin a submodule at ``path`` and check it out there."""
    device.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
    target = str(device.folder / path)
    subprocess.run(["git", "clone", "--quiet", str(source.folder), target], check=True, env=device.environ)


def paths_of(archived: Archived) -> set[str]:
    """Return the paths of the archive's files."""
    return {one.name for one in archived.files}


def test_a_large_file_is_archived_with_its_bytes_and_built_from(folder: Path, home_with_keys: Path) -> None:
    """The bytes behind a pointer are in the archive; the offline build of class C packs them, not the pointer."""
    require_isolation()
    device = with_large_file(folder, home_with_keys)
    assert device.git("show", "HEAD:src/model.bin").startswith("version https://git-lfs")
    with device.open() as workplace:
        verdict = condition(workplace)
        assert verdict.outcome == "pass", messages(verdict)
        assert [one.outcome for one in rebuilds(workplace)] == ["identical"]
        shutil.rmtree(folder / ".git/lfs")
        archived = archive_version(workplace, VERSION)
        assert condition(workplace).outcome == "pass", "the yearly restore test needs no clone"
    assert f"source/lfs/{OID}" in paths_of(archived)


def test_a_pointer_without_its_bytes_is_no_source(folder: Path, home_with_keys: Path) -> None:
    """Lapse: nobody fetched the large file. The archive names it, and 'git lfs fetch' mends it."""
    device = with_large_file(folder, home_with_keys, stored=False)
    with device.open() as workplace:
        verdict = condition(workplace)
        assert verdict.outcome == "fail"
        assert f"source large file src/model.bin {OID}" in messages(verdict)
        assert "git lfs fetch" in messages(verdict)
        device.write(f".git/lfs/objects/{OID[:2]}/{OID[2:4]}/{OID}", BYTES)
        assert condition(workplace).outcome == "pass"


def test_other_bytes_under_the_name_of_a_large_file_are_not_taken(folder: Path, home_with_keys: Path) -> None:
    """Attack: the file in the clone's store of large files is swapped; it has not the digest in the pointer."""
    device = with_large_file(folder, home_with_keys)
    device.write(f".git/lfs/objects/{OID[:2]}/{OID[2:4]}/{OID}", BYTES[:-1] + b"!")
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert f"large file src/model.bin {OID}" in messages(verdict)


def test_a_large_file_of_nobody_is_told_and_blocks_nothing(folder: Path, home_with_keys: Path) -> None:
    """One outside the software item's paths may be another item's: the verdict names it all the same."""
    device = with_large_file(folder, home_with_keys, place="films/demo.bin", stored=False)
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "pass", messages(verdict)
    assert "outside the paths of counter and not in the archive: large file films/demo.bin" in messages(
        verdict
    )


def test_submodules_are_archived_and_built_from(folder: Path, home_with_keys: Path, tmp_path: Path) -> None:
    """A submodule that is checked out, and one within it, are in the archive; the offline build finds both in place."""
    require_isolation()
    deep, deep_commit = repository(tmp_path / "deep", home_with_keys, "deep.py")
    other, _ = repository(tmp_path / "other", home_with_keys, "driver.py")
    pin(other, "deep", deep_commit, deep)
    commit = other.commit("deeper")
    device = Device(folder, home_with_keys)
    folder.mkdir()
    device.git("init", "--quiet", "--initial-branch=main")
    pin(device, "src/driver", commit, other)
    pin(Device(folder / "src/driver", home_with_keys), "deep", deep_commit, deep)
    device = frozen_device(folder, home_with_keys, safety_class="C", files={"tools/build.py": PACKS})
    with device.open() as workplace:
        verdict = condition(workplace)
        assert verdict.outcome == "pass", messages(verdict)
        assert [one.outcome for one in rebuilds(workplace)] == ["identical"]
        shutil.rmtree(folder / "src/driver")
        archived = archive_version(workplace, VERSION)
        assert archived.body.missing == ()
        written = write_archive_file(workplace, archived, tmp_path / "one.tar.zst")
    bundles = {f"source/source{part}.bundle" for part in ("", "-1", "-2")}
    assert paths_of(archived) >= bundles
    restored = tmp_path / "restored"
    restored.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", written.path, "-C", restored], check=True)
    follow_readme(restored)
    for name in ("driver.py", "deep/deep.py"):
        assert (restored / "source-tree/src/driver" / name).is_file(), name


def follow_readme(restored: Path) -> None:
    """Do what README.txt says of the source, but for the build itself."""
    text = (restored / "README.txt").read_text()
    lines = text[text.index("    git init") : text.index("4. Builder images")].splitlines()
    shell = [line.strip() for line in lines if line.startswith("    ") and "tools/build.py" not in line]
    subprocess.run(["sh", "-euc", "\n".join(shell)], cwd=restored, check=True, capture_output=True)


def test_the_readme_puts_large_files_in_place(folder: Path, home_with_keys: Path, tmp_path: Path) -> None:
    """A stranger without Git LFS gets the bytes, not the pointer, with a shell alone."""
    device = with_large_file(folder, home_with_keys)
    with device.open() as workplace:
        condition(workplace)
        archived = archive_version(workplace, VERSION)
        written = write_archive_file(workplace, archived, tmp_path / "one.tar.zst")
    restored = tmp_path / "restored"
    restored.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", written.path, "-C", restored], check=True)
    follow_readme(restored)
    assert (restored / "source-tree/src/model.bin").read_bytes() == BYTES


@pytest.mark.parametrize("vendor", [VENDOR, "archive: {dependencies: [vendor], always_rebuild: true}\n"])
def test_a_submodule_nobody_has_is_named_until_its_clone_is(
    folder: Path, home_with_keys: Path, tmp_path: Path, vendor: str
) -> None:
    """Lapse: the source lies in a submodule that is not checked out; with a clone of it named it is kept."""
    other, commit = repository(tmp_path / "other", home_with_keys, "driver.py")
    device = Device(folder, home_with_keys)
    folder.mkdir()
    device.git("init", "--quiet", "--initial-branch=main")
    pin(device, "src/driver", commit, other)
    plan = plan_of_class("B", vendor)
    device = frozen_device(folder, home_with_keys, files={"clausework.yaml": plan, "tools/build.py": PACKS})
    shutil.rmtree(folder / "src/driver")
    (folder / "src/driver").mkdir()
    with device.open() as workplace:
        verdict = condition(workplace)
        assert verdict.outcome == "fail"
        assert f"source submodule src/driver {commit}" in messages(verdict)
        archived = archive_version(workplace, VERSION, repositories=[other.folder])
        verdict = condition(workplace)
        assert verdict.outcome == "pass", messages(verdict)
    assert paths_of(archived) >= {"source/source.bundle", "source/source-1.bundle"}


def test_a_shallow_clone_is_not_archived_as_history(folder: Path, home_with_keys: Path) -> None:
    """Lapse: the pipeline fetched one commit; the history behind it is missing, and the command to fetch it is told."""
    device = frozen_device(folder, home_with_keys)
    device.commit("REQ-001: later")
    (folder / ".git/shallow").write_text(device.git("rev-parse", "HEAD~1") + "\n")
    with device.open() as workplace, pytest.raises(HistoryIncomplete) as refused:
        condition(workplace)
    assert "git fetch --unshallow" in refused.value.hint
