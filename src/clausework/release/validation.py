"""Validation against the user needs is not verification, and gates the release (ISO 13485 7.3.7; IEC 62366-1 5.9).

Every user need in scope was validated on these artefacts: by tests at level validation that all passed, or by an
accepted review of the need with the method demonstration or analysis. Every protocol of that level, those that
evaluate usability among them, was run and counts. Then quality accepts the validation as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.independence import independent_of_makers
from clausework.gates.manual_tests import fault_of, left_out, protocols_of, runs_of, steps_before
from clausework.gates.narrowing import upwards
from clausework.ledger.records.gates import Reason
from clausework.release.condition import JUDGES, Condition
from clausework.release.facts import ReleaseFacts
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import ItemCases

LEVEL = "validation"
METHODS = ("demonstration", "analysis")
"""How a user need is validated otherwise than by a test."""

_ROLES = frozenset({"validates", "verifies"})


def needs_in_scope(facts: ReleaseFacts) -> tuple[ItemFact, ...]:
    """Return the user needs that count for the version: all, or those that requirements of a narrower scope serve."""
    needs = facts.items_of("user_need")
    every = {item.id for item in facts.items_of("software_requirement")}
    inside = {item.id for build in facts.builds for item in build.requirements_in_scope()}
    if inside >= every:
        return needs
    reached = upwards(facts.items, inside)
    return tuple(need for need in needs if need.id in reached)


def _on_candidate(facts: ReleaseFacts) -> ReleaseFacts:
    """Return ``facts`` without what passed in runs on artefacts that are not all the candidate's.

    A component that is reused brings its evidence; that it worked beside another version of its neighbour says
    nothing about the device that is to be released.
    """
    return msgspec.structs.replace(facts, builds=tuple(_without_foreign(facts, one) for one in facts.builds))


def _without_foreign(facts: ReleaseFacts, build: Facts) -> Facts:
    foreign = {
        run.record
        for run in build.human.runs
        if run.level == LEVEL and set(run.software) - set(facts.artefacts)
    }
    if not foreign:
        return build
    runs = tuple(run for run in build.human.runs if run.record not in foreign or run.failed)
    cases = tuple(_without_records(one, foreign) for one in build.item_cases)
    return msgspec.structs.replace(
        build, human=msgspec.structs.replace(build.human, runs=runs), item_cases=cases
    )


def _without_records(cases: ItemCases, foreign: set[int]) -> ItemCases:
    kept = [
        (case, records)
        for case, records in zip(cases.passed, cases.passed_records, strict=True)
        if cases.level != LEVEL or set(records) - foreign
    ]
    return msgspec.structs.replace(
        cases,
        passed=tuple(case for case, _ in kept),
        passed_records=tuple(records for _, records in kept),
        passed_places=(),
    )


def _validated(given: ReleaseFacts) -> Judgement:
    facts = _on_candidate(given)
    needs = needs_in_scope(facts)
    if not needs:
        return not_evaluated(
            "no user need is in scope, so nothing can be validated against one (13485 7.3.7)",
            who="quality",
            command="write the user needs as items and let the requirements derive from them",
        )
    judged = [_of_need(facts, need) for need in needs]
    reasons = [one for one in judged if isinstance(one, Reason)]
    reasons = [*_red(facts), *reasons, *_of_protocols(facts, given)]
    if reasons:
        return failed(*reasons)
    records = sorted({record for one in judged if not isinstance(one, Reason) for record in one})
    return _accepted(facts, len(needs), records)


def _red(facts: ReleaseFacts) -> list[Reason]:
    return [
        Reason(
            f"{case.case} is {case.outcome.replace('_', ' ')} at level '{LEVEL}'",
            records=case.records,
            who="developer",
            command="mend it and validate again, or clausework decide supersede the record with its reason",
        )
        for build in facts.builds
        for case in build.not_passed
        if case.level == LEVEL and case.outcome in {"red", "not_run_again"}
    ]


def _of_need(facts: ReleaseFacts, need: ItemFact) -> Reason | tuple[int, ...]:
    """Return the records that validate ``need``, or why none does."""
    cases = [
        one
        for build in facts.builds
        for one in build.item_cases
        if one.item == need.id and one.level == LEVEL and one.role in _ROLES
    ]
    reviews = [
        one
        for one in facts.judgements
        if one.effective
        and (one.form, one.matter_kind, one.matter_id, one.matter_sha256)
        == ("review", need.type, need.id, need.sha256)
    ]
    command = (
        f"clausework test run a protocol that validates {need.id}, or clausework decide review {need.id}"
    )
    if reviews and reviews[-1].fields.get("outcome") != "accepted":
        return _fault(need, "was rejected in review", (reviews[-1].record,), command)
    not_passed = [standing for one in cases for standing in one.not_passed]
    if not_passed:
        what = f"is not validated: {not_passed[0].case} is {not_passed[0].outcome.replace('_', ' ')}"
        return _fault(need, what, not_passed[0].records, command)
    if any(one.passed for one in cases):
        return tuple(record for one in cases for record in one.records)
    validating = _since_last_rejection(reviews)
    if not validating:
        return _fault(need, "is not validated: no test at level validation and no review", (), command)
    independent = [
        one
        for one in validating
        if all(
            independent_of_makers(build, need.id, (signature.email for signature in one.signatures))
            for build in facts.builds
        )
    ]
    if not independent:
        what = "was validated by nobody but who made the software"
        return _fault(need, what, (validating[-1].record,), f"clausework decide review {need.id}")
    return (independent[-1].record,)


def _since_last_rejection(reviews: Iterable[JudgementFact]) -> list[JudgementFact]:
    found: list[JudgementFact] = []
    for one in reviews:
        if one.fields.get("outcome") != "accepted":
            found.clear()
        elif one.fields.get("method") in METHODS:
            found.append(one)
    return found


def _fault(need: ItemFact, what: str, records: tuple[int, ...], command: str) -> Reason:
    return Reason(
        f"{need.id} ({need.title}) {what}", items=(need.id,), records=records, who="quality", command=command
    )


def _of_protocols(facts: ReleaseFacts, given: ReleaseFacts) -> list[Reason]:
    """Return why protocols of level validation are not passed on any of the builds, nor left out for all of them.

    ``facts`` are without runs on artefacts of other candidates, ``given`` with them.
    """
    reasons: list[Reason] = []
    ids = dict.fromkeys(item.id for build in facts.builds for item in protocols_of(build, LEVEL))
    for protocol_id in ids:
        found = [fault_of(build, protocol) for build, protocol in _asked(facts, protocol_id)]
        if all(found) and not _left_out_for_all(_asked(given, protocol_id)):
            reasons += [one for one in found if one is not None][:1]
    return reasons


def _asked(facts: ReleaseFacts, protocol_id: str) -> list[tuple[Facts, ItemFact]]:
    return [
        (build, protocol)
        for build in facts.builds
        for protocol in protocols_of(build, LEVEL)
        if protocol.id == protocol_id
    ]


def _left_out_for_all(asked: list[tuple[Facts, ItemFact]]) -> bool:
    """Tell whether an emergency's analysis leaves the protocol out for each build that it would be run again for."""
    open_for = [(build, one) for build, one in asked if left_out(build, one) is None]
    return len(open_for) < len(asked) and all(_as_before(build, one) for build, one in open_for)


def _as_before(build: Facts, protocol: ItemFact) -> bool:
    """Tell whether a build's artefacts were tested so beside others', or were no part of that test before either."""
    if fault_of(build, protocol) is None:
        return True
    return build.regression is not None and not (runs_of(build, protocol) or steps_before(build, protocol))


def _accepted(facts: ReleaseFacts, needs: int, records: list[int]) -> Judgement:
    review = facts.judged("review", "validation", facts.version, facts.subject)
    command = f"clausework decide review validation --version {facts.version}"
    if review is None or not review.by_role(*JUDGES):
        return not_evaluated(
            "nobody in quality or release authority accepted the validation of these artefacts against the user needs"
            " (13485 7.3.7)",
            who="quality",
            command=command,
        )
    if review.fields.get("outcome") != "accepted":
        return failed(
            Reason(
                "the validation was not accepted", records=(review.record,), who="quality", command=command
            )
        )
    if review.since < facts.last_validation:
        return not_evaluated(
            f"the validation was accepted (#{review.record}) before its newest evidence (#{facts.last_validation})",
            who="quality",
            command=command,
            records=(review.record, facts.last_validation),
        )
    return passed(
        f"{needs} user needs are validated, and the validation was accepted", review.record, *records
    )


CONDITIONS = (Condition("validation", "Validated", ("13485 7.3.7", "62366-1 5.9"), "ABC", _validated),)
