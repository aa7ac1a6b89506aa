"""The tests of the last release ran again (clauses 5.6.6, 5.7.3, 6.3.1): none was deleted, none is skipped in silence.

A case that passed or failed for the line's last release, and that no report of this build holds as run, is named. It
stands in the way until a person retires it, for a reason that a second person signs, or until a signed impact analysis
leaves out the tests of what the change does not touch: for one version, until a day, and never of a risk control.
"""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    QUALITY,
    RELEASE,
    SOUND,
    Challenge,
    EvidenceFile,
    SignedDecision,
    World,
    but,
    junit,
)
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.narrowing import NOBODY, Kept, narrowed, vanished
from clausework.ledger.records.gates import Reason
from clausework.trace.test_changes import TestChanges, VanishedCase

_MOST_REASONS = 50


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when every case of the last release ran again, was retired, or was left out by a signed analysis.

    A software item of that release which the plan does not name any more has cases that are held against nothing.
    """
    if facts.software_items_gone:
        return failed(*(_renamed(*one) for one in sorted(facts.software_items_gone.items())))
    if facts.regression is None:
        return passed("no version was released before on this line", facts.build.record)
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    by = narrowed(facts)
    kept = Kept(facts, by) if by else None
    open_cases = [(one, why) for one in vanished(facts) if (why := kept.why(one) if kept else NOBODY)]
    if open_cases:
        more = len(open_cases) - _MOST_REASONS
        rest = [Reason(f"and {more} more")] if more > 0 else []
        named = (_reason(facts, facts.regression, *one) for one in open_cases[:_MOST_REASONS])
        return failed(*named, *rest)
    return _passed(facts, facts.regression, by)


def _renamed(name: str, version: str) -> Reason:
    return Reason(
        f"the software item {name} of {version} is none of the plan any more, so that its tests would vanish unseen",
        items=(name,),
        who="quality",
        command="say in the plan what became of it: former_software_items: {"
        + name
        + ": {now: ITEM}}, or {because: ...}; then clausework decide approve plan",
    )


def _reason(facts: Facts, since: TestChanges, one: VanishedCase, why: str) -> Reason:
    state = "is skipped" if one.skipped else "is gone"
    was = "failed" if one.was == "red" else "passed"
    return Reason(
        f"{one.case} ({one.level}) {was} for {since.version} and {state} now"
        + ("" if why == NOBODY else f": {why}"),
        items=one.items,
        who="developer",
        command=f"run it again, then clausework record REPORT{f' --level {one.level}' if one.level else ''}",
        ways=_ways(facts, why),
    )


def _ways(facts: Facts, why: str) -> tuple[str, ...]:
    """Return the decisions that are open: an emergency's for a version alone, and while nobody signed one."""
    retire = f"if it is gone for good: clausework decide retire {facts.build.software_item}"
    if not facts.version or why != NOBODY:
        return (retire,)
    return retire, f"if a patient cannot wait for it: clausework decide narrow {facts.version}"


def _passed(facts: Facts, since: TestChanges, by: JudgementFact | None) -> Judgement:
    if by is None or not since.vanished:
        return passed(
            f"all cases that ran for {since.version} ran again, or were retired", facts.build.record
        )
    return passed(
        f"{len(since.vanished)} cases that ran for {since.version} are not repeated before"
        f" {by.fields['repeat_until']} (#{by.record}: {by.fields['impact']})",
        facts.build.record,
        by.record,
    )


def challenges() -> tuple[Challenge, ...]:
    """Tests that ran again pass; a deleted or skipped one is refused until a second person signs for it."""
    two = junit(("test_stops", "passed", _LINKS), ("test_screen", "passed", "verifies=REQ-2"))
    red = junit(("test_stops", "passed", _LINKS), ("test_screen", "failed", "verifies=REQ-2"))
    skipped = junit(("test_stops", "passed", _LINKS), ("test_screen", "skipped", "verifies=REQ-2"))
    retired = SignedDecision(
        "retire",
        "tests",
        "controller",
        {"rationale": "The screen is no longer in the device.", "instead": "Nothing: REQ-2 is gone."},
        signers=((*QUALITY, "retired"),),
    )
    narrowed = SignedDecision(
        "narrow",
        "version",
        "1.0.0",
        {
            "reason": "The alarm is silent in some rooms; patients may die.",
            "impact": "One constant of the alarm changes; the screen is not touched.",
            "requirements": ("REQ-2",),
            "repeat_until": "2099-01-01",
        },
        signers=((*QUALITY, "impact analysed"), (*RELEASE, "narrowed regression accepted")),
        version="1.0.0",
    )

    def world(now: bytes | None, *decisions: SignedDecision, before: bytes = two) -> World:
        kept = tuple(one for one in SOUND.evidence if one.name != "system.xml")
        evidence = (*kept, EvidenceFile("system.xml", now, "system")) if now is not None else kept
        return but(
            items=SOUND.items + _SECOND,
            evidence=evidence,
            decisions=(*SOUND.decisions, *decisions),
            released_report=before,
        )

    gone = junit(("test_stops", "passed", _LINKS))
    guarded = msgspec.structs.replace(narrowed, fields={**narrowed.fields, "requirements": ("REQ-1",)})
    of_unit = msgspec.structs.replace(narrowed, fields={**narrowed.fields, "requirements": ("UNIT-1",)})
    unit = junit(("test_stops", "passed", _LINKS), ("test_motor", "passed", "verifies=UNIT-1"))
    refining = _SECOND.replace(b"rate.}", b"rate., links: {derives_from: [REQ-1]}}")
    refined = msgspec.structs.replace(world(gone, narrowed), items=SOUND.items + refining)
    before_narrowed = msgspec.structs.replace(narrowed, version="0.9.1", id="0.9.1")
    over = msgspec.structs.replace(narrowed, fields={**narrowed.fields, "repeat_until": "2020-01-01"})
    own = msgspec.structs.replace(retired, author=QUALITY[0])
    mistake = SignedDecision(
        "supersede",
        "record",
        "mistake.xml",
        {
            "cause": "recorded_by_mistake",
            "reason": "The report is of the bench next door, not of this build.",
        },
        signers=((*QUALITY, "superseded"),),
    )
    mistaken = world(gone, mistake)
    mistaken = msgspec.structs.replace(
        mistaken, evidence=(*mistaken.evidence, EvidenceFile("mistake.xml", two, "system"))
    )
    other = junit(("test_screen", "passed", "verifies=REQ-2"))

    def renamed(now: bytes, told: str) -> World:
        planned = f"former_software_items: {{pump: {told}}}\n".encode() if told else b""
        pipeline = msgspec.structs.replace(SOUND.pipeline, planned=SOUND.pipeline.planned + planned)
        return msgspec.structs.replace(world(now), released_as="pump", pipeline=pipeline)

    return (
        Challenge("nothing was released before", "pass", SOUND),
        Challenge("every case of the release ran again", "pass", world(two)),
        Challenge("a case of the release was deleted", "fail", world(gone)),
        Challenge("a case of the release that failed was deleted", "fail", world(gone, before=red)),
        Challenge("a case of the release is skipped", "fail", world(skipped)),
        Challenge("the report of the level is not given at all", "fail", world(None)),
        Challenge("the deleted case stands in a report that was recorded by mistake", "fail", mistaken),
        Challenge("the deleted case was retired", "pass", world(gone, retired)),
        Challenge("the author retires the case alone", "fail", world(gone, own)),
        Challenge(
            "other cases than those that are gone were retired",
            "fail",
            world(gone, msgspec.structs.replace(retired, stale=True)),
        ),
        Challenge(
            "what an earlier version left out is left out again",
            "fail",
            msgspec.structs.replace(world(gone, before_narrowed), released_narrowed=True),
        ),
        Challenge("the software item has another name than in the release", "fail", renamed(two, "")),
        Challenge(
            "a case is gone since the software item had another name",
            "fail",
            renamed(gone, "{now: controller}"),
        ),
        Challenge(
            "the plan names what the software item was, and every case ran again",
            "pass",
            renamed(two, "{now: controller}"),
        ),
        Challenge(
            "the plan says why a software item is none any more",
            "pass",
            renamed(two, "{because: The pump has been a device of its own since 0.9.}"),
        ),
        Challenge("an emergency leaves out what the change does not touch", "pass", world(gone, narrowed)),
        Challenge("an emergency leaves out the tests of a risk control", "fail", world(other, guarded)),
        Challenge(
            "an emergency leaves out the tests of a control's unit", "fail", world(gone, of_unit, before=unit)
        ),
        Challenge(
            "an emergency leaves out the tests of what refines a control's requirement",
            "fail",
            refined,
        ),
        Challenge("the day by which all is repeated has come", "fail", world(gone, over)),
    )


_LINKS = "verifies=REQ-1,verifies_implementation=RC-1,verifies_effectiveness=RC-1"
_SECOND = (
    b"- {id: REQ-2, type: software_requirement, title: Screen, text: The controller shall show the rate.}\n"
)

CHECK = Check(
    "regression",
    "2",
    "Tests of the last release ran again",
    ("5.6.6", "5.7.3", "6.3.1"),
    evaluate,
    challenges,
)
