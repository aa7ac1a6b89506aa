"""The auditor's questions: answered from the ledger alone, each in one line, with what is missing."""

import pytest

from clausework.actions.attach import attach_files
from clausework.actions.audit import AnswersIncomplete, QuestionUnknown, VersionNotReleased, audit
from clausework.actions.evidence_target import evidence_target
from clausework.actions.sign import sign
from clausework.release.audit.answer import Answer
from clausework.release.audit.questions import QUESTIONS
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person


@pytest.fixture
def released(releasable: Device) -> Device:
    """The device with version 1.0.0 released."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        sign(workplace, person(workplace, RELEASE), VERSION)
    return releasable


def _answers(device: Device, *marks: str) -> dict[str, Answer]:
    with device.open(reading=True) as workplace:
        return {one.mark: one for one in audit(workplace, VERSION, marks).answers}


def test_there_are_eight_and_fifteen_questions() -> None:
    """The eight of the reality check and the fifteen of the technical review, each with its clauses and its mark."""
    marks = [one.mark for one in QUESTIONS]
    assert marks == [f"R{number}" for number in range(1, 9)] + [f"Q{number}" for number in range(1, 16)]
    assert all((one.clauses and one.asks.endswith("?")) or one.mark == "Q12" for one in QUESTIONS)


def test_each_question_is_answered_with_records_or_with_what_is_missing(released: Device) -> None:
    """Every answer is one line that ends, names a record or says what is missing, and is never empty."""
    for mark, answer in _answers(released).items():
        assert answer.line.endswith("."), mark
        assert "\n" not in answer.line
        assert answer.shown or answer.missing or mark in {"Q6", "Q9", "Q15"}, mark


def test_who_released_is_told_with_name_role_meaning_and_time(released: Device) -> None:
    """The authorisation is told as 21 CFR 11.50 wants it: printed name, meaning, UTC time."""
    (answer,) = _answers(released, "Q11").values()
    assert (
        "Remy Release <release@example.com> as release authority: 'authorised for release', 20" in answer.line
    )
    assert answer.line.count("Z") >= 2
    assert answer.is_whole


def test_what_is_missing_is_told_in_the_line_that_is_read_out(released: Device) -> None:
    """Attack: a line is read out alone, and leaves out that something is missing."""
    (answer,) = _answers(released, "Q14").values()
    assert not answer.is_whole
    assert answer.line.endswith("clausework record --attach tool-validation REPORT.")


def test_missing_answers_refuse_and_whole_ones_do_not(released: Device) -> None:
    """Exit 1 follows from what is missing, and goes away when it is recorded."""
    with released.open(reading=True) as workplace, pytest.raises(AnswersIncomplete, match="Q14"):
        audit(workplace, VERSION, ["Q14"]).refuse_unless_whole()
    report = released.write("reports/validation.pdf", b"%PDF-1.7 validated")
    with released.open() as workplace:
        attach_files(workplace, [report], evidence_target(workplace), "tool-validation")
    with released.open(reading=True) as workplace:
        audit(workplace, VERSION, ["q14"]).refuse_unless_whole()


def test_version_or_question_that_is_not_there_is_told(released: Device) -> None:
    """A version that was never released has no answers; a mark that is none is told with those there are."""
    with released.open(reading=True) as workplace:
        with pytest.raises(VersionNotReleased, match=r"No version 9\.9"):
            audit(workplace, "9.9")
        with pytest.raises(QuestionUnknown, match="'Q99' is no question"):
            audit(workplace, VERSION, ["Q99"])


def test_the_command_reads_out_one_line_an_answer(released: Device) -> None:
    """``clausework audit --read-out`` prints a line for each question, and ends with 1 for what is missing."""
    done = released.process("audit", VERSION, "--read-out")
    assert done.returncode == 1, done.stderr
    assert len(done.stdout.splitlines()) == len(QUESTIONS)
    assert "Something is missing in" in done.stderr
