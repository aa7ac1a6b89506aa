"""A protocol run step by step: what is asked, what is refused at once, and that an interruption records nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.manual_draft import Draft, DraftDamaged, DraftOutdated, NoDraft
from clausework.actions.manual_run import (
    FailureInDraft,
    NotUnderTest,
    RunNotConfirmed,
    run_protocol,
)
from clausework.actions.person import AccountUnknown, NobodyActs
from clausework.actions.protocols import ProtocolNotApproved
from clausework.actions.sign import sign
from clausework.ledger.records.evidence import TestResult
from tests.actions.by_hand import PROTOCOL, approve, facts, with_protocol
from tests.actions.device import QUALITY, Device, person

HEAD = ("yes", "SN-7", "bench 3", "PS-1", "2999-01-01", "")
STEP = ("pass", "as expected", "", "")
WHOLE = (*HEAD, *STEP, *STEP, "yes")


class Person:
    """A tester who answers in this order, and breaks off where the answers end."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers: Iterator[str] = iter(answers)
        self.shown: list[str] = []

    def say(self, text: str = "") -> None:
        self.shown.append(text)

    def ask(self, question: str, default: str = "") -> str:
        self.shown.append(question)
        answer = next(self.answers, None)
        if answer is None:
            raise KeyboardInterrupt
        return answer or default

    def choose(self, question: str, options: Sequence[str]) -> str:
        answer = self.ask(question)
        assert answer in options, (question, answer)
        return answer


@pytest.fixture(scope="module")
def prepared_by_hand(tmp_path_factory: pytest.TempPathFactory, prepared_established: Device) -> Device:
    """The project with an approved protocol and a build."""
    device = with_protocol(prepared_established.copy(tmp_path_factory.mktemp("run")))
    approve(device)
    return device


@pytest.fixture
def device(tmp_path: Path, prepared_by_hand: Device) -> Device:
    """Copy the project, with a home of its own for drafts."""
    copy = prepared_by_hand.copy(tmp_path / "device")
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    for path in (prepared_by_hand.home / "keys").iterdir():
        (home / "keys" / path.name).touch(mode=0o600)
        (home / "keys" / path.name).write_bytes(path.read_bytes())
    return Device(copy.folder, home)


def run(device: Device, *answers: str, resume: bool = False, anew: bool = False) -> Person:
    """Run the protocol with a tester who answers so."""
    tester = Person(answers)
    with device.open() as workplace:
        run_protocol(workplace, "TP-001", QUALITY, tester, resume=resume, anew=anew)
    return tester


def drafts(device: Device) -> list[Path]:
    """Return the drafts that lie about."""
    folder = device.home / "drafts"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_a_run_in_the_terminal_is_recorded_and_counts_once_signed(device: Device) -> None:
    """Each step is shown with what is expected; the run is recorded under a plain name, with no draft left."""
    tester = run(device, *WHOLE)
    shown = "\n".join(tester.shown)
    for said in (
        "The counter counts.",
        "Stop the pulse",
        "expected: The counter alarms (within 5 s)",
        "SN-7",
    ):
        assert said in shown
    with device.open() as workplace:
        sign(workplace, person(workplace, QUALITY))
        (record,) = [one for one in workplace.snapshot().records if isinstance(one.body, TestResult)]
    name = record.body.clausework.reading.raw.name
    assert name.startswith("manual/TP-001-")
    assert str(device.home) not in name
    (fact,) = facts(device).human.runs
    assert (fact.counts, fact.passed) == (True, 2)
    assert drafts(device) == []


def test_an_interrupted_run_records_nothing_and_goes_on_at_the_same_step(device: Device) -> None:
    """Ctrl-C in the second step: the ledger is as it was, the draft is the tester's own, and goes on."""
    before = device.count()
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD, *STEP, "pass")
    assert device.count() == before
    (draft,) = drafts(device)
    assert draft.stat().st_mode & 0o777 == 0o600
    tester = run(device, *STEP, "yes", resume=True)
    assert not [one for one in tester.shown if "Step 1" in one]
    assert device.count(TestResult) == 1
    assert drafts(device) == []


def test_a_run_that_was_begun_is_not_forgotten(device: Device) -> None:
    """Without --resume the tester is asked whether to go on."""
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD)
    tester = run(device, "yes", *STEP, *STEP, "yes")
    assert "was interrupted" in tester.shown[0]
    with pytest.raises(NoDraft):
        run(device, resume=True)


def test_a_failed_step_is_not_lost_by_beginning_again(device: Device) -> None:
    """Attack: a step fails, the run is broken off and begun anew. What failed is recorded first."""
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD, "fail", "no alarm", "", "")
    for answers, anew in (((), True), (("no",), False)):
        with pytest.raises(FailureInDraft):
            run(device, *answers, anew=anew)
    run(device, "blocked", "stopped after the failure", "", "", "yes", resume=True)
    assert [one.outcome for one in facts(device).not_passed] == ["red"]


def test_an_expired_instrument_is_not_taken(device: Device) -> None:
    """The calibration is asked until it holds today; what is no date is told."""
    tester = run(
        device, "yes", "SN-7", "bench 3", "PS-0", "2020-01-01", "PS-1", "soon", *HEAD[3:], *WHOLE[6:]
    )
    shown = "\n".join(tester.shown)
    assert "was calibrated until 2020-01-01" in shown
    assert "which is not a day" in shown


def test_files_of_a_step_are_kept_as_they_were_seen(device: Device) -> None:
    """An attachment is named by its digest when it is given; a path that is none is asked again."""
    photo = device.write("forms/photo.jpg", b"\xff\xd8\xff")
    with_photo = ("pass", "as expected", "/nowhere.jpg", str(photo), "", "sharp")
    run(device, *HEAD, *with_photo, *STEP, "yes")
    with device.open(reading=True) as workplace:
        (record,) = [one for one in workplace.snapshot().records if isinstance(one.body, TestResult)]
        (kept,) = record.body.clausework.manual.attachments
        assert workplace.ledger.read_blob(kept.sha256) == photo.read_bytes()


def test_a_file_that_is_gone_since_it_was_attached_is_not_lost(device: Device) -> None:
    """Attack: the photo of a failed step is replaced, or deleted, before the run is recorded. It was kept at once."""
    photo = device.write("forms/photo.jpg", b"\xff\xd8\xff")
    with pytest.raises(RunNotConfirmed):
        run(device, *HEAD, "fail", "it moves", str(photo), "", "", *STEP, "no")
    photo.write_bytes(b"another")
    run(device, "yes", resume=True)
    with device.open(reading=True) as workplace:
        (record,) = [one for one in workplace.snapshot().records if isinstance(one.body, TestResult)]
        (kept,) = record.body.clausework.manual.attachments
        assert workplace.ledger.read_blob(kept.sha256) == b"\xff\xd8\xff"
    assert (kept.name, kept.media_type) == ("photo.jpg", "image/jpeg")


def test_what_is_not_confirmed_is_not_recorded(device: Device) -> None:
    """The summary is shown before; a no leaves the draft."""
    with pytest.raises(RunNotConfirmed):
        run(device, *WHOLE[:-1], "no")
    assert device.count(TestResult) == 0
    run(device, "yes", resume=True)
    assert device.count(TestResult) == 1


def test_other_software_on_the_device_is_not_tested(device: Device) -> None:
    """Where the device does not have the artefact, the run does not begin."""
    with pytest.raises(NotUnderTest):
        run(device, "no")
    assert drafts(device) == []


def test_a_draft_of_an_earlier_protocol_is_not_gone_on_with(device: Device) -> None:
    """Attack: steps seen under one version are recorded as a run of the next."""
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD, *STEP)
    device.write("quality/protocol.yaml", PROTOCOL.replace("within 5 s", "within 1 s"))
    approve(device)
    with pytest.raises(DraftOutdated):
        run(device, resume=True)
    run(device, *WHOLE, anew=True)
    assert device.count(TestResult) == 1


def test_a_step_that_failed_under_an_earlier_version_is_kept_and_told(device: Device) -> None:
    """Attack: a step fails, the protocol is softened and approved, and the run begun anew as if nothing had been."""
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD, "fail", "no alarm", "", "")
    device.write("quality/protocol.yaml", PROTOCOL.replace("within 5 s", "within 5 min"))
    approve(device)
    tester = run(device, *WHOLE, anew=True)
    (kept,) = drafts(device)
    assert b"no alarm" in kept.read_bytes()
    assert any("Step 1 of it failed" in one for one in tester.shown)
    assert any(str(kept) in one for one in tester.shown)


def test_a_run_that_is_gone_on_with_after_a_new_build_says_so(device: Device) -> None:
    """Attack: half of a test is run, the software built anew, and the rest taken for the new build's."""
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD, *STEP)
    device.write("src/counter.py", "VALUE = 7\n")
    device.commit("REQ-001: another value")
    device.build()
    with device.open() as workplace:
        open_build(workplace)
    tester = run(device, *STEP, "yes", resume=True)
    assert any("other software than the newest build" in one for one in tester.shown)
    assert facts(device).human.runs == ()


def test_drafts_of_two_devices_do_not_meet(device: Device) -> None:
    """Attack: the same protocol's ID in another device, the same tester: one draft is written over the other."""
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD, *STEP)
    (draft,) = drafts(device)
    with device.open(reading=True) as workplace:
        assert workplace.ledger.root()[0].sha256[:12] in draft.name


def test_a_draft_that_cannot_be_read_is_told(device: Device) -> None:
    """A damaged draft is no run; it can be begun anew."""
    with pytest.raises(KeyboardInterrupt):
        run(device, *HEAD)
    drafts(device)[0].write_bytes(b"{")
    with pytest.raises(DraftDamaged):
        run(device, resume=True)
    run(device, *WHOLE, anew=True)
    assert [one.read_bytes() for one in drafts(device)] == [b"{"]


def test_a_run_is_somebody_s(device: Device) -> None:
    """Nobody, and nobody who is enrolled, runs no test; an unapproved protocol is not begun."""
    with device.open() as workplace:
        with pytest.raises(NobodyActs):
            run_protocol(workplace, "TP-001", None, Person(()))
        with pytest.raises(AccountUnknown):
            run_protocol(workplace, "TP-001", "nobody@example.com", Person(()))
    device.write("quality/protocol.yaml", PROTOCOL.replace("within 5 s", "within 1 s"))
    with pytest.raises(ProtocolNotApproved):
        run(device)


def test_a_run_is_dated_by_its_last_step(device: Device) -> None:
    """Confirmed the day after, it is still of the day on which it was done, and held against that day's calibration."""
    with pytest.raises(RunNotConfirmed):
        run(device, *HEAD, *STEP, *STEP, "no")
    noted = msgspec.json.decode(drafts(device)[0].read_bytes(), type=Draft)
    run(device, "yes", resume=True)
    (fact,) = facts(device).human.runs
    assert fact.performed_at == noted.form.performed_at
