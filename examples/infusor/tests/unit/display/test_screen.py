"""The display says what is so."""

import pytest

from display.screen import WIDTH, format_millilitres, screen
from display.status import Status

pytestmark = pytest.mark.verifies("UNIT-008")


def status(**changed: object) -> Status:
    """Return a pump on standby, but for what is ``changed``."""
    return Status(**{"state": "standby", "rate": 0, "infused": 0, "volume": 0, "alarms": [], **changed})


@pytest.mark.verifies("REQ-045", "REQ-046")
@pytest.mark.parametrize(
    ("volume", "shown"), [(0, "0.0"), (100, "0.1"), (12_500, "12.5"), (999_900, "999.9"), (199, "0.1")]
)
def test_millilitres_with_one_decimal(volume: int, shown: str) -> None:
    """Volumes and rates are shown with one decimal; what is shown is less than 0.1 mL below what is so."""
    assert format_millilitres(volume) == shown


@pytest.mark.verifies("REQ-045", "REQ-046", "REQ-047")
def test_screen_of_a_running_infusion() -> None:
    """State, rate with its unit, and volume stand on the display."""
    assert screen(status()) == ["STANDBY  0.0 mL/h", "No prescription", ""]
    running = status(state="infusing", rate=12_500, volume=50_000)
    assert screen(running) == ["INFUSING  12.5 mL/h", "Infused 0.0 of 50.0 mL", ""]


@pytest.mark.verifies("REQ-029")
def test_most_urgent_alarm_and_how_many_more() -> None:
    """The first alarm of the status, which is the most urgent, is shown with its priority and how many others there are."""
    low, high = ["MEDIUM", "Battery low"], ["HIGH", "Flow while stopped"]
    assert screen(status(alarms=[low]))[2] == "MEDIUM Battery low"
    assert screen(status(alarms=[high, low]))[2] == "HIGH Flow while stopped (+1)"


def test_no_line_is_wider_than_the_display() -> None:
    """What does not fit is cut off at the width of the display."""
    wide = status(state="s" * 50, infused=9_999_999, volume=9_999_999, alarms=[["HIGH", "a" * 50]])
    assert [len(line) <= WIDTH for line in screen(wide)] == [True, True, True]
