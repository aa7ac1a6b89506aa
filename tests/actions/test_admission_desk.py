"""The desk behind the webhook: as fresh as the log, as quick as it can be, closed where the log cannot be trusted."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import pytest

from clausework.actions import admit
from clausework.actions.admission_desk import (
    AdmissionDesk,
    Answer,
    LedgerGone,
    LedgerReplaced,
    LedgerWentBack,
)
from clausework.actions.decide import decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.promote import EnvironmentUnknown
from clausework.actions.record import record_files
from clausework.actions.workplace import Workplace, open_workplace
from clausework.core.clock import system_clock
from clausework.core.digests import sha256_of
from clausework.gates.catalogue import CHECKS
from clausework.ledger.records.release import Deployment
from tests.actions.device import QUALITY, VERSION, Device, junit, person
from tests.actions.test_withdraw import WHY, released, withdraw

IN_PRODUCTION = {"name": "registry.example.com/counter", "operator": "kubernetes webhook", "site": "ward"}


@contextmanager
def desk_of(device: Device, *, reading: bool = True) -> Iterator[tuple[AdmissionDesk, Workplace]]:
    """Open a desk for production, as a process of its own would."""
    with device.open(reading=reading) as workplace:
        yield AdmissionDesk(workplace, "production"), workplace


def test_what_a_release_names_is_admitted_and_nothing_else(releasable: Device) -> None:
    """One question may be about several digests; each is answered for itself."""
    digest = released(releasable)
    with desk_of(releasable) as (desk, _):
        yes, no = desk.ask([digest, sha256_of(b"other"), digest])
    assert (yes.admitted, yes.version) == (True, VERSION)
    assert not no.admitted
    assert "no signed release names" in no.message
    assert no.next


def test_a_withdrawal_by_another_process_counts_at_once(releasable: Device) -> None:
    """Attack: the answer that was kept from before the withdrawal is used again."""
    digest = released(releasable)
    with desk_of(releasable) as (desk, _):
        assert desk.ask([digest])[0].admitted
        with releasable.open() as workplace:
            withdraw(workplace)
        answer = desk.ask([digest])[0]
    assert not answer.admitted
    assert WHY["reason"] in answer.message


def test_a_new_blocking_fact_counts_at_once(releasable: Device) -> None:
    """A test that turned red after the release lapses its signatures: the next pod is refused, and told why."""
    digest = released(releasable)
    report = releasable.write("reports/later.xml", junit("system", failed=True))
    with desk_of(releasable) as (desk, _):
        assert desk.ask([digest])[0].admitted
        with releasable.open() as workplace:
            record_files(workplace, [report], evidence_target(workplace, level="system"))
        answer = desk.ask([digest])[0]
    assert not answer.admitted
    assert "no longer passes its gate" in answer.message


def test_a_check_that_judges_otherwise_by_now_is_named(
    releasable: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever brought Clausework up to date since the release is told which checks say something else by that alone."""
    digest = released(releasable)
    newer = tuple(
        msgspec.structs.replace(one, version="999") if one.name == "coverage" else one for one in CHECKS
    )
    report = releasable.write("reports/later.xml", junit("system", failed=True))
    with desk_of(releasable) as (desk, _):
        with releasable.open() as workplace:
            record_files(workplace, [report], evidence_target(workplace, level="system"))
        assert "judge otherwise" not in desk.ask([digest])[0].next
    monkeypatch.setattr(admit, "CHECKS", newer)
    with desk_of(releasable) as (desk, _):
        told = desk.ask([digest])[0].next
    assert re.search(r"coverage \d+, now 999", told)
    assert "findings" not in told


def test_answers_are_not_older_than_a_minute(releasable: Device) -> None:
    """Lapse: time alone makes a release lapse, and the kept answer hides it."""
    digest = released(releasable)
    later = timedelta(0)
    with open_workplace(
        releasable.folder, reading=True, environ=releasable.environ, clock=lambda: system_clock() + later
    ) as workplace:
        desk = AdmissionDesk(workplace, "production")
        first = desk.ask([digest])
        asked: list[str] = []
        known = desk._known
        desk._kept.clear()

        def counted(snapshot: object, sha256: str) -> object:
            asked.append(sha256) if sha256 not in desk._kept else None
            return known(snapshot, sha256)  # type: ignore[arg-type]

        desk._known = counted  # type: ignore[method-assign, assignment]
        for moved, folded in ((0, 1), (59, 1), (61, 2), (-10, 3)):
            later = timedelta(seconds=moved)
            assert desk.ask([digest]) == first
            assert len(asked) == folded, moved


def test_a_copy_in_the_ledgers_place_is_refused(releasable: Device) -> None:
    """Attack: the ledger is replaced by an older copy while it is served from; what was open hears of nothing new."""
    digest = released(releasable)
    database = releasable.store / "ledger.sqlite"
    with desk_of(releasable) as (desk, _):
        assert desk.ask([digest])[0].admitted
        shutil.copy(database, database.with_name("copy"))
        database.with_name("copy").replace(database)
        for _ in range(2):
            with pytest.raises(LedgerReplaced):
                desk.ask([digest])
        with pytest.raises(LedgerReplaced):
            desk.ready()
        database.unlink()
        with pytest.raises(LedgerGone):
            desk.ask([digest])


def test_a_ledger_that_got_shorter_is_refused_for_good(releasable: Device) -> None:
    """Attack: a log without the withdrawal is served instead, and grows again; the desk does not come round."""
    digest = released(releasable)
    with desk_of(releasable) as (desk, workplace):
        desk.ask([digest])
        whole = desk._snapshot
        assert whole is not None
        shorter = type(whole)(whole.records[:-1], whole.checkpoint, whole.keyring, whole.frontier)
        with pytest.raises(LedgerWentBack):
            desk._refuse_older(whole, shorter)
        with pytest.raises(LedgerWentBack):
            desk.ask([digest])
        assert workplace.snapshot().records == whole.records


def test_recording_is_once_per_place_and_again_after_a_change(releasable: Device) -> None:
    """A pod that starts again adds no record, one in another namespace does, and so does a refusal of what is known."""
    digest = released(releasable)
    with desk_of(releasable, reading=False) as (desk, workplace):
        before = len(workplace.snapshot().records)
        for _ in range(3):
            assert desk.record(digest, **IN_PRODUCTION).admitted
        assert len(workplace.snapshot().records) == before + 1
        assert desk.record(digest, **(IN_PRODUCTION | {"site": "theatre"})).admitted
        assert len(workplace.snapshot().records) == before + 2
        decide(workplace, "withdraw", VERSION, WHY, person(workplace, QUALITY))
        for _ in range(3):
            assert not desk.record(digest, **IN_PRODUCTION).admitted
        bodies = [one.body for one in workplace.snapshot().records if isinstance(one.body, Deployment)]
    assert [one.outcome for one in bodies] == ["admitted", "admitted", "refused"]
    assert {one.target for one in bodies} == {"image"}


def test_what_nobody_ever_made_is_not_recorded(releasable: Device) -> None:
    """Attack: whoever may create pods fills the log with refusals of invented images."""
    released(releasable)
    with desk_of(releasable, reading=False) as (desk, workplace):
        before = len(workplace.snapshot().records)
        for number in range(20):
            assert not desk.record(sha256_of(b"%d" % number), **IN_PRODUCTION).admitted
        assert len(workplace.snapshot().records) == before


def test_threads_get_the_same_answer(releasable: Device) -> None:
    """Twenty threads ask while a withdrawal is signed: each answer is yes from before it, or no from after."""
    digest = released(releasable)
    answers: list[Answer] = []
    with desk_of(releasable) as (desk, _):
        ended = threading.Event()

        def ask() -> None:
            while not ended.is_set():
                answers.append(desk.ask([digest])[0])

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        with releasable.open() as workplace:
            withdraw(workplace)
        assert not desk.ask([digest])[0].admitted
        ended.set()
        for thread in threads:
            thread.join()
        assert not desk.ask([digest])[0].admitted
    assert answers
    assert {one.message[:40] for one in answers if not one.admitted} <= {
        f"Refused (5.8.8): release {VERSION} was withdrawn"[:40]
    }


def test_an_environment_that_the_plan_does_not_have_is_refused_at_the_start(releasable: Device) -> None:
    """Lapse: a webhook for an environment of another name answers by no rules at all."""
    released(releasable)
    with releasable.open(reading=True) as workplace, pytest.raises(EnvironmentUnknown):
        AdmissionDesk(workplace, "prodution")
