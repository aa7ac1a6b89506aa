"""The requirements are worded so that they can be verified (clauses 5.2.6, 5.1.4): rules Q1 to Q20 and their score.

It stands in no built-in stage: a plan that wants it adds it to a stage and tells its threshold. The rules and the score
are described on the page on the quality of requirements.
"""

from __future__ import annotations

from clausework.gates.challenge import ITEMS, SOUND, Challenge, EvidenceFile, World, but, junit
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, number, passed
from clausework.gates.facts import Facts, QualityFact
from clausework.ledger.records.gates import Reason

_MOST_NAMED = 10
_COMMAND = "clausework quality --build {}; mend what it names"


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when the ``score`` of all requirements, that of each document and the ``findings`` are as asked."""
    wanted = {
        name: value
        for name in ("score", "document_score", "findings")
        if (value := number(settings, name)) is not None
    }
    if not wanted:
        return Judgement("not_applicable", rationale="the plan sets no threshold for this class")
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    quality = facts.quality
    if quality is None or quality.score is None:
        return not_evaluated("there is no requirement to judge", who="quality", command="clausework lint")
    command = _COMMAND.format(facts.build.id[:12])
    faults = _faults(quality, quality.score, wanted)
    if faults:
        about = [
            Reason(f"{one.rule}: {one.message}", (one.item,), (facts.build.record,), "developer", command)
            for one in quality.first[:_MOST_NAMED]
        ]
        reasons = [Reason(fault, (), (facts.build.record,), "developer", command) for fault in faults]
        return failed(*reasons, *about)
    rules = ", ".join(one.partition(":")[0] for one in quality.not_evaluated)
    left_out = f"; not evaluated: {rules}" if rules else ""
    return passed(
        f"{quality.requirements} requirements score {quality.score}, with {quality.findings} findings{left_out}",
        facts.build.record,
    )


def _faults(quality: QualityFact, score: int, wanted: dict[str, int]) -> list[str]:
    faults = []
    if score < wanted.get("score", 0):
        faults.append(f"the requirements score {score}, the plan asks {wanted['score']}")
    faults += [
        f"the requirements in {document} score {own}, the plan asks {wanted['document_score']} of each document"
        for document, own in quality.documents.items()
        if own < wanted.get("document_score", 0)
    ]
    if quality.findings > wanted.get("findings", quality.findings):
        by_rule = ", ".join(f"{rule} {count}" for rule, count in quality.by_rule.items())
        faults.append(
            f"the requirements have {quality.findings} findings ({by_rule}), the plan lets {wanted['findings']} stand"
        )
    return faults


def challenges() -> tuple[Challenge, ...]:
    """Plain wording passes; a vague word, a placeholder, a missing test and an exception without reason are refused."""
    text = b"the controller shall stop."
    vague = ITEMS.replace(text, b"the controller shall stop quickly.")
    absolute = ITEMS.replace(text, b"the controller shall always stop.")
    allocated = b"allocated_to: [ARC-1]}}"

    def excepting(items: bytes, exception: bytes) -> World:
        field = b"allocated_to: [ARC-1]}, fields: {quality_exceptions: '%s'}}" % exception
        return but(items=items.replace(allocated, field))

    named = ITEMS.replace(allocated, b"allocated_to: [ARC-1]}, fields: {verification: inspection}}").replace(
        b"The pump shall infuse.}", b"The pump shall infuse., fields: {verification: demonstration}}"
    )
    untested = tuple(
        EvidenceFile(f"{level}.xml", junit(("test_other", "passed", "")), level)
        for level in ("unit", "integration", "system")
    )
    again = b"""\
- {id: REQ-2, type: software_requirement, title: Stop again, text: "When the door opens, the controller shall stop",
   links: {derives_from: [SYS-1]}}
"""
    no_requirement = b"- {id: ARC-1, type: architecture_item, title: Controller}\n"
    return (
        Challenge("every requirement is worded plainly", "pass", SOUND, {"score": 100, "findings": 0}),
        Challenge("a vague word", "fail", but(items=vague), {"score": 90}),
        Challenge("a vague word within what the plan lets stand", "pass", but(items=vague), {"score": 75}),
        Challenge("one finding more than the plan lets stand", "fail", but(items=vague), {"findings": 0}),
        Challenge("a document below what each must reach", "fail", but(items=vague), {"document_score": 80}),
        Challenge(
            "something is still to be said",
            "fail",
            but(items=ITEMS.replace(b"The pump shall infuse.", b"The pump shall infuse TBD.")),
            {"score": 90},
        ),
        Challenge(
            "an exception with its reason",
            "pass",
            excepting(absolute, b"Q13: IEC 60601-1-8 uses the word always"),
            {"findings": 0},
        ),
        Challenge("an exception without a reason", "fail", excepting(absolute, b"Q13"), {"findings": 0}),
        Challenge("an exception of no rule", "fail", excepting(absolute, b"Q21: we say so"), {"findings": 0}),
        Challenge(
            "an exception that excepts nothing",
            "fail",
            excepting(ITEMS, b"Q13: IEC 60601-1-8 uses the word always"),
            {"findings": 0},
        ),
        Challenge("no test and no other method", "fail", but(evidence=untested), {"score": 60}),
        Challenge("methods instead of tests", "pass", but(items=named, evidence=untested), {"score": 100}),
        Challenge("two requirements say the same", "fail", but(items=ITEMS + again), {"score": 90}),
        Challenge(
            "there is no requirement", "not_evaluated", but(items=no_requirement, decisions=()), {"score": 1}
        ),
        Challenge("the plan asks nothing of the class", "not_applicable", SOUND),
    )


CHECK = Check("requirement_quality", "1", "Requirements are well worded", ("5.2.6",), evaluate, challenges)
