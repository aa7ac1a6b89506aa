"""The display says what is so."""

import pytest

from infusor.alarm import AlarmKind
from infusor.controller import SELF_TESTS, Controller
from infusor.display import WIDTH, format_millilitres, screen
from infusor.dose import DrugLimits, Prescription

pytestmark = pytest.mark.verifies("UNIT-008")
DRUG = DrugLimits("morphine", hard_rate=20_000, hard_volume=100_000, keep_open_rate=1_000)


@pytest.mark.verifies("REQ-045", "REQ-046")
@pytest.mark.parametrize(
    ("volume", "shown"), [(0, "0.0"), (100, "0.1"), (12_500, "12.5"), (999_900, "999.9"), (199, "0.1")]
)
def test_millilitres_with_one_decimal(volume: int, shown: str) -> None:
    """Volumes and rates are shown with one decimal; what is shown is less than 0.1 mL below what is so."""
    assert format_millilitres(volume) == shown


@pytest.mark.verifies("REQ-045", "REQ-046")
def test_screen_of_a_running_infusion() -> None:
    """State, rate with its unit, and volume stand on the display."""
    controller = Controller()
    assert screen(controller) == ["POWER ON  0.0 mL/h", "No prescription", ""]
    controller.self_test(SELF_TESTS)
    controller.prescribe(Prescription(DRUG, 12_500, 50_000), 60)
    controller.confirm()
    controller.start()
    assert screen(controller) == ["INFUSING  12.5 mL/h", "Infused 0.0 of 50.0 mL", ""]


@pytest.mark.verifies("REQ-029")
def test_most_urgent_alarm_and_how_many_more() -> None:
    """The most urgent alarm is shown with its priority, and how many others there are."""
    controller = Controller()
    controller.alarms.update({AlarmKind.BATTERY_LOW}, 100)
    assert screen(controller)[2] == "MEDIUM Battery low"
    controller.alarms.update({AlarmKind.BATTERY_LOW, AlarmKind.FREE_FLOW}, 100)
    assert screen(controller)[2] == "HIGH Flow while stopped (+1)"


@pytest.mark.verifies("REQ-029")
@pytest.mark.parametrize("kind", AlarmKind)
def test_every_alarm_fits(kind: AlarmKind) -> None:
    """No alarm's name is cut off on the display, others counted."""
    assert len(f"{kind.priority.name} {kind.label} (+12)") <= WIDTH
