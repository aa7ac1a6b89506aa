"""A device in several repositories: a further one holds two lines, and the device's plan and ledger count for it."""

from pathlib import Path

import msgspec
import pytest

from clausework.actions.build import OtherRepository, open_build
from clausework.actions.components import builds_elsewhere, left_behind, newest_builds
from clausework.actions.current_build import current_item
from clausework.actions.decide import decide
from clausework.actions.matters import RecordNotFound
from clausework.actions.release import NotReleasedHere, release
from clausework.actions.sign import sign
from clausework.actions.workplace import NoLedger, OtherDevice, find_site, open_workplace
from clausework.evidence.git import same_repository, without_credentials
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Candidate
from clausework.plan.load import PlanRejected
from clausework.plan.model import NotInPlan, software_item_of
from clausework.trace.releases import Released
from tests.actions.device import QUALITY, RELEASE, Device, person
from tests.actions.two_components import TWO

LINES = "device: Pulse Counter\nsoftware_item: screen\n"
ADDRESS = "https://git.example.com/pulse/screen.git"
PLAN = (
    TWO.replace("paths: [screen/**]", "paths: [src/**]")
    .replace("screen/build.py", "src/build.py")
    .replace("      - id: screen\n", f"      - id: screen\n        repository: {ADDRESS}\n")
)
BRANCH = 'release_line: {id: "0.9", versions: ["0.9.*"], branched_from: main}\n'


def _approve(device: Device, plan: str) -> None:
    device.write("clausework.yaml", plan)
    device.commit("The plan")
    with device.open() as workplace:
        why = {"rationale": "looked at in full today"}
        decide(workplace, "approve", "plan", why, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
        open_build(workplace)


@pytest.fixture
def screen(established: Device, tmp_path: Path) -> Device:
    """A repository of the screen beside that of the device, whose plan knows it."""
    _approve(established, PLAN)
    device = Device(tmp_path / "screen", established.home)
    device.folder.mkdir()
    device.write("clausework.yaml", LINES)
    device.write("src/build.py", "print('screen 3.2.1')\n")
    device.write("requirements.lock", (established.folder / "requirements.lock").read_bytes())
    device.git("init", "--quiet", "--initial-branch=main")
    device.git("remote", "add", "origin", "git@Git.Example.com:pulse/screen.git")
    device.commit("The screen\n\nImplements: REQ-002")
    return device


def test_two_lines_build_under_the_plan_in_force_of_the_device(screen: Device, established: Device) -> None:
    """The screen is built with the device's plan, items and class, into the device's ledger."""
    artefact = screen.write("dist/screen.txt", "the screen\n")
    with open_workplace(screen.folder, established.store, environ=screen.environ) as workplace:
        opened = open_build(workplace, artefacts=[artefact])
        assert current_item(workplace, None).id == "screen"
        in_force = workplace.standing(workplace.snapshot()).plan_in_force.sha256
    assert (opened.build.software_item, opened.build.safety_class) == ("screen", "B")
    assert (opened.build.plan, opened.provisional) == (in_force, False)


def test_device_takes_the_component_of_the_other_repository(screen: Device, established: Device) -> None:
    """A build of another repository is taken as it is, beside those of the device's own."""
    artefact = screen.write("dist/screen.txt", "the screen\n")
    with open_workplace(screen.folder, established.store, environ=screen.environ) as workplace:
        built = open_build(workplace, artefacts=[artefact]).build
    established.build()
    with established.open() as workplace:
        open_build(workplace)
        found = newest_builds(workplace, workplace.snapshot())
    assert [one.software_item for one in found] == ["counter", "screen"]
    assert found[1].id == built.id


def test_nothing_is_released_and_no_plan_is_approved_from_there(screen: Device, established: Device) -> None:
    """Attack: the device is released, or its plan approved, from a repository that holds one component."""
    with open_workplace(screen.folder, established.store, environ=screen.environ) as workplace:
        with pytest.raises(NotReleasedHere, match="holds screen of Pulse Counter"):
            release(workplace, "1.0.0")
        with pytest.raises(RecordNotFound, match="no plan of its own"):
            decide(workplace, "approve", "plan", {"rationale": "looks well"}, person(workplace, QUALITY))
        with pytest.raises(NotInPlan, match="This repository holds screen, not counter"):
            current_item(workplace, "counter")


def test_other_device_or_software_item_is_refused(screen: Device, established: Device) -> None:
    """Attack: evidence of one device is recorded into the ledger of another."""
    for lines, said in (
        (LINES.replace("Pulse Counter", "Infusor"), "that of Pulse Counter"),
        (LINES.replace("screen", "keyboard"), "no software item 'keyboard'"),
    ):
        screen.write("clausework.yaml", lines)
        with pytest.raises(OtherDevice, match=said):
            find_site(screen.folder, established.store)


def test_ledger_that_is_not_named_is_told(screen: Device) -> None:
    """Without --store a further repository has no ledger, and says which device it is of."""
    with pytest.raises(NoLedger, match="this is screen of Pulse Counter"):
        find_site(screen.folder)


def test_the_command_says_where_it_is(screen: Device, established: Device) -> None:
    """``clausework build`` works in the further repository with the ledger from the environment."""
    screen.write("dist/screen.txt", "the screen\n")
    done = screen.process(
        *("build", "--artifact", "dist/screen.txt"), CLAUSEWORK_STORE=str(established.store)
    )
    assert done.returncode == 0, done.stderr
    assert "screen" in done.stdout


def _built(screen: Device, established: Device) -> Build:
    artefact = screen.write("dist/screen.txt", "the screen\n")
    with open_workplace(screen.folder, established.store, environ=screen.environ) as workplace:
        return open_build(workplace, artefacts=[artefact]).build


def test_build_from_another_address_is_refused(screen: Device, established: Device) -> None:
    """Attack: a fork of the component, which nobody of the device reviews, is built into the device's ledger."""
    screen.git("remote", "set-url", "origin", "https://git.example.com/somebody/screen.git")
    before = established.count(Build)
    with pytest.raises(OtherRepository, match=r"the repository 'https://git.example.com/pulse/screen.git'"):
        _built(screen, established)
    screen.git("remote", "remove", "origin")
    with pytest.raises(OtherRepository, match="this one is 'root-commit:"):
        _built(screen, established)
    assert established.count(Build) == before


def test_build_of_a_further_repository_is_not_made_in_the_devices_own(
    screen: Device, established: Device
) -> None:
    """Attack, or lapse: the device's own repository builds the component that the plan places elsewhere."""
    with established.open() as workplace, pytest.raises(OtherRepository):
        open_build(workplace, software_item="screen")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("ssh://git@git.example.com:2222/pulse/screen", True),
        ("https://token:x@GIT.example.com/pulse/screen.git", True),
        ("https://git.example.com/Pulse/screen.git", False),
        ("https://git.example.com.evil.org/pulse/screen.git", False),
        ("screen", False),
        ("", False),
    ],
)
def test_addresses_of_one_repository(other: str, *, same: bool) -> None:
    """Scheme, user, port and '.git' say nothing of which repository it is; host and path do."""
    assert same_repository(other, ADDRESS) is same
    assert not same_repository("", "")


def test_attack_address_that_reads_as_a_first_commit() -> None:
    """Attack: a remote is called 'root-commit:' and a commit's ID, as a repository without an address is."""
    assert same_repository(f"root-commit:{'a' * 40}", f"root-commit:{'a' * 40}")
    assert not same_repository(f"root-commit:{'a' * 40}", without_credentials(f"root-commit:{'a' * 40}"))


def test_recorded_build_from_another_address_is_not_released(screen: Device, established: Device) -> None:
    """Attack: whoever holds the pipeline's key records a build of a fork past the refusal; no candidate takes it."""
    built = _built(screen, established)
    fork = msgspec.structs.replace(
        built, id="f" * 64, origin="https://git.example.com/somebody/screen.git", commit="f" * 40
    )
    with established.open() as workplace:
        workplace.ledger.append([Draft((subject("build", fork.id),), fork)])
        snapshot = workplace.snapshot()
        assert [one.id for one in newest_builds(workplace, snapshot) if one.software_item == "screen"] == [
            built.id
        ]
        said = builds_elsewhere(snapshot, software_item_of(workplace.plan, "screen"))
    assert "build ffffffffffff is from 'https://git.example.com/somebody/screen.git'" in said


def test_branch_of_a_further_repository_builds_for_its_release_line(
    screen: Device, established: Device
) -> None:
    """A third line says which line a maintenance branch is of: it builds by that line's plan and items."""
    trunk = _built(screen, established)
    established.git("checkout", "--quiet", "-b", "release/0.9")
    _approve(established, PLAN.replace("years: 15", "years: 20") + BRANCH)
    screen.git("checkout", "--quiet", "-b", "release/0.9")
    screen.write("clausework.yaml", LINES + 'release_line: "0.9"\n')
    screen.commit("A line of its own\n\nImplements: REQ-002")
    patch = _built(screen, established)
    with established.open() as workplace:
        in_force = workplace.standing(workplace.snapshot()).plan_of("0.9")
        assert in_force is not None
        assert (patch.line, patch.plan) == ("0.9", in_force.sha256)
        assert newest_builds(workplace, workplace.snapshot())[-1].id == patch.id
    established.git("checkout", "--quiet", "main")
    with established.open() as workplace:
        assert newest_builds(workplace, workplace.snapshot())[-1].id == trunk.id


def test_line_whose_plan_nobody_approved_builds_nothing(screen: Device, established: Device) -> None:
    """Attack: a branch names a release line of its own, to be built under no approved plan."""
    screen.write("clausework.yaml", LINES + 'release_line: "0.8"\n')
    with pytest.raises(OtherDevice, match=r"No plan of the release line 0\.8 of Pulse Counter was approved"):
        find_site(screen.folder, established.store)


def test_mistake_in_the_two_lines_is_named_where_it_stands(screen: Device, established: Device) -> None:
    """A list where a name is wanted, or a key that is none, is told with its place, not as errors of a whole plan."""
    for wrong in ("release_line: [main]\n", "relase_line: x\n"):
        screen.write("clausework.yaml", LINES + wrong)
        with pytest.raises(PlanRejected) as refused:
            find_site(screen.folder, established.store)
        assert [one.place.line for one in refused.value.findings] == [3]


def test_line_takes_no_component_that_was_released_after_it_left(screen: Device, established: Device) -> None:
    """Attack, or lapse: a line that left the trunk at 0.9 takes the component of another repository from 1.0."""
    old = _built(screen, established)
    with established.open() as workplace:
        own = newest_builds(workplace, workplace.snapshot())[0]
        later = msgspec.structs.replace(own, commit="e" * 40)
        record = workplace.record(0)
        candidate = Candidate(own.made, "1.0", (), (), "a" * 64, "a" * 64, own.plan, {}, None, 0)
        for counter, taken in ((own, True), (later, False)):
            release = Released(record, candidate, {"counter": counter, "screen": old})
            assert left_behind(workplace, release, own.commit) is taken
        assert not left_behind(workplace, Released(record, candidate, {"screen": old}), own.commit)
