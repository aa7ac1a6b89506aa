"""Recording evidence files: names, folders, links, hostile content, and doing it again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.evidence_target import TooManySubjects, evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.given_files import FileUnreadable
from clausework.actions.given_folders import EvidenceMissing
from clausework.actions.record import EvidenceRejected, record_files
from clausework.core.clock import NotATime, timestamp
from clausework.evidence.formats import UnknownFormat
from clausework.gates.challenge import sarif
from clausework.ledger.records.evidence import Findings, Rejection, TestResult
from clausework.trace.builds import BuildUnknown
from tests.actions.device import REPORTS, Device, junit

HOSTILE = {
    "truncated.xml": junit("unit")[:150].encode(),
    "junk.bin": bytes(range(256)) * 20,
    "empty.xml": b"",
    "entities.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><testsuites>&x;</testsuites>',
    "deep.json": b"[" * 100_000,
    "more.xml": junit("unit").encode() + b"<testsuites/>",
    "lies.xml": junit("unit").replace('tests="2"', 'tests="3"').encode(),
}


@pytest.fixture
def built(established: Device) -> Device:
    """The device with an open build."""
    with established.open() as workplace:
        open_build(workplace)
    return established


def test_the_same_files_twice_add_nothing(built: Device) -> None:
    """A pipeline that runs again records its reports once."""
    for name, content in REPORTS["unit"].items():
        built.write(f"reports/{name}", content)
    with built.open() as workplace:
        first = record_files(workplace, [built.folder / "reports"], evidence_target(workplace, level="unit"))
        size = workplace.ledger.size()
        second = record_files(workplace, [built.folder / "reports"], evidence_target(workplace, level="unit"))
        assert workplace.ledger.size() == size
    assert [one.existed for one in first.files] == [False, False]
    assert [one.existed for one in second.files] == [True, True]
    assert [one.index for one in first.files] == [one.index for one in second.files]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_read_whole_is_kept_and_counts_for_nothing(built: Device, name: str) -> None:
    """Whatever a broken or hostile report holds, its bytes are kept, a rejection is recorded, and exit 3 is due."""
    path = built.write(name, HOSTILE[name])
    as_format = None if name in {"junk.bin", "empty.xml"} else "sarif" if name.endswith("json") else "junit"
    with built.open() as workplace:
        recorded = record_files(
            workplace, [path], evidence_target(workplace, level="unit"), as_format=as_format
        )
        assert workplace.ledger.read_blob(recorded.files[0].sha256) == HOSTILE[name]
    with pytest.raises(EvidenceRejected) as refusal:
        recorded.raise_rejected()
    assert refusal.value.exit_code == 3
    assert built.count(Rejection) == 1
    assert built.count(TestResult) == 0


@pytest.mark.parametrize(
    "name", [b"bad\xff.xml", b"esc\x1b[31m.xml", b"two\nlines.xml", b"x" * 250 + b".xml"]
)
def test_no_file_name_harms_a_record(built: Device, name: bytes) -> None:
    """A name that is not UTF-8, or that steers a terminal, stands in the record as escapes."""
    path = Path(os.fsdecode(os.fsencode(built.folder) + b"/" + name))
    path.write_text(junit("unit"))
    with built.open() as workplace:
        (one,) = record_files(workplace, [path], evidence_target(workplace, level="unit")).files
    raw = built.records()[one.index].body.clausework.reading.raw
    assert one.accepted
    assert raw.name.isprintable()
    assert one.path.isprintable()


@pytest.mark.parametrize("folder", [False, True])
def test_a_link_in_a_folder_is_refused_not_skipped(built: Device, folder: bool) -> None:
    """Evidence that a folder holds by a link is not left out in silence: the call stops before it records."""
    built.write("reports/unit.xml", junit("unit"))
    built.write("elsewhere/red.xml", junit("unit", failed=True))
    target = built.folder / "elsewhere" / ("" if folder else "red.xml")
    (built.folder / "reports" / "link").symlink_to(target)
    before = built.count()
    with built.open() as workplace, pytest.raises(EvidenceMissing):
        record_files(workplace, [built.folder / "reports"], evidence_target(workplace, level="unit"))
    assert built.count() == before


@pytest.mark.parametrize("name", ["nowhere", "x" * 5000, "a/" * 2000, "nul\x00", "hollow"])
def test_a_path_without_a_file_is_refused(built: Device, name: str) -> None:
    """A path that is not there, that the system cannot have, or that holds no file records nothing."""
    (built.folder / "hollow").mkdir()
    built.write("unit.xml", junit("unit"))
    before = built.count()
    with built.open() as workplace, pytest.raises(EvidenceMissing):
        record_files(workplace, [built.folder / "unit.xml", built.folder / name], evidence_target(workplace))
    assert built.count() == before


def test_a_pipe_is_not_waited_for(built: Device) -> None:
    """A named pipe and a device are no evidence files, alone as in a folder."""
    (built.folder / "reports").mkdir()
    os.mkfifo(built.folder / "reports" / "pipe")
    with built.open() as workplace:
        for path in (built.folder / "reports", built.folder / "reports" / "pipe", Path("/dev/zero")):
            with pytest.raises(FileUnreadable):
                record_files(workplace, [path], evidence_target(workplace))


def test_evidence_needs_a_build_that_is_recorded(established: Device) -> None:
    """Without a build of the commit, or under an unknown one, nothing is recorded."""
    path = established.write("unit.xml", junit("unit"))
    with established.open() as workplace:
        for build_id in (None, "0123456789", "zz"):
            with pytest.raises(BuildUnknown):
                record_files(workplace, [path], evidence_target(workplace, build_id=build_id))
        with pytest.raises(TooManySubjects):
            record_files(
                workplace,
                [path],
                evidence_target(workplace, subjects=[f"{number:064}" for number in range(101)]),
            )
        with pytest.raises(UnknownFormat):
            record_files(workplace, [path], evidence_target(workplace, subjects=["0" * 64]), as_format="word")
    assert established.count() == 1


def vulnerabilities_of(device: Device) -> str:
    """Return how the check of vulnerabilities comes out on the current build, and why."""
    with device.open(reading=True) as workplace:
        run = run_gates(workplace, ["analysis"], preview=True)
    check = next(one for one in run.stages[0].checks if one.check == "vulnerabilities")
    return f"{check.outcome}: {check.reasons[0].message}"


def test_the_date_of_advisory_data_is_taken_from_who_records(built: Device) -> None:
    """A vulnerability scan whose report gives no date counts by the date that was told, and says that it was told."""
    report = built.write("reports/trivy.sarif", sarif("Trivy"))
    with built.open() as workplace:
        recorded = record_files(
            workplace, [report], evidence_target(workplace), database_at=timestamp(workplace.clock())
        )
    assert "was told and not read" in recorded.files[0].remarks[-1]
    assert vulnerabilities_of(built).startswith("pass: ")


def test_advisory_data_that_are_too_old_do_not_count(built: Device) -> None:
    """A date beyond what the class allows leaves the check not evaluated, however clean the scan (stale data)."""
    report = built.write("reports/trivy.sarif", sarif("Trivy"))
    with built.open() as workplace:
        record_files(workplace, [report], evidence_target(workplace), database_at="2020-01-01")
        assert workplace.snapshot().records[-1].body.database_at == "2020-01-01T00:00:00.000Z"
    assert vulnerabilities_of(built).startswith(
        "not_evaluated: the scan reports/trivy.sarif (#4) rests on advisory data of 2020-01-01"
    )


def test_a_date_of_advisory_data_that_is_none_records_nothing(built: Device) -> None:
    """What is no date is refused before anything is recorded."""
    report = built.write("reports/trivy.sarif", sarif("Trivy"))
    with built.open() as workplace, pytest.raises(NotATime):
        record_files(workplace, [report], evidence_target(workplace), database_at="yesterday")
    assert built.count(Findings) == 0
