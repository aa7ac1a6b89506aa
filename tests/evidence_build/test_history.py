"""The commits of a range and the tags of a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.evidence.git import HistoryIncomplete, UnknownRevision
from clausework.evidence.history import (
    Contributor,
    Tag,
    Trailer,
    UnreadableCommit,
    commits,
    committed_at,
    one_commit,
    tags,
)

from .repository import Repository

MESSAGE = """Stop the pump

The pump ran on when the line was blocked.

Change-Request: CR-7
Reviewed-by: Rita Reviewer <rita@example.com>
  and her team
"""


def test_a_commit_as_it_is(repository: Repository) -> None:
    """Who, when, why, trailers and paths of a commit are what git holds; addresses are in lower case."""
    first = repository.commit(a_txt="1")
    id_ = repository.commit(MESSAGE, src__b_c="1", a_txt="2")
    (commit,) = commits(repository.path, first, "HEAD")
    assert (commit.id, commit.parents) == (id_, (first,))
    assert commit.author == Contributor("Ada Author", "author@example.com")
    assert commit.committer == Contributor("Carl Committer", "committer@example.com")
    assert commit.authored_at == commit.committed_at == "2026-03-31T23:33:20.000Z"
    assert commit.subject == "Stop the pump"
    assert commit.body.startswith("The pump ran on")
    assert commit.trailers == (
        Trailer("Change-Request", "CR-7"),
        Trailer("Reviewed-by", "Rita Reviewer <rita@example.com> and her team"),
    )
    assert commit.paths == ("a.txt", "src/b.c")
    assert committed_at(repository.path, id_) == 1_775_000_000
    assert one_commit(repository.path, "HEAD") == commit


def test_the_range_is_parents_first(repository: Repository) -> None:
    """The whole history, or what a predecessor does not reach, comes in order; nothing new is empty."""
    ids = [repository.commit(str(number), a_txt=str(number)) for number in range(3)]
    assert [commit.id for commit in commits(repository.path, "", "HEAD")] == ids
    assert [commit.id for commit in commits(repository.path, ids[0], ids[2])] == ids[1:]
    assert commits(repository.path, ids[2], "HEAD") == ()


def test_a_merge_tells_what_it_brought_itself(repository: Repository) -> None:
    """Attack: a merge smuggles a change that neither side had; the merge's own paths show it."""
    repository.commit(a_txt="1")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit(b_txt="1")
    repository.git("checkout", "--quiet", "main")
    repository.commit(c_txt="1")
    repository.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    repository.commit("Merge", a_txt="smuggled")
    merge = commits(repository.path, "", "HEAD")[-1]
    assert len(merge.parents) == 2
    assert merge.paths == ("a.txt",)


def test_attack_paths_and_messages_made_to_confuse(repository: Repository) -> None:
    """Attack: paths named like commits, and messages like git's own output, change nothing."""
    first = repository.commit("0" * 40 + "\n\ncommit " + "1" * 40, a_txt="1")
    names = {first, ":100644 100644 a", "new\nline", '"quoted"', "-rf"}
    for name in names:
        repository.write(name)
    repository.commit("-n --format=%H")
    found = commits(repository.path, "", "HEAD")
    assert [commit.paths for commit in found] == [("a.txt",), tuple(sorted(names))]
    assert found[0].subject == "0" * 40
    assert found[1].subject == "-n --format=%H"


def test_an_empty_commit_changes_nothing(repository: Repository) -> None:
    """A commit without a change has no paths, and does not take those of its neighbour."""
    repository.commit(a_txt="1")
    repository.commit("Empty")
    repository.commit(b_txt="1")
    assert [commit.paths for commit in commits(repository.path, "", "HEAD")] == [("a.txt",), (), ("b.txt",)]


def test_a_name_that_is_no_text(repository: Repository) -> None:
    """A message in another encoding is converted; bytes that are no text are shown, never dropped."""
    tree = repository.git("write-tree")
    person = b"Ad\xe4 <a@example.com> 1775000000 +0000"
    raw = b"tree %s\nauthor %s\ncommitter %s\n\nM\xfcll\n" % (tree.encode(), person, person)
    id_ = repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw)
    commit = one_commit(repository.path, id_)
    assert commit.author.name == "Ad\\xe4"
    assert commit.subject == "M\\xfcll"
    latin = raw.replace(b"\n\n", b"\nencoding ISO-8859-1\n\n", 1)
    id_ = repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=latin)
    assert one_commit(repository.path, id_).subject == "Müll"


def test_attack_a_time_out_of_all_time(repository: Repository) -> None:
    """Attack: a commit object claims a time that no record holds; it is rejected, not a traceback."""
    tree = repository.git("write-tree")
    person = b"A <a@example.com> 99999999999999 +0000"
    raw = b"tree %s\nauthor %s\ncommitter %s\n\nx\n" % (tree.encode(), person, person)
    id_ = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw)
    with pytest.raises(UnreadableCommit):
        one_commit(repository.path, id_)


def test_attack_a_history_cut_short(repository: Repository, tmp_path: Path) -> None:
    """Attack: a shallow clone leaves commits out of the range; it is refused."""
    first = repository.commit(a_txt="1")
    second = repository.commit(a_txt="2")
    third = repository.commit(a_txt="3")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=2", f"file://{repository.path}", str(clone))
    with pytest.raises(HistoryIncomplete):
        commits(clone, "", "HEAD")
    with pytest.raises(UnknownRevision):
        commits(clone, first, "HEAD")
    assert [commit.id for commit in commits(clone, second, "HEAD")] == [third]


def test_attack_grafts_rewrite_the_history(repository: Repository) -> None:
    """Attack: a graft cuts commits out of the range; the commits' own parents count."""
    ids = [repository.commit(str(number), a_txt=str(number)) for number in range(3)]
    grafts = repository.path / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{ids[2]} {ids[0]}\n")
    assert [commit.id for commit in commits(repository.path, "", "HEAD")] == ids


def test_tags_and_their_signatures(repository: Repository) -> None:
    """Tags are told with the kind of their signature; a light tag on a message that looks signed has none."""
    signature = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"
    commit = repository.commit(f"Looks signed\n\n{signature}", a_txt="1")
    repository.git("tag", "light")
    repository.git("tag", "-a", "-m", "Version 2.3.0", "v2.3.0")
    head = f"object {commit}\ntype commit\ntag signed\ntagger T <T@example.com> 1775000000 +0000\n\nRelease\n"
    signed = repository.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=(head + signature).encode())
    repository.git("update-ref", "refs/tags/signed", signed)
    annotated = repository.git("rev-parse", "v2.3.0")
    assert tags(repository.path, commit) == (
        Tag("light", commit, Contributor("", ""), "", ""),
        Tag("signed", signed, Contributor("T", "t@example.com"), "Release", "ssh"),
        Tag("v2.3.0", annotated, Contributor("Carl Committer", "committer@example.com"), "Version 2.3.0", ""),
    )
