"""The battery warns in time."""

import pytest

from infusor.alarm import AlarmKind
from infusor.battery import battery_alarms

pytestmark = pytest.mark.verifies("UNIT-006")


@pytest.mark.verifies("REQ-024", "REQ-025", "REQ-026")
@pytest.mark.verifies_implementation("CTRL-009")
@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (100, None),
        (21, None),
        (20, AlarmKind.BATTERY_LOW),
        (6, AlarmKind.BATTERY_LOW),
        (5, AlarmKind.BATTERY_CRITICAL),
        (3, AlarmKind.BATTERY_CRITICAL),
        (2, AlarmKind.BATTERY_EMPTY),
        (0, AlarmKind.BATTERY_EMPTY),
        (-1, AlarmKind.BATTERY_CRITICAL),
        (101, AlarmKind.BATTERY_CRITICAL),
    ],
)
def test_battery_levels(percent: int, expected: AlarmKind | None) -> None:
    """Each charge has the alarm of its level; a charge that cannot be is critical."""
    assert battery_alarms(False, percent) == ({expected} if expected else set())


@pytest.mark.verifies("REQ-027")
@pytest.mark.parametrize("percent", [0, 5, 20, 100, 101])
def test_mains_has_no_battery_alarm(percent: int) -> None:
    """On mains no charge is an alarm."""
    assert battery_alarms(True, percent) == set()
