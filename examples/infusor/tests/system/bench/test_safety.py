"""Faults are put in from outside; the pump must notice, stop in time, tell, and stay stopped."""

import pytest

SHOW = {"do": "show"}
RATE = "360.0"


@pytest.mark.verifies("REQ-037")
@pytest.mark.verifies_effectiveness("CTRL-005")
@pytest.mark.verifies_under_fault("CTRL-005")
@pytest.mark.parametrize("threshold", [20, 60, 120])
def test_occlusion_stops_the_pump_within_two_seconds(pump, threshold: int) -> None:
    """With a blocked line the motor stops and the alarm sounds within 2 s, at every threshold."""
    calm, blocked = (
        {"do": "run", "for_ms": 10_000},
        {"do": "run", "for_ms": 3_000, "pressure_kpa": threshold + 1},
    )
    protocol = pump(calm, blocked, SHOW, threshold_kpa=threshold)
    assert protocol.at("alarm", "high: Downstream occlusion") - 10_000 <= 2_000
    assert protocol.at("motor", "0") - 10_000 <= 2_000
    assert protocol.shown()[0]["audible"]


@pytest.mark.verifies("REQ-037")
def test_pressure_at_the_threshold_does_not_stop_the_pump(pump) -> None:
    """A pressure at the threshold is no occlusion: needless stops are a hazard too."""
    assert pump({"do": "run", "for_ms": 60_000, "pressure_kpa": 60}).events("alarm") == []


@pytest.mark.verifies("REQ-038")
@pytest.mark.parametrize(("threshold", "taken"), [(19, False), (20, True), (120, True), (121, False)])
def test_occlusion_threshold_range(pump, threshold: int, taken: bool) -> None:
    """Thresholds from 20 to 120 kPa are taken."""
    assert (pump(threshold_kpa=threshold).refused("prescribe") == []) is taken


@pytest.mark.verifies("REQ-039")
@pytest.mark.verifies_effectiveness("CTRL-006")
@pytest.mark.verifies_under_fault("CTRL-006")
@pytest.mark.parametrize("pressure", [-21, 251, 32_767])
def test_implausible_pressure_stops_the_pump(pump, pressure: int) -> None:
    """A sensor that says what cannot be is not believed: the motor stops within 2 s."""
    protocol = pump({"do": "run", "for_ms": 3_000, "pressure_kpa": pressure})
    assert protocol.at("alarm", "high: Pressure sensor failure") <= 2_000
    assert protocol.at("motor", "0") <= 2_000


@pytest.mark.verifies("REQ-041")
@pytest.mark.verifies_effectiveness("CTRL-006")
@pytest.mark.verifies_under_fault("CTRL-006")
def test_lost_pressure_sensor_stops_the_pump(pump) -> None:
    """A sensor that says nothing stops the motor within 2 s."""
    protocol = pump({"do": "run", "for_ms": 3_000, "pressure_kpa": None})
    assert protocol.at("alarm", "high: Pressure sensor failure") <= 2_000
    assert protocol.at("motor", "0") <= 2_000


@pytest.mark.verifies("REQ-018")
@pytest.mark.verifies_effectiveness("CTRL-003")
@pytest.mark.verifies_under_fault("CTRL-003")
@pytest.mark.parametrize("measured", [0, 320_000, 400_000, 999_999])
def test_motor_that_slips_or_races_is_stopped(pump, measured: int) -> None:
    """Flow outside 10 % of the rate stops the motor within 6 s."""
    protocol = pump({"do": "run", "for_ms": 8_000, "measured": measured}, rate=RATE)
    assert protocol.at("alarm", "high: Flow differs from setting") <= 6_000
    assert protocol.at("motor", "0") <= 6_000


@pytest.mark.verifies("REQ-019")
@pytest.mark.verifies_effectiveness("CTRL-004")
@pytest.mark.verifies_under_fault("CTRL-004")
def test_free_flow_is_told(pump) -> None:
    """Flow while the motor stands is told within 2 s, though nothing was running to be stopped."""
    protocol = pump({"do": "stop"}, {"do": "run", "for_ms": 3_000, "measured": 60_000}, SHOW)
    assert protocol.at("alarm", "high: Flow while stopped") <= 2_000
    assert protocol.shown()[0]["audible"]


@pytest.mark.verifies("REQ-021")
@pytest.mark.verifies_effectiveness("CTRL-007")
@pytest.mark.verifies_under_fault("CTRL-007")
def test_bubble_stops_before_the_patient(pump) -> None:
    """The motor stands before 60 microlitres of one bubble have passed the detector."""
    protocol = pump(
        {"do": "run", "for_ms": 1_000}, {"do": "run", "for_ms": 5_000, "air": True}, SHOW, rate=RATE
    )
    assert protocol.events("alarm") == ["high: Air bubble in line"]
    assert protocol.shown()[0]["infused"] - 100 < 60


@pytest.mark.verifies("REQ-022")
@pytest.mark.verifies_effectiveness("CTRL-008")
@pytest.mark.verifies_under_fault("CTRL-008")
def test_champagne_air_stops_the_pump(pump) -> None:
    """Many bubbles, each too small for an alarm, stop the motor before 120 microlitres have passed."""
    foam = [{"do": "run", "for_ms": 300, "air": True}, {"do": "run", "for_ms": 700}] * 10
    protocol = pump(*foam, rate=RATE)
    assert protocol.events("alarm") == ["high: Air accumulated in line"]
    assert protocol.at("motor", "0") <= 4_000


@pytest.mark.verifies("REQ-023")
def test_air_at_the_detector_prevents_the_start(pump) -> None:
    """After an air alarm the infusion does not start while air is seen, and does once the line is primed."""
    air, clear = {"do": "run", "for_ms": 1_000, "air": True}, {"do": "run", "for_ms": 100}
    acknowledge, start = {"do": "acknowledge"}, {"do": "start"}
    assert pump(air, start, rate=RATE).refused("start") == ["Air bubble in line"]
    assert pump(air, acknowledge, air, start, rate=RATE).refused("start") == ["air at the detector"]
    assert pump(air, acknowledge, clear, start, rate=RATE).refused("start") == []


@pytest.mark.verifies("REQ-024", "REQ-025", "REQ-026")
@pytest.mark.verifies_effectiveness("CTRL-009")
@pytest.mark.verifies_under_fault("CTRL-009")
def test_discharge_is_told_before_the_pump_stops(pump) -> None:
    """A discharging battery is told twice before the pump stops, and the stop itself is told."""
    discharge = [
        {"do": "run", "for_ms": 60_000, "mains": False, "battery_percent": p} for p in range(25, -1, -1)
    ]
    protocol = pump(*discharge)
    assert protocol.events("alarm") == [
        "medium: Battery low",
        "high: Battery critical",
        "high: Battery empty",
    ]
    assert (
        protocol.at("alarm", "high: Battery critical") - protocol.at("alarm", "medium: Battery low")
        >= 600_000
    )
    assert protocol.at("motor", "0") == protocol.at("alarm", "high: Battery empty")


@pytest.mark.verifies("REQ-027")
def test_mains_clears_the_battery_warning(pump) -> None:
    """Back on mains the warning of a low battery is gone."""
    warned = {"do": "run", "for_ms": 1_000, "mains": False, "battery_percent": 10}
    before, after = pump(warned, SHOW, {"do": "run", "for_ms": 100}, SHOW).shown()
    assert (before["alarms"], after["alarms"]) == (["Battery low"], [])


@pytest.mark.verifies("REQ-028", "REQ-040")
@pytest.mark.verifies_effectiveness("CTRL-012")
@pytest.mark.verifies_under_fault("CTRL-012")
def test_pump_stays_stopped_until_cause_gone_and_acknowledged(pump) -> None:
    """Neither pressing start, nor the line freeing itself, nor acknowledging alone starts the pump again."""
    blocked, free = {"do": "run", "for_ms": 1_000, "pressure_kpa": 200}, {"do": "run", "for_ms": 1_000}
    start, acknowledge = {"do": "start"}, {"do": "acknowledge"}
    occlusion = ["Downstream occlusion"]
    assert pump(blocked, start).refused("start") == occlusion
    assert pump(blocked, free, start).refused("start") == occlusion
    assert pump(blocked, acknowledge, start).refused("start") == occlusion
    assert pump(blocked, acknowledge, free, start).refused("start") == []


@pytest.mark.verifies("REQ-029")
def test_most_urgent_alarm_is_shown(pump, display) -> None:
    """Of two alarms the more urgent is shown."""
    both = {"do": "run", "for_ms": 1_000, "mains": False, "battery_percent": 10, "pressure_kpa": 200}
    status = pump(both, SHOW).shown()[0]["status"]
    assert display(status)[0][2] == "HIGH Downstream occlusion (+1)"


@pytest.mark.verifies("REQ-030", "REQ-032")
def test_audio_pause_is_over_after_two_minutes(pump) -> None:
    """The sound is on with an alarm, off when paused, and on again after 120 s."""
    low = {"mains": False, "battery_percent": 10, "do": "run"}
    steps = [{**low, "for_ms": 100}, SHOW, {"do": "pause_audio"}, {**low, "for_ms": 119_900}, SHOW]
    protocol = pump(SHOW, *steps, {**low, "for_ms": 100}, SHOW)
    assert [shown["audible"] for shown in protocol.shown()] == [False, True, False, True]


@pytest.mark.verifies("REQ-031")
@pytest.mark.verifies_effectiveness("CTRL-013")
@pytest.mark.verifies_under_fault("CTRL-013")
def test_new_high_priority_alarm_is_heard_in_the_audio_pause(pump) -> None:
    """An occlusion is heard though the sound was paused for a lesser alarm."""
    low = {"mains": False, "battery_percent": 10, "do": "run", "for_ms": 1_000}
    protocol = pump(low, {"do": "pause_audio"}, SHOW, {**low, "pressure_kpa": 200}, SHOW)
    assert [shown["audible"] for shown in protocol.shown()] == [False, True]


@pytest.mark.verifies("REQ-043")
@pytest.mark.verifies_effectiveness("CTRL-010")
@pytest.mark.verifies_under_fault("CTRL-010")
def test_stalled_control_loop_stops_the_pump(pump) -> None:
    """A control loop that stalled stops the motor at its next step, and does not go on by itself."""
    stall, on = {"do": "run", "for_ms": 800, "step_ms": 800}, {"do": "run", "for_ms": 10_000}
    protocol = pump(stall, on, {"do": "start"})
    assert protocol.at("motor", "0") == 800
    assert protocol.refused("start") == ["Controller late"]
