"""Item files are collected from inside the repository only, within bounds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.items import read as reading
from clausework.items.read import ItemFilesRefused, collect_sources, read_items
from clausework.items.source import SourceFile

from .making import source

ITEM = b"- {id: REQ-1, type: task, title: T, fields: {status: open}}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with two item files, prose, and what is none of either."""
    root = tmp_path / "repository"
    folder = root / "quality" / "risk"
    folder.mkdir(parents=True)
    (root / "quality" / "b.yaml").write_bytes(ITEM)
    (folder / "a.md").write_bytes(b"---\nid: REQ-2\n---\n")
    for name in ("README.md", "picture.png", ".hidden.yaml", "notes.txt"):
        (root / "quality" / name).write_bytes(b"no item")
    return root


def test_collects_item_files_sorted(repository: Path) -> None:
    """Item files come sorted by path, once each, with their bytes; prose and other files are left."""
    sources = collect_sources(repository, ["quality/", "quality/risk"])
    assert [one.path for one in sources] == ["quality/b.yaml", "quality/risk/a.md"]
    assert sources[0].data == ITEM


@pytest.mark.parametrize(
    "folder",
    [
        "",
        "/etc",
        "..",
        "quality/../..",
        "quality/../../x",
        "C:/x",
        "..\\x",
        "quality\x00",
        "quality\n",
        "missing",
    ],
)
def test_attack_folder_outside(repository: Path, folder: str) -> None:
    """A folder that is not plainly inside the repository is refused."""
    with pytest.raises(ItemFilesRefused) as caught:
        collect_sources(repository, [folder])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["link.yaml", "link"])
def test_attack_symbolic_link_inside_the_folder(repository: Path, tmp_path: Path, name: str) -> None:
    """A symbolic link among the items is refused, whatever it leads to; it is never followed."""
    (repository / "quality" / name).symlink_to(tmp_path)
    with pytest.raises(ItemFilesRefused, match="symbolic link"):
        collect_sources(repository, ["quality"])


def test_attack_folder_is_a_symbolic_link(repository: Path, tmp_path: Path) -> None:
    """A folder on the way that is a symbolic link is refused."""
    (repository / "linked").symlink_to(tmp_path)
    with pytest.raises(ItemFilesRefused, match="symbolic link"):
        collect_sources(repository, ["linked/repository/quality"])


@pytest.mark.parametrize("name", ["a\nb.yaml", "a\x1b[2J.yaml", "a\\b.yaml", "\u202eb.yaml"])
def test_attack_file_name(repository: Path, name: str) -> None:
    """A file whose name cannot be shown as it is, or is a path elsewhere, is refused."""
    (repository / "quality" / name).write_bytes(ITEM)
    with pytest.raises(ItemFilesRefused) as caught:
        collect_sources(repository, ["quality"])
    assert str(caught.value).isprintable()


def test_attack_file_name_is_not_text(repository: Path) -> None:
    """A file name in bytes that are no UTF-8 is refused."""
    (repository / "quality" / os.fsdecode(b"a\xff.yaml")).write_bytes(ITEM)
    with pytest.raises(ItemFilesRefused):
        collect_sources(repository, ["quality"])


def test_attack_pipe(repository: Path) -> None:
    """A pipe named as an item file is refused without waiting for a writer."""
    os.mkfifo(repository / "quality" / "pipe.yaml")
    with pytest.raises(ItemFilesRefused, match="plain file"):
        collect_sources(repository, ["quality"])


def test_attack_huge_file(repository: Path) -> None:
    """A file of 100 MB is refused by its size, before it is read."""
    with (repository / "quality" / "huge.yaml").open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(ItemFilesRefused, match="100000000 bytes"):
        collect_sources(repository, ["quality"])


def test_attack_huge_bytes() -> None:
    """Bytes that come from elsewhere than a folder are held to the same bound."""
    with pytest.raises(ItemFilesRefused):
        read_items([SourceFile("q/a.yaml", b" " * (reading.LARGEST_FILE + 1))])


def test_attack_many_files(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are small each and too much together are refused."""
    monkeypatch.setattr(reading, "LARGEST_SET", len(ITEM))
    with pytest.raises(ItemFilesRefused, match="together"):
        collect_sources(repository, ["quality"])


def test_attack_deep_folders(repository: Path) -> None:
    """Folders nested past the bound are refused."""
    (repository / "quality" / "/".join("d" * 25)).mkdir(parents=True)
    with pytest.raises(ItemFilesRefused, match="nested"):
        collect_sources(repository, ["quality"])


@given(st.permutations([f"q/{name}.yaml" for name in "abcd"]))
def test_order_of_files_does_not_matter(paths: list[str]) -> None:
    """The same files in any order give the same set."""
    files = {path: f"- {{id: T-{ord(path[2])}, type: user_need, title: {path}}}" for path in sorted(paths)}
    in_order = read_items([source(text, path) for path, text in files.items()])
    assert read_items([source(files[path], path) for path in paths]) == in_order
