"""Every requirement in scope is verified (clauses 5.7.1, 5.7.4): by system tests that all passed, or otherwise, signed.

A skipped case verifies nothing. A requirement that is verified by analysis, inspection or demonstration needs a review
with that method, with effect, at the requirement's present text, for classes B and C by a person who neither wrote nor
implemented it. One that a person rejected is not verified, whatever
the tests say.
"""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    ITEMS,
    PASSING,
    QUALITY,
    RELEASE,
    SOUND,
    Challenge,
    Committed,
    EvidenceFile,
    SignedDecision,
    World,
    but,
    junit,
    with_evidence,
)
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.independence import independent_of_makers
from clausework.gates.tolerated import tolerated
from clausework.gates.ways_out import flaky_note, with_ways
from clausework.ledger.records.gates import Reason
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import ItemCases

OTHERWISE = ("analysis", "inspection", "demonstration")


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when each requirement in scope is verified at system level or by a signed review."""
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    if facts.dropped:
        return failed(_dropped(facts))
    requirements = facts.requirements_in_scope()
    if not requirements:
        return not_evaluated("no software requirement is in scope", who="quality", command="clausework lint")
    by_item = _system_cases(facts)
    reasons: list[Reason] = []
    records: set[int] = set()
    for requirement in requirements:
        reason, seen = _judge(facts, requirement, by_item.get(requirement.id))
        records.update(seen)
        if reason is not None:
            reasons.append(reason)
    if reasons:
        return failed(*reasons)
    note = facts.scope_note() + _standing_note(facts)
    return passed(f"all {len(requirements)} requirements in scope are verified{note}", *sorted(records))


def _standing_note(facts: Facts) -> str:
    """Return of which requirements a failing test stands as an anomaly, in words; empty where there is none."""
    stands = tolerated(facts)
    concerned = sorted(
        {
            one.item
            for one in facts.item_cases
            if (one.level, one.role) == ("system", "verifies")
            and any(case.outcome == "red" and case.case in stands for case in one.not_passed)
        }
    )
    named = f"{', '.join(concerned[:5])}{' ...' if len(concerned) > 5 else ''}"
    return f"; a failing test of {named} stands as an anomaly" if concerned else ""


def open_verification(facts: Facts, requirement: ItemFact) -> Reason | None:
    """Return why a requirement is not verified; ``None`` where it is."""
    return _judge(facts, requirement, _system_cases(facts).get(requirement.id))[0]


def _system_cases(facts: Facts) -> dict[str, ItemCases]:
    """Return the system tests of each requirement, those left out that failed and stand as residual anomalies."""
    stands = frozenset(tolerated(facts))
    return {
        one.item: _without(one, stands)
        for one in facts.item_cases
        if one.level == "system" and one.role == "verifies"
    }


def _without(cases: ItemCases, stands: frozenset[str]) -> ItemCases:
    """Return the cases of an item without those that failed and stand as residual anomalies; they count as seen."""
    tied = [one for one in cases.not_passed if one.outcome == "red" and one.case in stands]
    if not tied:
        return cases
    return msgspec.structs.replace(
        cases,
        passed=(*cases.passed, *(one.case for one in tied)),
        passed_records=(*cases.passed_records, *(one.records for one in tied)),
        not_passed=tuple(one for one in cases.not_passed if one not in tied),
    )


def _dropped(facts: Facts) -> Reason:
    return Reason(
        f"the build was made with {', '.join(facts.dropped[:5])}, which the items no longer have",
        items=facts.dropped,
        who="developer",
        command="commit the items as they are meant to be, then clausework build",
    )


def _judge(
    facts: Facts, requirement: ItemFact, cases: ItemCases | None
) -> tuple[Reason | None, tuple[int, ...]]:
    newest = facts.newest_judgement("review", "software_requirement", requirement)
    if newest is not None and newest.fields.get("outcome") != "accepted":
        return Reason(
            f"{requirement.id} was rejected in review",
            items=(requirement.id,),
            records=(newest.record,),
            who="developer",
            command=f"mend it, or have it reviewed again: clausework decide review {requirement.id}",
        ), ()
    if cases is not None and cases.not_passed:
        first = cases.not_passed[0]
        said = (
            f"{requirement.id}: {first.case} is {first.outcome.replace('_', ' ')}{flaky_note(facts, first)}"
        )
        return with_ways(facts, first, "system", said, (requirement.id,)), ()
    if cases is not None and cases.passed:
        return None, cases.records
    verifying: list[JudgementFact] = []
    for one in facts.effective_judgements("review", "software_requirement", requirement):
        if one.fields.get("outcome") != "accepted":
            verifying.clear()  # accepting the text again later does not verify what was rejected
        elif one.fields.get("method") in OTHERWISE:
            verifying.append(one)
    independent = [
        one
        for one in verifying
        if independent_of_makers(facts, requirement.id, (signature.email for signature in one.signatures))
    ]
    if independent:
        return None, (independent[-1].record,)
    if verifying:
        return Reason(
            f"{requirement.id}: its {verifying[-1].fields['method']} was reviewed by nobody but who wrote or"
            f" implemented it (class {facts.safety_class})",
            items=(requirement.id,),
            records=(verifying[-1].record,),
            who="a person who did neither",
            command=f"clausework decide review {requirement.id}",
        ), ()
    return Reason(
        f"{requirement.id} is not verified: no system test of it passed and no signed review verifies it",
        items=(requirement.id,),
        who="developer",
        command=f"record a system test of it, or clausework decide review {requirement.id}",
    ), ()


def challenges() -> tuple[Challenge, ...]:
    """A passed system test or a signed inspection verifies; nothing, a skip, a unit test, a stale review do not."""

    def system(data: bytes) -> EvidenceFile:
        return EvidenceFile("system.xml", data, "system")

    untested = with_evidence("system.xml", system(junit(("test_other", "passed", ""))))
    inspection = SignedDecision(
        "review",
        "software_requirement",
        "REQ-1",
        {"method": "inspection", "outcome": "accepted", "rationale": "The code path was read line by line."},
        signers=((*QUALITY, "reviewed"),),
    )

    read = msgspec.structs.replace(inspection, fields={**inspection.fields, "method": "review"})
    rejected = msgspec.structs.replace(inspection, fields={**inspection.fields, "outcome": "rejected"})
    changed = ITEMS.replace(b"the controller shall stop.", b"the controller shall stop within 1 s.")
    renamed = ITEMS.replace(b"REQ-1", b"REQ-2")

    def inspected(*decisions: SignedDecision) -> World:
        return but(evidence=untested.evidence, decisions=(*SOUND.decisions, *decisions))

    def made_by(author: str, subject: str) -> World:
        commit = Committed(subject, paths=("src/controller/motor.py",), author=author)
        return msgspec.structs.replace(inspected(inspection), commits=(commit,))

    return (
        Challenge("a system test passed", "pass", SOUND),
        Challenge("no system test names the requirement", "fail", untested),
        Challenge(
            "the system test was skipped",
            "fail",
            with_evidence("system.xml", system(junit(("test_stops", "skipped", "verifies=REQ-1")))),
        ),
        Challenge(
            "one of two system tests was skipped",
            "fail",
            with_evidence(
                "system.xml",
                system(
                    junit(("test_stops", "passed", "verifies=REQ-1"), ("test_b", "skipped", "verifies=REQ-1"))
                ),
            ),
        ),
        Challenge("there is no system test report", "fail", with_evidence("system.xml")),
        Challenge("a signed inspection verifies", "pass", inspected(inspection)),
        Challenge("who implemented the requirement inspected it", "fail", made_by(QUALITY[0], "REQ-1: stop")),
        Challenge(
            "who wrote the code inspected it, and no commit names it", "fail", made_by(QUALITY[0], "Tidy")
        ),
        Challenge(
            "another person than who implemented it inspected it", "pass", made_by(RELEASE[0], "REQ-1: stop")
        ),
        Challenge(
            "the inspection is of an earlier text",
            "fail",
            inspected(msgspec.structs.replace(inspection, stale=True)),
        ),
        Challenge(
            "nobody signed the inspection", "fail", inspected(msgspec.structs.replace(inspection, signers=()))
        ),
        Challenge("the requirement's text was reviewed, not its implementation", "fail", inspected(read)),
        Challenge("the inspection was accepted and then rejected", "fail", inspected(inspection, rejected)),
        Challenge(
            "the inspection was rejected, and then the text was accepted",
            "fail",
            inspected(inspection, rejected, read),
        ),
        Challenge("the inspection was rejected and then accepted", "pass", inspected(rejected, inspection)),
        Challenge(
            "the tests pass and a review rejected the requirement",
            "fail",
            but(decisions=(*SOUND.decisions, rejected)),
        ),
        Challenge("the requirement's text changed after its test", "fail", but(judged_items=changed)),
        Challenge("the requirement is deleted after its test", "fail", but(judged_items=renamed)),
        Challenge(
            "the system test passed on another commit",
            "fail",
            with_evidence("system.xml", EvidenceFile("system.xml", PASSING, "system", "other")),
        ),
        Challenge(
            "only a unit test verifies the requirement",
            "fail",
            with_evidence("system.xml", EvidenceFile("more.xml", PASSING, "unit")),
        ),
    )


CHECK = Check("verified", "4", "Requirements verified", ("5.7.1", "5.7.4"), evaluate, challenges)
