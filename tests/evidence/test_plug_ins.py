"""A format or a source of items that an installed package adds works, and is named in the record."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.actions.device import Device

MODULE = """\
from clausework.evidence.detail import Component, FindingDetail
from clausework.evidence.format import CoverageRead, FindingsRead, Format
from clausework.ledger.records.values import Ratio
from clausework.items.source import ForeignItem, ItemSource, SourceRead
from clausework.core.places import Place


def sniff(head, name):
    return head.startswith(b"ACME")


def parse(source, detail):
    text = b"".join(source.chunks())
    if b"boom" in text:
        raise KeyError("a stranger's defect")
    if b"other" in text:
        return CoverageRead(Ratio(1, 1))
    if b"word" in text:
        detail.add(FindingDetail("1", "rule", "dreadful", "dreadful", "found"))
    if b"kind" in text:
        detail.add(Component("ring"))
    zero = dict.fromkeys(("critical", "high", "medium", "low", "none"), 0)
    return FindingsRead("static", ("acme",), True, zero)


FORMAT = Format("acme", 3, "findings", "text/plain", (".acme",), sniff, parse, "Acme", ("5.1.12",))


def read(files, mapping):
    return SourceRead(tuple(ForeignItem("A-7", "need", "Seen", "", (), {}, Place(file.path, 1)) for file in files))


SOURCE = ItemSource("acme_needs", 2, "Acme", lambda path: path.endswith(".acme"), read, {"need": "user_need"})
"""


def install(folder: Path, entry_points: str) -> None:
    """Install a package as pip would: a module, and metadata with entry points beside it."""
    folder.mkdir()
    (folder / "acme_clausework.py").write_text(MODULE)
    metadata = folder / "acme_clausework-1.4.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-clausework\nVersion: 1.4\n")
    (metadata / "entry_points.txt").write_text(entry_points)


FORMATS = "[clausework.evidence_formats]\nacme = acme_clausework:FORMAT\n"
SOURCES = "[clausework.item_sources]\nacme_needs = acme_clausework:SOURCE\n"


def path_with(device: Device, folder: Path) -> str:
    """Return the import path of the device's processes with ``folder`` before it."""
    return os.pathsep.join([str(folder), device.environ["PYTHONPATH"]])


@pytest.fixture
def opened(established: Device) -> Device:
    """Return a device whose build is open."""
    established.build()
    assert established.process("build").returncode == 0
    return established


def test_a_package_adds_a_format_and_is_named_in_the_record(opened: Device, tmp_path: Path) -> None:
    """A report that only the plug-in knows is read by it, and the record names package, version and reader."""
    install(tmp_path / "site", FORMATS)
    opened.write("reports/scan.acme", "ACME found nothing\n")
    done = opened.process(
        "record", "reports/scan.acme", "--json", PYTHONPATH=path_with(opened, tmp_path / "site")
    )
    assert done.returncode == 0, done.stderr
    index = json.loads(done.stdout)["files"][0]["index"]
    body = opened.records()[index].body
    assert body.reading.reader == "acme-clausework 1.4 acme 3"
    assert opened.process("record", "reports/scan.acme").returncode == 3, (
        "without the package it is of no known format"
    )


def test_a_plug_in_that_fails_rejects_the_file_and_never_crashes(opened: Device, tmp_path: Path) -> None:
    """A stranger's defect ends in quarantine with its cause, not in a traceback and not in a pass."""
    install(tmp_path / "site", FORMATS)
    opened.write("reports/scan.acme", "ACME boom\n")
    done = opened.process("record", "reports/scan.acme", PYTHONPATH=path_with(opened, tmp_path / "site"))
    assert done.returncode == 3
    assert "the reader of acme-clausework 1.4 failed: KeyError" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("other", "the reader of acme returned a CoverageRead"),
        ("word", "a line of the reader is no FindingDetail"),
        ("kind", "a line of the reader is no FindingDetail"),
    ],
)
def test_what_a_plug_in_may_not_say_is_never_recorded(
    opened: Device, tmp_path: Path, content: str, told: str
) -> None:
    """Attack: a stranger's reader gives what cannot be read again; one such record would stop every gate for good."""
    install(tmp_path / "site", FORMATS)
    opened.write("reports/scan.acme", f"ACME {content}\n")
    done = opened.process("record", "reports/scan.acme", PYTHONPATH=path_with(opened, tmp_path / "site"))
    assert done.returncode == 3
    assert told in done.stderr
    assert opened.process("gate", "build", "--preview").returncode == 1, (
        "refused, and for want of evidence alone"
    )


@pytest.mark.parametrize(
    ("entry_points", "told"),
    [
        (
            "[clausework.evidence_formats]\nx = acme_clausework:read\n",
            "is no clausework.evidence.format.Format",
        ),
        ("[clausework.evidence_formats]\nx = acme_clausework:NOTHING\n", "cannot be loaded"),
        ("[clausework.evidence_formats]\nx = absent:FORMAT\n", "cannot be loaded"),
        (FORMATS + "second = acme_clausework:FORMAT\n", "which there is already"),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_named(
    opened: Device, tmp_path: Path, entry_points: str, told: str
) -> None:
    """What is no format, or has the name of another, stops the command with the package's name."""
    install(tmp_path / "site", entry_points)
    opened.write("reports/scan.acme", "ACME\n")
    done = opened.process("record", "reports/scan.acme", PYTHONPATH=path_with(opened, tmp_path / "site"))
    assert done.returncode == 6
    assert told in done.stderr
    assert "acme-clausework 1.4" in done.stderr


def test_a_package_adds_a_source_of_items(project: Device, tmp_path: Path) -> None:
    """Items that only the plug-in reads are items, with the places that it gives."""
    install(tmp_path / "site", SOURCES)
    plan = (project.folder / "clausework.yaml").read_text()
    project.write(
        "clausework.yaml", plan.replace("items: [quality/]", "items: [quality/, {acme_needs: needs.acme}]")
    )
    project.write("needs.acme", "x")
    done = project.process("lint", PYTHONPATH=path_with(project, tmp_path / "site"))
    assert done.returncode == 0, done.stderr + done.stdout
    assert "11 items" in done.stdout
    without = project.process("lint")
    assert without.returncode == 2
    assert "'acme_needs' is no kind of source of items" in without.stderr
