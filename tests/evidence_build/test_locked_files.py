"""Files of dependencies are taken by the lock's own hash; by a name only where the lock has none."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.evidence.lock_values import LockedDependency, Unlocked
from clausework.evidence.locked_files import PlaceMissing, find_locked, find_named
from clausework.evidence.locks import read_lock
from clausework.evidence.module_hash import module_hash

WHEEL = b"the one and only wheel"


def sri(data: bytes) -> str:
    """Return the integrity that npm writes of ``data``."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def test_a_file_is_found_by_its_hash_whatever_it_is_called(tmp_path: Path) -> None:
    """A wheel, an npm tarball in the cache under its hash, a crate: each is found by what its lock says of it."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "0a1b2c").write_bytes(b"tarball")
    (tmp_path / "serde-1.0.0.crate").write_bytes(b"crate")
    (tmp_path / "attrs.whl").write_bytes(WHEEL)
    locks = {
        "requirements.lock": f"attrs==1.0 --hash=sha256:{'0' * 64} --hash=sha256:{sha256_of(WHEEL)}\n",
        "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/left":'
        f' {{"version": "1.0.0", "integrity": "{sri(b"tarball")}"}}}}}}',
        "Cargo.lock": '[[package]]\nname = "serde"\nversion = "1.0.0"\nsource = "registry+x"\n'
        f'checksum = "{sha256_of(b"crate")}"\n',
    }
    named = [one for name, text in locks.items() for one in read_lock(name, text.encode()).dependencies]
    found = find_locked(named, [tmp_path])
    assert {(one.dependency.name, one.path.name) for one in found} == {
        ("attrs", "attrs.whl"),
        ("left", "0a1b2c"),
        ("serde", "serde-1.0.0.crate"),
    }


def test_another_file_under_the_same_name_is_not_taken(tmp_path: Path) -> None:
    """Attack: the dependency's file is swapped for another one that has its name and its size."""
    name = "attrs-26.1.0-py3-none-any.whl"
    (tmp_path / name).write_bytes(WHEEL.replace(b"only", b"evil"))
    wanted = LockedDependency("attrs", "26.1.0", (f"sha256:{sha256_of(WHEEL)}",))
    assert find_locked([wanted], [tmp_path]) == []
    (tmp_path / "other-name").write_bytes(WHEEL)
    assert [one.path.name for one in find_locked([wanted], [tmp_path])] == ["other-name"]


def test_pipes_links_and_unreadable_files_do_not_stop_the_search(tmp_path: Path) -> None:
    """Attack: a pipe that never ends, a loop of folders and a dead link stand in the folder of dependencies."""
    os.mkfifo(tmp_path / "a-pipe")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    (tmp_path / "wheel").write_bytes(WHEEL)
    wanted = LockedDependency("attrs", "26.1.0", (f"sha256:{sha256_of(WHEEL)}",))
    assert [one.path.name for one in find_locked([wanted], [tmp_path])] == ["wheel"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Lapse: the folder of dependencies was never filled; that is an error, not an empty archive."""
    with pytest.raises(PlaceMissing, match="no folder"):
        find_locked([LockedDependency("a", "1", ("sha256:" + "0" * 64,))], [tmp_path / "wheels"])


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_only_equal_bytes_have_the_hash(one: bytes, other: bytes) -> None:
    """Whatever two files hold: one is found for the other's hash only if it is the other, byte for byte."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "package.whl").write_bytes(other)
        wanted = LockedDependency("package", "1", (f"sha256:{sha256_of(one)}",))
        assert bool(find_locked([wanted], [Path(folder)])) == (one == other)


def module(path: Path, files: dict[str, bytes], *, stored: bool = False) -> Path:
    """Write a module's zip."""
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", method) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return path


FILES = {
    "example.com/m@v1.0.0/go.mod": b"module example.com/m\n",
    "example.com/m@v1.0.0/m.go": b"package m\n",
}


def test_the_hash_of_a_go_module_is_over_its_files_not_its_zip(tmp_path: Path) -> None:
    """Two zips of one module have one ``h1:`` hash; a changed, added or renamed file gives another."""
    first = module_hash(module(tmp_path / "a.zip", FILES))
    assert first.startswith("h1:")
    assert module_hash(module(tmp_path / "b.zip", dict(reversed(FILES.items())), stored=True)) == first
    others = [
        {**FILES, "example.com/m@v1.0.0/m.go": b"package evil\n"},
        {**FILES, "example.com/m@v1.0.0/n.go": b""},
        {name.replace("m.go", "x.go"): data for name, data in FILES.items()},
    ]
    assert all(module_hash(module(tmp_path / "c.zip", files)) != first for files in others)


def test_what_is_no_zip_has_no_module_hash(tmp_path: Path) -> None:
    """Attack: text, a cut zip and a zip with a name twice are no modules, and stop nothing."""
    whole = module(tmp_path / "a.zip", FILES).read_bytes()
    (tmp_path / "text.zip").write_bytes(b"module")
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as bundle:
        bundle.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            bundle.writestr("a", b"2")
    assert [module_hash(tmp_path / name) for name in ("text.zip", "cut.zip", "twice.zip", "none.zip")] == [
        ""
    ] * 4


@pytest.mark.skipif(shutil.which("go") is None, reason="no Go here to agree with")
def test_go_itself_gives_the_same_hash(tmp_path: Path) -> None:
    """What ``go mod download`` writes into go.sum for a module is what is worked out here from its zip."""
    proxy = tmp_path / "proxy" / "example.com" / "m" / "@v"
    proxy.mkdir(parents=True)
    zipped = module(proxy / "v1.0.0.zip", FILES)
    (proxy / "v1.0.0.mod").write_bytes(FILES["example.com/m@v1.0.0/go.mod"])
    (proxy / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    user = tmp_path / "user"
    user.mkdir()
    (user / "go.mod").write_text("module user\n\ngo 1.19\n\nrequire example.com/m v1.0.0\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "GOPROXY": f"file://{tmp_path / 'proxy'}",
        "GONOSUMDB": "*",
        "GOFLAGS": "-mod=mod -modcacherw",
        "GOSUMDB": "off",
    }
    subprocess.run(
        ["go", "mod", "download", "all"], cwd=user, env=environment, check=True, capture_output=True
    )
    (locked,) = read_lock("go.sum", (user / "go.sum").read_bytes()).dependencies
    assert locked.hashes == (module_hash(zipped),)
    assert [one.path for one in find_locked([locked], [tmp_path / "proxy"])] == [zipped]


def test_a_file_is_called_as_its_entry_whatever_the_package_manager() -> None:
    """A wheel, an sdist, a jar, a package with its epoch: name and version are found in the names that are usual."""
    for name, version, file in (
        ("PyYAML", "6.0.1", "pyyaml-6.0.1-cp311-cp311-manylinux_2_17_x86_64.whl"),
        ("typing-extensions", "4.9.0", "typing_extensions-4.9.0.tar.gz"),
        ("org.slf4j/slf4j-api", "2.0.9", "slf4j-api-2.0.9.jar"),
        ("@types/node", "20.1.0", "node-20.1.0.tgz"),
        ("zlib1g", "1:1.2.13.dfsg-1", "zlib1g_1.2.13.dfsg-1_amd64.deb"),
    ):
        assert called(name, version, file), file
    for name, version, file in (
        ("six", "1.16", "six-1.16.0.tar.gz"),
        ("six", "1.16.0", "not-six-1.16.0.tar.gz"),
        ("six", "1.16.0", "six-1.16.0.evil.jar"),
        ("six", "1.16.0", "six-1.16.0-SNAPSHOT.jar"),
        ("six", "1.1600", "six-1x1600.jar"),
        ("six", "", "six-.jar"),
    ):
        assert not called(name, version, file), file


def called(name: str, version: str, file: str) -> bool:
    """Tell whether a file of that name is taken for the entry."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, file).write_bytes(b"x")
        return bool(find_named([Unlocked(name, version, "")], [Path(folder)]))


def test_a_file_that_could_be_two_entries_is_nobodys(tmp_path: Path) -> None:
    """Attack: a jar of another group has the name of one that the lock names without a hash."""
    (tmp_path / "core-1.0.jar").write_bytes(b"whose?")
    entries = [Unlocked("org.good/core", "1.0", ""), Unlocked("com.evil/core", "1.0", "")]
    assert find_named(entries, [tmp_path]) == []
    assert len(find_named(entries[:1], [tmp_path])) == 1
