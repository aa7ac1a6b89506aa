"""The pump delivers what was prescribed, within the drug's limits, and shows it."""

import pytest

SHOW = {"do": "show"}
DRUG = {"name": "morphine", "hard_rate": 400_000, "hard_volume": 100_000, "keep_open_rate": 1_000}


@pytest.mark.verifies("REQ-010")
@pytest.mark.parametrize(("rate", "taken"), [("0.0", False), ("0.1", True), ("400.0", True)])
def test_rate_range(pump, rate: str, taken: bool) -> None:
    """Rates are taken from 0.1 mL/h in steps of 0.1 mL/h."""
    assert (pump(rate=rate).refused("prescribe") == []) is taken


@pytest.mark.verifies("REQ-011")
@pytest.mark.verifies_effectiveness("CTRL-001")
@pytest.mark.verifies_under_fault("CTRL-001")
@pytest.mark.parametrize("rate", ["400.1", "999.9"])
def test_decimal_slip_in_the_rate_delivers_nothing(pump, rate: str) -> None:
    """A rate beyond the drug's hard limit is refused, and whatever keys follow, nothing is delivered."""
    protocol = pump({"do": "start"}, {"do": "run", "for_ms": 60_000}, SHOW, rate=rate)
    assert protocol.refused("prescribe") == ["rate above the hard limit of morphine"]
    assert protocol.shown()[0]["infused"] == 0


@pytest.mark.verifies("REQ-012")
@pytest.mark.verifies_effectiveness("CTRL-002")
@pytest.mark.verifies_under_fault("CTRL-002")
def test_volume_beyond_the_limit_delivers_nothing(pump) -> None:
    """A volume beyond the drug's hard limit is refused, and nothing is delivered."""
    protocol = pump({"do": "run", "for_ms": 60_000}, SHOW, volume="100.1")
    assert protocol.refused("prescribe") == ["volume above the hard limit of morphine"]
    assert protocol.shown()[0]["infused"] == 0


@pytest.mark.verifies("REQ-013", "REQ-045", "REQ-047")
def test_motor_runs_at_the_prescribed_rate(pump, display) -> None:
    """The motor runs at the rate that was prescribed, which the display shows in mL/h."""
    (shown,) = pump({"do": "run", "for_ms": 1_000}, SHOW).shown()
    assert shown["motor_rate"] == 36_000
    assert display(shown["status"])[0][0] == "INFUSING  36.0 mL/h"


@pytest.mark.verifies("REQ-014", "REQ-015", "REQ-017")
@pytest.mark.parametrize(
    ("rate", "volume", "after_ms", "keep_open"),
    [("36.0", "1.0", 100_000, 1_000), ("0.9", "0.1", 400_000, 900)],
)
def test_completion(pump, rate: str, volume: str, after_ms: int, keep_open: int) -> None:
    """When the volume is infused the pump tells so, and keeps the vein open no faster than prescribed."""
    protocol = pump({"do": "run", "for_ms": after_ms + 1_000}, SHOW, rate=rate, volume=volume)
    assert protocol.at("state", "keeping vein open") == after_ms
    assert protocol.at("alarm", "low: Infusion complete") == after_ms
    assert protocol.shown()[0]["motor_rate"] == keep_open


@pytest.mark.verifies("REQ-016")
def test_an_hour_is_exact(pump) -> None:
    """After an hour in steps of 0.1 s the volume is exact to the microlitre."""
    (shown,) = pump({"do": "run", "for_ms": 3_600_000}, SHOW, rate="0.7").shown()
    assert shown["infused"] == 700


@pytest.mark.verifies("REQ-020")
def test_rate_change(pump) -> None:
    """The rate can be changed within the limits; beyond them the infusion goes on as it was."""
    protocol = pump({"do": "change_rate", "rate": "50.0"}, {"do": "change_rate", "rate": "400.1"}, SHOW)
    assert protocol.refused("change_rate") == ["rate above the hard limit of morphine"]
    assert protocol.shown()[0]["motor_rate"] == 50_000


@pytest.mark.verifies("REQ-033")
def test_nothing_starts_before_the_self_test(bench) -> None:
    """No infusion starts before the self-test has passed."""
    assert bench({"do": "start"}).refused("start") == ["not while power on"]


@pytest.mark.verifies("REQ-034")
@pytest.mark.parametrize("passed", [[], ["memory", "motor", "air_sensor"]])
def test_failed_self_test(bench, passed: list[str]) -> None:
    """After a failed self-test the pump is out of order and says so."""
    protocol = bench(
        {"do": "self_test", "passed": passed}, {"do": "run", "for_ms": 100}, {"do": "start"}, SHOW
    )
    assert protocol.refused("start") == ["not while fault"]
    assert protocol.shown()[0]["alarms"] == ["Self-test failed"]


@pytest.mark.verifies("REQ-035")
def test_stop_key(pump) -> None:
    """The stop key stops the motor within 0.2 s."""
    protocol = pump({"do": "run", "for_ms": 1_000}, {"do": "stop"}, {"do": "run", "for_ms": 1_000}, SHOW)
    assert protocol.at("motor", "0") <= 1_200
    assert protocol.shown()[0]["infused"] == 10


@pytest.mark.verifies("REQ-036")
def test_long_pause_reminds(pump) -> None:
    """Two minutes after a pause the pump reminds."""
    protocol = pump({"do": "stop"}, {"do": "run", "for_ms": 125_000})
    assert protocol.at("alarm", "medium: Infusion paused") == 120_000


@pytest.mark.verifies("REQ-044")
@pytest.mark.verifies_effectiveness("CTRL-011")
@pytest.mark.verifies_under_fault("CTRL-011")
def test_unconfirmed_entry_delivers_nothing(bench) -> None:
    """An entry that nobody looked at twice, and one changed after the second look, deliver nothing."""
    prescribe = {"do": "prescribe", "drug": DRUG, "rate": "36.0", "volume": "10.0"}
    start, run = {"do": "start"}, {"do": "run", "for_ms": 60_000}
    for keys in ([prescribe], [prescribe, {"do": "confirm"}, {**prescribe, "rate": "360.0"}]):
        protocol = bench({"do": "self_test"}, *keys, start, run, SHOW)
        assert protocol.refused("start") == ["prescription not confirmed"]
        assert protocol.shown()[0]["infused"] == 0


@pytest.mark.verifies("REQ-046")
def test_infused_volume_on_the_display(pump, display) -> None:
    """The display shows the infused volume to within 0.1 mL of what was delivered."""
    for seconds in (7, 10, 19, 26):
        (shown,) = pump({"do": "run", "for_ms": seconds * 1_000}, SHOW).shown()
        displayed = float(display(shown["status"])[0][1].split()[1])
        assert abs(displayed - seconds * 0.01) < 0.1


@pytest.mark.verifies("REQ-042")
def test_log(pump) -> None:
    """Every change of state, of the motor and every alarm is told with its time."""
    protocol = pump({"do": "run", "for_ms": 600, "pressure_kpa": 100})
    assert protocol.events("state") == ["standby", "infusing", "stopped by alarm"]
    assert protocol.events("motor") == ["36000", "0"]
    assert protocol.events("alarm") == ["high: Downstream occlusion"]
    assert protocol.at("motor", "0") == 500


@pytest.mark.verifies("REQ-048", "REQ-052")
@pytest.mark.parametrize("component", ["controller", "display"])
def test_version(program, version_in_name, component: str) -> None:
    """The artefact tells the version that its name has."""
    assert program(component, "--version").split() == [f"infusor-{component}", version_in_name(component)]
