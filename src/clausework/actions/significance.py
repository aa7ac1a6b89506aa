"""What is asked before a person decides whether a change is significant: the questions, and the case.

Clause 6.2.3; MDR Annex IX 4.10; 21 CFR 807.81(a)(3). Nothing is recorded and nothing is answered here.
"""

from __future__ import annotations

from typing import NoReturn

import msgspec

from clausework.actions.given_texts import fit_version
from clausework.actions.items import present_items
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.decisions.significance import DECISIONS, UDI
from clausework.items.model import Item, ItemType
from clausework.standards.questions import Question, questions_of, set_names
from clausework.trace.standing import Standing

_OVER = frozenset({"closed", "done", "rejected"})


class QuestionsUnanswered(UsageFault):
    """Significance is to be decided, and no question is answered (clause 6.2.3; MDR Annex IX 4.10)."""


class CaseChange(msgspec.Struct, frozen=True):
    """A change that the version makes: its title, text and reason, so that it is before whoever answers."""

    id: str
    title: str
    text: str
    reason: str = ""


class EarlierSignificance(msgspec.Struct, frozen=True):
    """What was decided of an earlier version: what followed, and the record. Small changes may add up."""

    version: str
    decision: str
    record: int


class AskedSignificance(msgspec.Struct, frozen=True):
    """The questions of the plan's sets, and the case: the changes of the version, and what was decided before it.

    ``scope`` is the record of the version's signed scope, -1 where there is none: then the changes are those that are
    open among the items.
    """

    version: str
    questions: str
    source: str
    concerns: str
    asks: tuple[Question, ...]
    scope: int
    changes: tuple[CaseChange, ...]
    earlier: tuple[EarlierSignificance, ...]

    def refuse(self) -> NoReturn:
        """Raise ``QuestionsUnanswered``, with the command that answers."""
        raise QuestionsUnanswered(
            f"Nothing is decided of {self.version}: the {len(self.asks)} questions of '{self.questions}' are not"
            " answered.",
            hint=f'clausework decide significance {self.version} --answers "{self.asks[0].mark} yes|no: REASON" (and so'
            f" on, one for each question) --decision {'|'.join(DECISIONS)} --rationale TEXT --udi {'|'.join(UDI)}"
            " --udi-reason TEXT",
        )


def asked_significance(workplace: Workplace, version: str) -> AskedSignificance:
    """Return what is asked of a version, and the case. Raises ``NotAVersion`` and what reading the items raises."""
    version = fit_version(version)
    asked = questions_of(set_names(workplace.plan.regulatory.significance_questions))
    standing = workplace.standing(workplace.snapshot())
    scope, named = _scope(standing, version)
    items = {item.id: item for item in present_items(workplace).items}
    closed = {
        one.decision.matter.id for one in standing.decisions_on("close", ("change_request",)) if one.effective
    }
    still_open = tuple(name for name, item in items.items() if _is_open(item) and name not in closed)
    chosen = named if scope >= 0 else still_open
    return AskedSignificance(
        version,
        asked.name,
        asked.source,
        asked.concerns,
        asked.questions,
        scope,
        tuple(_told(items[name]) for name in chosen if name in items),
        _earlier(standing, version),
    )


def _scope(standing: Standing, version: str) -> tuple[int, tuple[str, ...]]:
    """Return the record of the version's scope, and the changes that it names."""
    signed = [
        one for one in standing.decisions_on("scope") if one.effective and one.decision.version == version
    ]
    if not signed:
        return -1, ()
    changes = signed[-1].decision.fields.get("changes", ())
    return signed[-1].record.index, (changes,) if isinstance(changes, str) else changes


def _is_open(item: Item) -> bool:
    return item.type is ItemType.CHANGE_REQUEST and item.says("status") not in _OVER


def _told(item: Item) -> CaseChange:
    return CaseChange(item.id, item.title, item.text, item.says("reason"))


def _earlier(standing: Standing, version: str) -> tuple[EarlierSignificance, ...]:
    """Return the newest signed decision on each other version, in the order in which they were made."""
    newest = {
        one.decision.version: EarlierSignificance(
            one.decision.version, str(one.decision.fields["decision"]), one.record.index
        )
        for one in standing.decisions_on("significance")
        if one.effective and one.decision.version != version
    }
    return tuple(sorted(newest.values(), key=lambda one: one.record))
