"""Controller and monitors work together: what a monitor sees stops the motor and reaches the alarms."""

import attrs
import pytest

from infusor.alarm import AlarmKind, Priority
from infusor.controller import SELF_TESTS, Controller, Readings, State
from infusor.dose import DrugLimits, Prescription

DRUG = DrugLimits("heparin", hard_rate=400_000, hard_volume=250_000, keep_open_rate=2_000)
CALM = Readings(pressure_kpa=10, air_seen=False, battery_percent=80, on_mains=False, measured_rate=0)


@pytest.fixture
def infusing() -> Controller:
    """Return a controller that infuses 360 mL/h: a tenth of a microlitre each millisecond."""
    controller = Controller()
    controller.self_test(SELF_TESTS)
    controller.prescribe(Prescription(DRUG, 360_000, 250_000), 60)
    controller.confirm()
    assert controller.start() == []
    return controller


def run(controller: Controller, for_ms: int, **changed: object) -> None:
    """Let the control loop run in steps of 100 ms; the encoder follows the motor unless told otherwise."""
    for _ in range(for_ms // 100):
        readings = attrs.evolve(CALM, **{"measured_rate": controller.motor_rate, **changed})
        controller.tick(readings, 100)


STOPPING = [
    pytest.param({"pressure_kpa": 61}, 500, AlarmKind.DOWNSTREAM_OCCLUSION, "CTRL-005", id="occlusion"),
    pytest.param({"pressure_kpa": None}, 500, AlarmKind.PRESSURE_SENSOR, "CTRL-006", id="sensor lost"),
    pytest.param({"air_seen": True}, 500, AlarmKind.AIR_BUBBLE, "CTRL-007", id="bubble"),
    pytest.param({"measured_rate": 0}, 5_000, AlarmKind.FLOW_DEVIATION, "CTRL-003", id="no flow"),
    pytest.param({"battery_percent": 2}, 100, AlarmKind.BATTERY_EMPTY, "CTRL-009", id="battery empty"),
]


@pytest.mark.verifies("ARCH-001", "ARCH-003", "ARCH-005")
@pytest.mark.verifies("REQ-018", "REQ-021", "REQ-026", "REQ-037", "REQ-039", "REQ-041")
@pytest.mark.verifies_implementation("CTRL-003", "CTRL-005", "CTRL-006", "CTRL-007", "CTRL-009")
@pytest.mark.parametrize(("readings", "after_ms", "kind", "control"), STOPPING)
def test_cause_stops_the_motor(
    infusing: Controller, readings: dict[str, object], after_ms: int, kind: AlarmKind, control: str
) -> None:
    """Each cause stops the motor and raises its high-priority alarm in the step in which it is confirmed."""
    run(infusing, after_ms - 100, **readings)
    assert infusing.state is State.INFUSING, control
    run(infusing, 100, **readings)
    assert (infusing.state, infusing.motor_rate) == (State.STOPPED, 0), control
    assert infusing.alarms.in_order()[0] is kind
    assert kind.priority is Priority.HIGH
    assert infusing.alarms.audible


@pytest.mark.verifies("ARCH-003", "REQ-019")
@pytest.mark.verifies_implementation("CTRL-004")
def test_flow_monitor_knows_the_motor_stands(infusing: Controller) -> None:
    """Flow that goes on after the stop key is free flow within a second."""
    infusing.stop()
    run(infusing, 900, measured_rate=50_000)
    assert infusing.alarms.in_order() == []
    run(infusing, 100, measured_rate=50_000)
    assert infusing.alarms.in_order() == [AlarmKind.FREE_FLOW]


@pytest.mark.verifies("ARCH-003", "REQ-022", "REQ-023")
@pytest.mark.verifies_implementation("CTRL-008")
def test_accumulated_air_is_purged_by_acknowledging(infusing: Controller) -> None:
    """Small bubbles add up to an alarm; acknowledged and with the line clear the infusion goes on."""
    while infusing.state is State.INFUSING:
        run(infusing, 400, air_seen=True)
        run(infusing, 100)
    assert infusing.alarms.in_order() == [AlarmKind.AIR_ACCUMULATED]
    assert infusing.events[-1].at_ms == 1_200
    infusing.acknowledge()
    run(infusing, 100)
    assert infusing.start() == []
    run(infusing, 1_000)
    assert infusing.state is State.INFUSING


@pytest.mark.verifies("ARCH-004", "ARCH-005", "REQ-024", "REQ-025", "REQ-027")
@pytest.mark.verifies_implementation("CTRL-009")
def test_discharge_goes_through_all_its_alarms(infusing: Controller) -> None:
    """A battery that runs down warns, warns urgently, stops; mains takes all away that may go."""
    seen = []
    for percent in range(30, -1, -1):
        run(infusing, 100, battery_percent=percent)
        seen.append(infusing.state)
    raised = [event.detail for event in infusing.events if event.name == "alarm"]
    assert raised == ["medium: Battery low", "high: Battery critical", "high: Battery empty"]
    assert seen.count(State.STOPPED) == 3
    infusing.acknowledge()
    run(infusing, 100, on_mains=True)
    assert infusing.alarms.in_order() == []


@pytest.mark.verifies("ARCH-002", "REQ-011", "REQ-012", "REQ-020")
@pytest.mark.verifies_implementation("CTRL-001", "CTRL-002")
def test_limits_hold_on_every_way_in(infusing: Controller) -> None:
    """The hard limits hold for what is prescribed and for what is changed while infusing."""
    assert infusing.change_rate(400_100) == ["rate above the hard limit of heparin"]
    assert infusing.motor_rate == 360_000
    waiting = Controller()
    waiting.self_test(SELF_TESTS)
    assert len(waiting.prescribe(Prescription(DRUG, 400_100, 250_100), 60)) == 2
    assert waiting.prescription is None


@pytest.mark.verifies("ARCH-001", "REQ-028", "REQ-040")
@pytest.mark.verifies_implementation("CTRL-012")
def test_two_causes_must_both_be_gone(infusing: Controller) -> None:
    """With two causes the infusion starts again only when both are gone and acknowledged."""
    run(infusing, 600, pressure_kpa=90, air_seen=True)
    assert {AlarmKind.DOWNSTREAM_OCCLUSION, AlarmKind.AIR_BUBBLE} == set(infusing.alarms.in_order())
    infusing.acknowledge()
    run(infusing, 100, pressure_kpa=90)
    assert infusing.start() == ["Downstream occlusion"]
    run(infusing, 100)
    assert infusing.start() == []


@pytest.mark.verifies("ARCH-001", "REQ-043")
@pytest.mark.verifies_implementation("CTRL-010")
def test_late_loop_stops_and_latches(infusing: Controller) -> None:
    """One late step stops the motor, and steps in time do not start it again."""
    infusing.tick(attrs.evolve(CALM, measured_rate=360_000), 900)
    run(infusing, 5_000)
    assert infusing.state is State.STOPPED
    assert infusing.alarms.in_order() == [AlarmKind.CONTROL_LATE]
