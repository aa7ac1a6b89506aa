"""The tests of the last release ran again (clauses 5.6.6, 5.7.3, 6.3.1): none was deleted, none is skipped in silence.

A case that passed or failed for the line's last release, and that no report of this build holds as run, is named. It
stands in the way until a person retires it, for a reason that a second person signs, or until a signed impact analysis
leaves out the tests of what the change does not touch: for one version, until a day, and never of a risk control.
"""

from __future__ import annotations

import msgspec

from clausework.core.clock import parse_timestamp
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
from clausework.ledger.records.gates import Reason
from clausework.trace.test_changes import TestChanges, VanishedCase

_MOST_REASONS = 50


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when every case of the last release ran again, was retired, or was left out by a signed analysis."""
    if facts.regression is None:
        return passed("no version was released before on this line", facts.build.record)
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    gone = vanished(facts)
    by = narrowed(facts)
    left_out = _left_out(facts, by)
    open_cases = [one for one in gone if one.case not in left_out]
    if open_cases:
        more = len(open_cases) - _MOST_REASONS
        rest = [Reason(f"and {more} more")] if more > 0 else []
        named = (_reason(facts, facts.regression, one) for one in open_cases[:_MOST_REASONS])
        return failed(*named, *rest)
    return _passed(facts, facts.regression, by)


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


def _left_out(facts: Facts, by: JudgementFact | None) -> frozenset[str]:
    """Return the cases whose every requirement the analysis names; what guards a risk is never left out."""
    if by is None:
        return frozenset()
    names = by.fields["requirements"]
    named = frozenset({names} if isinstance(names, str) else names) - _guarded(facts)
    tests = {one.id for one in facts.items if one.type in {"test_case", "test_protocol"}}
    verified = {one.case: set(one.items) - tests for one in vanished(facts)}
    return frozenset(case for case, items in verified.items() if items and items <= named)


def _guarded(facts: Facts) -> frozenset[str]:
    """Return the risk controls, what realises them, and what the commits of the build are linked to or touch."""
    controls = [one for one in facts.items if one.type == "risk_control_measure"]
    realising = {target for one in controls for target in one.targets("realised_by")}
    touched = {item for commit in facts.commits for item in commit.items}
    touched |= {item for items in facts.human.implemented.values() for item in items}
    affected = {target for one in facts.items if one.id in touched for target in one.targets("affects")}
    return frozenset({*(one.id for one in controls), *realising, *touched, *affected})


def _reason(facts: Facts, since: TestChanges, one: VanishedCase) -> Reason:
    state = "is skipped" if one.skipped else "is gone"
    was = "failed" if one.was == "red" else "passed"
    return Reason(
        f"{one.case} ({one.level}) {was} for {since.version} and {state} now",
        items=one.items,
        who="developer",
        command=f"run it again, or clausework decide retire {facts.build.software_item}",
    )


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
        Challenge("an emergency leaves out what the change does not touch", "pass", world(gone, narrowed)),
        Challenge("an emergency leaves out the tests of a risk control", "fail", world(other, guarded)),
        Challenge("the day by which all is repeated has come", "fail", world(gone, over)),
    )


_LINKS = "verifies=REQ-1,verifies_implementation=RC-1,verifies_effectiveness=RC-1"
_SECOND = (
    b"- {id: REQ-2, type: software_requirement, title: Screen, text: The controller shall show the rate.}\n"
)

CHECK = Check(
    "regression",
    "1",
    "Tests of the last release ran again",
    ("5.6.6", "5.7.3", "6.3.1"),
    evaluate,
    challenges,
)
