"""The example device's items are whole, belong to the components that they should, and its tests are linked to them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clausework.evidence.source_tree import source_tree
from clausework.items.fields import verification_method
from clausework.items.lint import check_items
from clausework.items.model import Item, ItemType
from clausework.items.read import ItemSet
from clausework.items.risk_file import risk_file_findings
from clausework.items.risk_words import risk_findings
from clausework.items.sources import collect_planned, read_collected
from clausework.plan.load import load_plan
from clausework.plan.model import Plan, item_sources, safety_class_of, software_items
from clausework.trace.allocation import elsewhere, owners_of_items
from clausework.trace.item_fact import ItemFact, item_fact

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "infusor"
MARKER = re.compile(r"@?pytest\.mark\.(verifies\w*)\(([^)]*)\)")
PUMP = {"controller", "display"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the example's plan."""
    return load_plan((EXAMPLE / "clausework.yaml").read_bytes(), "clausework.yaml")


@pytest.fixture(scope="module")
def item_set(plan: Plan) -> ItemSet:
    """Return the example's items, read as its plan says."""
    collected = collect_planned(EXAMPLE, item_sources(plan))
    return read_collected(collected, [one.id for one in software_items(plan)])


@pytest.fixture(scope="module")
def facts(item_set: ItemSet) -> tuple[ItemFact, ...]:
    """Return the items as checks see them."""
    return tuple(map(item_fact, item_set.items))


def marked(*folders: str) -> set[tuple[str, str]]:
    """Return the roles and items that the markers of the tests in ``folders`` name."""
    paths = [path for folder in folders for path in (EXAMPLE / "tests" / folder).rglob("test_*.py")]
    assert paths
    return {
        (role, item)
        for path in paths
        for role, arguments in MARKER.findall(path.read_text())
        for item in re.findall(r'"([^"]+)"', arguments)
    }


def of(item_set: ItemSet, kind: ItemType) -> list[Item]:
    """Return the items of a type."""
    return [item for item in item_set.items if item.type is kind]


def test_there_is_a_component_of_each_class(plan: Plan) -> None:
    """The example has a component of each safety class, each built by a command of its own, with its own outputs."""
    classes = {one.id: safety_class_of(plan, one.id) for one in software_items(plan)}
    assert classes == {"controller": "C", "display": "B", "companion": "A"}
    builds = [one.build for one in software_items(plan) if one.build]
    assert len({one.command for one in builds}) == 3
    assert len({one.outputs for one in builds}) == 3


def test_items_are_sound_and_complete(plan: Plan, item_set: ItemSet) -> None:
    """The example's items make a baseline and lack nothing that class C asks; its risk file is whole."""
    assert item_set.sound()
    assert check_items(item_set, "C") == ()
    assert risk_findings(item_set.items, plan) == ()
    assert risk_file_findings(item_set.items, plan.risk_matrix) == ()


def test_what_is_allocated_belongs_to_a_component(plan: Plan, facts: tuple[ItemFact, ...]) -> None:
    """Each requirement, part, unit, SOUP item, situation and control belongs to a component: none is asked of all."""
    owners = owners_of_items(facts, frozenset(one.id for one in software_items(plan)))
    kinds = {"software_requirement", "architecture_item", "software_unit", "soup_item"}
    kinds |= {"hazardous_situation", "risk_control_measure"}
    assert [item.id for item in facts if item.type in kinds and not owners[item.id]] == []
    assert owners["REQ-037"] == {"controller"}
    assert owners["REQ-029"] == PUMP
    assert owners["CTRL-014"] == {"display"}
    assert owners["REQ-060"] == {"companion"}
    assert owners["ARCH-007"] == owners["SOUP-001"] == {*PUMP, "companion"}


def test_each_build_is_asked_for_its_own_items_alone(plan: Plan, facts: tuple[ItemFact, ...]) -> None:
    """What belongs to one component is elsewhere for the others, and what belongs to two is asked of both."""
    apart = {one.id: set(elsewhere(facts, plan, one.id)) for one in software_items(plan)}
    assert {"REQ-045", "UNIT-008", "CTRL-014", "REQ-060", "SIT-013"} <= apart["controller"]
    assert {"REQ-037", "UNIT-004", "CTRL-005", "REQ-060"} <= apart["display"]
    assert {"REQ-037", "REQ-045", "CTRL-005", "CTRL-014"} <= apart["companion"]
    assert not {"REQ-029", "ARCH-007", "SOUP-001"} & (apart["controller"] | apart["display"])


@pytest.mark.parametrize(
    ("folders", "component"),
    [
        (("unit/controller",), {"controller"}),
        (("unit/display",), {"display"}),
        (("unit/companion", "system/office"), {"companion"}),
        (("system/bench", "integration"), PUMP),
    ],
)
def test_tests_verify_what_belongs_to_their_component(
    plan: Plan, facts: tuple[ItemFact, ...], folders: tuple[str, ...], component: set[str]
) -> None:
    """No test claims to verify an item of a component that its report is not about."""
    owners = owners_of_items(facts, frozenset(one.id for one in software_items(plan)))
    assert {item for _, item in marked(*folders) if not owners[item] & component} == set()


def test_every_requirement_has_a_system_test(item_set: ItemSet) -> None:
    """Each software requirement that is verified by test is verified by a system test."""
    verified = {item for role, item in marked("system") if role == "verifies"}
    wanted = {
        item.id for item in of(item_set, ItemType.SOFTWARE_REQUIREMENT) if verification_method(item) == "test"
    }
    assert len(wanted) >= 20
    assert wanted <= verified


def test_every_control_is_verified_twice(item_set: ItemSet) -> None:
    """Each risk control has tests of its implementation and of its effectiveness."""
    found = marked("unit", "integration", "system")
    for control in of(item_set, ItemType.RISK_CONTROL_MEASURE):
        assert ("verifies_implementation", control.id) in found
        assert ("verifies_effectiveness", control.id) in found


def test_every_unit_and_part_of_the_pump_is_tested(item_set: ItemSet, facts: tuple[ItemFact, ...]) -> None:
    """Each software unit has unit tests, each part of the pump with an interface integration tests."""
    owners = owners_of_items(facts, frozenset({*PUMP, "companion"}))
    units = {item.id for item in of(item_set, ItemType.SOFTWARE_UNIT)}
    parts = {item.id for item in of(item_set, ItemType.ARCHITECTURE_ITEM) if owners[item.id] <= PUMP}
    assert units <= {item for _, item in marked("unit")}
    assert parts <= {item for _, item in marked("integration")}


def test_markers_name_items_that_exist(item_set: ItemSet) -> None:
    """No test of the example verifies what is no item."""
    known = {item.id for item in item_set.items}
    assert {item for _, item in marked("unit", "integration", "system")} <= known


def test_open_anomaly_touches_no_risk_control(item_set: ItemSet) -> None:
    """The one open anomaly affects no requirement that realises a risk control."""
    (anomaly,) = [item for item in of(item_set, ItemType.ANOMALY) if item.says("status") == "open"]
    controls = of(item_set, ItemType.RISK_CONTROL_MEASURE)
    safety = {target for control in controls for target in (control.id, *control.targets("realised_by"))}
    assert not safety & set(anomaly.targets("affects"))


def test_fault_of_the_demo_fits_the_source() -> None:
    """The text that the demo replaces stands in the source exactly once."""
    fault = json.loads((EXAMPLE / "demo" / "faulty_occlusion.json").read_text())
    assert (EXAMPLE / fault["file"]).read_text().count(fault["find"]) == 1


def test_the_change_of_the_demo_leaves_the_pump_as_it_was(tmp_path: Path, plan: Plan) -> None:
    """The change of the companion applies, and leaves the source trees of controller and display as they were."""
    project = tmp_path / "infusor"
    shutil.copytree(
        EXAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".clausework", "dist", "reports")
    )
    subprocess.run(["git", "apply", "demo/CR-13-request.patch"], cwd=project, check=True)
    before = committed(project, plan)
    subprocess.run(["git", "apply", "demo/CR-13-change.patch"], cwd=project, check=True)
    after = committed(project, plan)
    assert [name for name in before if before[name] != after[name]] == ["companion"]


def committed(project: Path, plan: Plan) -> dict[str, str]:
    """Commit all there is; return each component's source tree."""
    git = ("git", "-C", str(project), "-c", "user.name=Dana", "-c", "user.email=developer@example.com")
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "Infusor"], check=True)
    return {one.id: source_tree(project, "HEAD", one.paths).sha256 for one in software_items(plan)}
