"""The source tree's digest: content under the item's paths, nothing else, whatever the names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.evidence.git import GitFailed, UnknownRevision
from clausework.evidence.source_tree import (
    NoSourceFiles,
    SourceFile,
    changed_paths,
    source_tree,
)

from .repository import Repository

HOSTILE = [
    "-rf",
    'quo"te',
    "new\nline",
    "ünïcode",
    " two  spaces ",
    "tab\there",
    "..dots",
    "back\\slash",
    "$(x)",
]


def _expected(files: dict[bytes, tuple[str, bytes]]) -> str:
    """Compute the digest as its specification says, from plain values."""
    text = b"clausework source tree v1\n"
    for path, (mode, content) in sorted(files.items()):
        text += b"%s %s %s\0" % (mode.encode(), hashlib.sha256(content).hexdigest().encode(), path)
    return hashlib.sha256(text).hexdigest()


def test_the_digest_is_over_content(repository: Repository) -> None:
    """The digest is that of the specification over mode, content and path of the matching files."""
    repository.commit(src__b_c="int b;", src__a_c="int a;", docs__x_md="text")
    tree = source_tree(repository.path, "HEAD", ["src/**"])
    assert tree.files == (
        SourceFile("100644", "src/a.c", sha256_of(b"int a;")),
        SourceFile("100644", "src/b.c", sha256_of(b"int b;")),
    )
    assert tree.sha256 == _expected({b"src/a.c": ("100644", b"int a;"), b"src/b.c": ("100644", b"int b;")})


def test_a_commit_to_other_files_leaves_it(repository: Repository) -> None:
    """An empty commit, a rebase and a commit that touches other files prove nothing anew and lose nothing."""
    first = repository.commit(src__a_c="int a;", docs__x_md="text")
    before = source_tree(repository.path, first, ["src/**"])
    for commit in (repository.commit(docs__x_md="other"), repository.commit("Empty")):
        assert source_tree(repository.path, commit, ["src/**"]) == before


@pytest.mark.parametrize("change", ["content", "mode", "name", "link", "added", "removed"])
def test_each_change_shows(repository: Repository, change: str) -> None:
    """Content, mode, name, kind, an added and a removed file each change the digest."""
    first = repository.commit(src__a_c="int a;", src__b_c="int b;")
    path = repository.path / "src" / "a.c"
    match change:
        case "content":
            path.write_text("int b;")
        case "mode":
            path.chmod(0o755)
        case "name":
            path.rename(path.with_name("c.c"))
        case "link":
            path.unlink()
            path.symlink_to("int a;")
        case "added":
            repository.write("src/d.c")
        case _:
            path.unlink()
    second = repository.commit()
    digests = {source_tree(repository.path, commit, ["src/**"]).sha256 for commit in (first, second)}
    assert len(digests) == 2


def test_links_and_submodules_enter_as_such(repository: Repository) -> None:
    """A link counts by its target's name, a submodule by the commit it is pinned to; neither is followed."""
    outside = repository.path.parent / "secret"
    outside.write_text("outside")
    (repository.path / "link").symlink_to("../secret")
    pinned = "1" * 40
    repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{pinned},lib")
    repository.git("commit", "--quiet", "-m", "Pin")
    tree = source_tree(repository.path, "HEAD", ["**"])
    assert tree.files == (
        SourceFile("160000", "lib", sha256_of(pinned.encode())),
        SourceFile("120000", "link", sha256_of(b"../secret")),
    )


def test_attack_hostile_names(repository: Repository) -> None:
    """Attack: names with line feeds, quotes, dashes and bytes that are no text are read as they are."""
    raw = {os.fsencode(f"src/{name}"): name.encode() for name in HOSTILE} | {b"src/\xff\xfe": b"bytes"}
    for path, content in raw.items():
        repository.write(path, content)
    repository.commit()
    tree = source_tree(repository.path, "HEAD", ["src/**"])
    assert tree.sha256 == _expected({path: ("100644", content) for path, content in raw.items()})
    assert {file.path for file in tree.files} == {f"src/{name}" for name in HOSTILE} | {"src/\\xff\\xfe"}


def test_attack_names_that_look_alike(repository: Repository) -> None:
    """Attack: a byte and its escape have the same look; their digests differ."""
    repository.write(b"\xff", "x")
    first = repository.commit()
    repository.git("rm", "--quiet", b"\xff")
    repository.write("\\xff", "x")
    second = repository.commit()
    trees = [source_tree(repository.path, commit, ["**"]) for commit in (first, second)]
    assert trees[0].files == trees[1].files
    assert trees[0].sha256 != trees[1].sha256


def test_attack_replaced_objects(repository: Repository) -> None:
    """Attack: replacement objects show other content for the same commit; the true content is digested."""
    commit = repository.commit(src__a_c="int good;")
    before = source_tree(repository.path, commit, ["src/**"])
    evil = repository.git("hash-object", "-w", "--stdin", stdin=b"int evil;")
    repository.git("replace", repository.git("rev-parse", "HEAD:src/a.c"), evil)
    assert repository.git("show", "HEAD:src/a.c") == "int evil;"
    assert source_tree(repository.path, commit, ["src/**"]) == before


def test_the_work_tree_does_not_enter(repository: Repository) -> None:
    """What lies uncommitted in the work tree, and how git converts line ends, is not in the digest."""
    repository.commit(src__a_c="int a;\r\n")
    before = source_tree(repository.path, "HEAD", ["src/**"])
    repository.git("config", "core.autocrlf", "input")
    repository.write("src/a.c", "changed")
    assert source_tree(repository.path, "HEAD", ["src/**"]) == before
    assert before.files[0].sha256 == sha256_of(b"int a;\r\n")


def test_nothing_is_not_a_source_tree(repository: Repository) -> None:
    """Paths that match no file are refused: an empty source tree would be proved by anything."""
    repository.commit(src__a_c="int a;")
    for globs in (["lib/**"], ["src"], []):
        with pytest.raises(NoSourceFiles):
            source_tree(repository.path, "HEAD", globs)
    with pytest.raises(UnknownRevision):
        source_tree(repository.path, "nope", ["src/**"])


def test_lost_content_is_damage(repository: Repository) -> None:
    """An object that the repository has lost is an integrity violation, not an empty file."""
    repository.commit(src__a_c="int a;", src__b_c="int b;")
    object_ = repository.git("rev-parse", "HEAD:src/b.c")
    (repository.path / ".git" / "objects" / object_[:2] / object_[2:]).unlink()
    with pytest.raises(GitFailed) as caught:
        source_tree(repository.path, "HEAD", ["src/**"])
    assert object_ in caught.value.message
    assert caught.value.exit_code == 4


def test_a_shallow_clone_has_the_same_digest(repository: Repository, tmp_path: Path) -> None:
    """How much history was fetched does not matter to the content of one commit."""
    repository.commit(src__a_c="1")
    commit = repository.commit(src__a_c="2")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(clone))
    expected = source_tree(repository.path, commit, ["src/**"])
    assert source_tree(clone, "HEAD", ["src/**"]) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.dictionaries(
        st.text(
            st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8
        ).filter(lambda name: name not in {".", ".."} and not name.lower().startswith((".git", "git~"))),
        st.binary(max_size=50),
        min_size=1,
        max_size=5,
    )
)
def test_any_files_give_the_specified_digest(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    """For any names and contents the digest is the specification's."""
    repository = Repository(tmp_path_factory.mktemp("any"))
    repository.git("config", "core.protectNTFS", "false")
    for name, content in files.items():
        repository.write(f"s/{name}", content)
    repository.commit()
    expected = _expected({f"s/{name}".encode(): ("100644", content) for name, content in files.items()})
    assert source_tree(repository.path, "HEAD", ["s/*"]).sha256 == expected


def test_changed_paths_are_those_of_the_item(repository: Repository) -> None:
    """Changed, deleted and stray files under the item's paths, and its lock files, count; others do not."""
    repository.write(".gitignore", "*.o\n")
    repository.commit(src__a_c="1", src__b_c="1", docs__x_md="1", locks__run_txt="1", other__y_c="1")
    assert changed_paths(repository.path, ["src/**"], ["locks/run.txt"]) == ()
    for name in ("src/a.c", "docs/x.md", "other/y.c", "locks/run.txt", "src/stray.c", "src/built.o"):
        repository.write(name, "2")
    (repository.path / "src" / "b.c").unlink()
    expected = ("locks/run.txt", "src/a.c", "src/b.c", "src/stray.c")
    assert changed_paths(repository.path, ["src/**"], ["locks/run.txt"]) == expected


def test_attack_a_repository_within_the_repository(repository: Repository) -> None:
    """Attack: stray source hides in an untracked repository, into which git does not look."""
    repository.commit(src__a_c="1")
    inner = Repository(repository.path / "src" / "inner")
    inner.commit(evil_c="1")
    assert changed_paths(repository.path, ["src/**/*.c"]) == ("src/inner/",)
    assert changed_paths(repository.path, ["docs/**"]) == ()


def test_attack_a_submodule_whose_folder_is_named_by_a_pattern(repository: Repository) -> None:
    """Attack: to git a submodule is one path with no file beneath; pinned elsewhere, it is another source."""
    repository.write("src/a.c")
    digests = set()
    for pinned in ("1" * 40, "2" * 40):
        repository.commit()
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{pinned},vendor/lib")
        repository.git("commit", "--quiet", "-m", "Pin")
        tree = source_tree(repository.path, "HEAD", ["src/**", "vendor/lib/**"])
        assert [file.path for file in tree.files] == ["src/a.c", "vendor/lib"]
        digests.add(tree.sha256)
    assert len(digests) == 2
    assert len(source_tree(repository.path, "HEAD", ["src/**", "vendor/lib/*.c"]).files) == 2
    assert len(source_tree(repository.path, "HEAD", ["src/**", "vendor/library/**"]).files) == 1


def test_attack_a_changed_submodule_is_a_changed_path(repository: Repository) -> None:
    """Attack: a submodule stands on another commit than the one that is pinned, under a pattern of its folder."""
    inner = Repository(repository.path / "vendor" / "lib")
    pinned = inner.commit(a_c="1")
    repository.write("src/a.c")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{pinned},vendor/lib")
    repository.write(".gitmodules", '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../lib\n')
    repository.git("add", ".gitmodules", "src")
    repository.git("commit", "--quiet", "-m", "Pin")
    assert changed_paths(repository.path, ["src/**", "vendor/lib/**"]) == ()
    inner.commit(a_c="2")
    assert changed_paths(repository.path, ["src/**", "vendor/lib/**"]) == ("vendor/lib",)
    assert changed_paths(repository.path, ["src/**"]) == ()
