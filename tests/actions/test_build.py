"""Opening builds: again and again, of changed trees, of large artefacts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clausework.actions.build import MOST_ARTEFACTS, TooManyArtefacts, open_build
from clausework.actions.current_build import build_subjects, current_build
from clausework.actions.evidence_target import evidence_target
from clausework.actions.given_files import FileChanged, keep_given
from clausework.actions.given_texts import TextUnfit
from clausework.actions.record import record_files
from clausework.actions.sign import sign
from clausework.actions.workplace import open_workplace
from clausework.core.digests import sha256_of
from clausework.evidence.build import NotAnArtefact
from clausework.evidence.git import NotARepository
from clausework.evidence.locks import LockMissing
from clausework.gates.folding import fold_facts
from clausework.ledger.records.build import Build, BuildOutputs
from clausework.ledger.records.values import Descriptor
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person


def github(device: Device, run: str) -> dict[str, str]:
    """Return what a job of the GitHub run sees."""
    return device.environ | {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": run, "RUNNER_NAME": "r"}


def test_the_same_build_twice_adds_nothing(established: Device) -> None:
    """A second call on an unchanged tree finds the build and its artefacts: no record is added."""
    established.build()
    with established.open() as workplace:
        first = open_build(workplace)
        size = workplace.ledger.size()
        second = open_build(workplace)
        assert workplace.ledger.size() == size
    assert first.opened
    assert not second.opened
    assert second.build == first.build


def test_each_run_of_the_ci_system_works_on_its_own_build(established: Device) -> None:
    """Two runs of one commit that interleave each find their own build, not the newest."""
    found = []
    for run in ("1", "2"):
        with open_workplace(established.folder, environ=github(established, run)) as workplace:
            found.append(open_build(workplace).build.id)
    for run, expected in zip(("1", "2"), found, strict=True):
        with open_workplace(established.folder, reading=True, environ=github(established, run)) as workplace:
            assert current_build(workplace, workplace.snapshot(), None).body.id == expected
    assert found[0] != found[1]


def test_what_build_opens_is_what_the_next_call_works_on(established: Device) -> None:
    """After a detour over a changed plan, the build that 'build' names is the current one again."""
    plan = established.folder / "clausework.yaml"
    text = plan.read_text("utf-8")
    with established.open() as workplace:
        open_build(workplace)
    plan.write_text(text + "# changed\n", "utf-8")
    with established.open() as workplace:
        assert open_build(workplace).provisional
    plan.write_text(text, "utf-8")
    with established.open() as workplace:
        opened = open_build(workplace)
        assert current_build(workplace, workplace.snapshot(), None).body.id == opened.build.id
    assert not opened.provisional


def test_a_changed_tree_is_built_and_recorded_as_changed(established: Device) -> None:
    """Uncommitted changes are no error: the build says that its source is not the commit's."""
    established.write("src/counter.py", "changed = True\n")
    with established.open() as workplace:
        build = open_build(workplace).build
    assert not build.clean
    assert build.changed_paths == ("src/counter.py",)


@pytest.mark.parametrize("given", ["not there", "no files", "empty"])
def test_what_is_no_artefact_leaves_nothing(established: Device, given: str) -> None:
    """A missing file, an empty folder and an empty file are refused before build, items or plan are recorded."""
    established.write("empty", b"")
    (established.folder / "no files").mkdir()
    before = established.count()
    with established.open() as workplace, pytest.raises(NotAnArtefact):
        open_build(workplace, artefacts=[established.folder / given])
    assert established.count() == before


def test_a_commit_without_its_lock_leaves_nothing(established: Device) -> None:
    """Where the commit cannot be described, nothing is recorded, not even the items that were read before."""
    established.write("quality/more.yaml", "- {id: ARCH-002, type: architecture_item, title: More}\n")
    established.git("rm", "-q", "requirements.lock")
    established.commit()
    before = established.count()
    with established.open() as workplace, pytest.raises(LockMissing):
        open_build(workplace)
    assert established.count() == before


def test_a_folder_without_git_leaves_nothing(established: Device) -> None:
    """Without a repository there is no build, and nothing is recorded."""
    (established.folder / ".git").rename(established.folder / "no-git")
    with established.open() as workplace, pytest.raises(NotARepository):
        open_build(workplace)
    assert established.count() == 1


@pytest.mark.parametrize("version", ["\udcff", "\x1b[31m", "1" * 65])
def test_a_hostile_version_variable_is_refused(established: Device, version: str) -> None:
    """What CLAUSEWORK_VERSION holds must be a text that a record can hold and show."""
    environ = established.environ | {"CLAUSEWORK_VERSION": version}
    with (
        open_workplace(established.folder, environ=environ) as workplace,
        pytest.raises(TextUnfit),
    ):
        open_build(workplace)
    assert established.count() == 1


def test_an_artefact_that_changes_while_it_is_read_is_refused(established: Device) -> None:
    """Bytes that are not the digest that was signed are never recorded under it."""
    path = established.write("artefact", b"other bytes")
    described = Descriptor("artefact", sha256_of(b"first bytes"), 11)
    with established.open() as workplace, pytest.raises(FileChanged):
        keep_given(workplace.ledger, path, described)


def test_too_many_artefacts_are_refused_before_records_grow_too_large(established: Device) -> None:
    """A build has at most so many artefacts that every record about it can name them."""
    files = [established.write(f"out/{number}", str(number)) for number in range(MOST_ARTEFACTS + 1)]
    with established.open() as workplace:
        with pytest.raises(TooManyArtefacts):
            open_build(workplace, artefacts=files)
        for part in (files[:50], files[50:100]):
            build = open_build(workplace, artefacts=part).build
        assert len(build_subjects(build, [sha256_of(bytes([n])) for n in range(100)])) == 3
        with pytest.raises(TooManyArtefacts):
            open_build(workplace, artefacts=files[100:])
    assert established.count(Build) == 1
    assert established.count(BuildOutputs) == 2


def test_a_release_does_not_shorten_the_range_of_what_was_released(releasable: Device) -> None:
    """After a release its commit's build stays open, and a later one still knows everyone who wrote it."""
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
        again = open_build(workplace)
    assert not again.opened
    assert again.build.commit_count == 2
    releasable.commit("After the release")
    with releasable.open() as workplace:
        later = open_build(workplace).build
    assert (later.range_from, later.commit_count) == (again.build.commit, 1)


_MEASURE = """
import resource, sys
from pathlib import Path
from clausework.actions.build import open_build
from clausework.actions.evidence_target import evidence_target
from clausework.actions.record import record_files
from clausework.gates.folding import fold_facts
from clausework.actions.workplace import open_workplace
with open_workplace(Path(".")) as workplace:
    open_build(workplace, artefacts=[Path(sys.argv[1])])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_large_artefact_is_kept_in_bounded_memory(established: Device) -> None:
    """An artefact of 96 MiB takes less than 32 MiB more memory than one of a few bytes."""
    used = []
    for name, size in (("small", 10), ("large", 96 << 20)):
        path = established.write(name, b"x")
        with path.open("r+b") as stream:
            stream.truncate(size)
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, name],
            cwd=established.folder,
            env=established.environ,
            check=True,
            capture_output=True,
            text=True,
        )
        used.append(int(done.stdout))
    assert used[1] - used[0] < 32 << 10


def test_markers_in_comments_link_the_cases_that_a_report_places(established: Device) -> None:
    """A test that says what it verifies in a comment verifies it, once its report tells file and line."""
    established.write("tests/test_rate.py", "# verifies REQ-001\ndef test_rate():\n    pass\n")
    established.commit()
    established.build()
    report = (
        '<testsuites><testsuite name="pytest" tests="1" failures="0" errors="0" skipped="0">'
        '<testcase classname="tests.test_rate" name="test_rate" file="tests/test_rate.py" line="1" time="0"/>'
        "</testsuite></testsuites>"
    )
    path = established.write("reports/unit.xml", report)
    with established.open() as workplace:
        opened = open_build(workplace)
        record_files(workplace, [path], evidence_target(workplace, level="unit"))
        facts = fold_facts(workplace.snapshot(), workplace.ledger, opened.build.id, at=workplace.now())
    assert opened.build.markers is not None
    assert [(one.item, one.role, len(one.passed)) for one in facts.item_cases] == [("REQ-001", "verifies", 1)]
