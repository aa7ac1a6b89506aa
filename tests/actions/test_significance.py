"""What is asked before anybody decides whether a change is significant: the plan's questions, and the case."""

from __future__ import annotations

import json

import pytest

from clausework.actions.decide import decide
from clausework.actions.significance import QuestionsUnanswered, asked_significance
from clausework.decisions.form import FieldValue
from clausework.standards.questions import QUESTION_SETS, faults_of_answers, questions_of, set_names
from tests.actions.device import PLAN, QUALITY, SIGNIFICANCE, Device, person

CHANGE = """
- {id: CR-001, type: change_request, title: Beep twice, text: The alarm beeps twice., links: {affects: REQ-002},
   fields: {status: open, reason: One beep is not heard.}}
- {id: CR-000, type: change_request, title: Of yesterday, text: It is done., fields: {status: closed}}
"""


def test_the_questions_are_shown_with_the_case_when_nothing_is_answered(established: Device) -> None:
    """Asked without answers, in plain: the changes with their text, each question by its mark; nothing is recorded."""
    items = (established.folder / "quality" / "items.yaml").read_text(encoding="utf-8")
    established.write("quality/items.yaml", items + CHANGE)
    before = established.count()
    done = established.process("decide", "significance", "1.0.0")
    assert done.returncode == 2
    assert "no scope is signed yet" in done.stdout
    assert (
        "CR-001  Beep twice\n    The alarm beeps twice.\n    because: One beep is not heard." in done.stdout
    )
    assert "CR-000" not in done.stdout
    for question in questions_of("mdr_annex_ix").questions:
        assert f"  {question.mark:<3} {question.asks}" in done.stdout
    assert "the 11 questions of 'mdr_annex_ix' are not answered" in done.stderr
    assert '--answers "A yes|no: REASON"' in done.stderr
    asked = json.loads(established.process("decide", "significance", "1.0.0", "--json").stdout)
    assert [one["id"] for one in asked["changes"]] == ["CR-001"]
    assert established.count() == before


def test_a_plan_names_several_sets(established: Device) -> None:
    """A device that is sold in two markets is asked for both, and each question stands once."""
    regulatory = "regulatory: {significance_questions: [mdr_annex_ix, fda_510k]}\n"
    established.write("clausework.yaml", PLAN + regulatory)
    with established.open(reading=True) as workplace:
        asked = asked_significance(workplace, "1.0.0")
    assert asked.questions == "mdr_annex_ix+fda_510k"
    assert [one.mark for one in asked.asks][-8:] == [f"U{number}" for number in range(1, 9)]
    with pytest.raises(QuestionsUnanswered, match="the 19 questions"):
        asked.refuse()


def test_what_was_decided_before_is_shown(releasable: Device) -> None:
    """Small changes add up: who answers sees what was decided of earlier versions, and the signed scope of this one."""
    with releasable.open() as workplace:
        quality = person(workplace, QUALITY)
        decided = decide(workplace, "significance", "0.9.0", SIGNIFICANCE, quality)
        (kept,) = decided.decision.attached
        assert "the algorithm, the architecture" in workplace.ledger.read_blob(kept.sha256).decode()
        scope: dict[str, FieldValue] = {"requirements": ("all",), "rationale": "what was planned for it"}
        decide(workplace, "scope", "1.0.0", scope, quality)
        asked = asked_significance(workplace, "1.0.0")
    assert [(one.version, one.decision) for one in asked.earlier] == [
        ("0.9.0", str(SIGNIFICANCE["decision"]))
    ]
    assert asked.scope >= 0
    assert asked.changes == ()


def test_each_mark_stands_once_in_all_sets_together() -> None:
    """An answer is of one question, whichever sets a plan names."""
    whole = questions_of(set_names([one.name for one in QUESTION_SETS]))
    marks = [one.mark for one in whole.questions]
    assert len(set(marks)) == len(marks)


def test_the_510k_set_asks_for_the_cumulative_effect() -> None:
    """Changes are held against the device as cleared last, not as released last (21 CFR 807.81(a)(3))."""
    (last,) = [one for one in questions_of("fda_510k").questions if one.mark == "U8"]
    assert "since the device was cleared last" in last.asks
    answers = [f"{one.mark} no: it stays as cleared" for one in questions_of("fda_510k").questions]
    assert faults_of_answers(questions_of("fda_510k"), answers, "not_significant") == ()
    assert faults_of_answers(questions_of("fda_510k"), answers[:-1], "not_significant")


def test_attack_a_yes_that_is_called_not_significant() -> None:
    """ATTACK a yes, and the change called not significant; that it is a mere repair decides nothing by itself."""
    asked = questions_of("fda_510k")
    for one in asked.questions:
        answers = [f"{two.mark} {'yes' if two is one else 'no'}: as looked at" for two in asked.questions]
        assert bool(faults_of_answers(asked, answers, "not_significant")) is one.decides
    assert [one.mark for one in asked.questions if not one.decides] == ["U1", "U2"]
