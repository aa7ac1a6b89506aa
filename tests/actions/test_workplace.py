"""Where actions work: plan, pin and ledger as they are found, and what is refused of each."""

from __future__ import annotations

import os
import shutil

import pytest

from clausework.actions.given_files import FileUnreadable
from clausework.actions.status import status
from clausework.actions.trace import trace
from clausework.actions.verify import LedgerViolated, verify
from clausework.actions.where import ArtefactUnknown, where
from clausework.actions.workplace import (
    NoLedger,
    NoPlan,
    OtherRoot,
    PinUnreadable,
    PlanTooLarge,
    find_site,
    open_workplace,
)
from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated
from clausework.core.places import FindingsInInput
from clausework.ledger.ledger import KeyNotInForce
from clausework.signatures.key_files import KeyFileExposed, KeyFileIndirect, KeyMissing
from clausework.signatures.pipeline_key import PipelineKeyDamaged
from clausework.stores.failures import OtherKeys
from tests.actions.device import Device

OTHER_SEED = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def test_there_is_no_work_without_plan_and_ledger(project: Device) -> None:
    """Without a plan, without a ledger, or with a file in the ledger's place, nothing is opened."""
    with pytest.raises(NoLedger), project.open(reading=True):
        pass
    project.store.write_text("x")
    with pytest.raises(NoLedger), project.open(reading=True):
        pass
    (project.folder / "clausework.yaml").unlink()
    with pytest.raises(NoPlan), project.open(reading=True):
        pass


def test_a_plan_that_is_no_plain_file_is_refused(project: Device) -> None:
    """A folder, a pipe, a file of gigabytes or of no text in the plan's place is refused, never passed over."""
    plan = project.folder / "clausework.yaml"
    plan.unlink()
    plan.mkdir()
    with pytest.raises(FileUnreadable):
        find_site(project.folder)
    plan.rmdir()
    os.mkfifo(plan)
    with pytest.raises(FileUnreadable):
        find_site(project.folder)
    plan.unlink()
    with plan.open("wb") as stream:
        stream.truncate(8 << 30)
    with pytest.raises(PlanTooLarge):
        find_site(project.folder)
    plan.write_bytes(b"\xff\x00")
    with pytest.raises(FindingsInInput):
        find_site(project.folder)


def test_a_ledger_that_was_exchanged_is_not_used(established: Device, project: Device) -> None:
    """Another ledger in the pinned one's place is refused for reading and for writing (attack: substitution)."""
    pin = established.folder / "clausework.root"
    pin.write_text("0" * 64 + "\n")
    for reading in (True, False):
        with pytest.raises(OtherRoot), established.open(reading=reading):
            pass
    with pytest.raises(LedgerViolated):
        verify(established.folder).raise_problems()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"no digest", b"0" * 63])
def test_a_pin_that_cannot_be_read_is_not_passed_over(established: Device, content: bytes) -> None:
    """A damaged pin stops everything: it is not taken for a missing one."""
    (established.folder / "clausework.root").write_bytes(content)
    with pytest.raises(PinUnreadable), established.open(reading=True):
        pass
    with pytest.raises(PinUnreadable):
        verify(established.folder)


def test_reading_needs_no_key_and_no_place_to_write(verified: Device) -> None:
    """Status, trace, where and verify answer where the keys are away and SQLite's index cannot be made."""
    shutil.rmtree(verified.store / "keys")
    (verified.store / "ledger.sqlite-shm").mkdir()
    digest = sha256_of(verified.artefact.read_bytes())
    with verified.open(reading=True) as workplace:
        assert len(status(workplace).items[0].stages) == 5
        assert trace(workplace, item="REQ-001")[0].of.matrix.rows[0].outcome == "verified"
        assert where(workplace, digest)[0].release_record is None
        with pytest.raises(ArtefactUnknown):
            where(workplace, "0" * 64)
    assert verify(verified.folder).problems == ()


def test_a_pipeline_key_must_be_the_ledgers_own(verified: Device) -> None:
    """A key that others can read, a link, a missing one, junk and a stranger's key are each refused."""
    path = verified.store / "keys" / "pipeline.key"

    def refused(refusal: type[Exception], **variables: str) -> None:
        with (
            pytest.raises(refusal),
            open_workplace(verified.folder, environ=verified.environ | variables) as workplace,
        ):
            workplace.ledger.append_if(lambda _snapshot: [])

    refused(PipelineKeyDamaged, CLAUSEWORK_PIPELINE_KEY="junk")
    refused(KeyNotInForce, CLAUSEWORK_PIPELINE_KEY=OTHER_SEED)
    refused(OtherKeys, CLAUSEWORK_LEDGER_KEY=OTHER_SEED)
    refused(OtherKeys, CLAUSEWORK_CLOCK_KEY=OTHER_SEED)
    path.chmod(0o644)
    refused(KeyFileExposed)
    path.chmod(0o600)
    path.rename(path.with_name("away"))
    refused(KeyMissing)
    path.symlink_to("away")
    refused(KeyFileIndirect)


def test_every_kind_of_damage_is_found(verified: Device) -> None:
    """A changed blob, a changed page and an emptied database are told, none as a pass."""
    blob = next(path for path in (verified.store / "blobs").rglob("*") if path.is_file())
    kept = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert verify(verified.folder).problems
    blob.write_bytes(kept)
    database = verified.store / "ledger.sqlite"
    with database.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"junk")
    with pytest.raises(LedgerViolated):
        verify(verified.folder).raise_problems()
    database.write_bytes(b"")
    with pytest.raises(IntegrityViolated):
        verify(verified.folder).raise_problems()
