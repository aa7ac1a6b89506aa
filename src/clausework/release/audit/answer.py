"""What an answer is: one line to read out, the records behind it, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from clausework.decisions.effect import Given
from clausework.ledger.records import Record
from clausework.ledger.records.release import Release
from clausework.plan.model import Plan
from clausework.release.facts import ReleaseFacts
from clausework.release.index import ReleaseIndex
from clausework.trace.standing import Standing

_YES, _NOT_IN_FULL = "Yes: ", "Not in full: "


class Shown(msgspec.Struct, frozen=True):
    """Something recorded that an answer rests on: what, in which record (-1: none of its own), by whom, when."""

    what: str
    record: int = -1
    by: str = ""
    at: str = ""


class Said(msgspec.Struct, frozen=True):
    """What can be said to a question: one line to read out, what it rests on, and what is missing."""

    line: str
    shown: tuple[Shown, ...] = ()
    missing: tuple[str, ...] = ()


class Audited(msgspec.Struct, frozen=True):
    """A release as an auditor looks at it.

    ``facts`` are those that the signed gate was judged by, ``now`` the same release as the log stands today.
    ``given`` are the signatures of the release, ``wanted`` those that it lacks. ``withdrawn`` says who withdrew it,
    when and why; empty where nobody did. ``lost`` names the kept files of the release whose bytes are not in the store.
    ``restored_at`` is when its archive was last restored (empty: never), ``restore_due`` whether that is too long ago.
    """

    record: Record
    release: Release
    facts: ReleaseFacts
    now: ReleaseFacts
    index: ReleaseIndex
    plan: Plan
    records: tuple[Record, ...]
    standing: Standing
    given: tuple[Given, ...]
    wanted: tuple[str, ...] = ()
    withdrawn: str = ""
    lost: tuple[str, ...] = ()
    restored_at: str = ""
    restore_due: bool = False

    @property
    def version(self) -> str:
        """The version that was released."""
        return self.release.version

    def of(self, kind: type) -> list[Record]:
        """Return the records of a kind, in log order."""
        return [one for one in self.records if isinstance(one.body, kind)]


class Question(msgspec.Struct, frozen=True):
    """A question: its mark, what is asked, the clauses behind it, how it is answered."""

    mark: str
    asks: str
    clauses: tuple[str, ...]
    answer: Callable[[Audited], Said]


class Answer(msgspec.Struct, frozen=True):
    """A question with its answer, for a reader."""

    mark: str
    asks: str
    clauses: tuple[str, ...]
    line: str
    shown: tuple[Shown, ...]
    missing: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def answered(question: Question, audited: Audited) -> Answer:
    """Return the answer; its line says how much is missing, so that it is true when it is read out alone.

    Where something is missing, it does not begin with a yes.
    """
    said = question.answer(audited)
    missing = tuple(dict.fromkeys(said.missing))
    line = said.line.replace(_YES, _NOT_IN_FULL, 1) if missing else said.line
    gaps = f" Missing: {missing[0].rstrip('.')}{_more(len(missing))}." if missing else ""
    return Answer(question.mark, question.asks, question.clauses, line + gaps, said.shown, missing)


def count(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun: ``1 test``, ``3 tests``."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def agree(number: int, one: str, several: str) -> str:
    """Return the form of a verb that goes with a number: ``is`` or ``are``."""
    return one if number == 1 else several


def listed(names: Sequence[str], most: int = 4) -> str:
    """Return names for a sentence, those past ``most`` counted."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _more(number: int) -> str:
    return f", and {number - 1} more" if number > 1 else ""
