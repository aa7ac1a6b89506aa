"""``trace``, ``impact`` and ``record`` as they are typed: what they show, what they refuse, in what words."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.actions.device import Device, junit

from .conftest import Command, refused


@pytest.mark.parametrize("show", ["requirements", "risks", "units", "findings"])
def test_filters_that_meet_nothing_say_so(verified: Device, clausework: Command, show: str) -> None:
    """An empty table is not shown as one that was met; nothing is an answer, so the code is 0."""
    ended = clausework(verified, "trace", "--show", show, "--outcome", "failed")
    assert ended.code == 0
    assert ("no row" in ended.out) == (show != "findings")
    assert "0 of 0" not in ended.out


def test_impact_is_shown_in_parts_with_their_counts(verified: Device, clausework: Command) -> None:
    """Each part has a heading and a count, and no line holds an escaped line break."""
    verified.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    verified.write("src/lamp.py", "")
    verified.commit("REQ-001: count whatever comes")
    ended = clausework(verified, "impact", "HEAD~1")
    assert ended.code == 0
    assert "\\x0a" not in ended.out
    for part in ("1 commit,", "Touched: 2", "Reached over links: ", "Risk controls: ", "Tests to repeat: "):
        assert part in ended.out
    assert "Signatures that lapse: 0" in ended.out
    assert "of no unit: src/lamp.py" in ended.out
    found = json.loads(clausework(verified, "impact", "HEAD~1..HEAD", "--json").out)
    assert [one["id"] for one in found["touched"]["items"]] == ["REQ-001", "UNIT-100"]


REFUSED: dict[str, tuple[int, tuple[str, ...], str]] = {
    "impact of no range": (2, ("impact", "..HEAD"), "no range"),
    "impact backwards": (2, ("impact", "HEAD..HEAD~1"), "older than"),
    "impact of no commit": (2, ("impact", "nosuch..HEAD"), "denotes no commit"),
    "impact of another item": (2, ("impact", "HEAD~1", "--software-item", "nosuch"), "nosuch"),
    "impact without a range": (2, ("impact",), "BASE..HEAD"),
    "trace into a folder": (6, ("trace", "--format", "csv", "-o", "src"), "'src' cannot be written"),
    "trace into no folder": (6, ("trace", "--format", "html", "-o", "no/x.html"), "'no/x.html' cannot"),
    "trace into nothing": (6, ("trace", "--format", "xlsx", "-o", ""), "cannot be written"),
    "trace without a format": (2, ("trace", "-o", "x.csv"), "--format"),
    "trace in two ways": (2, ("trace", "--format", "csv", "--json"), "give one of them"),
    "trace in no format": (2, ("trace", "--format", "pdf"), "pdf"),
    "trace of other capitals": (2, ("trace", "req-001"), "has no row"),
    "trace of what filters hide": (2, ("trace", "REQ-001", "--outcome", "failed"), "the filters leave"),
    "trace of no outcome": (2, ("trace", "--outcome", "good"), "good"),
    "trace of no level": (2, ("trace", "--level", "user"), "user"),
    "trace of an item's scans": (2, ("trace", "REQ-001", "--show", "scans"), "scans"),
    "a title of no attachment": (2, ("record", "reports/unit.xml", "--title", "x"), "--attach"),
    "an attachment that is read": (
        2,
        ("record", "reports/unit.xml", "--attach", "other", "--as", "junit"),
        "not read",
    ),
    "an attachment of no kind": (2, ("record", "reports/unit.xml", "--attach", "poem"), "poem"),
    "an attachment of nothing": (2, ("record", "nowhere", "--attach", "other"), "nowhere"),
    "a configuration of nothing": (
        3,
        ("record", "reports/unit.xml", "--configuration", "nowhere"),
        "nowhere",
    ),
    "a configuration that is a folder": (3, ("record", "reports/unit.xml", "--configuration", "src"), "src"),
    "a configuration that is none": (
        3,
        ("record", "reports/unit.xml", "--configuration", "reports/bom.json"),
        "error",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_call_is_told_and_leaves_nothing(verified: Device, clausework: Command, case: str) -> None:
    """What, where, and what to do next, under the exit code of the cause."""
    code, arguments, told = REFUSED[case]
    before = verified.count()
    ended = clausework(verified, *arguments)
    refused(ended, code)
    assert told in ended.err
    assert verified.count() == before


def test_a_path_that_may_not_be_written_is_told(verified: Device) -> None:
    """A file that another process holds read-only, or a full disk: exit 6, and no traceback."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    ended = verified.process("trace", "--format", "csv", "-o", "/dev/full")
    assert ended.returncode == 6
    assert "cannot be written: No space left on device." in ended.stderr


def test_a_reader_that_goes_away_is_no_error_of_ours(verified: Device) -> None:
    """``trace --format csv | head -1`` ends without a traceback."""
    reading, writing = os.pipe()
    started = subprocess.Popen(
        verified.command("trace", "--format", "csv"),
        cwd=verified.folder,
        env=verified.environ,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    os.close(reading)
    told = started.communicate()[1]
    assert "Traceback" not in told
    assert "Exception ignored" not in told


HOSTILE = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.com")'


@pytest.fixture
def hostile(established: Device, clausework: Command) -> Device:
    """The project with titles and test names that other programs would execute."""
    items = (
        f"- {{id: REQ-003, type: software_requirement, title: '{FORMULA}', fields: {{source: x}}}}\n"
        f"- {{id: REQ-004, type: software_requirement, title: '{HOSTILE}', fields: {{source: x}}}}\n"
    )
    established.write("quality/more.yaml", items)
    established.commit("REQ-003: hostile titles")
    assert clausework(established, "build").code == 0
    name = "&lt;img src=x onerror=alert(1)&gt;&#x202e;"
    report = junit("system").replace('name="test_1"', f'name="{name}"').replace("REQ-001", "REQ-003")
    established.write("reports/hostile.xml", report)
    assert clausework(established, "record", "reports/hostile.xml", "--level", "system").code == 0
    return established


def test_attack_titles_that_other_programs_execute(
    hostile: Device, clausework: Command, tmp_path: Path
) -> None:
    """ATTACK: formulas and scripts in titles and test names stay text in every file that is written."""
    for form in ("csv", "xlsx", "html", "json"):
        ended = clausework(hostile, "trace", "--format", form, "-o", tmp_path / f"matrix.{form}")
        assert (ended.code, ended.out) == (0, f"wrote {tmp_path / f'matrix.{form}'}\n")
    rows = list(csv.reader(io.StringIO((tmp_path / "matrix.csv").read_text("utf-8-sig"), newline="")))
    assert FORMULA not in {cell for row in rows for cell in row}
    assert f"'{FORMULA}" in {cell for row in rows for cell in row}
    page = (tmp_path / "matrix.html").read_text("utf-8")
    assert HOSTILE not in page
    assert "<img" not in page
    book = load_workbook(tmp_path / "matrix.xlsx")
    cells = [cell for row in book["requirements"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert FORMULA in {cell.value for cell in cells}
    (matrix,) = json.loads((tmp_path / "matrix.json").read_bytes())
    assert FORMULA in {row["title"] for row in matrix["matrix"]["rows"]}


def test_attack_test_names_that_steer_a_terminal(hostile: Device, clausework: Command) -> None:
    """ATTACK: a right-to-left override in a test's name is shown as what it is."""
    for arguments in (("trace", "REQ-003"), ("trace", "REQ-003", "--json"), ("trace",)):
        ended = clausework(hostile, *arguments)
        assert ended.code == 0
        assert "\u202e" not in ended.out


def test_a_unit_with_a_path_that_is_no_pattern_is_a_finding_of_lint(
    project: Device, clausework: Command
) -> None:
    """ATTACK: a mistyped pattern claims no file in silence; lint says where it is and how patterns are written."""
    unit = (
        "- {id: UNIT-001, type: software_unit, title: x, links: {implements: REQ-001, part_of: ARCH-001},\n"
    )
    project.write("quality/units.yaml", unit + "   fields: {paths: [src/counter.py, '../src/**']}}\n")
    ended = clausework(project, "lint")
    refused(ended, 1)
    assert "quality/units.yaml:1:" in ended.out
    assert "UNIT-001: The path pattern '../src/**' has an empty, '.' or '..' part" in ended.out
    assert "src/controller/**" in ended.out
    for pattern in ("src/[a", "src/**x", "!src", "src\\a", "a//b"):
        project.write("quality/units.yaml", unit + f"   fields: {{paths: ['{pattern}']}}}}\n")
        assert "path-pattern" in clausework(project, "lint").out
    project.write("quality/units.yaml", unit + "   fields: {paths: [src/a b.py, src/counter.py]}}\n")
    assert clausework(project, "lint").code == 0


def test_what_reading_found_is_shown_among_the_findings(established: Device, clausework: Command) -> None:
    """A link into nothing is L19 in 'trace --show findings', not only a count that keeps gates closed."""
    established.write(
        "quality/more.yaml",
        "- {id: REQ-003, type: software_requirement, title: x, text: y,\n"
        "   links: {derives_from: SYS-404}}\n",
    )
    established.commit("REQ-003: a link into nothing")
    assert clausework(established, "build").code == 0
    ended = clausework(established, "trace", "--show", "findings")
    assert "L19: REQ-003 derives_from SYS-404, which is no item that was read" in ended.out
    assert "finding     L19" in clausework(established, "trace", "REQ-003").out


CONFIGURATION = """\
name: bench 3
digests: []
hardware: {pump: "serial 12"}
equipment: {manometer: "calibrated until 2027-01-31"}
"""


def test_a_configuration_is_read_whole_or_not_at_all(verified: Device, clausework: Command) -> None:
    """ATTACK: what stands behind the first MiB would be kept and not read."""
    verified.write("bench.yaml", CONFIGURATION)
    ended = clausework(
        verified, "record", "reports/unit.xml", "--level", "unit", "--configuration", "bench.yaml"
    )
    assert ended.code == 0
    verified.write("large.yaml", CONFIGURATION + "# " + "x" * (1 << 20) + "\nsecret: 1\n")
    ended = clausework(
        verified, "record", "reports/unit.xml", "--level", "unit", "--configuration", "large.yaml"
    )
    refused(ended, 3)
    assert "has more than 1048576 bytes" in ended.err
