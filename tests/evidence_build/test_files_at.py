"""Files of a commit are written as git holds them, and nothing that a hand-made tree holds is written elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.evidence.files_at import FileTooLarge, files_at, write_files_at
from clausework.evidence.git import GitFailed, HistoryIncomplete, UnknownRevision, common_commit

from .repository import Repository


def everything(_path: str) -> bool:
    """Want every file."""
    return True


def tree(repository: Repository, *entries: tuple[str, str, str]) -> str:
    """Return the ID of a tree that is made as its bytes say, whatever git thinks of it: mode, name, object."""
    raw = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(object_) for mode, name, object_ in entries)
    return repository.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)


def commit_of(repository: Repository, root: str) -> str:
    """Return a commit of the tree ``root``."""
    return repository.git("commit-tree", root, stdin=b"made by hand\n")


def blob(repository: Repository, content: bytes) -> str:
    """Return the ID of a blob."""
    return repository.git("hash-object", "-w", "--stdin", stdin=content)


def test_files_are_those_of_the_commit_whatever_the_work_tree_has(repository: Repository) -> None:
    """Blanks, line breaks and umlauts in names, empty and binary contents come out as they went in."""
    contents = {"a b.txt": b"", "ü/x": b"\0\xff\n", "li\nne": b"1\n2"}
    for name, content in contents.items():
        repository.write(name, content)
    then = repository.commit()
    repository.write("a b.txt", "changed")
    assert {entry.path: data for entry, data in files_at(repository.path, then, everything)} == contents


def test_only_what_is_wanted_is_read(repository: Repository, tmp_path: Path) -> None:
    """The other files are neither read nor written."""
    then = repository.commit(quality__a_yaml="a", src__b_c="b")
    write_files_at(repository.path, then, lambda path: path.startswith("quality/"), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["a.yaml"]


def test_a_link_is_written_as_a_link(repository: Repository, tmp_path: Path) -> None:
    """What a link leads to is not followed: item readers refuse it where it stands."""
    (repository.path / "out").symlink_to("/etc/passwd")
    then = repository.commit()
    write_files_at(repository.path, then, everything, tmp_path / "scratch")
    assert (tmp_path / "scratch" / "out").readlink() == Path("/etc/passwd")


def test_attack_a_tree_with_dots_writes_nothing_outside(repository: Repository, tmp_path: Path) -> None:
    """ATTACK: a tree made by hand holds ``..``, so that a file would be written beside the scratch folder."""
    evil = tree(repository, ("100644", "stolen", blob(repository, b"x")))
    root = tree(repository, ("40000", "..", evil))
    with pytest.raises(GitFailed, match=r"holds the path '\.\./stolen'"):
        write_files_at(repository.path, commit_of(repository, root), everything, tmp_path / "scratch")
    assert not (tmp_path / "stolen").exists()


def test_attack_a_link_and_files_behind_it_write_nothing_outside(
    repository: Repository, tmp_path: Path
) -> None:
    """ATTACK: one name is a link out of the folder and a folder as well."""
    target = tmp_path / "target"
    target.mkdir()
    inside = tree(repository, ("100644", "stolen", blob(repository, b"x")))
    link = blob(repository, str(target).encode())
    root = tree(repository, ("120000", "a", link), ("40000", "a", inside))
    with pytest.raises(GitFailed, match="cannot be written as it stands"):
        write_files_at(repository.path, commit_of(repository, root), everything, tmp_path / "scratch")
    assert list(target.iterdir()) == []


def test_a_content_that_is_not_there_is_told(repository: Repository) -> None:
    """A partial clone, or a damaged one, is not taken for a commit without the file."""
    root = tree(repository, ("100644", "items.yaml", "1" * 40))
    with pytest.raises(GitFailed, match=r"does not hold the content of items\.yaml"):
        list(files_at(repository.path, commit_of(repository, root), everything))


def test_a_submodule_is_no_file(repository: Repository) -> None:
    """Its files are another repository's."""
    root = tree(repository, ("160000", "vendor", "1" * 40))
    assert list(files_at(repository.path, commit_of(repository, root), everything)) == []


def test_an_unknown_commit_is_told(repository: Repository) -> None:
    """A name that denotes nothing is not an empty commit."""
    repository.commit()
    with pytest.raises(UnknownRevision):
        list(files_at(repository.path, "nosuch", everything))


def test_the_common_commit_of_two_branches(repository: Repository, tmp_path: Path) -> None:
    """Where histories part, none where they have nothing in common, and no answer where a shallow clone hides it."""
    base = repository.commit("base", a="1")
    one = repository.commit("one", a="2")
    repository.git("checkout", "--quiet", "-b", "other", base)
    other = repository.commit("other", b="1")
    assert common_commit(repository.path, one, other) == base
    repository.git("checkout", "--quiet", "--orphan", "lone")
    lone = repository.commit("lone", c="1")
    assert common_commit(repository.path, one, lone) == ""
    shallow = tmp_path / "shallow"
    address = f"file://{repository.path}"
    repository.git("clone", "--quiet", "--depth=1", "--no-single-branch", address, str(shallow))
    with pytest.raises(HistoryIncomplete):
        common_commit(shallow, one, other)


def test_a_file_that_is_too_large_is_told_and_passed_over(repository: Repository) -> None:
    """It is never held; the files behind it are yielded all the same, and without somebody to tell it is refused."""
    repository.write("a.bin", b"x" * 5000)
    repository.write("b.txt", b"small")
    commit = repository.commit("files")
    told: list[tuple[str, int]] = []

    def tell(path: str, size: int) -> None:
        told.append((path, size))

    def wanted(path: str) -> bool:
        return path in {"a.bin", "b.txt"}

    found = files_at(repository.path, commit, wanted, largest=10, left_out=tell)
    assert [(entry.path, data) for entry, data in found] == [("b.txt", b"small")]
    assert told == [("a.bin", 5000)]
    with pytest.raises(FileTooLarge, match=r"a\.bin has 5000 bytes"):
        list(files_at(repository.path, commit, wanted, largest=10))
