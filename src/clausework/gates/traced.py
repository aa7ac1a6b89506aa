"""Every requirement in scope is linked onwards: an untraced one is unverified (5.1.1 c, 5.2.6, 5.3.1, 5.4.2, 7.3.3).

``to`` says how far for the class: ``requirement`` asks a test of each, ``software_item`` its place in the architecture
as well, ``software_unit`` besides a unit that implements it, by its links or by a comment in one of its files. An item
that a review rejected at its present text is refused, of whatever kind it is (5.2.6, 5.3.6, 5.4.4).
"""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    ITEMS,
    PASSING,
    QUALITY,
    SOUND,
    Challenge,
    EvidenceFile,
    SignedDecision,
    but,
    junit,
)
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text
from clausework.gates.facts import Facts
from clausework.ledger.records.gates import Reason
from clausework.trace.file_owners import owners_of
from clausework.trace.item_fact import ItemFact


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when every requirement in scope has each link that ``to`` asks."""
    requirements = facts.requirements_in_scope()
    if not requirements:
        return not_evaluated("no software requirement is in scope", who="quality", command="clausework lint")
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    to = text(settings, "to")
    tested = _tested(facts)
    implemented = _targets(facts, "software_unit", "implements") | _marked_in_units(facts)
    reasons = _rejected(facts)
    for requirement in requirements:
        missing = _missing(requirement, to, tested, implemented)
        if missing:
            reasons.append(
                Reason(
                    f"{requirement.id} has no {' and no '.join(missing)}",
                    items=(requirement.id,),
                    who="developer",
                    command="link it, then clausework build or clausework record",
                )
            )
    if reasons:
        return failed(*reasons)
    return passed(
        f"{len(requirements)} requirements in scope are linked to {to.replace('_', ' ')} and test{facts.scope_note()}"
    )


def _rejected(facts: Facts) -> list[Reason]:
    newest = [(item, facts.newest_judgement("review", item.type, item)) for item in facts.items]
    return [
        Reason(
            f"{item.id} was rejected in review",
            items=(item.id,),
            records=(one.record,),
            who="developer",
            command=f"mend it, or have it reviewed again: clausework decide review {item.id}",
        )
        for item, one in newest
        if one is not None and one.fields.get("outcome") != "accepted"
    ]


def _missing(
    requirement: ItemFact, to: str, tested: frozenset[str], implemented: frozenset[str]
) -> list[str]:
    missing = []
    if requirement.id not in tested and requirement.by_test:
        missing.append("test")
    if to != "requirement" and not requirement.targets("allocated_to"):
        missing.append("architecture item")
    if to not in {"requirement", "software_item"} and requirement.id not in implemented:
        missing.append("software unit")
    return missing


def _tested(facts: Facts) -> frozenset[str]:
    recorded = {one.item for one in facts.item_cases if one.role == "verifies"}
    return frozenset(recorded) | (
        _targets(facts, "test_case", "verifies") | _targets(facts, "test_protocol", "verifies")
    )


def _marked_in_units(facts: Facts) -> frozenset[str]:
    """Return the items that a comment in a file of a software unit says to be implemented there."""
    owners = [owner.globs for owner in owners_of(facts.items_of("software_unit"))]
    return frozenset(
        item
        for item, places in facts.marked.items()
        if any(globs.match(place.rpartition(":")[0]) for place in places for globs in owners)
    )


def _targets(facts: Facts, item_type: str, role: str) -> frozenset[str]:
    return frozenset(
        target for item in facts.items_of(item_type) for one, target in item.links if one == role
    )


def challenges() -> tuple[Challenge, ...]:
    """Full links pass; a requirement without test, place or unit, a rejected unit, an empty scope are refused."""
    unit: dict[str, str | int | bool] = {"to": "software_unit"}
    place: dict[str, str | int | bool] = {"to": "software_item"}
    unlinked = junit(("test_stops", "passed", ""))
    untested = but(
        evidence=tuple(
            EvidenceFile(one.name, unlinked, one.level) if one.data == PASSING else one
            for one in SOUND.evidence
        )
    )
    unsaid = ITEMS.replace(b"allocated_to: [ARC-1]}}", b"allocated_to: [ARC-1]}, fields: {verification: ''}}")
    unplaced = ITEMS.replace(b", allocated_to: [ARC-1]", b"")
    unimplemented = ITEMS.replace(b"implements: [REQ-1], ", b"")
    none = b"\n".join(line for line in ITEMS.splitlines() if b"SOUP" in line or b"Frozen values" in line)
    rejected = SignedDecision(
        "review",
        "software_unit",
        "UNIT-1",
        {"method": "review", "outcome": "rejected", "rationale": "The unit ignores the second sensor."},
        signers=((*QUALITY, "reviewed"),),
    )
    return (
        Challenge("a review rejected the unit", "fail", but(decisions=(*SOUND.decisions, rejected)), unit),
        Challenge("the requirement has test, place and unit", "pass", SOUND, unit),
        Challenge("no test names the requirement", "fail", untested, unit),
        Challenge(
            "no test names the requirement, whose field on its verification is empty",
            "fail",
            msgspec.structs.replace(untested, items=unsaid),
            unit,
        ),
        Challenge("the requirement has no place in the architecture", "fail", but(items=unplaced), place),
        Challenge("no unit implements the requirement", "fail", but(items=unimplemented), unit),
        Challenge("there is no requirement at all", "not_evaluated", but(items=none), unit),
    )


CHECK = Check(
    "traced", "2", "Requirements traced", ("5.1.1", "5.2.6", "5.3.1", "5.4.2", "7.3.3"), evaluate, challenges
)
