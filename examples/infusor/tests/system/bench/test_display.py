"""The display shows what the controller says, and nothing that may be wrong."""

import pytest

SHOW = {"do": "show"}
RUN = {"do": "run", "for_ms": 10_000}


@pytest.mark.verifies("REQ-049")
def test_status_says_what_the_pump_does(pump, display) -> None:
    """The status message that the controller gives is one that the display takes, before and in an infusion."""
    standing, running = (one["status"] for one in pump({"do": "stop"}, SHOW, {"do": "start"}, RUN, SHOW).shown())
    assert display(standing, running)[:2] == [
        ["PAUSED  0.0 mL/h", "Infused 0.0 of 100.0 mL", ""],
        ["INFUSING  36.0 mL/h", "Infused 0.1 of 100.0 mL", ""],
    ]


@pytest.mark.verifies("REQ-050")
@pytest.mark.verifies_effectiveness("CTRL-014")
@pytest.mark.verifies_under_fault("CTRL-014")
@pytest.mark.parametrize("garble", [lambda line: line.replace("36000", "3600"), lambda line: line[:-12], str.upper])
def test_a_garbled_status_shows_no_number(pump, display, garble) -> None:
    """A status that was changed on the wire shows no number, and the next whole one is shown again."""
    (shown,) = pump(RUN, SHOW).shown()
    wrong, right = display(garble(shown["status"]), shown["status"])[:2]
    assert wrong == ["NO VALID STATUS", "Look at the patient and the pump", ""]
    assert right[0] == "INFUSING  36.0 mL/h"


@pytest.mark.verifies("REQ-051")
def test_no_number_stays_when_the_controller_is_silent(pump, display) -> None:
    """When the controller says nothing more, the last rate does not stay on the display."""
    (shown,) = pump(RUN, SHOW).shown()
    assert display(shown["status"])[-1][0] == "NO STATUS"
