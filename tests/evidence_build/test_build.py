"""A build's record: what git, the lock files and the machine say, once, at one commit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from clausework.core.digests import sha256_of
from clausework.evidence.build import (
    BuildTooLarge,
    DescribedBuild,
    ItemToBuild,
    NotAnArtefact,
    build_id,
    describe_build,
    outputs,
)
from clausework.evidence.git import HistoryIncomplete, NoCommitYet, NotARepository
from clausework.evidence.history import Commit
from clausework.evidence.source_tree import NoSourceFiles, source_tree
from clausework.ledger.records import encode_statement, subject
from clausework.ledger.records.build import ArtefactSignature, Run
from clausework.ledger.records.values import Made

from .repository import Repository

ITEM = ItemToBuild(
    device="Infusor",
    software_system="pump",
    software_item="controller",
    safety_class="C",
    paths=("src/**",),
    lock_paths=(),
    plan="1" * 64,
    item_baseline="2" * 64,
    range_from="",
    version="2.4.0",
)
ENVIRON = {"CLAUSEWORK_RUN_ID": "bench-1"}
MADE = Made("2026-04-10T08:30:00.000Z", "pipeline", "clausework test")


def _clock() -> datetime:
    return datetime(2026, 4, 10, 8, 30, tzinfo=UTC)


def _describe(root: Path, **changes: object) -> DescribedBuild:
    return describe_build(root, msgspec.structs.replace(ITEM, **changes), ENVIRON, _clock)


def _sign(sha256: str) -> ArtefactSignature:
    return ArtefactSignature("3" * 64, f"signed {sha256}")


def test_a_clean_build(repository: Repository) -> None:
    """Each fact of the build is that of the commit, the item, the run; the record fits a Statement."""
    repository.commit(src__a_c="1", requirements_lock="", docs__x_md="1")
    commit = repository.commit("Second", src__a_c="2")
    build = _describe(repository.path).build
    root_commit = repository.git("rev-list", "--max-parents=0", "HEAD")
    assert build.origin == f"root-commit:{root_commit}"
    assert build.id == build_id(build.origin, "controller", commit, build.run)
    assert (build.commit, build.commit_count, build.clean, build.changed_paths) == (commit, 2, True, ())
    assert build.source_tree == source_tree(repository.path, commit, ["src/**"]).sha256
    assert (build.author, build.committed_at) == ("author@example.com", "2026-03-31T23:33:20.000Z")
    assert [lock.name for lock in build.locks] == ["requirements.lock"]
    assert (build.device, build.software_system, build.safety_class) == ("Infusor", "pump", "C")
    assert build.made.at == "2026-04-10T08:30:00.000Z"
    assert build.tools["git"]
    encode_statement((subject("controller", build.source_tree),), build)


def test_the_commits_are_a_blob(repository: Repository) -> None:
    """The commits stand one a line behind a header, oldest first, and the record names those very bytes."""
    first = repository.commit(src__a_c="1")
    repository.commit("Second\n\nChange-Request: CR-1", src__a_c="2")
    described = _describe(repository.path)
    header, *lines = described.commits.splitlines()
    assert described.build.commits.sha256 == sha256_of(described.commits)
    assert described.build.commits.size == len(described.commits)
    assert msgspec.json.decode(header)["count"] == len(lines) == described.build.commit_count == 2
    found = [msgspec.json.decode(line, type=Commit) for line in lines]
    assert found[0].id == first
    assert found[1].trailers[0].value == "CR-1"


def test_a_dirty_tree(repository: Repository) -> None:
    """A changed file, a stray one and a changed lock file make the build unclean and are named."""
    repository.commit(src__a_c="1", requirements_lock="", docs__x_md="1")
    for name in ("src/a.c", "src/stray.c", "requirements.lock", "docs/x.md"):
        repository.write(name, "2")
    build = _describe(repository.path).build
    assert not build.clean
    assert build.changed_paths == ("requirements.lock", "src/a.c", "src/stray.c")
    assert build.locks[0].sha256 == sha256_of(b"")


def test_very_many_changes_still_fit(repository: Repository) -> None:
    """However many paths changed, with names however long, the record holds the first and counts the rest."""
    repository.commit(src__a_c="1")
    for number in range(400):
        repository.write(f"src/{number:03}{'x' * 200}", "1")
    build = _describe(repository.path).build
    assert build.changed_paths[-1] == f"(and {400 - len(build.changed_paths) + 1} more)"
    encode_statement((subject("controller", build.source_tree),), build)


def test_the_same_source_at_another_commit(repository: Repository) -> None:
    """A commit that touches other files makes another build of the same source tree."""
    repository.commit(src__a_c="1")
    first = _describe(repository.path).build
    repository.commit(docs__x_md="1")
    second = _describe(repository.path).build
    assert first.source_tree == second.source_tree
    assert first.id != second.id


def test_identity() -> None:
    """Origin, item, commit, provider and run each enter the identity, and no two of them run together."""
    run = Run("desk", "1")
    ids = {
        build_id("o", "i", "c", run),
        build_id("oi", "", "c", run),
        build_id("o", "i2", "c", run),
        build_id("o", "i", "c2", run),
        build_id("o", "i", "c", Run("desk", "2")),
        build_id("o", "i", "c", Run("github-actions", "1")),
    }
    assert len(ids) == 6
    assert build_id("o", "i", "c", run) == build_id("o", "i", "c", Run("desk", "1", url="other"))


def test_a_plan_below_the_top(repository: Repository) -> None:
    """A plan in a folder of a larger repository speaks of paths in its folder, whatever the folder's name."""
    repository.write("devices/[pump]/src/a.c")
    repository.write("devices/p/src/a.c", "other")
    repository.commit()
    build = _describe(repository.path / "devices" / "[pump]").build
    assert build.source_tree == source_tree(repository.path, "HEAD", ["devices/[[]pump]/src/a.c"]).sha256
    repository.write("devices/[pump]/src/b.c")
    assert _describe(repository.path / "devices" / "[pump]").build.changed_paths == (
        "devices/[pump]/src/b.c",
    )


def test_only_the_range_is_told(repository: Repository) -> None:
    """The range begins after the predecessor; where that is the commit itself, the author is still known."""
    first = repository.commit(src__a_c="1")
    assert _describe(repository.path, range_from=first).build.commit_count == 0
    assert _describe(repository.path, range_from=first).build.author == "author@example.com"
    repository.commit(src__a_c="2")
    assert _describe(repository.path, range_from=first).build.commit_count == 1


def test_what_is_no_build(repository: Repository, tmp_path: Path) -> None:
    """Without repository, commit, source or whole history there is no build."""
    with pytest.raises(NotARepository):
        _describe(tmp_path)
    with pytest.raises(NoCommitYet):
        _describe(repository.path)
    repository.commit(src__a_c="1")
    with pytest.raises(NoSourceFiles):
        _describe(repository.path, paths=("lib/**",))
    repository.commit(src__a_c="2")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(clone))
    repository.git("-C", str(clone), "remote", "set-url", "origin", "https://git.example.com/p")
    with pytest.raises(HistoryIncomplete):
        _describe(clone)


def test_too_many_locks_are_refused(repository: Repository) -> None:
    """Lock files that a record cannot hold are a stop that says what to do, not a defect."""
    for number in range(300):
        repository.write(f"src/{number}/go.sum", "")
    repository.commit()
    with pytest.raises(BuildTooLarge):
        _describe(repository.path)


def test_artefacts_are_named_and_signed(repository: Repository, tmp_path: Path) -> None:
    """An artefact has its path below the top as name, its bytes' digest and size, and the signature."""
    repository.commit(src__a_c="1")
    build = _describe(repository.path).build
    inside = repository.write("dist/pump.bin", "binary")
    outside = tmp_path / "other.bin"
    outside.write_bytes(b"other")
    record = outputs(
        [inside, outside, inside],
        build,
        _sign,
        made=MADE,
        root=repository.path,
        reported_version="2.4.0",
        command=("make",),
    )
    assert [output.artefact.name for output in record.outputs] == ["dist/pump.bin", "other.bin"]
    assert record.outputs[0].artefact.sha256 == sha256_of(b"binary")
    assert record.outputs[0].artefact.size == 6
    assert record.outputs[0].signature == _sign(sha256_of(b"binary"))
    assert (record.build, record.software_item, record.command) == (build.id, "controller", ("make",))
    encode_statement((subject("dist/pump.bin", record.outputs[0].artefact.sha256),), record)


def test_what_is_no_artefact(repository: Repository, tmp_path: Path) -> None:
    """A missing, empty or special file, a folder without files, no file, two files of one name: all are refused."""
    repository.commit(src__a_c="1")
    build = _describe(repository.path).build
    one, two = tmp_path / "1" / "x", tmp_path / "2" / "x"
    for path, content in ((one, "1"), (two, "2")):
        path.parent.mkdir()
        path.write_text(content)
    empty = tmp_path / "empty"
    (empty / "within").mkdir(parents=True)
    wrong = [
        [],
        [tmp_path / "missing"],
        [empty],
        [repository.write("e", "")],
        [Path("/dev/null")],
        [one, two],
    ]
    for artefacts in wrong:
        with pytest.raises(NotAnArtefact):
            outputs(artefacts, build, _sign, made=MADE, root=repository.path)


def test_too_many_artefacts_for_one_record(repository: Repository) -> None:
    """Artefacts that one record cannot hold are refused with the way to give them."""
    repository.commit(src__a_c="1")
    build = _describe(repository.path).build
    many = [repository.write(f"dist/{number}", str(number)) for number in range(200)]
    with pytest.raises(BuildTooLarge) as caught:
        outputs(many, build, _sign, made=MADE, root=repository.path)
    assert "several calls" in caught.value.hint
