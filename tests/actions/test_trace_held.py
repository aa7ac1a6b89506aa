"""An item of a release: what the registers answer is what the fold answers, in a folder that is only read too."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest

from clausework.actions import trace as tracing
from clausework.actions.sign import sign
from clausework.actions.trace import ItemNotTraced, ReleaseUnknown, trace
from clausework.actions.traced import Traced
from clausework.cli.program import run
from clausework.core.errors import ClauseworkError, IntegrityViolated
from clausework.reports.matrix_report import Filter
from clausework.stores.sqlite_registers import NAME
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person

ITEMS = ("REQ-001", "REQ-002", "RC-001", "RISK-001", "SIT-001", "HAZ-001", "ARCH-001")


@pytest.fixture
def released(releasable: Device) -> Device:
    """Copy the project with version 1.0.0 released."""
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
    return releasable


def answer(
    device: Device,
    item: str,
    *,
    level: str = "",
    build_id: str | None = None,
    software_item: str | None = None,
) -> Traced:
    """Return the answer about an item of the release, the time of asking left out."""
    with device.open(reading=True) as workplace:
        (one,) = trace(
            workplace,
            item=item,
            version=VERSION,
            chosen=Filter(level=level),
            build_id=build_id,
            software_item=software_item,
        )
    return msgspec.structs.replace(one, of=msgspec.structs.replace(one.of, at=""))


def registers(device: Device) -> Path:
    """Return the registers' file."""
    return device.store / NAME


def test_the_second_answer_is_that_of_the_first_without_a_fold(
    released: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, records, runs, proofs, confirmations and checkpoint: all as the fold gives them."""
    folded = {}
    for item in ITEMS:
        registers(released).unlink(missing_ok=True)
        folded[item] = answer(released, item)
    monkeypatch.setattr(tracing, "_folded", None)
    assert {item: answer(released, item) for item in ITEMS} == folded
    assert answer(released, "REQ-001", build_id=folded["REQ-001"].of.build) == folded["REQ-001"]
    assert answer(released, "REQ-001", software_item="counter") == folded["REQ-001"]
    (row,) = [one for one in answer(released, "REQ-001", level="unit").of.matrix.rows if one.id == "REQ-001"]
    assert {test.level for test in row.tests} == {"unit"}


def test_what_is_not_there_is_told_by_the_fold(released: Device) -> None:
    """An unknown item or version is refused as ever, whether the release is in the registers or not."""
    answer(released, "REQ-001")
    with released.open(reading=True) as workplace:
        with pytest.raises(ItemNotTraced):
            trace(workplace, item="REQ-777", version=VERSION)
        with pytest.raises(ItemNotTraced):
            trace(workplace, item="REQ-001", version=VERSION, chosen=Filter(suspect=True))
        with pytest.raises(ReleaseUnknown):
            trace(workplace, item="REQ-001", version="9.9.9")
        with pytest.raises(ClauseworkError):
            trace(workplace, item="REQ-001", version=VERSION, software_item="nothing")


def test_a_register_that_cannot_be_written_is_done_without(released: Device) -> None:
    """Where a folder stands in its place, as on a medium that takes no writing, each answer is folded."""
    expected = answer(released, "REQ-001")
    registers(released).unlink()
    registers(released).mkdir()
    assert answer(released, "REQ-001") == expected


def test_a_changed_record_is_never_shown_from_the_registers(released: Device) -> None:
    """An entry whose stored bytes are not what the checkpoint covers stops the answer with exit 4."""
    one = answer(released, "REQ-001")
    index = next(record.index for record in one.records if record.kind == "TestResult")
    connection = sqlite3.connect(released.store / "ledger.sqlite")
    (envelope,) = connection.execute("SELECT envelope FROM entry WHERE idx = ?", (index,)).fetchone()
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    other = b"B" if envelope[-9:-8] == b"A" else b"A"
    connection.execute(
        "UPDATE entry SET envelope = ? WHERE idx = ?", (envelope[:-9] + other + envelope[-8:], index)
    )
    connection.commit()
    connection.close()
    with pytest.raises(IntegrityViolated):
        answer(released, "REQ-001")


def test_the_command_answers_from_the_registers(
    released: Device, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``clausework trace REQ-001 --release 1.0.0`` shows tests, records and proof, of a copied store too."""
    answer(released, "REQ-001")
    copy = released.folder / "copy"
    shutil.copytree(released.store, copy)
    monkeypatch.setattr(tracing, "_folded", None)
    monkeypatch.chdir(released.folder)
    assert run(["trace", "REQ-001", "--release", VERSION, "--store", str(copy)]) == 0
    assert "inclusion proof of" in capsys.readouterr().out
