"""A status message is taken whole or not at all."""

import io
import json
import zlib

import pytest

from display.__main__ import main
from display.screen import NO_STATUS, NOT_VALID
from display.status import NotValid, read_status

pytestmark = pytest.mark.verifies("UNIT-010")
STATUS = {"state": "infusing", "rate": 36_000, "infused": 100, "volume": 50_000, "alarms": [["HIGH", "Air"]]}


def message(status: object) -> str:
    """Return ``status`` as a line with its check value."""
    text = json.dumps(status)
    return f"{text} {zlib.crc32(text.encode()):08x}\n"


def test_a_whole_message_is_taken() -> None:
    """A message with its check value gives all that it says."""
    status = read_status(message(STATUS))
    assert (status.state, status.rate, status.alarms) == ("infusing", 36_000, (("HIGH", "Air"),))


@pytest.mark.verifies("REQ-050")
@pytest.mark.verifies_implementation("CTRL-014")
@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_message_with_one_character_changed_is_refused(at: int) -> None:
    """One character that changed on the way, wherever it stands, keeps the message from being shown."""
    line = message(STATUS)
    changed = line[:at] + chr(ord(line[at]) ^ 1) + line[at + 1 :]
    with pytest.raises(NotValid, match="check value"):
        read_status(changed)


@pytest.mark.verifies("REQ-050")
@pytest.mark.verifies_implementation("CTRL-014")
@pytest.mark.parametrize(
    "status",
    [
        7,
        [],
        {},
        {**STATUS, "rate": -1},
        {**STATUS, "rate": "fast"},
        {**STATUS, "volume": 10_000_000},
        {**STATUS, "alarms": 3},
        {**STATUS, "alarms": [["HIGH"]]},
        {**STATUS, "more": 1},
    ],
)
def test_a_message_of_something_else_is_refused(status: object) -> None:
    """A message that says less, more or something else than a status is refused, whatever its check value."""
    with pytest.raises(NotValid):
        read_status(message(status))


@pytest.mark.verifies("REQ-050", "REQ-051")
@pytest.mark.verifies_implementation("CTRL-014")
def test_the_program_shows_no_number_that_may_be_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of a message that is not valid, and after the last one, the display tells to look at the patient."""
    monkeypatch.setattr("sys.stdin", io.StringIO(message(STATUS) + "garbled\n"))
    assert main(["show"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["INFUSING  36.0 mL/h", "Infused 0.1 of 50.0 mL", "HIGH Air", *NOT_VALID, *NO_STATUS]


@pytest.mark.verifies("REQ-052")
def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The program tells its name and version."""
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == "infusor-display 1.9.0\n"
