"""A device of several software items: which builds a version is made of, what each is called (5.8.4, 8.1.3)."""

import pytest

from clausework.actions.build import open_build
from clausework.actions.components import ComponentOutdated, components_of, newest_builds, refuse_outdated
from clausework.ledger.records.build import Build
from tests.actions.device import Device
from tests.actions.two_components import SCREEN, grow


@pytest.fixture
def two(established: Device) -> Device:
    """The device grown to two components, both built at one commit."""
    return grow(established)


def _names(builds: tuple[Build, ...]) -> list[tuple[str, str]]:
    return [(one.software_item, one.commit[:12]) for one in builds]


def test_each_component_has_its_own_version(two: Device) -> None:
    """A version names each component's own version, as its artefacts report it."""
    with two.open() as workplace:
        snapshot = workplace.snapshot()
        found = components_of(
            snapshot, workplace.standing(snapshot), newest_builds(workplace, snapshot), "7.0"
        )
    assert [(one.software_item, one.version) for one in found] == [("counter", "1.0.0"), ("screen", "3.2.1")]


def test_unchanged_component_is_taken_as_it_was_built_before(two: Device) -> None:
    """Only the counter changes and is built; the screen's build still belongs to what is checked out."""
    before = two.git("rev-parse", "HEAD")
    two.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    after = two.commit("Implements: REQ-001")
    two.build()
    with two.open() as workplace:
        open_build(workplace, software_item="counter")
        builds = newest_builds(workplace, workplace.snapshot())
        refuse_outdated(workplace, builds)
    assert _names(builds) == [("counter", after[:12]), ("screen", before[:12])]


def test_component_that_changed_since_its_build_is_refused(two: Device) -> None:
    """Attack: a version is released with the screen as it was before its change."""
    two.write("screen/build.py", SCREEN.replace("the screen", "another screen"))
    two.commit("Implements: REQ-002")
    with two.open() as workplace, pytest.raises(ComponentOutdated, match="screen changed between its build"):
        refuse_outdated(workplace, newest_builds(workplace, workplace.snapshot()))


def test_build_of_a_commit_that_is_not_checked_out_is_not_taken(two: Device) -> None:
    """Attack: a newer build, of work that the checked-out tag does not have, slips into its release."""
    tag = two.git("rev-parse", "HEAD")
    two.write("src/counter.py", "def count(pulses):\n    return 0\n")
    two.commit("Implements: REQ-001")
    two.build()
    with two.open() as workplace:
        open_build(workplace, software_item="counter")
    two.git("checkout", "--quiet", tag)
    with two.open() as workplace:
        builds = newest_builds(workplace, workplace.snapshot())
    assert _names(builds) == [("counter", tag[:12]), ("screen", tag[:12])]
