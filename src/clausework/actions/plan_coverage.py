"""Which clauses a plan serves, by which stage and check, and which it leaves (clause 5.1.1, principle 7).

A clause is served when something refuses without it: a check in a stage that cites the clause as the check does, a
condition of the release gate, or a section of the plan that its approvers sign. A form or a kind of record that could
hold the evidence serves nothing as long as nothing asks for it: it is told beside the gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from clausework.actions.planned_checks import CONDITIONS_CHECK, clauses_of
from clausework.decisions.forms import FORMS
from clausework.ledger.records.clauses import RECORD_CLAUSES
from clausework.plan.effective import CheckUse, Stage, classes_in_use, stages_for_class
from clausework.plan.gaps import Gap
from clausework.plan.model import Plan
from clausework.release.conditions import CONDITIONS
from clausework.standards import Catalogue, Clause, SafetyClass, catalogues, clause, clauses_under

State = Literal["served", "accepted", "gap", "not held"]
"""``not held``: nothing serves it, and its catalogue lists a part of its standard: it is told and not counted."""

_STATED: dict[str, tuple[str, ...]] = {"software_systems": ("4.3",), "stages": ("5.1.6",)}
"""Sections that every plan has, its own or the built-in ones, and that are themselves what a clause asks for."""

_RELEASING: dict[str, tuple[str, ...]] = {"environments": ("6.3.2",)}
"""The same where an environment takes nothing but a release."""

_RELEASE = "release"


class ClauseCoverage(msgspec.Struct, frozen=True):
    """How one clause stands for one safety class.

    ``served_by`` are the stages' checks, release conditions and sections of the plan that ask for it; ``cited_by`` the
    stages that cite it though no check of theirs does; ``recorded_by`` the forms and kinds of record that can hold the
    evidence. ``gap`` is what the plan accepts, ``overdue`` that its review day is past.
    """

    clause: str
    title: str
    safety_class: SafetyClass
    state: State
    served_by: tuple[str, ...]
    cited_by: tuple[str, ...]
    recorded_by: tuple[str, ...]
    gap: Gap | None = None
    overdue: bool = False


class PlanCoverage(msgspec.Struct, frozen=True):
    """Every clause of each class that the plan has; ``cut`` names the stages and checks that serve none of any."""

    day: str
    classes: tuple[SafetyClass, ...]
    clauses: tuple[ClauseCoverage, ...]
    cut: tuple[str, ...]

    @property
    def gaps(self) -> tuple[ClauseCoverage, ...]:
        """The clauses that nothing serves and nobody accepted."""
        return tuple(one for one in self.clauses if one.state == "gap")

    @property
    def overdue(self) -> tuple[ClauseCoverage, ...]:
        """The clauses whose accepted gap should have been looked at again."""
        return tuple(one for one in self.clauses if one.overdue)

    @property
    def needless(self) -> tuple[ClauseCoverage, ...]:
        """The clauses that the plan accepts as gaps although something serves them."""
        return tuple(one for one in self.clauses if one.state == "served" and one.gap)


def plan_coverage(plan: Plan, day: str) -> PlanCoverage:
    """Return how the clauses stand under ``plan`` on ``day`` (``2027-06-01``)."""
    classes = classes_in_use(plan)
    found: list[ClauseCoverage] = []
    idle: dict[tuple[str, str], str] = {}
    serving: set[tuple[str, str]] = set()
    for safety_class in classes:
        stages = stages_for_class(plan, safety_class)
        found += _of_class(plan, safety_class, stages, day)
        idle |= _serving_nothing(stages)
        serving |= _serving_something(stages)
    cut = tuple(said for name, said in idle.items() if name not in serving)
    return PlanCoverage(day, classes, tuple(found), cut)


def _of_class(
    plan: Plan, safety_class: SafetyClass, stages: Sequence[Stage], day: str
) -> list[ClauseCoverage]:
    served = _serving(plan, safety_class, stages)
    cited = _index((clause_, stage.name) for stage in stages for clause_ in stage.clauses)
    recorded = _recording()
    accepted = {clause(citation).citation: gap for citation, gap in plan.gaps.items()}
    found = []
    for catalogue in catalogues():
        for one in catalogue.clauses:
            if safety_class not in one.classes:
                continue
            by, gap = served.get(one.citation, ()), accepted.get(one.citation)
            found.append(
                ClauseCoverage(
                    clause=one.citation,
                    title=one.title,
                    safety_class=safety_class,
                    state=_state(catalogue, by, gap),
                    served_by=by,
                    cited_by=() if by else cited.get(one.citation, ()),
                    recorded_by=recorded.get(one.citation, ()),
                    gap=gap,
                    overdue=gap is not None and gap.review < day,
                )
            )
    return found


def _state(catalogue: Catalogue, served_by: Sequence[str], gap: Gap | None) -> State:
    if served_by:
        return "served"
    if gap is not None:
        return "accepted"
    return "gap" if catalogue.complete else "not held"


def _serving(plan: Plan, safety_class: SafetyClass, stages: Sequence[Stage]) -> dict[str, tuple[str, ...]]:
    """Return what asks for each clause, by the clause."""
    named: list[tuple[str, str]] = []
    for stage in stages:
        for use in (one for one in stage.checks if one.name != CONDITIONS_CHECK):
            named += [(one.citation, f"{stage.name}.{use.name}") for one in _served_by_check(stage, use)]
    for condition in CONDITIONS:
        if safety_class in condition.classes:
            named += [(cited, f"{_RELEASE} {condition.name}") for cited in condition.clauses]
    releasing = any(environment.release for environment in plan.environments.values())
    for section, clauses in (_STATED | (_RELEASING if releasing else {})).items():
        named += [(cited, f"the approved plan's '{section}'") for cited in clauses]
    return _index(named)


def _served_by_check(stage: Stage, use: CheckUse) -> tuple[Clause, ...]:
    """Return the clauses that both the check and its stage cite: those of unit tests are not those of system tests."""
    if use.not_applicable:
        return ()
    in_stage = {one.citation for cited in stage.clauses for one in clauses_under(cited)}
    return tuple(one for cited in clauses_of(use) for one in clauses_under(cited) if one.citation in in_stage)


def _serving_something(stages: Sequence[Stage]) -> set[tuple[str, str]]:
    """Return the names of the checks that serve a clause, and of the stages (with no check) that have such a check."""
    serving = {
        (stage.name, use.name) for stage in stages for use in stage.checks if _served_by_check(stage, use)
    }
    return serving | {(stage, "") for stage, _ in serving}


def _serving_nothing(stages: Sequence[Stage]) -> dict[tuple[str, str], str]:
    """Return what to say of each stage and check that serves no clause of its class, by their names."""
    found: dict[tuple[str, str], str] = {}
    for stage in stages:
        asked = [use for use in stage.checks if not use.not_applicable]
        idle = [use for use in asked if not _served_by_check(stage, use)]
        if not stage.clauses or (asked and len(idle) == len(asked)):
            said = f"the stage '{stage.name}' serves no clause: cut it, or cite what its checks serve"
            found[stage.name, ""] = said
        else:
            for use in idle:
                found[stage.name, use.name] = (
                    f"the check '{use.name}' serves none of the clauses of the stage '{stage.name}': cut it, or cite"
                    f" what it serves ({', '.join(clauses_of(use)) or 'it cites nothing'})"
                )
    return found


def _recording() -> dict[str, tuple[str, ...]]:
    """Return the forms and kinds of record that can hold a clause's evidence."""
    forms = [(cited, f"decide {form.name}") for form in FORMS for cited in form.clauses]
    records = [(cited, body.__name__) for body, clauses in RECORD_CLAUSES.items() for cited in clauses]
    return _index([*forms, *records])


def _index(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the names by every clause that a citation names or stands above."""
    found: dict[str, dict[str, None]] = {}
    for cited, name in named:
        for one in clauses_under(cited):
            found.setdefault(one.citation, {})[name] = None
    return {citation: tuple(names) for citation, names in found.items()}
