"""Validation refuses: each way in which a user need stands without evidence, or against it."""

from __future__ import annotations

from clausework.gates.facts import Facts
from clausework.gates.human_facts import HumanFacts, ManualRunFact
from clausework.release.facts import ReleaseFacts
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import CaseStanding, ItemCases
from tests.release.changes import Change, Refusal, build, changed, judged, together, without
from tests.tracing.making import digest

NEED = "NEED-001"

PROTOCOL = ItemFact(
    "TP-9",
    "test_protocol",
    "Summative evaluation",
    digest("TP-9"),
    (("validates", NEED),),
    {"level": "validation", "kind": "usability", "steps": "Use it | It is understood"},
)


def cases(
    outcome: str = "passed", level: str = "validation", role: str = "validates", item: str = NEED
) -> Change:
    """Add a test of the need."""
    standing = CaseStanding("ward/night", level, "skipped" if outcome == "skipped" else "red", (5,))
    passed = ("ward/night",) if outcome == "passed" else ()
    one = ItemCases(item, role, level, passed, ((5,),) if passed else (), () if passed else (standing,))

    def change(facts: Facts) -> Facts:
        more = (standing,) if outcome == "red" else ()
        return changed(facts, item_cases=(*facts.item_cases, one), not_passed=(*facts.not_passed, *more))

    return build(change)


def method(name: str) -> Change:
    """Change the method of the need's review."""

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        return changed(
            facts,
            judgements=tuple(
                changed(one, fields={**one.fields, "method": name}) if one.matter_kind == "user_need" else one
                for one in facts.judgements
            ),
        )

    return change


def made_by(email: str) -> Change:
    """Let a person have implemented what serves the need."""
    return build(lambda facts: changed(facts, human=HumanFacts(implemented={email: (NEED,)})))


def run_on(*software: str) -> Change:
    """Let the need be tested by a person's run on these artefacts, in the record of ``cases``."""
    run = ManualRunFact(
        record=5,
        protocol="TP-9",
        protocol_sha256=digest("TP-9"),
        level="validation",
        tester="quality@example.com",
        performed_at="2026-01-01",
        software=tuple(map(digest, software)),
        serial="SN-1",
        environment="ward",
        equipment=(),
        attachments=0,
        passed=1,
        failed=0,
        blocked=0,
        signature=6,
        signed_by="Quinn",
        approval=4,
        lacks=(),
    )
    return build(lambda facts: changed(facts, human=changed(facts.human, runs=(run,))))


UNREVIEWED = without("review", "user_need")

REFUSALS: tuple[Refusal, ...] = (
    (
        "validation",
        "there is no user need",
        "not_evaluated",
        "no user need is in scope",
        lambda facts: changed(facts, items=tuple(one for one in facts.items if one.type != "user_need")),
    ),
    ("validation", "a user need has no evidence", "fail", "NEED-001 (To know) is not validated", UNREVIEWED),
    (
        "validation",
        "the text of the need was reviewed, not the device against it",
        "fail",
        "is not validated",
        method("review"),
    ),
    (
        "validation",
        "the need changed after its demonstration",
        "fail",
        "is not validated",
        judged("review", "user_need", matter_sha256=digest("other")),
    ),
    (
        "validation",
        "the demonstration was not accepted",
        "fail",
        "was rejected in review",
        judged("review", "user_need", outcome="rejected"),
    ),
    (
        "validation",
        "nobody signed the demonstration",
        "fail",
        "is not validated",
        judged("review", "user_need", effective=False),
    ),
    (
        "validation",
        "the demonstration is of nobody but who made the software",
        "fail",
        "validated by nobody but who made the software",
        made_by("quality@example.com"),
    ),
    (
        "validation",
        "the need is verified by a system test alone",
        "fail",
        "is not validated",
        together(UNREVIEWED, cases(level="system", role="verifies")),
    ),
    (
        "validation",
        "the need was validated beside another version of a component",
        "fail",
        "is not validated",
        together(UNREVIEWED, cases(), run_on("another version")),
    ),
    ("validation", "a validation test was skipped", "fail", "ward/night is skipped", cases("skipped")),
    (
        "validation",
        "a validation test is red, though the need was demonstrated",
        "fail",
        "ward/night is red at level 'validation'",
        cases("red"),
    ),
    (
        "validation",
        "a red validation test names no need",
        "fail",
        "ward/night is red at level 'validation'",
        cases("red", item="REQ-001"),
    ),
    (
        "validation",
        "the usability of the device was not evaluated by its protocol",
        "fail",
        "TP-9 (Summative evaluation) was not run",
        build(lambda facts: changed(facts, items=(*facts.items, PROTOCOL))),
    ),
    (
        "validation",
        "it was accepted before its newest evidence",
        "not_evaluated",
        "before its newest evidence (#999)",
        lambda facts: changed(facts, last_validation=999),
    ),
    (
        "validation",
        "a developer accepted it",
        "not_evaluated",
        "nobody in quality",
        lambda facts: changed(
            facts,
            judgements=tuple(
                changed(one, signatures=tuple(changed(each, role="developer") for each in one.signatures))
                if one.matter_kind == "validation"
                else one
                for one in facts.judgements
            ),
        ),
    ),
)
