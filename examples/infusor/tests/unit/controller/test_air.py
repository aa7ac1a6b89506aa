"""Air is measured by what passes, in single bubbles and in sum."""

import pytest

from infusor.air import AirMonitor
from infusor.alarm import AlarmKind

pytestmark = pytest.mark.verifies("UNIT-005")
RATE = 360_000  # microlitres per hour: 0.1 microlitre per millisecond


@pytest.mark.verifies("REQ-021")
@pytest.mark.verifies_implementation("CTRL-007")
def test_bubble_limit() -> None:
    """A bubble of 50 microlitres is an alarm, one a tenth smaller is not."""
    monitor = AirMonitor()
    assert monitor.observe(True, RATE, 499) == set()
    assert monitor.observe(True, RATE, 1) == {AlarmKind.AIR_BUBBLE}


@pytest.mark.verifies("REQ-021")
def test_bubble_ends_where_liquid_follows() -> None:
    """Two bubbles with liquid between them are two."""
    monitor = AirMonitor()
    assert monitor.observe(True, RATE, 490) == set()
    assert monitor.observe(False, RATE, 10) == set()
    assert monitor.observe(True, RATE, 490) == set()


@pytest.mark.verifies("REQ-022")
@pytest.mark.verifies_implementation("CTRL-008")
def test_accumulated_air() -> None:
    """Bubbles that are small each are an alarm once they add up to 100 microlitres within 15 minutes."""
    monitor = AirMonitor()
    for _ in range(4):
        assert monitor.observe(True, RATE, 240) == set()
        assert monitor.observe(False, RATE, 100) == set()
    assert monitor.observe(True, RATE, 40) == {AlarmKind.AIR_ACCUMULATED}


@pytest.mark.verifies("REQ-022")
def test_air_is_forgotten_after_fifteen_minutes() -> None:
    """Air that passed more than 15 minutes ago no longer counts."""
    monitor = AirMonitor()
    monitor.observe(True, RATE, 490)
    monitor.observe(False, RATE, 900_000)
    for _ in range(2):
        assert monitor.observe(True, RATE, 490) == set()
        assert monitor.observe(False, RATE, 10) == set()


@pytest.mark.verifies("REQ-021")
def test_standing_air_does_not_grow() -> None:
    """Air that stands before the detector while the motor stands is no more air than it was."""
    assert AirMonitor().observe(True, 0, 3_600_000) == set()


@pytest.mark.verifies("REQ-022")
def test_purge_forgets() -> None:
    """After the line was primed again nothing is left of the air."""
    monitor = AirMonitor()
    assert monitor.observe(True, RATE, 1_000) == {AlarmKind.AIR_BUBBLE, AlarmKind.AIR_ACCUMULATED}
    monitor.purge()
    assert monitor.observe(False, RATE, 100) == set()
