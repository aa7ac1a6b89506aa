"""The status message says what the controller is doing, and carries its check value."""

import json
import zlib

import pytest

from infusor.alarm import AlarmKind
from infusor.controller import SELF_TESTS, Controller
from infusor.dose import DrugLimits, Prescription
from infusor.status import status_message

pytestmark = pytest.mark.verifies("UNIT-011", "REQ-049")
DRUG = DrugLimits("morphine", hard_rate=20_000, hard_volume=100_000, keep_open_rate=1_000)


def status(controller: Controller) -> dict[str, object]:
    """Return what the message says, once its check value was found right."""
    text, check = status_message(controller).rsplit(" ", 1)
    assert check == f"{zlib.crc32(text.encode()):08x}"
    return json.loads(text)


def test_a_pump_without_and_with_a_prescription() -> None:
    """State, rate and volumes are those of the controller."""
    controller = Controller()
    assert status(controller) == {"state": "power on", "rate": 0, "infused": 0, "volume": 0, "alarms": []}
    controller.self_test(SELF_TESTS)
    controller.prescribe(Prescription(DRUG, 12_500, 50_000), 60)
    controller.confirm()
    controller.start()
    running = {"state": "infusing", "rate": 12_500, "infused": 0, "volume": 50_000, "alarms": []}
    assert status(controller) == running


@pytest.mark.verifies("REQ-029")
def test_alarms_come_in_their_order() -> None:
    """The most urgent alarm comes first, whichever was first."""
    controller = Controller()
    controller.alarms.update({AlarmKind.BATTERY_LOW}, 100)
    controller.alarms.update({AlarmKind.BATTERY_LOW, AlarmKind.FREE_FLOW}, 100)
    assert status(controller)["alarms"] == [["HIGH", "Flow while stopped"], ["MEDIUM", "Battery low"]]
