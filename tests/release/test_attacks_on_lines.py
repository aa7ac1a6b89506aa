"""Attacks on release lines: a plan that was replaced, a branch without a history, a build of elsewhere (5.1.2, 8.1)."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.commit_range import range_start
from clausework.actions.components import (
    ComponentOutdated,
    components_of,
    newest_builds,
    refuse_outdated,
)
from clausework.actions.decide import decide
from clausework.actions.differences import plan_change
from clausework.actions.gate import run_gates
from clausework.actions.promote import PromotionRefused, promote
from clausework.actions.release import ReleaseState, release
from clausework.actions.sign import sign
from clausework.actions.workplace import OtherDevice, find_site
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.release import Release, ReleaseGate
from clausework.ledger.records.values import Reference
from clausework.trace.releases import predecessors, release_fault, releases
from tests.actions.device import PLAN, QUALITY, RELEASE, VERSION, Device, person

STRICTER = PLAN.replace("years: 15", "years: 20")
NO_PARENT = PLAN + 'release_line: {id: "0.9", versions: ["0.9.*"]}\n'
WHY = {"rationale": "looked at in full today"}


def _approve_plan(device: Device) -> None:
    with device.open() as workplace:
        decide(workplace, "approve", "plan", WHY, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")


@pytest.fixture
def released(releasable: Device) -> Device:
    """The device with version 1.0.0 released on the trunk."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
    return releasable


def _condition(state: ReleaseState, name: str) -> CheckVerdict:
    return next(one for one in state.conditions if one.check == name)


@pytest.fixture
def taken_back(releasable: Device) -> Device:
    """A stricter plan is in force; new work is built under the plan before it, whose text was taken back."""
    releasable.write("clausework.yaml", STRICTER)
    releasable.commit("Ask for more")
    _approve_plan(releasable)
    releasable.write("clausework.yaml", PLAN)
    releasable.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    releasable.commit("REQ-001: as before")
    releasable.build()
    with releasable.open() as workplace:
        open_build(workplace)
    return releasable


def test_plan_that_was_replaced_releases_nothing_that_was_built_since(taken_back: Device) -> None:
    """Attack: a stricter plan is approved; its text is taken back, and new work is released by the laxer one."""
    with taken_back.open() as workplace:
        state = release(workplace, VERSION)
    plan = _condition(state, "plan")
    assert plan.outcome == "fail"
    assert "when another had taken its place" in plan.reasons[0].message
    assert plan.reasons[0].command == "take the plan in force, then clausework build"


def test_build_under_a_replaced_plan_stays_in_development(taken_back: Device) -> None:
    """Attack: what was built under the plan that is no longer in force advances to staging."""
    with taken_back.open() as workplace:
        assert all(one.provisional for one in run_gates(workplace, ["build"]).stages)
        with pytest.raises(PromotionRefused, match="had taken its place"):
            promote(workplace, "staging")


def test_plan_that_is_approved_again_is_in_force_again(taken_back: Device) -> None:
    """Going back to an earlier plan is a change of the plan like any other: once it is approved, it counts."""
    _approve_plan(taken_back)
    with taken_back.open() as workplace:
        assert _condition(release(workplace, VERSION), "plan").outcome == "pass"


def test_tag_whose_pipeline_runs_again_goes_by_its_plan(releasable: Device) -> None:
    """A tag that was built while its plan was in force stays so, however often its pipeline runs."""
    releasable.git("tag", "v1.0.0")
    releasable.write("clausework.yaml", STRICTER)
    releasable.commit("Ask for more")
    _approve_plan(releasable)
    releasable.git("checkout", "--quiet", "v1.0.0")
    with releasable.open() as workplace:
        again = {**workplace.environ, "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "78"}
        open_build(msgspec.structs.replace(workplace, environ=again))
        assert _condition(release(workplace, VERSION), "plan").outcome == "pass"


def test_every_difference_to_the_plan_in_force_is_before_the_signers(releasable: Device) -> None:
    """Attack: the differences are so many that the one that counts is cut off, and nobody who signs sees it."""
    releasable.git("tag", "v1.0.0")
    tasks = "".join(
        f"  - {{id: TASK-{number}, title: A task with quite a long title}}\n" for number in range(9)
    )
    releasable.write("clausework.yaml", STRICTER + f"tasks:\n{tasks}")
    releasable.commit("Much more")
    _approve_plan(releasable)
    releasable.git("checkout", "--quiet", "v1.0.0")
    with releasable.open() as workplace:
        plan = _condition(release(workplace, VERSION), "plan")
    shown = [one.message for one in plan.reasons]
    assert plan.outcome == "pass"
    assert any("years 15 → 20" in one for one in shown)
    assert sum("TASK-" in one for one in shown) >= 9 or "TASK-8" in " ".join(shown)


def test_branch_that_names_no_line_it_left_has_the_history_of_the_trunk(released: Device) -> None:
    """Attack: a branch calls itself a line of its own and says not what it left, as if nothing had been released."""
    tagged = released.git("rev-parse", "HEAD")
    released.git("checkout", "--quiet", "-b", "release/0.9")
    released.write("clausework.yaml", NO_PARENT)
    released.commit("A line of its own")
    _approve_plan(released)
    with released.open() as workplace:
        assert range_start(workplace, workplace.snapshot(), "counter") == tagged
        state = release(workplace, "0.9.1")
    (decided,) = [one for one in state.conditions if one.check == "significance"]
    assert decided.outcome == "not_evaluated"  # what was decided of 1.0.0 as the first is of another version
    with released.open() as workplace:
        answers = {
            "answers": workplace.standing(workplace.snapshot())
            .decisions_on("significance")[0]
            .decision.fields["answers"],
            "decision": "first_release",
            "rationale": "a line of its own, so the first",
            "udi": "new_pi",
            "udi_reason": "the same device as ever",
        }
        decide(workplace, "significance", "0.9.1", answers, person(workplace, QUALITY))
        again = _condition(release(workplace, "0.9.1"), "significance")
    assert again.outcome == "fail"
    assert "1.0.0 was released before" in again.reasons[0].message


@pytest.mark.parametrize("left", ["nowhere", "0.9", "0.8"])
def test_line_that_names_what_never_was_left_the_trunk(released: Device, left: str) -> None:
    """Attack: a branch says that it left a line that there never was, itself, or one that released nothing."""
    tagged = released.git("rev-parse", "HEAD")
    line = f'release_line: {{id: "%s", versions: ["%s.*"], branched_from: {left}}}\n'
    if left == "0.8":
        released.write("clausework.yaml", PLAN + line % ("0.8", "0.8"))
        _approve_plan(released)
    released.write("clausework.yaml", PLAN + line % ("0.9", "0.9"))
    released.commit("A line of its own")
    _approve_plan(released)
    with released.open() as workplace:
        standing = workplace.standing(workplace.snapshot())
        assert standing.left_by(workplace.plan.release_line)[-1] == "main"
        assert range_start(workplace, workplace.snapshot(), "counter") == tagged
        again = _condition(release(workplace, "0.9.1"), "significance")
    assert again.outcome == "not_evaluated"  # what was decided of 1.0.0 as the first is of another version


def test_first_plan_of_a_line_is_held_against_the_line_that_it_left(released: Device) -> None:
    """Attack: a branch's first plan asks for less, and whoever approves it is told that there was none before."""
    laxer = PLAN.replace("years: 15", "years: 10")
    released.write("clausework.yaml", laxer + 'release_line: {id: "0.9", versions: ["0.9.*"]}\n')
    with released.open() as workplace:
        changed = plan_change(workplace, workplace.standing(workplace.snapshot()))
    assert changed.line == "main"
    assert "retention.released.years 15 → 10" in changed.sentences


def test_release_that_refers_to_nothing_stops_no_command(released: Device) -> None:
    """Attack: whoever holds the pipeline key writes a release of nothing, so that every later command breaks."""
    with released.open() as workplace:
        nowhere = Reference(10**9, "f" * 64)
        blob = workplace.ledger.put_blob(b"{}", "release-index.json", "application/json")
        body = Release(workplace.made(), "1.0.1", nowhere, nowhere, (), (), blob, blob)
        workplace.ledger.append([Draft((subject("release", "a" * 64),), body)])
        assert range_start(workplace, workplace.snapshot(), "counter") == ""
        assert newest_builds(workplace, workplace.snapshot())
        assert run_gates(workplace, ["system"], preview=True).passes
        assert release(workplace, "1.0.2").candidate > 0


def _forged(device: Device) -> None:
    """Whoever holds the pipeline's key writes the release of a candidate whose gate passed, and nobody signed."""
    with device.open() as workplace:
        release(workplace, VERSION)
        records = workplace.snapshot().records
        gate = [one for one in records if isinstance(one.body, ReleaseGate)][-1]
        candidate = records[gate.body.candidate.index]
        blob = workplace.ledger.put_blob(b"{}", "release-index.json", "application/json")
        body = Release(
            *(workplace.made(), VERSION, gate.body.candidate, Reference(gate.index, gate.sha256), ()),
            *(candidate.body.artefacts, blob, blob),
        )
        workplace.ledger.append([Draft((subject("release", candidate.body.artefacts[0]),), body)])
        assert not release_fault(workplace.snapshot().records, workplace.snapshot().records[-1])


def _next_commit(device: Device) -> None:
    device.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    device.commit("Implements: REQ-001")


def test_release_by_the_pipeline_alone_begins_no_range(releasable: Device) -> None:
    """Attack: a sound release record that nobody signed hides the commits behind it, and lets its build be reused."""
    _forged(releasable)
    _next_commit(releasable)
    with releasable.open() as workplace:
        snapshot = workplace.snapshot()
        standing = workplace.standing(snapshot)
        assert releases(snapshot.records, standing) == ()
        assert range_start(workplace, snapshot, "counter") == ""
        builds = newest_builds(workplace, snapshot)
        assert components_of(snapshot, standing, builds, "1.1.0")[0].reused_from == ""


def test_withdrawn_release_begins_no_range_and_stays_the_predecessor(released: Device) -> None:
    """What a withdrawn release brought is looked at again; that it was released, and what it ran, is not forgotten."""
    tagged = released.git("rev-parse", "HEAD")
    _next_commit(released)
    with released.open() as workplace:
        assert range_start(workplace, workplace.snapshot(), "counter") == tagged
        why = {"reason": "The count stops at 9999.", "communication": "All sites were called."}
        decide(workplace, "withdraw", VERSION, why, person(workplace, QUALITY))
        snapshot = workplace.snapshot()
        assert range_start(workplace, snapshot, "counter") == ""
        (one,) = releases(snapshot.records, workplace.standing(snapshot))
        builds = newest_builds(workplace, snapshot)
        before = predecessors([one], builds[0], "1.1.0", "main", (), ("counter",))
        assert (before.releases, before.every, before.in_force) == ((one,), (one,), None)
        assert one.stands(
            one.record.index + 1
        )  # until then it stood: what was released meanwhile rests on it
        assert not one.stands()


def test_build_of_a_branch_under_another_address_is_not_taken(releasable: Device) -> None:
    """Attack, or chance: the pipeline fetches by another address, and its newest build of any branch is released."""
    releasable.git("checkout", "--quiet", "-b", "feature")
    releasable.write("src/counter.py", "def count(pulses):\n    return 0\n")
    releasable.commit("REQ-001: half done")
    releasable.build()
    releasable.git("remote", "add", "origin", "https://git.example.com/pulse/counter.git")
    with releasable.open() as workplace:
        feature = open_build(workplace).build
    releasable.git("remote", "remove", "origin")
    releasable.git("checkout", "--quiet", "main")
    with releasable.open() as workplace:
        (taken,) = newest_builds(workplace, workplace.snapshot())
    assert taken.id != feature.id


def test_component_of_another_address_that_changed_is_refused(releasable: Device) -> None:
    """Attack, or chance: the pipeline fetched by another address, so that nobody asks whether the component changed."""
    releasable.git("remote", "add", "origin", "https://git.example.com/pulse/counter.git")
    releasable.write("src/counter.py", "def count(pulses):\n    return 0\n")
    releasable.commit("REQ-001: other")
    releasable.write("src/counter.py", "def count(pulses):\n    return 1\n")
    releasable.commit("REQ-001: another")
    with releasable.open() as workplace, pytest.raises(ComponentOutdated):
        refuse_outdated(workplace, newest_builds(workplace, workplace.snapshot()))


def test_copy_of_the_device_cannot_say_that_it_is_a_further_repository(
    established: Device, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Attack: a copy of the repository holds two lines, and builds the device's own component into its ledger."""
    fork = Device(tmp_path_factory.mktemp("fork"), established.home)
    fork.write("clausework.yaml", "device: Pulse Counter\nsoftware_item: counter\n")
    with pytest.raises(OtherDevice, match="counter is in the device's own repository"):
        find_site(fork.folder, established.store)
