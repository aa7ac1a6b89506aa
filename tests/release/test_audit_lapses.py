"""Lapses that an auditor's question must name: each answer is whole on a sound release, and is not with one of them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
import pytest

from clausework.actions.attach import attach_files
from clausework.actions.audit import audited_release
from clausework.actions.evidence_target import evidence_target
from clausework.actions.sign import sign
from clausework.gates.human_facts import ManualRunFact
from clausework.ledger.records.release import Release
from clausework.plan.load import load_plan
from clausework.release.audit.answer import Answer, Audited, answered
from clausework.release.audit.questions import QUESTIONS
from clausework.release.facts import ReleaseFacts, StageFact
from tests.actions.device import PLAN, QUALITY, RELEASE, VERSION, Device, person
from tests.release.changes import (
    ANOMALY,
    Change,
    added,
    added_and_judged,
    build,
    changed,
    judgement,
    together,
)
from tests.release.lapses_of_audit import LAPSES
from tests.release.refusals_of_thresholds import LOWERED, reviewed
from tests.release.refusals_of_thresholds import found as standing_findings
from tests.tracing.making import digest

MARKS = {one.mark: one for one in QUESTIONS}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, prepared_releasable: Device) -> Device:
    """The device with version 1.0.0 released, a job's log and a validation report attached."""
    device = prepared_releasable.copy(tmp_path_factory.mktemp("audited"))
    with device.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        sign(workplace, person(workplace, RELEASE), VERSION)
        target = evidence_target(workplace)
        attach_files(workplace, [device.write("reports/job.log", b"all that was printed")], target, "job-log")
        attach_files(workplace, [device.write("reports/iq.pdf", b"%PDF-1.7")], target, "tool-validation")
    return device


@pytest.fixture(scope="module")
def sound_release(released: Device) -> Audited:
    """The release as an auditor looks at it."""
    return audited_of(released)


def audited_of(device: Device) -> Audited:
    """Return the newest release of a device as an auditor looks at it."""
    record = [one for one in device.records() if isinstance(one.body, Release)][-1]
    with device.open(reading=True) as workplace:
        return audited_release(workplace, record)


def ask(mark: str, audited: Audited, change: Change = lambda facts: facts) -> Answer:
    """Return the answer to a question about the release, its facts changed, then and now."""
    facts, now = change(audited.facts), change(audited.now)
    return answered(MARKS[mark], msgspec.structs.replace(audited, facts=facts, now=now))


@pytest.mark.parametrize(
    ("mark", "message", "change"),
    [(mark, message, change) for mark, _, message, change in LAPSES],
    ids=[f"{mark}: {what}" for mark, what, *_ in LAPSES],
)
def test_lapse_is_named_in_the_answer(
    sound_release: Audited, mark: str, message: str, change: Change
) -> None:
    """Lapse: what a question is about is not there. It is named, in the line too, which begins with no yes."""
    assert not any(message in one for one in ask(mark, sound_release).missing), "the control does not hold"
    answer = ask(mark, sound_release, change)
    assert any(message in one for one in answer.missing), answer
    assert "Missing: " in answer.line
    assert not answer.line.startswith("Yes")


@pytest.mark.parametrize("mark", [one for one in MARKS if one != "Q4"])
def test_a_sound_release_lacks_nothing(sound_release: Audited, mark: str) -> None:
    """The control of the lapses: on a sound release nothing is missing (but what its system test ran on, Q4)."""
    assert ask(mark, sound_release).missing == ()


def test_each_stage_is_told_with_the_clauses_of_every_component(sound_release: Audited) -> None:
    """Lapse: a stage is shown with the clauses of the last component alone, that of the lowest class."""
    office = "software_systems:\n  - {id: x, safety_class: C, items: [{id: pump, paths: [pump/**]}]}\n"
    plan = load_plan(PLAN.replace("software_systems:\n", office, 1).encode(), "plan")
    answer = answered(MARKS["R1"], msgspec.structs.replace(sound_release, plan=plan))
    unit = next(one.what for one in answer.shown if one.what.startswith("unit: "))
    assert "EN 62304 5.5.4" in unit, "class C is asked for it, and class B of the second component is not"


def test_a_finding_that_quality_accepted_is_told_and_not_missing(sound_release: Audited) -> None:
    """R5: what stands against the plan and was accepted is shown with who accepted it."""
    change = together(standing_findings(LOWERED), reviewed(LOWERED))
    answer = ask("R5", sound_release, change)
    assert answer.is_whole
    assert any("is lowered" in one.what and "Quinn" in one.by for one in answer.shown)


def test_what_became_known_after_the_release_is_told(sound_release: Audited) -> None:
    """Lapse: an anomaly that was found last month is left out, for the release was made two years ago."""
    later = msgspec.structs.replace(sound_release, now=added(ANOMALY)(sound_release.now))
    answer = answered(MARKS["Q9"], later)
    assert "ANOM-9 became known since the release" in answer.line
    assert any("ANOM-9 became known since the release and is not evaluated" in one for one in answer.missing)
    evaluated = msgspec.structs.replace(
        sound_release, now=added_and_judged("evaluate", ANOMALY)(sound_release.now)
    )
    assert answered(MARKS["Q9"], evaluated).is_whole


def test_anomaly_is_read_out_with_the_reason_and_who_gave_it(sound_release: Audited) -> None:
    """Q9 asks why: the reason, the evaluator and the day stand in the line, not the ID alone."""
    answer = ask("Q9", sound_release, added_and_judged("evaluate", ANOMALY))
    assert "ANOM-9, acceptable: because, Quinn (quality, evaluated, 2026-01-01T00:00:00Z)" in answer.line


def test_archive_that_nobody_restored_for_a_year_is_missing(sound_release: Audited) -> None:
    """Lapse: the archive was restored two years ago, and is said to give the version again now."""
    long_ago = msgspec.structs.replace(
        sound_release, restored_at="2024-11-20T16:00:00.000Z", restore_due=True
    )
    answer = answered(MARKS["Q10"], long_ago)
    assert any("last restored on 2024-11-20, more than a year ago" in one for one in answer.missing)
    never = msgspec.structs.replace(sound_release, restored_at="", restore_due=True)
    assert "no archive was restored" in answered(MARKS["Q10"], never).missing


def test_manual_run_is_counted_once_for_all_components(sound_release: Audited) -> None:
    """Lapse: one run of a protocol about two components is told as two runs."""
    run = ManualRunFact(
        7, "TP-1", digest("protocol"), "system", QUALITY, "2026-01-01", (), "INF-1", "bench", (), 0, 4, 0, 0, 8,
        "Quinn Quality (quality, executed, 2026-01-01T00:00:00Z)", 6, (),
    )  # fmt: skip
    (one,) = sound_release.facts.builds
    by_hand = changed(one, human=changed(one.human, runs=(run,)))
    audited = msgspec.structs.replace(
        sound_release, facts=changed(sound_release.facts, builds=(by_hand, by_hand))
    )
    answer = answered(MARKS["Q6"], audited)
    assert "; 1 manual run holds expected and actual" in answer.line
    assert [shown.record for shown in answer.shown] == [7]
    lacking = changed(run, lacks=("nobody signed it",))
    change = build(lambda facts: changed(facts, human=changed(facts.human, runs=(lacking,))))
    assert "run #7 of TP-1: nobody signed it" in ask("Q6", sound_release, change).missing


def test_check_that_stood_aside_is_told_with_who_let_it(sound_release: Audited) -> None:
    """Lapse: a gate that was passed with a deviation is told as passed."""
    signed = changed(judgement("deviate", ANOMALY, ""), record=3, fields={"expires": "2027-01-01"})

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        stages = (StageFact("unit", "counter", "pass", (), {"coverage": 3}), *facts.stages[1:])
        return changed(facts, judgements=(*facts.judgements, signed), stages=stages)

    answer = ask("R4", sound_release, change)
    assert "1 check stood aside by signed deviation" in answer.line
    assert any("counter/unit.coverage stands aside until 2027-01-01" in one.what for one in answer.shown)


def test_evidence_that_is_gone_from_the_store_is_not_called_kept(released: Device, tmp_path: Path) -> None:
    """Attack: the report of the system tests is deleted in the store, and the audit goes on to say that it is kept."""
    device = released.copy(tmp_path / "device")
    run = next(one for one in audited_of(device).index.test_runs if one.level == "system")
    (kept,) = (device.folder / ".clausework" / "blobs").glob(f"*/{run.raw_sha256}*")
    kept.parent.chmod(0o755)
    kept.unlink()
    done = device.process("audit", VERSION, "R2", "Q3", "--read-out")
    assert done.returncode == 1
    assert f"Missing: the system report of record #{run.record} is not in the store any more" in done.stdout
    assert "Yes:" not in done.stdout


@pytest.mark.parametrize(("kind", "mark"), [("job-log", "Q3"), ("tool-validation", "Q14")])
def test_an_empty_file_is_no_log_and_no_report(releasable: Device, kind: str, mark: str) -> None:
    """Attack: an empty file is attached under the kind that a question asks for."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        sign(workplace, person(workplace, RELEASE), VERSION)
        attach_files(workplace, [releasable.write("reports/empty", b"")], evidence_target(workplace), kind)
    assert not ask(mark, audited_of(releasable)).is_whole


def _elsewhere(device: Device, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Clausework in a folder that is no repository."""
    return subprocess.run(
        device.command(*arguments),
        cwd=folder,
        env=device.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_ledger_alone_answers(released: Device, tmp_path: Path) -> None:
    """An auditor has a copy of the ledger and nothing else: no repository, no plan, no key; trace answers as well."""
    copied = released.copy(tmp_path / "device")
    store = (copied.folder / ".clausework").rename(tmp_path / "given")
    (away := tmp_path / "away").mkdir()
    audit = _elsewhere(released, away, "audit", VERSION, "Q11", "--store", str(store))
    assert audit.returncode == 0, audit.stderr
    assert "not pinned here: compare it with what you were given" in audit.stdout
    assert "'authorised for release'" in audit.stdout
    trace = _elsewhere(released, away, "trace", "REQ-001", "--release", VERSION, "--store", str(store))
    assert "REQ-001" in trace.stdout, trace.stderr


def test_what_is_no_ledger_answers_nothing(released: Device, tmp_path: Path) -> None:
    """Wrong input: an empty folder, one that is not there, and no ledger at all are told, each with what to name."""
    for given, told in (
        (("--store", str(tmp_path)), "There is no ledger"),
        (("--store", str(tmp_path / "nowhere")), "There is no ledger"),
        ((), "There is no clausework.yaml"),
    ):
        done = _elsewhere(released, tmp_path, "audit", VERSION, *given)
        assert done.returncode == 2, done.stderr
        assert told in done.stderr
        assert "next:" in done.stderr


def test_no_answer_judges(sound_release: Audited) -> None:
    """Principle 14: people judge adequacy. No question and no answer says compliant, conforming, adequate or safe."""
    for mark, question in MARKS.items():
        for answer in (
            ask(mark, sound_release),
            *(ask(mark, sound_release, one[3]) for one in LAPSES if one[0] == mark),
        ):
            said = " ".join(
                (question.asks, answer.line, *(one.what for one in answer.shown), *answer.missing)
            ).lower()
            assert not [word for word in ("complian", "conform", "adequate", "certif") if word in said]


def test_signatures_have_name_and_time(sound_release: Audited) -> None:
    """21 CFR 11.50: whoever signed is shown with the UTC time, wherever an answer names them."""
    change = added_and_judged("evaluate", ANOMALY)
    shown = [one for mark in MARKS for one in ask(mark, sound_release, change).shown if "Quinn" in one.by]
    assert shown
    assert all(re.search(r"\dZ", f"{one.by} {one.at}") for one in shown)
