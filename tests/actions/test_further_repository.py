"""A device in several repositories: a further one holds two lines, and the device's plan and ledger count for it."""

from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.components import newest_builds
from clausework.actions.current_build import current_item
from clausework.actions.decide import decide
from clausework.actions.matters import RecordNotFound
from clausework.actions.release import NotReleasedHere, release
from clausework.actions.sign import sign
from clausework.actions.workplace import NoLedger, OtherDevice, find_site, open_workplace
from clausework.plan.model import NotInPlan
from tests.actions.device import QUALITY, RELEASE, Device, person
from tests.actions.two_components import TWO

LINES = "device: Pulse Counter\nsoftware_item: screen\n"


@pytest.fixture
def screen(established: Device, tmp_path: Path) -> Device:
    """A repository of the screen beside that of the device, whose plan knows it."""
    established.write(
        "clausework.yaml",
        TWO.replace("paths: [screen/**]", "paths: [src/**]")
        .replace("screen/build.py", "src/build.py")
        .replace("      - id: screen\n", "      - id: screen\n        repository: screen\n"),
    )
    established.commit("A screen in a repository of its own")
    with established.open() as workplace:
        why = {"rationale": "looked at in full today"}
        decide(workplace, "approve", "plan", why, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
        open_build(workplace)
    device = Device(tmp_path / "screen", established.home)
    device.folder.mkdir()
    device.write("clausework.yaml", LINES)
    device.write("src/build.py", "print('screen 3.2.1')\n")
    device.write("requirements.lock", (established.folder / "requirements.lock").read_bytes())
    device.git("init", "--quiet", "--initial-branch=main")
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
