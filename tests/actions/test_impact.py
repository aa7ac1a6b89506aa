"""impact and commit linking on real repositories: merges, odd histories, odd names, and trees made by hand."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.impact import CommitUnreadable, Impact, NoPlanThen, NotARange, impact
from clausework.core.errors import InputRejected
from clausework.evidence.git import GitFailed, HistoryIncomplete, UnknownRevision
from clausework.gates.check import Judgement
from clausework.gates.commits import CHECK as COMMITS
from clausework.gates.folding import fold_facts
from tests.actions.device import ITEMS, QUALITY, Device, person

UNIT = """\
- {id: UNIT-001, type: software_unit, title: Rate, links: {implements: REQ-001, part_of: ARCH-001},
   fields: {paths: ["src/counter.py", "src/odd name.py"]}}
- {id: UNIT-002, type: software_unit, title: Alarm, links: {implements: REQ-002, part_of: ARCH-001},
   fields: {paths: [src/alarm.py]}}
- {id: CR-012, type: change_request, title: Faster, links: {affects: REQ-001}, fields: {status: approved}}
"""


@pytest.fixture
def device(established: Device) -> Device:
    """The project with two units and a change request, and the tag ``base``."""
    established.write("quality/units.yaml", UNIT)
    established.write("src/alarm.py", "def alarm():\n    return True\n")
    established.commit("ARCH-001: the units")
    established.git("tag", "base")
    return established


def of(device: Device, revisions: str = "base..HEAD") -> Impact:
    """Return the impact of a range."""
    with device.open(reading=True) as workplace:
        return impact(workplace, revisions)


def touched(found: Impact) -> dict[str, tuple[str, ...]]:
    """Return how each touched item is touched."""
    return {one.id: one.change for one in found.touched.items}


def linked(device: Device, to: str = "software_unit") -> Judgement:
    """Build the commit, and judge the commits of its whole history."""
    with device.open() as workplace:
        build = open_build(workplace).build
        facts = fold_facts(workplace.snapshot(), workplace.ledger, build.id, at=workplace.now())
    return COMMITS.evaluate(facts, {"to": to, "approved": True})


def refusals(device: Device, to: str = "change") -> str:
    """Return what the commits check says of the history, the first commit of the project left out."""
    return "\n".join(one.message for one in linked(device, to).reasons)


def test_a_changed_requirement_is_told_with_all_that_follows(device: Device) -> None:
    """Items, risk control, clauses and the signature on the earlier text that lapses."""
    with device.open() as workplace:
        fields = {"method": "review", "outcome": "accepted", "rationale": "It was read in full."}
        decide(workplace, "review", "REQ-002", fields, person(workplace, QUALITY))
    device.write(
        "quality/items.yaml", ITEMS.replace("the counter shall alarm", "the counter shall alarm in 2 s")
    )
    device.commit("REQ-002: within two seconds")
    found = of(device)
    assert touched(found) == {"REQ-002": ("changed", "named by a commit")}
    assert found.risk_controls == ("RC-001",)
    of_one_unit = {
        "UNIT-100",
        "REQ-001",
        "UNIT-001",
    }  # the unit that implements both requirements reaches the other
    assert {"UNIT-002", "RC-001", *of_one_unit} == {one.id for one in found.touched.reached}
    ((form, item, (signer,)),) = ((one.form, one.item, one.signers) for one in found.lapsed)
    assert (form, item) == ("review", "REQ-002")
    assert signer.startswith(f"Quinn Quality <{QUALITY}> as quality: 'reviewed', 20")
    assert any(one.clause.endswith("7.4.2") for one in found.clauses)


def test_a_file_touches_its_unit_and_a_stray_file_is_told(device: Device) -> None:
    """A file that no unit claims is told, and so is the commit that is linked to nothing."""
    device.write("src/alarm.py", "def alarm():\n    return 1\n")
    device.write("src/stray.py", "x = 1\n")
    device.commit("Tidy up")
    found = of(device)
    assert touched(found) == {"UNIT-002": ("files changed",)}
    assert found.unowned_paths == ("src/stray.py",)
    (commit,) = found.unlinked_commits
    assert commit.endswith("Tidy up")


def test_attack_base_went_on_by_itself(device: Device) -> None:
    """ATTACK: what others added to the base since is not told as removed by this branch; nor is it left out."""
    device.git("checkout", "--quiet", "-b", "work")
    device.write("src/alarm.py", "def alarm():\n    return 1\n")
    device.commit("REQ-002: one")
    device.git("checkout", "--quiet", "main")
    device.write(
        "quality/more.yaml", "- {id: REQ-003, type: software_requirement, title: x, fields: {source: y}}\n"
    )
    device.commit("REQ-003: another")
    found = of(device, "main..work")
    assert touched(found) == {"REQ-002": ("named by a commit",), "UNIT-002": ("files changed",)}
    assert found.compared_with == device.git("rev-parse", "base")
    assert found.commit_count == 1


@pytest.mark.parametrize(
    "revisions",
    ["", "..", "..HEAD", "...", "HEAD...base", "HEAD..base"],
)
def test_what_is_no_range_is_told(device: Device, revisions: str) -> None:
    """Half a range, three dots, a range that runs backwards: a sentence and what to write instead."""
    device.commit("REQ-001: one more")
    with pytest.raises(NotARange) as told:
        of(device, revisions)
    assert told.value.hint


@pytest.mark.parametrize(
    "revisions", ["nosuch..HEAD", "base..nosuch", "-x", "--all..HEAD", "base..HEAD..HEAD", "a\0b"]
)
def test_what_denotes_no_commit_is_told(device: Device, revisions: str) -> None:
    """Unknown names, options in a name's place, two ranges in one."""
    with pytest.raises(UnknownRevision):
        of(device, revisions)


def test_no_commit_touches_nothing(device: Device) -> None:
    """A range of no commit is no error: there is nothing to do again."""
    found = of(device, "HEAD..HEAD")
    assert (found.commit_count, touched(found), found.clauses) == (0, {}, ())


def test_attack_unrelated_histories(device: Device) -> None:
    """ATTACK: the base is of another history, so that everything would seem to be new."""
    device.git("checkout", "--quiet", "--orphan", "lone")
    device.commit("Another history")
    with pytest.raises(NotARange, match="no history in common"):
        of(device)


def test_a_base_without_a_plan_is_told(device: Device) -> None:
    """Before the plan nobody said what the items were."""
    device.git("rm", "--quiet", "clausework.yaml")
    device.commit("No plan")
    device.git("tag", "without")
    device.git("checkout", "--quiet", "base", "--", "clausework.yaml")
    device.commit("REQ-001: a plan again")
    with pytest.raises(NoPlanThen):
        of(device, "without..HEAD")


def test_items_that_moved_are_the_same_items(device: Device) -> None:
    """The items' folder is that of each commit's own plan: a move alone changes nothing."""
    device.git("mv", "quality", "records")
    plan = (device.folder / "clausework.yaml").read_text(encoding="utf-8")
    device.write("clausework.yaml", plan.replace("items: [quality/]", "items: [records/]"))
    device.commit("Move the items")
    found = of(device)
    assert touched(found) == {}
    assert found.commit_count == 1


def test_items_that_cannot_be_read_are_told_with_their_commit(device: Device) -> None:
    """Items missing, not well written, or given twice at one end: which commit, where, and what to do."""
    device.write("quality/more.yaml", "- {id: REQ-001, type: software_requirement, title: Twice}\n")
    device.commit("REQ-001: twice")
    twice = device.git("rev-parse", "HEAD")
    device.write("quality/more.yaml", "- {id: REQ-003\n")
    device.commit("REQ-001: broken")
    device.git("rm", "-r", "--quiet", "quality")
    device.commit("REQ-001: none")
    for revisions in (f"base..{twice}", f"base..{twice}~0", "base..HEAD~1", "base..HEAD", "HEAD~1..HEAD"):
        with pytest.raises(CommitUnreadable, match=r"Commit [0-9a-f]{12}: "):
            of(device, revisions)
    assert issubclass(CommitUnreadable, InputRejected)


def test_attack_a_tree_with_dots_writes_nothing_outside(device: Device, tmp_path: Path) -> None:
    """ATTACK: whoever pushes a tree made by hand could have a file written where impact runs."""

    def made(kind: str, raw: bytes) -> bytes:
        done = subprocess.run(
            ["git", "-C", str(device.folder), "hash-object", "-t", kind, "-w", "--literally", "--stdin"],
            input=raw,
            capture_output=True,
            check=True,
            env=device.environ,
        )
        return done.stdout.strip()

    def entry(mode: str, name: str, object_: bytes) -> bytes:
        return f"{mode} {name}\0".encode() + bytes.fromhex(object_.decode())

    stolen = made("tree", entry("100644", "stolen.yaml", made("blob", b"[]\n")))
    quality = made("tree", entry("40000", "..", stolen))
    plan = made("blob", (device.folder / "clausework.yaml").read_bytes())
    root = made("tree", entry("100644", "clausework.yaml", plan) + entry("40000", "quality", quality))
    commit = device.git("commit-tree", root.decode(), "-p", "base", "-m", "REQ-001: by hand")
    with pytest.raises(GitFailed, match="which git never makes"):
        of(device, f"base..{commit}")


def test_a_shallow_clone_is_told_what_to_fetch(device: Device, tmp_path: Path) -> None:
    """Where the edge of the clone cuts the range, nothing is worked out from half of it."""
    device.commit("REQ-001: one")
    device.commit("REQ-001: two")
    shallow = Device(tmp_path / "shallow", device.home)
    device.git("clone", "--quiet", "--depth=1", f"file://{device.folder}", str(shallow.folder))
    device.store.rename(shallow.store)
    with pytest.raises(UnknownRevision):
        of(shallow, "HEAD~2..HEAD")
    device.git(
        "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{device.folder}", str(tmp_path / "x")
    )
    with shallow.open() as workplace, pytest.raises(HistoryIncomplete):
        open_build(workplace)


ODD = [
    "src/odd name.py",
    "src/ümläut.py",
    "src/line\nbreak.py",
    "src/tab\t.py",
    'src/"quoted".py',
    "src/\x1b[31m.py",
]


@pytest.mark.parametrize("path", ODD)
def test_odd_paths_are_the_paths_that_they_are(device: Device, path: str) -> None:
    """ATTACK: blanks, umlauts, line breaks and escape sequences in a file's name."""
    device.write(path, "x = 1\n")
    device.commit("REQ-001: an odd name")
    found = of(device)
    if path == "src/odd name.py":
        assert touched(found)["UNIT-001"] == ("files changed",)
    else:
        assert found.unowned_paths == (path,)
        assert f"touches {path}, which belongs to no software unit" in refusals(device, "software_unit")


def test_a_rename_touches_both_names(device: Device) -> None:
    """The old name is as much changed as the new one: a unit keeps the names that its files had."""
    device.git("mv", "src/alarm.py", "src/alert.py")
    device.commit("REQ-002: rename")
    found = of(device)
    assert found.unowned_paths == ("src/alert.py",)
    assert touched(found)["UNIT-002"] == ("files changed",)


def test_a_revert_is_a_change_like_another(device: Device) -> None:
    """What was done and undone was done twice; git's own subject names the item again."""
    device.write("src/alarm.py", "x = 1\n")
    device.commit("REQ-002: one")
    device.git("revert", "--no-edit", "HEAD")
    found = of(device)
    assert touched(found) == {"REQ-002": ("named by a commit",), "UNIT-002": ("files changed",)}
    assert (found.commit_count, found.unlinked_commits) == (2, ())


def branch(device: Device, name: str, path: str, message: str) -> None:
    """Commit a file on a branch from ``base``."""
    device.git("checkout", "--quiet", "-B", name, "base")
    device.write(path, f"name = {name!r}\n")
    device.commit(message)


def test_an_octopus_merge_speaks_for_all_that_it_brought(device: Device) -> None:
    """Each of three branches is linked by the merge's trailer, and by nothing else."""
    for name in ("one", "two", "three"):
        branch(device, name, f"src/{name}.py", f"Work on {name}")
    device.git("checkout", "--quiet", "-B", "main", "base")
    assert "Work on" not in refusals(device)
    device.git("merge", "--quiet", "--no-ff", "-m", "Octopus\n\nChange: CR-012", "one", "two", "three")
    assert refusals(device).count("Work on") == 0
    assert len(device.git("rev-list", "--parents", "-1", "HEAD").split()) == 5
    device.git("commit", "--quiet", "--amend", "-m", "Octopus")
    assert refusals(device).count("Work on") == 3


def test_attack_a_merge_of_main_into_a_branch_links_nothing_of_main(device: Device) -> None:
    """ATTACK: a branch named after a change request takes main in, and so speaks for what others put there."""
    branch(device, "CR-012-faster", "src/counter.py", "CR-012: faster")
    device.git("checkout", "--quiet", "main")
    device.write("src/alarm.py", "x = 1\n")
    device.commit("Nobody asked for this")
    device.git("checkout", "--quiet", "CR-012-faster")
    device.git("merge", "--quiet", "-m", "Merge branch 'release' into CR-012-faster", "main")
    assert "Nobody asked for this" in refusals(device)


def test_a_branch_name_links_what_the_branch_brought(device: Device) -> None:
    """The other way round it is what the branch was made for, whatever forge wrote the subject."""
    branch(device, "feature/cr-012-faster", "src/counter.py", "Faster")
    device.git("checkout", "--quiet", "main")
    device.git(
        "merge",
        "--quiet",
        "--no-ff",
        "-m",
        "Merge branch 'feature/cr-012-faster' into 'main'",
        "feature/cr-012-faster",
    )
    assert "Faster" not in refusals(device)


def test_attack_a_merge_that_changes_files_itself(device: Device) -> None:
    """ATTACK: a change is hidden in the merge commit, where neither branch has it."""
    branch(device, "one", "src/one.py", "REQ-001: one")
    device.git("checkout", "--quiet", "main")
    device.write("src/two.py", "x = 1\n")
    device.commit("REQ-001: two")
    device.git("merge", "--quiet", "--no-commit", "--no-ff", "one")
    device.write("src/evil.py", "import os\n")
    device.commit("Merge")
    found = of(device)
    assert "src/evil.py" in found.unowned_paths
    assert any(commit.endswith(" Merge") for commit in found.unlinked_commits)
    assert "(Merge) is linked to no change request" in refusals(device)


def test_attack_a_subject_with_a_nul_byte(device: Device) -> None:
    """ATTACK: a commit made by hand whose message holds NUL, to shift the fields of git's listing."""
    tree = device.git("rev-parse", "HEAD^{tree}")
    parent = device.git("rev-parse", "HEAD")
    who = "Eve <eve@example.com> 1775000000 +0000"
    raw = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nREQ\0-001: x\n\nChange: CR-012\n".encode()
    made = subprocess.run(
        ["git", "-C", str(device.folder), "hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
        input=raw,
        capture_output=True,
        check=True,
        env=device.environ,
    )
    commit = made.stdout.decode().strip()
    found = of(device, f"base..{commit}")
    assert found.commit_count == 1
    assert touched(found) == {}


def test_attack_a_subject_of_a_megabyte_and_escape_sequences(device: Device) -> None:
    """ATTACK: a terminal is to be steered, a log to be filled: the check tells the commit in a short sentence."""
    device.write("src/alarm.py", "x = 1\n")
    device.git("add", "--all")
    message = device.folder / ".clausework" / "message"
    message.write_text("\x1b]0;evil\x07" + "x" * 1_000_000, encoding="utf-8")
    device.git("commit", "--quiet", "-F", str(message))
    assert all(len(line) < 200 for line in refusals(device).splitlines())
    (commit,) = of(device).unlinked_commits
    assert len(commit) < 100
