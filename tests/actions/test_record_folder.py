"""Recording a whole folder, as a pipeline hands it over: every format at once, broken files among them, and again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.evidence_target import evidence_target
from clausework.actions.record import EvidenceRejected, record_files
from clausework.ledger.records.evidence import Rejection
from tests.actions.device import Device
from tests.evidence.samples import SAMPLES

FORMS = ("manual_test_csv", "manual_test_json", "manual_test_xlsx")
"""What a person ran counts only where its protocol is approved here: these are of one that is not."""

BROKEN = {
    "truncated.xml": SAMPLES["junit"].data[:200],
    "notes.txt": b"All tests passed.",
    "empty.xml": b"",
    "twice.sarif": SAMPLES["sarif"].data * 2,
}


@pytest.fixture
def folder(established: Device) -> Path:
    """A folder of one good report of each format, in folders of their own as names repeat, and of broken files."""
    with established.open() as workplace:
        open_build(workplace)
    folder = established.folder / "reports"
    for name, sample in SAMPLES.items():
        path = folder / name / sample.file_name
        path.parent.mkdir(parents=True)
        path.write_bytes(sample.data)
    for file_name, content in BROKEN.items():
        (folder / file_name).write_bytes(content)
    return folder


def test_every_file_of_a_folder_is_recorded_or_named(established: Device, folder: Path) -> None:
    """Good reports are recorded by their formats, each broken file is named with a reason, and progress is told."""
    told: list[tuple[str, int, int]] = []
    with established.open() as workplace:
        recorded = record_files(
            workplace,
            [folder],
            evidence_target(workplace, level="unit"),
            progress=lambda *one: told.append(one),
        )
    assert {Path(one.path).parent.name: one.format for one in recorded.files if one.accepted} == {
        name: name for name in SAMPLES if name not in FORMS
    }
    refused = {SAMPLES[name].file_name for name in FORMS} | BROKEN.keys()
    assert {Path(one.path).name for one in recorded.files if not one.accepted} == refused
    assert established.count(Rejection) == len(refused)
    assert [(path, number) for path, number, _ in told] == [
        (one.path, number) for number, one in enumerate(recorded.files)
    ]
    assert {count for _, _, count in told} == {len(SAMPLES) + len(BROKEN)}
    with pytest.raises(EvidenceRejected) as refusal:
        recorded.raise_rejected()
    assert refusal.value.exit_code == 3
    assert all(name in refusal.value.message for name in BROKEN)


def test_a_folder_recorded_again_is_recognised_file_by_file(established: Device, folder: Path) -> None:
    """A pipeline that runs again adds nothing, neither of its good reports nor of those that were rejected."""
    with established.open() as workplace:
        target = evidence_target(workplace, level="unit")
        first = record_files(workplace, [folder], target)
        size = workplace.ledger.size()
        second = record_files(workplace, [folder], target)
        assert workplace.ledger.size() == size
    assert not any(one.existed for one in first.files)
    assert all(one.existed for one in second.files)
    assert [(one.path, one.index, one.accepted, one.summary) for one in first.files] == [
        (one.path, one.index, one.accepted, one.summary) for one in second.files
    ]


def test_two_processes_record_a_folder_once(established: Device, folder: Path) -> None:
    """Jobs that record the same folder at once make one record of each file, and each learns of all of them."""
    before = established.count()
    command = [sys.executable, "-m", "clausework", "record", "--json", "--level", "unit", str(folder)]
    jobs = [
        subprocess.Popen(
            command,
            cwd=established.folder,
            env=established.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    shown = [(*job.communicate(timeout=300), job.returncode) for job in jobs]
    files = []
    for out, error, code in shown:
        assert code == 3, error
        assert all(name in error for name in BROKEN)
        files.append(json.loads(out)["files"])
    assert established.count() - before == len(SAMPLES) + len(BROKEN)
    assert [one["index"] for one in files[0]] == [one["index"] for one in files[1]]
    existed = Counter(one["path"] for each in files for one in each if one["existed"])
    assert set(existed.values()) == {1}
    assert len(existed) == len(SAMPLES) + len(BROKEN)
