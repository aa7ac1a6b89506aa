"""The questions that decide whether a change is significant, as data.

MDR Annex IX 4.10; MDCG 2020-3 Rev. 1; 21 CFR 807.81(a)(3) with FDA's guidance on software changes of 2017. They are
asked in our own words; a set names whom it concerns. Which ones apply the plan says: a device under Article 120 is
asked otherwise than one with a certificate under MDR, and one that is sold in several markets is asked for each.
Clausework answers none: a person does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec


class Question(msgspec.Struct, frozen=True):
    """A question: its mark within the set, and what it asks.

    A yes leads to regulatory review (``decides``), unless the question only asks for the reason of the change.
    """

    mark: str
    asks: str
    decides: bool = True


class QuestionSet(msgspec.Struct, frozen=True):
    """A set of questions: its name in the plan, what it comes from, whom it concerns, the questions.

    Of several sets that a plan names, name, source and concern stand joined.
    """

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
    QuestionSet(
        "fda_510k",
        "21 CFR 807.81(a)(3); FDA guidance on when a software change of an existing device needs a 510(k), 2017",
        "devices cleared by a 510(k) in the United States",
        (
            Question("U1", "Is it made only to strengthen security, with no other effect?", decides=False),
            Question(
                "U2",
                "Is it made only to bring the device back to the specification that was cleared last?",
                decides=False,
            ),
            Question(
                "U3",
                "Does it bring a new risk of significant harm, or change one, that was not controlled in the device as"
                " cleared last?",
            ),
            Question(
                "U4",
                "Does it add or change a risk control, or make one necessary, for a situation that can lead to"
                " significant harm?",
            ),
            Question(
                "U5",
                "Could it significantly affect clinical function or performance that the intended use rests on?",
            ),
            Question("U6", "Does it change the indications for use, or the intended use in a major way?"),
            Question(
                "U7",
                "Does what changes beneath (infrastructure, architecture, core algorithm, rewritten code) reach safety"
                " or effectiveness in a significant way?",
            ),
            Question(
                "U8",
                "Cumulative effect: together with every change since the device was cleared last, not since the last"
                " release, do the changes significantly affect safety, effectiveness or the intended use?",
            ),
        ),
    ),
)
"""Every set that a plan may name."""

UNNAMED = "mdr_annex_ix"
"""The set where the plan names none: of those of the European Union it asks the most."""

_AND = "+"


def set_names(named: str | Sequence[str] | None) -> str:
    """Return the name of the sets that a plan names, joined; ``UNNAMED`` where it names none."""
    names = (named,) if isinstance(named, str) else tuple(named or ())
    return _AND.join(dict.fromkeys(names)) or UNNAMED


def questions_of(name: str) -> QuestionSet:
    """Return the set of that name, or all of several as one; a question that two of them ask stands once."""
    names = name.split(_AND)
    chosen = [one for one in QUESTION_SETS if one.name in names]
    questions = dict.fromkeys(question for one in chosen for question in one.questions)
    return QuestionSet(
        name,
        "; ".join(one.source for one in chosen),
        "; ".join(one.concerns for one in chosen),
        tuple(questions),
    )


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
    deciding = {one.mark for one in asked.questions if one.decides}
    yes = [mark for mark, word in given.items() if word == "yes" and mark in deciding]
    if yes and decision == "not_significant":
        faults.append(f"{', '.join(yes)} is answered with yes, and the change is said not to be significant")
    return tuple(faults)
