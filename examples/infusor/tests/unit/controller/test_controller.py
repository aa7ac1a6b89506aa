"""The state machine goes only where it may."""

import attrs
import pytest

from infusor.alarm import AlarmKind
from infusor.controller import SELF_TESTS, Controller, Readings, State
from infusor.dose import DrugLimits, Prescription

pytestmark = pytest.mark.verifies("UNIT-007")
DRUG = DrugLimits("morphine", hard_rate=20_000, hard_volume=100_000, keep_open_rate=1_000)
CALM = Readings(pressure_kpa=10, air_seen=False, battery_percent=80, on_mains=True, measured_rate=0)


def ready(rate: int = 10_000, volume: int = 5_000) -> Controller:
    """Return a controller that has passed its self-test and has a confirmed prescription."""
    controller = Controller()
    assert controller.self_test(SELF_TESTS) == []
    assert controller.prescribe(Prescription(DRUG, rate, volume), 60) == []
    assert controller.confirm() == []
    return controller


def tick(controller: Controller, elapsed_ms: int = 100, **changed: object) -> int:
    """Advance under calm readings, some of them changed; the encoder follows the motor."""
    readings = attrs.evolve(CALM, **{"measured_rate": controller.motor_rate, **changed})
    return controller.tick(readings, elapsed_ms)


@pytest.mark.verifies("REQ-033", "REQ-034")
@pytest.mark.parametrize("missing", SELF_TESTS)
def test_self_test_that_is_not_passed_is_a_fault(missing: str) -> None:
    """Each self-test must be named as passed, or the pump is out of order."""
    controller = Controller()
    assert controller.self_test([name for name in SELF_TESTS if name != missing]) == [f"{missing} failed"]
    assert controller.state is State.FAULT
    assert controller.start() == ["not while fault"]
    assert controller.self_test(SELF_TESTS) == ["self-test only at power on"]
    tick(controller)
    assert AlarmKind.SELF_TEST in controller.alarms.in_order()


@pytest.mark.verifies("REQ-044")
@pytest.mark.verifies_implementation("CTRL-011")
def test_start_needs_a_confirmed_prescription() -> None:
    """Nothing starts before what was entered is confirmed, and a new entry must be confirmed anew."""
    controller = Controller()
    assert controller.start() == ["not while power on"]
    controller.self_test(SELF_TESTS)
    assert controller.confirm() == ["nothing prescribed"]
    assert controller.start() == ["prescription not confirmed"]
    controller.prescribe(Prescription(DRUG, 10_000, 5_000), 60)
    controller.confirm()
    controller.prescribe(Prescription(DRUG, 20_000, 5_000), 60)
    assert controller.start() == ["prescription not confirmed"]


@pytest.mark.verifies("REQ-011", "REQ-038")
def test_refused_prescription_changes_nothing() -> None:
    """A prescription or threshold that is refused leaves the one before it in place."""
    controller = ready()
    before = controller.prescription
    assert controller.prescribe(Prescription(DRUG, 20_100, 5_000), 60) == [
        "rate above the hard limit of morphine"
    ]
    assert controller.prescribe(Prescription(DRUG, 10_000, 5_000), 130) == [
        "occlusion threshold outside 20 to 120 kPa"
    ]
    assert controller.prescription is before
    controller.start()
    assert controller.prescribe(Prescription(DRUG, 10_000, 5_000), 60) == ["not while infusing"]


@pytest.mark.verifies("REQ-013", "REQ-035")
def test_start_and_stop() -> None:
    """The motor runs at the prescribed rate from the start, and stands at once from the stop."""
    controller = ready()
    assert controller.start() == []
    assert tick(controller) == 10_000
    assert controller.stop() == []
    assert (controller.state, controller.motor_rate) == (State.PAUSED, 0)
    assert tick(controller) == 0
    assert controller.start() == []
    assert controller.motor_rate == 10_000


@pytest.mark.verifies("REQ-035")
def test_stop_when_nothing_runs() -> None:
    """The stop key is harmless where nothing runs."""
    controller = ready()
    assert controller.stop() == []
    assert controller.state is State.STANDBY


@pytest.mark.verifies("REQ-014", "REQ-015")
def test_completion_keeps_the_vein_open() -> None:
    """When the volume is infused the rate falls to the keep-open rate within the same step."""
    controller = ready(rate=18_000, volume=500)
    controller.start()
    for _ in range(999):
        assert tick(controller) == 18_000
    assert tick(controller) == 1_000
    assert controller.state is State.KEEPING_OPEN
    assert controller.alarms.in_order() == [AlarmKind.INFUSION_COMPLETE]
    controller.stop()
    assert controller.start() == []
    assert controller.state is State.KEEPING_OPEN


@pytest.mark.verifies("REQ-020")
def test_rate_change() -> None:
    """A rate within the limits is taken while infusing; one beyond leaves the infusion as it was."""
    controller = ready()
    assert controller.change_rate(12_000) == ["no infusion running"]
    controller.start()
    assert controller.change_rate(12_000) == []
    assert tick(controller) == 12_000
    assert controller.change_rate(20_100) == ["rate above the hard limit of morphine"]
    assert tick(controller) == 12_000


@pytest.mark.verifies("REQ-036")
def test_long_pause_reminds() -> None:
    """Two minutes after a pause the pump reminds, and no earlier."""
    controller = ready()
    controller.start()
    controller.stop()
    for _ in range(1_199):
        tick(controller)
    assert controller.alarms.in_order() == []
    tick(controller)
    assert controller.alarms.in_order() == [AlarmKind.PAUSED_LONG]


@pytest.mark.verifies("REQ-043")
@pytest.mark.verifies_implementation("CTRL-010")
@pytest.mark.parametrize(("elapsed_ms", "late"), [(500, False), (501, True)])
def test_late_control_loop_stops_the_motor(elapsed_ms: int, late: bool) -> None:
    """A control loop that comes later than 0.5 s stops the motor: it could not have seen an occlusion."""
    controller = ready()
    controller.start()
    assert tick(controller, elapsed_ms) == (0 if late else 10_000)
    assert controller.state is (State.STOPPED if late else State.INFUSING)


@pytest.mark.verifies("REQ-023")
def test_air_at_the_detector_prevents_the_start() -> None:
    """No infusion starts while the detector sees air."""
    controller = ready()
    tick(controller, air_seen=True)
    assert controller.start() == ["air at the detector"]
    tick(controller)
    assert controller.start() == []


@pytest.mark.verifies("REQ-040")
@pytest.mark.verifies_implementation("CTRL-012")
def test_active_alarm_prevents_the_start() -> None:
    """After an alarm has stopped the motor it stays stopped until the cause is gone and acknowledged."""
    controller = ready()
    controller.start()
    for _ in range(5):
        tick(controller, pressure_kpa=90)
    assert controller.state is State.STOPPED
    assert controller.start() == ["Downstream occlusion"]
    controller.acknowledge()
    assert controller.start() == ["Downstream occlusion"]
    tick(controller)
    assert controller.start() == []


@pytest.mark.verifies("REQ-042")
def test_log_of_events() -> None:
    """Each change of state, motor and alarm is logged with its time."""
    controller = ready()
    tick(controller)
    controller.start()
    for _ in range(5):
        tick(controller, pressure_kpa=90)
    assert [(event.at_ms, event.name, event.detail) for event in controller.events] == [
        (0, "state", "standby"),
        (100, "state", "infusing"),
        (100, "motor", "10000"),
        (600, "alarm", "high: Downstream occlusion"),
        (600, "state", "stopped by alarm"),
        (600, "motor", "0"),
    ]


@pytest.mark.verifies("REQ-030")
def test_audio_pause_key() -> None:
    """The audio pause silences what is active."""
    controller = ready()
    tick(controller, on_mains=False, battery_percent=10)
    assert controller.alarms.audible
    assert controller.pause_audio() == []
    assert not controller.alarms.audible
