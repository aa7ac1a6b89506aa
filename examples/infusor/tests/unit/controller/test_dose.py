"""Dose limits hold at their boundaries."""

import pytest

from infusor.alarm import AlarmKind
from infusor.dose import DrugLimits, FlowMonitor, Prescription

pytestmark = pytest.mark.verifies("UNIT-003")
MORPHINE = DrugLimits("morphine", hard_rate=20_000, hard_volume=100_000, keep_open_rate=1_000)
WATER = DrugLimits("saline", hard_rate=999_900, hard_volume=9_999_000, keep_open_rate=5_000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"hard_rate": 0},
        {"hard_rate": 1_000_000},
        {"hard_rate": 20.5},
        {"hard_volume": 10_000_000},
        {"keep_open_rate": 10_001},
    ],
)
def test_drug_library_entry_is_checked(wrong: dict[str, object]) -> None:
    """A drug whose limits are outside what the pump can do does not come to be."""
    given = {"name": "x", "hard_rate": 100, "hard_volume": 100, "keep_open_rate": 100}
    with pytest.raises((ValueError, TypeError)):
        DrugLimits(**{**given, **wrong})


@pytest.mark.verifies("REQ-011")
@pytest.mark.verifies_implementation("CTRL-001")
@pytest.mark.parametrize(
    ("rate", "allowed"), [(19_900, True), (20_000, True), (20_100, False), (999_900, False)]
)
def test_hard_rate_limit(rate: int, allowed: bool) -> None:
    """The hard rate limit itself may be prescribed, a tenth more may not."""
    assert (Prescription(MORPHINE, rate, 1_000).violations() == []) is allowed


@pytest.mark.verifies("REQ-012")
@pytest.mark.verifies_implementation("CTRL-002")
@pytest.mark.parametrize(("volume", "allowed"), [(0, False), (100, True), (100_000, True), (100_100, False)])
def test_hard_volume_limit(volume: int, allowed: bool) -> None:
    """The hard volume limit itself may be prescribed, a tenth more may not, and nothing at all may not."""
    assert (Prescription(MORPHINE, 1_000, volume).violations() == []) is allowed


@pytest.mark.verifies("REQ-010")
@pytest.mark.parametrize(
    ("rate", "allowed"), [(0, False), (99, False), (100, True), (999_900, True), (999_901, False)]
)
def test_rate_range(rate: int, allowed: bool) -> None:
    """Rates from 0.1 to 999.9 mL/h are taken and no others."""
    assert (Prescription(WATER, rate, 1_000).violations() == []) is allowed


@pytest.mark.verifies("REQ-017")
@pytest.mark.parametrize(("rate", "expected"), [(500, 500), (1_000, 1_000), (20_000, 1_000)])
def test_keep_open_rate_is_never_faster(rate: int, expected: int) -> None:
    """Keeping the vein open is never faster than what was prescribed."""
    assert Prescription(MORPHINE, rate, 1_000).keep_open_rate == expected


@pytest.mark.verifies("REQ-018")
@pytest.mark.verifies_implementation("CTRL-003")
@pytest.mark.parametrize(
    ("commanded", "measured", "deviates"),
    [
        (100_000, 110_000, False),
        (100_000, 110_001, True),
        (100_000, 89_999, True),
        (100_000, 0, True),
        (1_000, 1_200, False),
        (1_000, 1_201, True),
        (0, 500, False),
    ],
)
def test_flow_deviation(commanded: int, measured: int, deviates: bool) -> None:
    """Flow outside 10 % (0.2 mL/h at low rates) is an alarm once it has lasted for 5 s, not before."""
    monitor = FlowMonitor()
    assert monitor.observe(commanded, measured, 4_999) == set()
    assert monitor.observe(commanded, measured, 1) == ({AlarmKind.FLOW_DEVIATION} if deviates else set())


@pytest.mark.verifies("REQ-018")
def test_short_deviation_is_forgotten() -> None:
    """Deviations that end before 5 s do not add up."""
    monitor = FlowMonitor()
    for _ in range(4):
        assert monitor.observe(100_000, 0, 4_000) == set()
        assert monitor.observe(100_000, 100_000, 100) == set()


@pytest.mark.verifies("REQ-019")
@pytest.mark.verifies_implementation("CTRL-004")
@pytest.mark.parametrize(("measured", "free"), [(1_000, False), (1_001, True)])
def test_free_flow(measured: int, free: bool) -> None:
    """Flow above 1 mL/h while the motor stands is an alarm once it has lasted for 1 s."""
    monitor = FlowMonitor()
    assert monitor.observe(0, measured, 999) == set()
    assert monitor.observe(0, measured, 1) == ({AlarmKind.FREE_FLOW} if free else set())
