"""What an emergency's signed impact analysis leaves out of the regression, and what it cannot (clauses 6.3.1, 7.4).

Only the repetition is left out, for one version and until a day. What guards a risk is tested again, and so is what the
change touches; each requirement in scope is verified on the build all the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausework.core.clock import parse_timestamp
from clausework.gates.control_reach import guarded_by_controls
from clausework.gates.facts import Facts, JudgementFact
from clausework.trace.item_fact import ItemFact
from clausework.trace.test_changes import VanishedCase


def vanished(facts: Facts) -> tuple[VanishedCase, ...]:
    """Return the cases of the last release that this build did not run."""
    return facts.regression.vanished if facts.regression else ()


def narrowed(facts: Facts) -> JudgementFact | None:
    """Return the emergency's signed impact analysis for the version, while its day has not come."""
    found = [
        one
        for one in facts.effective_judgements("narrow", "version")
        if facts.version
        and one.version == facts.version
        and parse_timestamp(str(one.fields["repeat_until"])) > parse_timestamp(facts.at)
    ]
    return found[-1] if found else None


NOBODY = "nobody leaves it out"
"""Why a case is to be run again where no impact analysis was signed."""


class Kept:
    """What a signed impact analysis cannot leave out: what it does not name, what guards a risk, what is changed."""

    def __init__(self, facts: Facts, by: JudgementFact) -> None:
        names = by.fields["requirements"]
        self._by = f"the impact analysis #{by.record}"
        self._named = frozenset({names} if isinstance(names, str) else names)
        self._tests = {one.id for one in facts.items if one.type in {"test_case", "test_protocol"}}
        self._guarding = guarded_by_controls(facts.items)
        self._changed = _changed(facts)

    def why(self, one: VanishedCase) -> str:
        """Return why the case is to be run again; empty where the analysis leaves it out."""
        verified = set(one.items) - self._tests
        if not verified:
            return f"{self._by} leaves out tests of requirements, and it names none"
        for item in sorted(verified):
            if item in self._guarding:
                return f"{item} guards a risk, so its tests are not left out"
            if item in self._changed:
                return f"{item}, or what derives from it, is changed by this build, so its tests are not left out"
            if item not in self._named:
                return f"{self._by} does not name {item}"
        return ""


def why_repeated(facts: Facts, cases: Iterable[VanishedCase]) -> str:
    """Return why the first of the ``cases`` that is to be run again is; empty where all are left out."""
    by = narrowed(facts)
    kept = Kept(facts, by) if by else None
    return next((why for one in cases if (why := kept.why(one) if kept else NOBODY)), "")


def _changed(facts: Facts) -> frozenset[str]:
    """Return what reads otherwise than in the last release, or the build's commits are linked to, or touch.

    A system requirement is changed with what derives from it. Whether a user need is, the analysis says: where nobody
    tests it again, somebody else validates it by analysis or demonstration (ISO 13485 7.3.7).
    """
    touched = {item for commit in facts.commits for item in commit.items}
    touched |= {item for items in facts.human.implemented.values() for item in items}
    affected = {target for one in facts.items if one.id in touched for target in one.targets("affects")}
    changed = {*touched, *affected, *(facts.human.changed or ())}
    needs = {one.id for one in facts.items if one.type == "user_need"}
    return frozenset(changed | (upwards(facts.items, changed) - needs))


def upwards(items: Iterable[ItemFact], start: Iterable[str]) -> set[str]:
    """Return the items ``start`` and all that they derive from."""
    sources = {item.id: item.targets("derives_from") for item in items}
    reached = set(start)
    pending = list(reached)
    while pending:
        for source in sources.get(pending.pop(), ()):
            if source not in reached:
                reached.add(source)
                pending.append(source)
    return reached
