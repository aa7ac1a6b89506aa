"""In the office: the companion makes the ward's report of logs that pumps exported."""

from pathlib import Path

import pytest

LOG = Path(__file__).parent / "INF-0007.log"


@pytest.mark.verifies("REQ-060", "REQ-062")
def test_report_of_a_pump(program) -> None:
    """What the pump exported stands in the report, under what the report is for."""
    purpose, _head, line = program("companion", "report", str(LOG)).splitlines()
    assert purpose == "For the ward's administration; not for therapy"
    assert line == "INF-0007,2,3.0,1,0"


@pytest.mark.verifies("REQ-061")
def test_a_file_that_is_no_log(program, tmp_path: Path) -> None:
    """A file that no pump exported gives no report."""
    wrong = tmp_path / "wrong.log"
    wrong.write_text("heparin 25000 IE\n")
    assert program("companion", "report", str(LOG), str(wrong), ends=2) == ""


@pytest.mark.verifies("REQ-063")
def test_version(program, version_in_name) -> None:
    """The artefact tells the version that its name has."""
    assert program("companion", "--version").split() == ["infusor-companion", version_in_name("companion")]
