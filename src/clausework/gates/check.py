"""What a check is: a name, the clauses it serves, a judgement of facts, and challenges that prove the judgement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from clausework.gates.facts import Facts, RejectionFact
from clausework.ledger.records.gates import Outcome, Reason

if TYPE_CHECKING:
    from clausework.gates.challenge import Challenge

Setting = str | int | bool
Settings = Mapping[str, Setting]


class Judgement(msgspec.Struct, frozen=True):
    """A check's answer before it becomes part of a verdict."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    rationale: str = ""


class Check(msgspec.Struct, frozen=True):
    """A check. ``version`` changes whenever the same facts could be judged otherwise."""

    name: str
    version: str
    title: str
    clauses: tuple[str, ...]
    evaluate: Callable[[Facts, Settings], Judgement]
    challenges: Callable[[], tuple[Challenge, ...]]


def passed(message: str, *records: int) -> Judgement:
    """A pass: what was seen, in which records."""
    return Judgement("pass", (Reason(message, records=tuple(records)),))


def failed(*reasons: Reason) -> Judgement:
    """A fail: the evidence is there and is not good enough."""
    return Judgement("fail", reasons)


def not_evaluated(
    message: str,
    *,
    who: str = "developer",
    command: str = "",
    records: tuple[int, ...] = (),
    ways: tuple[str, ...] = (),
) -> Judgement:
    """Nothing to judge: evidence is missing, empty or not usable. It blocks, as a fail does."""
    return Judgement("not_evaluated", (Reason(message, (), records, who, command, ways),))


def number(settings: Settings, name: str) -> int | None:
    """Return the setting as a whole number, ``None`` when the class does not ask for it."""
    value = settings.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(settings: Settings, name: str) -> str:
    """Return the setting as text, empty when the class does not ask for it."""
    value = settings.get(name)
    return value if isinstance(value, str) else ""


def unreadable(facts: Facts, level: str | None, kind: str) -> Judgement | None:
    """Return why a rejected file stands in the way: one of a format of ``kind``, or of none that could be told.

    Where a ``level`` is given, it must be of that level; one that was recorded without a level may be of any.
    """
    found = [one for one in facts.rejections if _concerns(one, level, kind)]
    if not found:
        return None
    one = found[-1]
    at = f" --level {one.level}" if one.level else ""
    return not_evaluated(
        f"{one.name} was rejected and not given again whole: {one.reason}",
        command=f"write it again, then clausework record {one.name}{at}",
        records=tuple(rejection.record for rejection in found),
        ways=(
            f"if it was given again under another name, or never of this build:"
            f" clausework decide supersede '#{one.record}'",
        ),
    )


def _concerns(rejection: RejectionFact, level: str | None, kind: str) -> bool:
    return rejection.kind in {"", kind} and (level is None or rejection.level in {"", level})
