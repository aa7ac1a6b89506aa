"""Exports of recorded items, and what became of findings from one build to the next."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.evidence_target import evidence_target
from clausework.actions.export import ITEM_FORMATS, ItemFormat, export_items
from clausework.actions.finding_changes import changes_of_build
from clausework.actions.record import record_files
from clausework.actions.trace_file import NotWritten
from clausework.gates.challenge import sarif
from clausework.items.readers.csv import SOURCE as CSV
from clausework.items.source import SourceFile
from clausework.plan.model import ItemMapping
from tests.actions.device import Device


@pytest.mark.parametrize("form", ITEM_FORMATS)
def test_the_items_of_a_build_are_exported_whole(verified: Device, tmp_path: Path, form: ItemFormat) -> None:
    """Every item is in the file, and the same items give the same bytes again."""
    with verified.open(reading=True) as workplace:
        _, count = export_items(workplace, form, tmp_path / "one")
        export_items(workplace, form, tmp_path / "two")
    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two").read_bytes()
    assert count == 10
    assert all(item in data for item in (b"REQ-001", b"REQ-002", b"SOUP-001", b"RC-001"))


def test_an_exported_table_is_a_source_of_the_same_items(verified: Device, tmp_path: Path) -> None:
    """What was written is read again with the same IDs and links."""
    with verified.open(reading=True) as workplace:
        export_items(workplace, "csv", tmp_path / "items.csv")
    read = CSV.read([SourceFile("items.csv", (tmp_path / "items.csv").read_bytes())], ItemMapping())
    found = {item.id: {(link.name, link.target) for link in item.links} for item in read.items}
    assert found["RC-001"] == {("controls", "RISK-001"), ("realised_by", "REQ-002")}


def test_an_export_that_cannot_be_written_says_so(verified: Device, tmp_path: Path) -> None:
    """A folder is no file to write to."""
    with verified.open(reading=True) as workplace, pytest.raises(NotWritten):
        export_items(workplace, "csv", tmp_path)


def test_an_export_to_standard_output_is_the_file_alone(
    verified: Device, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Nothing else is printed, so that it can be piped."""
    with verified.open(reading=True) as workplace:
        assert export_items(workplace, "csv", None) == ("", 10)
    assert capfdbinary.readouterr().out.removeprefix(b"\xef\xbb\xbf").startswith(b"id,type,title")


def record_scan(device: Device, *results: tuple[str, str, str]) -> None:
    """Build what is there and record a scan of it."""
    device.build()
    report = device.write("reports/scan.sarif", sarif("Bandit", *results))
    with device.open() as workplace:
        open_build(workplace)
        record_files(workplace, [report], evidence_target(workplace))


def test_new_fixed_and_persisting_findings_are_told(established: Device) -> None:
    """Against the last earlier build that was scanned; a build of the same source tree is no earlier one."""
    record_scan(established, ("B101", "warning", ""), ("B602", "error", ""))
    with established.open(reading=True) as workplace:
        first = changes_of_build(workplace)
    assert first.before == ""
    assert len(first.changes.appeared_untold) == 2
    established.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    established.commit()
    record_scan(established, ("B602", "error", ""), ("B307", "error", ""))
    with established.open(reading=True) as workplace:
        found = changes_of_build(workplace).changes
    assert [one.rule for one in found.new] == ["B307"]
    assert [one.rule for one in found.fixed] == ["B101"]
    assert [one.rule for one in found.persisting] == ["B602"]


def test_the_page_of_scans_is_shown_by_the_command(established: Device) -> None:
    """The command tells what is new; with options that do not go with it, it is refused."""
    record_scan(established, ("B602", "error", ""))
    shown = established.process("trace", "--show", "scans")
    assert shown.returncode == 0
    assert "not seen before (1)" in shown.stdout
    assert established.process("trace", "REQ-001", "--show", "scans").returncode == 2
    assert io.StringIO(established.process("trace", "--show", "scans", "--json").stdout).read(1) == "{"
