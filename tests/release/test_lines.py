"""Release lines: 2.3.x beside 2.4.x, each with its own predecessor, plan and range (clauses 5.1.2, 6.3.2, 8.1)."""

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.commit_range import range_start
from clausework.actions.decide import decide
from clausework.actions.judging_plan import NothingToRelease
from clausework.actions.release import ReleaseState, release
from clausework.actions.sign import sign
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Candidate, Release
from clausework.plan.lines import ReleaseLine
from clausework.release.index import ReleaseIndex
from tests.actions.device import PLAN, QUALITY, RELEASE, VERSION, Device, person

LINE = PLAN + 'release_line: {id: "0.9", versions: ["0.9.*"], branched_from: main}\n'
WHY = {"rationale": "looked at in full today"}


@pytest.fixture
def released(releasable: Device) -> Device:
    """The device with version 1.0.0 released on the trunk, and tagged."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
    releasable.git("tag", "v1.0.0")
    return releasable


def _approve_plan(device: Device) -> None:
    with device.open() as workplace:
        decide(workplace, "approve", "plan", WHY, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")


def _branch(device: Device) -> None:
    device.git("checkout", "--quiet", "-b", "release/0.9")
    device.write("clausework.yaml", LINE)
    device.commit("A line of its own")


def _conditions(state: ReleaseState) -> dict[str, str]:
    return {one.check: one.outcome for one in state.conditions}


def test_a_line_releases_the_versions_it_names() -> None:
    """A pattern takes the versions it matches, and no others."""
    line = ReleaseLine("2.3", ("2.3.*", "2.2.9"))
    assert line.has("2.3.11")
    assert line.has("2.2.9")
    assert not line.has("2.4.0")
    assert not line.has("12.3.0")


def test_plan_of_a_line_is_approved_by_the_trunk_and_leaves_its_plan_in_force(released: Device) -> None:
    """Approving the plan of 0.9 puts it in force on 0.9 alone; who holds a role is asked of the trunk."""
    with released.open() as workplace:
        trunk = workplace.standing(workplace.snapshot()).plan_in_force.sha256
    released.write("clausework.yaml", LINE.replace(QUALITY, "intruder@example.com"))
    _approve_plan(released)
    with released.open() as workplace:
        standing = workplace.standing(workplace.snapshot())
        assert standing.plan_in_force.sha256 == trunk
        of_line = standing.plan_of("0.9")
        assert of_line is not None
        assert of_line.sha256 == workplace.site.plan_sha256
        assert standing.roles(QUALITY, workplace.now()) == ("quality",)
        assert standing.roles("intruder@example.com", workplace.now()) == ()


def test_line_of_which_no_plan_was_approved_releases_nothing(released: Device) -> None:
    """Attack: a branch names a line of its own, to be released without an approved plan."""
    _branch(released)
    with (
        released.open() as workplace,
        pytest.raises(NothingToRelease, match=r"No plan of the release line 0\.9"),
    ):
        release(workplace, "0.9.1")


def test_version_of_another_line_is_refused(released: Device) -> None:
    """Attack: 2.0.0 is released from the maintenance line, whose plan asks for less."""
    _branch(released)
    _approve_plan(released)
    with released.open() as workplace:
        state = release(workplace, "2.0.0")
    assert _conditions(state)["5.8.4"] == "fail"
    reasons = next(one for one in state.conditions if one.check == "5.8.4").reasons
    assert any("not one of the release line 0.9, which releases 0.9.*" in one.message for one in reasons)


def test_component_that_did_not_change_is_reused_with_its_evidence_on_a_new_line(released: Device) -> None:
    """The line that left the trunk takes the released build: nothing is built or tested twice."""
    _branch(released)
    _approve_plan(released)
    with released.open() as workplace:
        release(workplace, "0.9.1")
    candidate: Candidate = [one.body for one in released.records() if isinstance(one.body, Candidate)][-1]
    assert candidate.line == "0.9"
    (component,) = candidate.components
    assert component.reused_from == VERSION
    assert released.count(Build) == 1


def test_release_index_names_each_component_and_its_version(released: Device) -> None:
    """The index ties the version to its component versions (8.1.3): no candidate has to be looked up for them."""
    with released.open() as workplace:
        (body,) = (one.body for one in workplace.snapshot().records if isinstance(one.body, Release))
        index = msgspec.json.decode(workplace.ledger.read_blob(body.index.sha256), type=ReleaseIndex)
    assert [(one.software_item, one.version) for one in index.build_manifest] == [("counter", VERSION)]
    done = released.process("where", "--artifact", str(released.artefact))
    assert f"release        {VERSION}" in done.stdout
    assert f", as counter {VERSION}" in done.stdout


def test_range_of_a_line_begins_behind_its_own_last_release(released: Device) -> None:
    """A commit on 0.9 is held against the release it descends from, and the trunk against its own."""
    tagged = released.git("rev-parse", "v1.0.0")
    with released.open() as workplace:
        assert range_start(workplace, workplace.snapshot(), "counter") == ""  # the released commit itself
    released.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    released.commit("Implements: REQ-001")
    with released.open() as workplace:
        assert range_start(workplace, workplace.snapshot(), "counter") == tagged
    _branch(released)
    with released.open() as workplace:
        assert range_start(workplace, workplace.snapshot(), "counter") == tagged


def test_release_that_the_commit_does_not_descend_from_shortens_no_range(released: Device) -> None:
    """Attack: commits are hidden behind a release of another branch."""
    first = released.git("rev-list", "--max-parents=0", "HEAD").splitlines()[-1]
    released.git("checkout", "--quiet", "-b", "elsewhere", first)
    released.commit("Work beside the release")
    with released.open() as workplace:
        assert range_start(workplace, workplace.snapshot(), "counter") == ""


def test_predecessor_of_a_release_is_that_of_its_line(released: Device) -> None:
    """The first release of a line names no index before it, though the trunk has one."""
    _branch(released)
    _approve_plan(released)
    with released.open() as workplace:
        snapshot = workplace.snapshot()
        trunk: Release = next(one.body for one in snapshot.records if isinstance(one.body, Release))
        index = msgspec.json.decode(workplace.ledger.read_blob(trunk.index.sha256), type=ReleaseIndex)
    assert trunk.line == "main"
    assert index.previous_index_hash == ""


def test_tag_is_released_under_its_own_plan_and_the_difference_is_named(releasable: Device) -> None:
    """The plan changed since; the checked-out tag goes by the plan it was built with, in sight of its signers."""
    releasable.git("tag", "v1.0.0")
    releasable.write("clausework.yaml", PLAN.replace("years: 15", "years: 20"))
    releasable.commit("Keep longer")
    _approve_plan(releasable)
    releasable.git("checkout", "--quiet", "v1.0.0")
    with releasable.open() as workplace:
        state = release(workplace, VERSION)
    plan = next(one for one in state.conditions if one.check == "plan")
    assert plan.outcome == "pass"
    assert "in 1 points" in plan.reasons[0].message
    assert [one.message for one in plan.reasons[1:]] == ["retention.released.years 15 → 20"]


def test_tag_of_a_lower_class_is_refused_once_the_class_rose(releasable: Device) -> None:
    """Attack: the software became class C; its tag of class B is checked out, to be released by the laxer plan."""
    releasable.git("tag", "v1.0.0")
    releasable.write("clausework.yaml", PLAN.replace("safety_class: B", "safety_class: C"))
    releasable.commit("A failure may kill")
    _approve_plan(releasable)
    releasable.git("checkout", "--quiet", "v1.0.0")
    with releasable.open() as workplace:
        state = release(workplace, VERSION)
    plan = next(one for one in state.conditions if one.check == "plan")
    assert plan.outcome == "fail"
    assert "counter is class C by the plan in force, B by its own" in plan.reasons[0].message


def test_build_under_an_unapproved_plan_of_a_line_is_provisional(released: Device) -> None:
    """A line's plan that nobody approved builds and records, and its build is told to be provisional."""
    _branch(released)
    released.build()
    with released.open() as workplace:
        opened = open_build(workplace)
    assert opened.provisional
    assert opened.build.line == "0.9"
