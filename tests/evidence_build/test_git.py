"""The git wrapper: what it reads, what it refuses, and what cannot make it lie or act."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.errors import ClauseworkError
from clausework.evidence.git import (
    GitUnavailable,
    HistoryIncomplete,
    NoCommitYet,
    NotARepository,
    RepositoryNotTrusted,
    StatusEntry,
    UnknownRevision,
    origin,
    prefix,
    revision,
    status,
    top,
    without_credentials,
)

from .repository import Repository


def test_revision_names_the_commit(repository: Repository) -> None:
    """Head, branch, tag, annotated tag and a detached head denote the same full commit ID."""
    commit = repository.commit(a_txt="1")
    repository.git("tag", "light")
    repository.git("tag", "-a", "-m", "note", "heavy")
    repository.git("checkout", "--quiet", "--detach")
    for name in ("HEAD", "main", "light", "heavy", commit[:10]):
        assert revision(repository.path, name) == commit


@pytest.mark.parametrize(
    "name", ["nope", "", "--output=stolen", "-h", "a\0b", "HEAD:a.txt", "main..HEAD", "^main"]
)
def test_what_is_no_commit_is_refused(repository: Repository, name: str) -> None:
    """A name that denotes no commit, or that git could take for an option, is refused by name."""
    repository.commit(a_txt="1")
    with pytest.raises(UnknownRevision):
        revision(repository.path, name)
    assert not (repository.path / "stolen").exists()


def test_a_blob_is_not_a_revision(repository: Repository) -> None:
    """The ID of a file's content denotes no commit."""
    repository.commit(a_txt="1")
    with pytest.raises(UnknownRevision):
        revision(repository.path, repository.git("rev-parse", "HEAD:a.txt"))


def test_an_empty_repository_has_no_commit(repository: Repository) -> None:
    """An empty repository is told as that, with the next step."""
    with pytest.raises(NoCommitYet) as caught:
        revision(repository.path)
    assert "Commit the work" in caught.value.hint


def test_outside_a_repository(tmp_path: Path, repository: Repository) -> None:
    """A folder without repository, a missing folder, a file and a bare repository are no work tree."""
    bare = tmp_path / "bare.git"
    repository.git("init", "--quiet", "--bare", str(bare))
    for place in (tmp_path, tmp_path / "missing", repository.write("file"), bare):
        with pytest.raises(NotARepository):
            top(place)


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is not installed, the stop says so with exit code 6."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitUnavailable) as caught:
        revision(repository.path)
    assert caught.value.exit_code == 6


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_anothers_repository(repository: Repository) -> None:
    """A repository that git does not trust is refused with the command that mends it."""
    repository.commit(a_txt="1")
    for folder, _, files in os.walk(repository.path):
        for name in (folder, *(os.path.join(folder, file) for file in files)):  # noqa: PTH118
            os.chown(name, 12345, 12345)
    with pytest.raises(RepositoryNotTrusted) as caught:
        revision(repository.path)
    assert "safe.directory" in caught.value.hint


def test_a_folder_below_the_top(repository: Repository) -> None:
    """A folder below the top knows its place, an unusual name included."""
    repository.commit(a_txt="1")
    below = repository.path / "öd \n\"'" / "pump"
    below.mkdir(parents=True)
    assert top(below) == repository.path
    assert prefix(below) == "öd \n\"'/pump/"
    assert prefix(repository.path) == ""


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        (
            "https://ci-token:s3cret@git.example.com/pump/controller.git",
            "https://git.example.com/pump/controller.git",
        ),
        ("https://s3cret@git.example.com:8443/p.git", "https://git.example.com:8443/p.git"),
        ("https://git.example.com/p.git?private_token=s3cret#s3cret", "https://git.example.com/p.git"),
        ("HTTPS://git.example.com/p", "https://git.example.com/p"),
        ("https://a:b@c:s3cret@git.example.com/p", "https://git.example.com/p"),
        ("https://[2001:db8::1]/p", "https://[2001:db8::1]/p"),
        ("git@git.example.com:pump/controller.git", "ssh://git.example.com/pump/controller.git"),
        ("ssh://git@git.example.com/pump/controller.git", "ssh://git.example.com/pump/controller.git"),
        ("user:s3cret@git.example.com:p", ""),
        ("https://user:s3c#ret@git.example.com/p", ""),
        ("https://user@/p", ""),
        ("ext::sh -c s3cret", ""),
        ("file:///srv/git/p.git", ""),
        ("/srv/git/p.git", ""),
        ("../p.git", ""),
        ("C:\\git\\p", ""),
        ("https://git.example.com/p\nx", ""),
        ("", ""),
    ],
)
def test_addresses_lose_their_credentials(address: str, identity: str) -> None:
    """An address is recorded without user, password and query; what is no network address is nothing."""
    assert without_credentials(address) == identity
    assert "s3cret" not in identity


@given(
    scheme=st.sampled_from(["https", "ssh", "git+ssh"]),
    user=st.text("ab:@#?%", max_size=4),
    secret=st.text("XYZ:@#?%[]", min_size=1, max_size=8).filter(lambda text: set(text) & set("XYZ")),
    path=st.sampled_from(["/p.git", "/a/b", "", "/p@2"]),
)
def test_attack_no_password_survives(scheme: str, user: str, secret: str, path: str) -> None:
    """Attack: however a password is written into an address, no part of it is recorded."""
    assert not set(without_credentials(f"{scheme}://{user}:{secret}@git.example.com{path}")) & set("XYZ")


def test_origin_is_the_remote(repository: Repository) -> None:
    """The origin is the configured address, not one that this machine rewrites to a token or a mirror."""
    repository.commit(a_txt="1")
    repository.git("remote", "add", "origin", "https://token@git.example.com/p.git")
    repository.git(
        "config", "url.https://secret@mirror.example.com/.insteadOf", "https://token@git.example.com/"
    )
    assert origin(repository.path) == "https://git.example.com/p.git"


def test_origin_without_a_remote(repository: Repository) -> None:
    """Without a remote, or with one on this machine, the first commit identifies the repository for good."""
    first = repository.commit(a_txt="1")
    repository.commit(a_txt="2")
    assert origin(repository.path) == f"root-commit:{first}"
    repository.git("checkout", "--quiet", "--orphan", "import")
    repository.commit(b_txt="3", seconds=1_000_000_000)
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--allow-unrelated-histories", "-m", "import", "import")
    repository.git("remote", "add", "origin", str(repository.path))
    assert origin(repository.path) == f"root-commit:{first}"


def test_origin_of_a_shallow_clone(repository: Repository, tmp_path: Path) -> None:
    """A shallow clone that cannot know the first commit is refused, never identified by the clone's edge."""
    repository.commit(a_txt="1")
    repository.commit(a_txt="2")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(clone))
    with pytest.raises(HistoryIncomplete) as caught:
        origin(clone)
    assert "fetch-depth: 0" in caught.value.hint


def test_status_tells_every_difference(repository: Repository) -> None:
    """Changed, staged, deleted and untracked paths are told, whatever their names; ignored ones are not."""
    names = ["plain", "-rf", 'quo"te', "new\nline", "ünïcode", "two  spaces ", "tab\there", "..dots"]
    for name in names:
        repository.write(name)
    repository.write("deleted")
    repository.write(".gitignore", "*.o\n")
    repository.commit()
    assert status(repository.path) == ()
    for name in names:
        repository.write(name, "other\n")
    (repository.path / "deleted").unlink()
    repository.write("staged")
    repository.git("add", "staged")
    repository.write("folder/new")
    repository.write("ignored.o")
    expected = {*names, "deleted", "staged", "folder/new"}
    assert {entry.path for entry in status(repository.path)} == expected


def test_status_of_bytes_that_are_no_text(repository: Repository) -> None:
    """A name that is not UTF-8 is shown with its bytes."""
    repository.commit(a_txt="1")
    repository.write(b"b\xff")
    assert status(repository.path) == (StatusEntry("b\\xff", "??"),)


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_attack_a_change_hidden_from_git(repository: Repository, flag: str) -> None:
    """Attack: a file that git was told not to look at is changed; it is told as not known to be clean."""
    repository.commit(a_txt="1", b_txt="1")
    repository.git("update-index", flag, "a.txt")
    repository.write("a.txt", "hidden change")
    assert repository.git("status", "--porcelain") == ""
    assert status(repository.path) == (StatusEntry("a.txt", "!!"),)


def test_attack_another_repository_by_environment(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: GIT_DIR and injected configuration point elsewhere; the folder that was named is read."""
    commit = repository.commit(a_txt="1")
    other = Repository(tmp_path / "other")
    other.commit(b_txt="2")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "remote.origin.url")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://evil.example.com/p")
    assert revision(repository.path) == commit
    assert origin(repository.path) == f"root-commit:{commit}"


def test_attack_programs_in_the_configuration(repository: Repository, tmp_path: Path) -> None:
    """Attack: a repository's configuration names programs to run; reading runs none of them."""
    repository.commit(a_txt="1")
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{ran}'\n")
    program.chmod(0o755)
    hooks = repository.path / ".git" / "hooks"
    for hook in ("post-index-change", "post-checkout", "fsmonitor-watchman"):
        (hooks / hook).write_text(program.read_text())
        (hooks / hook).chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "pager.status",
        "diff.external",
        "core.editor",
        "gpg.program",
    ):
        repository.git("config", name, str(program))
    repository.write("a.txt", "2")
    assert [entry.path for entry in status(repository.path)] == ["a.txt"]
    revision(repository.path)
    assert not ran.exists()


def test_errors_have_one_code_each() -> None:
    """Every stop belongs to a family that the command line knows, and tells what to do next."""
    for error in (GitUnavailable, HistoryIncomplete, NoCommitYet, NotARepository, RepositoryNotTrusted):
        assert error.exit_code in {2, 5, 6}
        assert error.hint != ClauseworkError.hint


def test_the_index_is_not_written(repository: Repository) -> None:
    """Reading leaves the repository's index as it was, so that it can be read while others work."""
    repository.commit(a_txt="1")
    index = repository.path / ".git" / "index"
    before = index.read_bytes()
    os.utime(repository.path / "a.txt", (1, 1))
    assert status(repository.path) == ()
    assert index.read_bytes() == before
    subprocess.run(["git", "-C", str(repository.path), "fsck"], check=True, capture_output=True)
