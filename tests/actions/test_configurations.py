"""Configurations of the plan: a system test names the build of each component, and each configuration is asked for."""

from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import ComponentNotBuilt, evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.record import record_files
from clausework.actions.sign import sign
from clausework.actions.workplace import Workplace
from clausework.gates.folding import fold_facts
from clausework.ledger.records.gates import CheckVerdict
from tests.actions.device import QUALITY, RELEASE, Device, junit, person
from tests.actions.two_components import SCREEN, TWO

PLAN = (
    TWO
    + """\
configurations:
  bench: {components: [counter, screen], hardware: {board: revision 4}}
  phone: {components: [counter, screen], hardware: {telephone: any}}
"""
)
ON = ("bench", "phone")


@pytest.fixture
def two(established: Device) -> Device:
    """A device of two components, each built, and two configurations in the plan."""
    established.write("clausework.yaml", PLAN)
    established.write("screen/build.py", SCREEN)
    established.commit("A screen\n\nImplements: REQ-002")
    established.build()
    established.write("dist/screen.txt", "the screen\n")
    with established.open() as workplace:
        decide(workplace, "approve", "plan", {"rationale": "two of them"}, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
        for item in ("counter", "screen"):
            open_build(workplace, software_item=item)
    return established


def _record(device: Device, name: str, content: str, configuration: str) -> None:
    path = device.write(f"reports/{name}", content)
    with device.open() as workplace:
        target = evidence_target(workplace, level="system", configuration=Path(configuration))
        record_files(workplace, [path], target)


def _tests(workplace: Workplace, item: str) -> CheckVerdict:
    (stage,) = run_gates(workplace, ["system"], software_item=item, preview=True).stages
    return next(one for one in stage.checks if one.check == "tests")


def test_test_on_a_configuration_counts_for_every_component(two: Device) -> None:
    """One report of the whole system is evidence of the counter's build and of the screen's."""
    for name in ON:
        _record(two, f"{name}.xml", junit("system").replace("tests.system", f"tests.{name}"), name)
    with two.open() as workplace:
        for item in ("counter", "screen"):
            assert _tests(workplace, item).outcome == "pass"
        build = run_gates(workplace, ["system"], software_item="screen", preview=True).build
        facts = fold_facts(workplace.snapshot(), workplace.ledger, build.id, at=workplace.now())
    assert set(facts.configurations) == set(ON)
    assert all(facts.configurations.values())


def test_configuration_that_nobody_tested_is_asked_for(two: Device) -> None:
    """Attack: the system is tested on the bench alone, and released for telephones too."""
    _record(two, "bench.xml", junit("system"), "bench")
    with two.open() as workplace:
        check = _tests(workplace, "counter")
    assert check.outcome == "not_evaluated"
    assert "no system test ran on the configuration phone" in check.reasons[0].message


def test_failure_on_a_configuration_stands_for_every_component(two: Device) -> None:
    """Attack: a failure of the whole system is recorded about one component, so that the other passes."""
    _record(two, "bench.xml", junit("system", failed=True), "bench")
    with two.open() as workplace:
        assert {_tests(workplace, item).outcome for item in ("counter", "screen")} == {"fail"}


def test_artefact_added_after_the_test_makes_it_outdated(two: Device) -> None:
    """Attack: an artefact that no test saw is added to a component after the system was tested."""
    for name in ON:
        _record(two, f"{name}.xml", junit("system").replace("tests.system", f"tests.{name}"), name)
    extra = two.write("dist/probe.zip", b"never tested")
    with two.open() as workplace:
        open_build(workplace, software_item="counter", artefacts=[extra])
        assert _tests(workplace, "counter").outcome == "not_evaluated"


def test_component_without_a_build_is_told(established: Device) -> None:
    """A configuration of which a component was never built is no configuration to test."""
    established.write("clausework.yaml", PLAN)
    with (
        established.open() as workplace,
        pytest.raises(ComponentNotBuilt, match="no build of counter, screen"),
    ):
        evidence_target(workplace, level="system", configuration=Path("bench"))
