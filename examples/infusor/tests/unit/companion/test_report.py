"""The ward's report adds up what the logs say, and takes nothing else."""

import json
from pathlib import Path

import pytest

from companion import __version__
from companion.__main__ import main
from companion.log import NotALog, read_log, summed

LOG = [
    {"at_ms": 0, "event": "state", "detail": "standby"},
    {"at_ms": 1_000, "event": "state", "detail": "infusing"},
    {"at_ms": 1_000, "event": "motor", "detail": "360000"},
    {"at_ms": 11_000, "event": "alarm", "detail": "high: Air bubble in line"},
    {"at_ms": 11_000, "event": "motor", "detail": "0"},
    {"at_ms": 20_000, "event": "alarm", "detail": "medium: Infusion paused"},
]


def exported(folder: Path, *lines: object) -> str:
    """Write a log and return its path."""
    path = folder / "INF-0007.log"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


@pytest.mark.verifies("REQ-060", "REQ-062")
def test_a_log_is_summed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Starts, millilitres and alarms of a log stand in its line, under what the report is for."""
    assert main(["report", exported(tmp_path, *LOG)]) == 0
    purpose, head, line = capsys.readouterr().out.splitlines()
    assert "not for therapy" in purpose
    assert head == "log,starts,mL,high alarms,other alarms"
    assert line == "INF-0007,1,1.0,1,1"


@pytest.mark.verifies("REQ-060")
def test_what_runs_on_is_not_counted() -> None:
    """What the motor delivers after the last event is in no log, and in no sum."""
    assert summed(read_log(json.dumps(line) for line in LOG[:3])).microlitres == 0


@pytest.mark.verifies("REQ-061")
@pytest.mark.parametrize(
    "line",
    [
        7,
        {},
        {"at_ms": -1, "event": "motor", "detail": "1"},
        {"at_ms": 1, "event": "motor", "detail": "fast"},
        {"at_ms": 1, "event": "motor", "detail": 3},
        {"at_ms": 0, "event": "state", "detail": "standby"},
    ],
)
def test_what_is_no_event_is_refused(line: object) -> None:
    """A line that is no event, or that goes back in time, is refused with its number."""
    with pytest.raises(NotALog, match="line 2"):
        read_log([json.dumps({"at_ms": 1, "event": "state", "detail": "standby"}), json.dumps(line)])


@pytest.mark.verifies("REQ-061")
def test_a_file_that_is_no_log_gives_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no log, or is not there, ends the program with 2 and without a report."""
    for path in (exported(tmp_path, "nonsense"), str(tmp_path / "none.log")):
        assert main(["report", path]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert path in said.err


@pytest.mark.verifies("REQ-063")
def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The program tells its name and version."""
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"infusor-companion {__version__}\n"
