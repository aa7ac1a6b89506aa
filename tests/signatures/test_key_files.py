"""Files that hold keys: real files, real modes, real links."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from clausework.signatures.key_files import (
    KeyExists,
    KeyFileExposed,
    KeyFileIndirect,
    KeyFileUnreachable,
    KeyMissing,
    read_key_file,
    write_key_file,
)


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    """A key is written with mode 0600 into a folder of mode 0700, whatever the umask, and nothing else."""
    path = tmp_path / "keys" / "mine"
    before = os.umask(0)
    try:
        write_key_file(path, b"seed")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["mine"]
    assert read_key_file(path) == b"seed"


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    """Attack: a file, a folder or a dangling link stands where the key is to go; nothing is replaced."""
    file, folder, link = tmp_path / "file", tmp_path / "folder", tmp_path / "link"
    file.write_bytes(b"old")
    folder.mkdir()
    link.symlink_to(tmp_path / "elsewhere")
    for path in (file, folder, link):
        with pytest.raises(KeyExists):
            write_key_file(path, b"new")
    assert file.read_bytes() == b"old"
    assert not (tmp_path / "elsewhere").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "folder", "link"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777])
def test_attack_a_key_that_others_can_reach(tmp_path: Path, mode: int) -> None:
    """Attack: others can read or exchange the key; it is refused with the command that mends it."""
    path = tmp_path / "key"
    write_key_file(path, b"seed")
    path.chmod(mode)
    with pytest.raises(KeyFileExposed) as caught:
        read_key_file(path)
    assert f"chmod 600 {path}" in caught.value.hint
    assert caught.value.exit_code == 5


def test_attack_a_link_to_anothers_key(tmp_path: Path) -> None:
    """Attack: the key's place is a link, a folder or a pipe; none is read, and the pipe does not block."""
    key = tmp_path / "key"
    write_key_file(key, b"seed")
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(key)
    os.mkfifo(pipe, 0o600)
    for path in (link, pipe, tmp_path):
        with pytest.raises(KeyFileIndirect):
            read_key_file(path)


def test_what_is_not_there(tmp_path: Path) -> None:
    """A missing key, and one below a file, are missing; a folder that cannot be made is named."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "none", tmp_path / "file" / "key"):
        with pytest.raises(KeyMissing):
            read_key_file(path)
    with pytest.raises(KeyFileUnreachable):
        write_key_file(tmp_path / "file" / "key", b"seed")
