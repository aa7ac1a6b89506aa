"""The questions that decide whether a change is significant, as data (MDR Annex IX 4.10; MDCG 2020-3 Rev. 1).

The questions are asked in our own words; a set names whom it concerns. Which one applies the plan says, for a device
under Article 120 is asked otherwise than one with a certificate under MDR. Clausework answers none: a person does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec


class Question(msgspec.Struct, frozen=True):
    """A question: its mark within the set, and what it asks. A yes leads to regulatory review."""

    mark: str
    asks: str


class QuestionSet(msgspec.Struct, frozen=True):
    """A set of questions: its name in the plan, what it comes from, whom it concerns, the questions."""

    name: str
    source: str
    concerns: str
    questions: tuple[Question, ...]


_QUESTIONS = (
    Question("A", "Does the change touch the intended purpose: patients, users, conditions, claims?"),
    Question("B1", "Does it bring a new risk, or make one graver or likelier?"),
    Question("B2", "Does it need clinical data, or usability data, that are not there yet?"),
    Question("B3", "Does it change a risk control or an alarm?"),
    Question("B4", "Does it change how the device works in principle, or its source of energy?"),
    Question("C1", "Does it bring a new or greatly changed operating system or component?"),
    Question("C2", "Does it change the algorithm, the architecture or the structure of a database?"),
    Question("C3", "Does the software now close a loop where a person put in a value?"),
    Question("C4", "Does it add a diagnostic or therapeutic function, or a channel to another system?"),
    Question("C5", "Does it show data in a new way, or through a new user interface?"),
)

QUESTION_SETS: tuple[QuestionSet, ...] = (
    QuestionSet(
        "mdr_annex_ix",
        "Regulation (EU) 2017/745 Annex IX 2.4 and 4.10, and what the notified body asks beside it",
        "devices with a certificate under MDR",
        (
            *_QUESTIONS,
            Question("N", "Does the notified body's own list of changes to be told name this one?"),
        ),
    ),
    QuestionSet(
        "mdcg_2020_3",
        "MDCG 2020-3 Rev. 1",
        "devices placed on the market under Article 120",
        _QUESTIONS,
    ),
)
"""Every set that a plan may name."""

UNNAMED = "mdr_annex_ix"
"""The set where the plan names none: it asks the most."""


def questions_of(name: str | None) -> QuestionSet:
    """Return the set of that name, the one that asks most where the plan names none."""
    return next(one for one in QUESTION_SETS if one.name == (name or UNNAMED))


_ANSWER = re.compile(r"(?P<mark>[A-Z][0-9]?)\s+(?P<word>yes|no)\s*:\s*(?P<reason>\S.{4,})", re.DOTALL)


def faults_of_answers(asked: QuestionSet, answers: Sequence[str], decision: str) -> tuple[str, ...]:
    """Return what is wrong with the answers: each question has one, with its reason, and a yes is significant.

    An answer reads ``C2 no: the algorithm is as it was``.
    """
    faults: list[str] = []
    given: dict[str, str] = {}
    for answer in answers:
        found = _ANSWER.fullmatch(answer.strip())
        if found is None:
            faults.append(f"'{answer[:60]}' is no answer such as 'C2 no: the algorithm is as it was'")
        elif found["mark"] in given:
            faults.append(f"{found['mark']} is answered twice")
        else:
            given[found["mark"]] = found["word"]
    marks = [one.mark for one in asked.questions]
    faults += [f"{one.mark} is not answered: {one.asks}" for one in asked.questions if one.mark not in given]
    faults += [f"'{asked.name}' has no question {mark}" for mark in given if mark not in marks]
    yes = [mark for mark, word in given.items() if word == "yes"]
    if yes and decision == "not_significant":
        faults.append(f"{', '.join(yes)} is answered with yes, and the change is said not to be significant")
    return tuple(faults)
