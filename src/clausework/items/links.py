"""Which link may lead from what to what, and the clauses that ask for it: one table."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.items.model import ItemType as T

_REQUIREMENTS = frozenset({T.USER_NEED, T.SYSTEM_REQUIREMENT, T.SOFTWARE_REQUIREMENT})
_DESIGN = frozenset({T.ARCHITECTURE_ITEM, T.SOFTWARE_UNIT})
_REPORTS = frozenset({T.ANOMALY, T.PROBLEM_REPORT})
_TESTS = frozenset({T.TEST_CASE, T.TEST_PROTOCOL})
_ANY = frozenset(T)


class LinkRule(msgspec.Struct, frozen=True):
    """Items of ``sources`` may link in ``role`` to items of ``targets``; ``clauses`` say why the link exists.

    ``software_items`` lets the target be a software item that the plan names. A role may have several rules.
    """

    role: str
    sources: frozenset[T]
    targets: frozenset[T]
    clauses: tuple[str, ...]
    software_items: bool = False


def _rule(
    role: str,
    sources: frozenset[T] | T,
    targets: frozenset[T] | T,
    *clauses: str,
    software_items: bool = False,
) -> LinkRule:
    return LinkRule(role, _set(sources), _set(targets), clauses, software_items)


def _set(types: frozenset[T] | T) -> frozenset[T]:
    return frozenset({types}) if isinstance(types, T) else types


LINK_RULES: tuple[LinkRule, ...] = (
    _rule("derives_from", T.SYSTEM_REQUIREMENT, frozenset({T.USER_NEED, T.SYSTEM_REQUIREMENT}), "5.2.1"),
    _rule("derives_from", T.SOFTWARE_REQUIREMENT, _REQUIREMENTS, "5.1.1", "5.2.1"),
    _rule("derives_from", T.PROBLEM_REPORT, _REPORTS, "6.2.2", "9.1"),
    _rule("allocated_to", T.SYSTEM_REQUIREMENT, T.ARCHITECTURE_ITEM, "5.3.1", software_items=True),
    _rule("allocated_to", T.SOFTWARE_REQUIREMENT, T.ARCHITECTURE_ITEM, "5.3.1", software_items=True),
    _rule(
        "implements",
        T.SOFTWARE_UNIT,
        frozenset({T.SOFTWARE_REQUIREMENT, T.ARCHITECTURE_ITEM}),
        "5.4.2",
        "5.5.1",
    ),
    _rule("part_of", _DESIGN, T.ARCHITECTURE_ITEM, "5.3.1", "5.4.1", software_items=True),
    _rule("uses", _DESIGN, T.SOUP_ITEM, "5.3.3", "8.1.2"),
    _rule("causes", _DESIGN | {T.SOUP_ITEM, T.HAZARD, T.ANOMALY}, T.HAZARDOUS_SITUATION, "7.1.2", "7.1.4"),
    _rule("leads_to", T.HAZARD, T.HAZARDOUS_SITUATION, "7.1.1"),
    _rule("arises_in", T.HAZARDOUS_SITUATION, _DESIGN, "7.1.1", "7.3.3", software_items=True),
    _rule("estimates", T.RISK, T.HAZARDOUS_SITUATION, "4.2"),
    _rule("controls", T.RISK_CONTROL_MEASURE, frozenset({T.RISK, T.HAZARDOUS_SITUATION}), "7.2.1", "7.3.3"),
    _rule("realised_by", T.RISK_CONTROL_MEASURE, T.SOFTWARE_REQUIREMENT, "5.2.3", "7.2.2"),
    _rule("verifies", _TESTS, _REQUIREMENTS | _DESIGN | {T.RISK_CONTROL_MEASURE}, "5.7.1", "5.7.4", "7.3.3"),
    _rule("verifies_implementation", _TESTS, T.RISK_CONTROL_MEASURE, "7.3.1"),
    _rule("verifies_effectiveness", _TESTS, T.RISK_CONTROL_MEASURE, "7.3.1"),
    _rule("verifies_under_fault", _TESTS, T.RISK_CONTROL_MEASURE, "7.3.1"),
    _rule(
        "introduces",
        T.RISK_CONTROL_MEASURE,
        frozenset({T.HAZARD, T.HAZARDOUS_SITUATION, T.RISK}),
        "14971 7.5",
    ),
    _rule("validates", _TESTS, T.USER_NEED, "13485 7.3.7"),
    _rule("found_in", _REPORTS, _DESIGN | _TESTS | {T.SOUP_ITEM}, "9.1", software_items=True),
    _rule(
        "affects", _REPORTS | {T.CHANGE_REQUEST, T.TASK}, _ANY, "6.2.3", "7.4.1", "9.2", software_items=True
    ),
    _rule("resolves", T.CHANGE_REQUEST, _REPORTS, "8.2.4", "9.4"),
)
"""Every kind of link there is."""

ROLES: tuple[str, ...] = tuple(dict.fromkeys(rule.role for rule in LINK_RULES))

ORDERING_ROLES = frozenset({"derives_from", "part_of"})
"""Roles that say what comes before what, between items of one type: a cycle of them has no beginning."""


def rules_for(role: str, source: T) -> Sequence[LinkRule]:
    """Return the rules by which an item of type ``source`` may link in ``role``."""
    return [rule for rule in LINK_RULES if rule.role == role and source in rule.sources]
