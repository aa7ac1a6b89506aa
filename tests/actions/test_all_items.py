"""All software items of a repository in one call: what did not change is taken as it was built (clause 8.1.3)."""

from __future__ import annotations

import json
import re

import pytest

from clausework.actions.all_items import (
    OneOrAll,
    OneVersionForAll,
    builds_here,
    open_builds,
    promote_builds,
    rebuild_builds,
    refuse_one_beside_all,
    run_all_gates,
)
from clausework.actions.build import OpenedBuild
from clausework.actions.components import ComponentOutdated
from clausework.actions.promote import PromotionRefused
from clausework.ledger.records.build import Build, Rebuild
from clausework.ledger.records.evidence import Findings
from clausework.trace.builds import BuildUnknown
from tests.actions.device import SARIF, Device
from tests.actions.two_components import SCREEN, TWO, build_screen, grow


@pytest.fixture
def two(established: Device) -> Device:
    """The device with two components, both built at one commit."""
    return grow(established)


def change_counter(device: Device) -> str:
    """Commit and build another counter; return the commit."""
    device.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    commit = device.commit("Implements: REQ-001")
    device.build()
    return commit


def of(opened: OpenedBuild) -> tuple[str, str]:
    """Return the software item of what ``open_builds`` returns, and whether it was taken as it was built."""
    if opened.unchanged:
        return opened.build.software_item, "as it was"
    return opened.build.software_item, "opened" if opened.opened else "open"


def test_only_what_changed_is_built(two: Device) -> None:
    """After a change of the counter its build is opened, and the screen is taken as it was built."""
    change_counter(two)
    with two.open() as workplace:
        assert [of(one) for one in open_builds(workplace)] == [("counter", "opened"), ("screen", "as it was")]
        assert [of(one) for one in open_builds(workplace)] == [("counter", "open"), ("screen", "as it was")]
    assert two.count(Build) == 3


def test_a_build_of_the_commit_goes_on(two: Device) -> None:
    """At the commit of the builds themselves they go on, and get the artefacts that there are."""
    with two.open() as workplace:
        assert [of(one) for one in open_builds(workplace)] == [("counter", "open"), ("screen", "open")]
    assert two.count(Build) == 2


def test_another_plan_has_every_item_built(two: Device) -> None:
    """ATTACK a change of the plan under an old build: a build is made under the plan that is checked out."""
    two.write("clausework.yaml", TWO.replace("years: 15", "years: 20"))
    two.commit("Keep it longer")
    with two.open() as workplace:
        assert [of(one)[1] for one in open_builds(workplace)] == ["opened", "opened"]


def test_another_lock_has_its_items_built(two: Device) -> None:
    """ATTACK a new dependency under an old build: a lock file beside an item's paths is one of its sources."""
    two.write("requirements.lock", "# another\n" + two.folder.joinpath("requirements.lock").read_text())
    two.commit("Implements: REQ-001")
    with two.open() as workplace:
        assert [of(one)[1] for one in open_builds(workplace)] == ["opened", "opened"]


def test_a_changed_work_tree_is_not_what_was_built(two: Device) -> None:
    """ATTACK a source that is changed and not committed: the screen's old build is not taken, a new one is unclean."""
    two.commit("nothing")
    two.write("screen/build.py", SCREEN + "# by hand\n")
    with two.open() as workplace:
        counter, screen = open_builds(workplace)
    assert (of(counter)[1], of(screen)[1]) == ("as it was", "opened")
    assert not screen.build.clean


def test_one_version_is_not_given_to_all(two: Device) -> None:
    """ATTACK one version for two components: neither would be told from the other's."""
    with two.open() as workplace:
        workplace.environ["CLAUSEWORK_VERSION"] = "9.9"  # type: ignore[index]
        with pytest.raises(OneVersionForAll, match="there are 2 software items"):
            open_builds(workplace)


def test_one_that_changed_since_its_build_is_refused(two: Device) -> None:
    """ATTACK gates on what is not checked out: a component that changed since its build is built first."""
    change_counter(two)
    with two.open() as workplace:
        with pytest.raises(ComponentOutdated, match="counter changed"):
            run_all_gates(workplace)
        with pytest.raises(ComponentOutdated, match="counter changed"):
            promote_builds(workplace, "development")


def test_one_that_was_never_built_is_named(established: Device) -> None:
    """A component that has no build at all is named, and nothing is evaluated."""
    established.write("clausework.yaml", TWO)
    established.write("screen/build.py", SCREEN)
    established.commit("A screen\n\nImplements: REQ-002")
    with established.open() as workplace, pytest.raises(BuildUnknown, match="'counter' has no build"):
        builds_here(workplace)


def test_a_build_is_built_again_once(two: Device) -> None:
    """Each build is built again from clean; one that was is not built a third time."""
    with two.open() as workplace:
        assert [one.body.outcome for one in rebuild_builds(workplace)] == ["identical", "identical"]
    change_counter(two)
    with two.open() as workplace:
        open_builds(workplace)
        rebuild_builds(workplace)
    assert [one.body.software_item for one in two.records() if isinstance(one.body, Rebuild)] == [
        "counter",
        "screen",
        "counter",
    ]


def test_each_of_the_builds_is_judged(two: Device) -> None:
    """The gates evaluate every build, and one that fails is named with its software item by the refusal."""
    done = two.process("gate", "unit", "--all-items")
    assert done.returncode == 1
    assert re.findall(r"^(\w+)  build \w+  commit", done.stdout, re.MULTILINE) == ["counter", "screen"]
    assert "of counter does not advance: unit (G2)" in done.stderr
    assert "of screen does not advance: unit (G2)" in done.stderr
    preview = json.loads(two.process("gate", "unit", "--all-items", "--preview", "--json").stdout)
    assert [one["stages"][0]["stage"] for one in preview] == ["unit", "unit"]
    assert "pass" not in {one["stages"][0]["outcome"] for one in preview}


def test_none_advances_without_its_gates(two: Device) -> None:
    """ATTACK promotion of all for the sake of one: each is refused with what it misses itself."""
    with two.open() as workplace, pytest.raises(PromotionRefused) as refused:
        promote_builds(workplace, "development")
    assert refused.value.message.count("does not advance to development: build was not evaluated") == 2
    assert re.findall(r"(\w+): Build", refused.value.message) == ["counter", "screen"]


def test_a_scan_of_all_source_is_recorded_about_each(two: Device) -> None:
    """One report about the whole repository is a record of its own about each build."""
    two.write("reports/bandit.sarif", SARIF)
    done = two.process("record", "reports/bandit.sarif", "--all-items")
    assert done.returncode == 0, done.stderr
    found = [one.body.origin.software_item for one in two.records() if isinstance(one.body, Findings)]
    assert found == ["counter", "screen"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--all-items", "--software-item", "screen"),
        ("build", "--all-items", "--artifact", "dist/screen.txt"),
        ("rebuild", "--all-items", "--build", "abc"),
        ("gate", "--all-items", "--software-item", "screen"),
        ("promote", "development", "--all-items", "--build", "abc"),
        ("record", "clausework.yaml", "--all-items", "--software-item", "screen"),
        ("record", "clausework.yaml", "--all-items", "--subject", "0" * 64),
    ],
)
def test_all_and_one_do_not_go_together(two: Device, arguments: tuple[str, ...]) -> None:
    """ATTACK a call whose meaning is open: all items and one of them is refused, and nothing is recorded."""
    before = two.count()
    done = two.process(*arguments)
    assert done.returncode == 2, done.stderr
    assert "--all-items" in done.stderr
    assert two.count() == before


def test_a_variable_that_names_one_is_no_bypass(two: Device) -> None:
    """A software item that the environment names stands against --all-items as well."""
    done = two.process("gate", "--all-items", CLAUSEWORK_SOFTWARE_ITEM="screen")
    assert done.returncode == 2
    assert "CLAUSEWORK_SOFTWARE_ITEM" in done.stderr
    with pytest.raises(OneOrAll):
        refuse_one_beside_all(None, "screen")


def test_a_device_of_one_item_can_say_all(established: Device) -> None:
    """A pipeline may say --all-items in a repository of one software item too."""
    established.build()
    build_screen(established)
    done = established.process("build", "--all-items")
    assert done.returncode == 0, done.stderr
    assert "of counter opened" in done.stdout
