"""The occlusion alarm comes when it must, and only then."""

import pytest

from infusor.alarm import AlarmKind
from infusor.occlusion import OcclusionMonitor

pytestmark = pytest.mark.verifies("UNIT-004")
OCCLUDED, BROKEN = {AlarmKind.DOWNSTREAM_OCCLUSION}, {AlarmKind.PRESSURE_SENSOR}


@pytest.mark.verifies("REQ-037")
@pytest.mark.verifies_implementation("CTRL-005")
@pytest.mark.parametrize("threshold", [20, 60, 120])
def test_pressure_above_the_threshold_is_an_occlusion(threshold: int) -> None:
    """One kilopascal above the threshold for 0.5 s is an occlusion, at every threshold."""
    monitor = OcclusionMonitor(threshold)
    assert monitor.observe(threshold + 1, 499) == set()
    assert monitor.observe(threshold + 1, 1) == OCCLUDED


@pytest.mark.verifies("REQ-037")
def test_pressure_at_the_threshold_is_none() -> None:
    """The threshold itself is still allowed, for however long."""
    assert OcclusionMonitor(60).observe(60, 60_000) == set()


@pytest.mark.verifies("REQ-037")
def test_short_peaks_do_not_add_up() -> None:
    """Peaks shorter than 0.5 s, such as a cough, are no occlusion."""
    monitor = OcclusionMonitor(60)
    for _ in range(5):
        assert monitor.observe(100, 400) == set()
        assert monitor.observe(20, 100) == set()


@pytest.mark.verifies("REQ-038")
@pytest.mark.parametrize("threshold", [19, 121, 60.0, None])
def test_threshold_outside_its_range(threshold: object) -> None:
    """A threshold outside 20 to 120 kPa, or that is no whole number, is refused."""
    with pytest.raises((ValueError, TypeError)):
        OcclusionMonitor(threshold)


@pytest.mark.verifies("REQ-039", "REQ-041")
@pytest.mark.verifies_implementation("CTRL-006")
@pytest.mark.parametrize("pressure", [None, -21, 251])
def test_sensor_failure(pressure: int | None) -> None:
    """A pressure that is missing or not plausible for 0.5 s is a failed sensor."""
    monitor = OcclusionMonitor()
    assert monitor.observe(pressure, 499) == set()
    assert monitor.observe(pressure, 1) == BROKEN


@pytest.mark.verifies("REQ-039")
@pytest.mark.parametrize("pressure", [-20, 0, 60])
def test_plausible_pressure(pressure: int) -> None:
    """The bounds of what is plausible are plausible."""
    assert OcclusionMonitor().observe(pressure, 10_000) == set()


@pytest.mark.verifies("REQ-041")
def test_lost_readings_do_not_reset_a_rising_pressure() -> None:
    """A reading lost in between does not make an occlusion begin again from nothing."""
    monitor = OcclusionMonitor(60)
    assert monitor.observe(100, 400) == set()
    assert monitor.observe(None, 100) == set()
    assert monitor.observe(100, 100) == OCCLUDED
