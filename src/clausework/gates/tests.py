"""The tests of a level ran, all of them passed, and there were some (clauses 5.5.5, 5.6.3, 5.7.1, 5.7.5).

A case that failed once on this source tree stands as red until a decision supersedes the record that says so.
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
    EvidenceFile,
    SignedDecision,
    World,
    but,
    junit,
    with_evidence,
)
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text, unreadable
from clausework.gates.facts import Facts
from clausework.gates.tolerated import LEVEL as SYSTEM
from clausework.gates.tolerated import standing_reasons, tolerated, why_not
from clausework.gates.ways_out import flaky_and_passing, flaky_note, with_ways
from clausework.ledger.records.gates import Outcome, Reason
from clausework.trace.results import CaseStanding

_MOST_SAID = 3


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when the level has cases, none is red, at least one passed, and no report of it was rejected.

    A red case that was recorded without a level stands in the way at every level.
    """
    level = text(settings, "level")
    record = f"clausework record REPORT --level {level}"
    stands = tolerated(facts) if level == SYSTEM else {}
    red = [
        one
        for one in facts.not_passed
        if one.level in {"", level}
        and one.outcome == "red"
        and (one.level != level or one.case not in stands)
    ]
    if red:
        return failed(*(_red(facts, one, level) for one in red), *flaky_and_passing(facts, level))
    rejected = unreadable(facts, level, "tests")
    if rejected:
        return rejected
    owed = [one for one in facts.not_passed if one.level in {"", level} and one.outcome == "not_run_again"]
    if owed:
        return not_evaluated(
            f"{_named(owed)}: the failure was one of the infrastructure, and no run since passed",
            command=f"run it again, then {record}",
            records=owed[0].records,
        )
    untested = [name for name, records in facts.configurations.items() if not records]
    if level == SYSTEM and untested:
        return not_evaluated(
            f"no system test ran on the configuration {', '.join(untested)}",
            command=f"clausework record REPORT --level system --configuration {untested[0]}",
        )
    judgement = _judge_counts(facts, level, record, len(stands))
    if judgement.outcome != "pass":
        return judgement
    stand = standing_reasons(facts) if stands else ()
    reasons = (*judgement.reasons, *stand, *flaky_and_passing(facts, level))
    return msgspec.structs.replace(judgement, reasons=reasons)


def _judge_counts(facts: Facts, level: str, record: str, stand: int) -> Judgement:
    counts = facts.test_counts.get(level, {})
    runs = [run for run in facts.runs if run.level == level and not run.superseded]
    records = tuple(run.record for run in runs if not run.outdated)
    outdated = tuple(run.record for run in runs if run.outdated)
    if counts.get("passed"):
        skipped = f", {counts['skipped']} skipped" if counts.get("skipped") else ""
        stands = "stands as an anomaly" if stand == 1 else "stand as anomalies"
        failed_ones = f"{stand} failed and {stands}" if stand else "none failed"
        return passed(f"{counts['passed']} {level} cases passed, {failed_ones}{skipped}", *records)
    if counts.get("skipped"):
        seen = f"all {counts['skipped']} cases were skipped"
    elif outdated:
        seen = (
            "the cases ran before an artefact was added to the build, so not on all of it; no case ran since"
        )
    else:
        seen = "no case ran"
    return not_evaluated(
        f"{seen} at level '{level}' for this build",
        command=f"run the tests, then {record}",
        records=records or outdated,
    )


def _red(facts: Facts, one: CaseStanding, level: str) -> Reason:
    tie = why_not(facts, one)
    told = [text.strip().splitlines()[0] for text in (one.message, *one.said_before) if text.strip()]
    said = f": {'; in another run: '.join(told[:_MOST_SAID])}" if told else ""
    message = f"{one.case} failed{flaky_note(facts, one)}{f', and {tie}' if tie else ''}{said}"
    return with_ways(facts, one, level, message, _items_of(facts, one.level, one.case))


def _named(cases: list[CaseStanding]) -> str:
    return cases[0].case + (f" and {len(cases) - 1} more" if len(cases) > 1 else "")


def _items_of(facts: Facts, level: str, case: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                one.item
                for one in facts.item_cases
                if one.level == level and any(standing.case == case for standing in one.not_passed)
            }
        )
    )


def _decided(world: World, decision: SignedDecision) -> World:
    return msgspec.structs.replace(world, decisions=(*world.decisions, decision))


def challenges() -> tuple[Challenge, ...]:
    """Passing cases pass; what failed, did not run, is not whole, or is about something else is refused."""
    settings: dict[str, str | int | bool] = {"level": "unit"}
    failing = junit(("test_stops", "failed", "verifies=REQ-1"))

    def unit(data: bytes, name: str = "unit.xml", of: str = "this") -> EvidenceFile:
        return EvidenceFile(name, data, "unit", of)

    superseded = SignedDecision(
        "supersede",
        "record",
        "unit.xml",
        {"cause": "defect_of_the_test", "reason": "The test measured before the pump had stopped."},
        signers=((*QUALITY, "superseded"),),
    )
    powerless = SignedDecision(
        "infrastructure",
        "record",
        "unit.xml",
        {"failed": "bench", "happened": "The bench lost power.", "known_by": "The job's log says so."},
        signers=((*QUALITY, "failure of the infrastructure confirmed"),),
    )
    own = msgspec.structs.replace(superseded, author=QUALITY[0])
    shouted = msgspec.structs.replace(superseded, author=QUALITY[0].upper())
    by_the_wrong_role = msgspec.structs.replace(
        superseded, signers=((RELEASE[0], "release_authority", "superseded"),)
    )
    role_not_held = msgspec.structs.replace(superseded, signers=((RELEASE[0], "quality", "superseded"),))
    defect = superseded
    residual = _residual_challenges()
    only_red = with_evidence("unit.xml", unit(failing), unit(junit(("test_other", "passed", "")), "b.xml"))
    green_then_red = with_evidence("unit.xml", unit(PASSING, "before.xml"), unit(failing))
    red_then_green = with_evidence("unit.xml", unit(failing), unit(PASSING, "again.xml"))
    return (
        Challenge("all cases pass", "pass", SOUND, settings),
        Challenge("a case fails", "fail", with_evidence("unit.xml", unit(failing)), settings),
        Challenge("no report was given", "not_evaluated", with_evidence("unit.xml"), settings),
        Challenge(
            "the report holds no case", "not_evaluated", with_evidence("unit.xml", unit(junit())), settings
        ),
        Challenge(
            "every case was skipped",
            "not_evaluated",
            with_evidence("unit.xml", unit(junit(("test_stops", "skipped", "")))),
            settings,
        ),
        Challenge(
            "the report is truncated",
            "not_evaluated",
            with_evidence("unit.xml", unit(PASSING[:-30])),
            settings,
        ),
        Challenge(
            "one of two reports is truncated",
            "not_evaluated",
            with_evidence("unit.xml", unit(PASSING), unit(PASSING[:-30], "shard2.xml")),
            settings,
        ),
        Challenge(
            "the report is of another commit",
            "not_evaluated",
            with_evidence("unit.xml", unit(PASSING, of="other")),
            settings,
        ),
        Challenge("a red case passes when run again", "fail", red_then_green, settings),
        Challenge(
            "the red record is superseded by a second person's signature",
            "pass",
            _decided(red_then_green, superseded),
            settings,
        ),
        Challenge(
            "the author supersedes the red record alone",
            "fail",
            _decided(red_then_green, own),
            settings,
        ),
        Challenge(
            "the author writes their own address in capitals and supersedes alone",
            "fail",
            _decided(red_then_green, shouted),
            settings,
        ),
        Challenge(
            "a role that may not supersede signs",
            "fail",
            _decided(red_then_green, by_the_wrong_role),
            settings,
        ),
        Challenge(
            "a person signs in a role that the plan does not give them",
            "fail",
            _decided(red_then_green, role_not_held),
            settings,
        ),
        Challenge(
            "a failure of the infrastructure is never run again",
            "not_evaluated",
            _decided(only_red, powerless),
            settings,
        ),
        Challenge(
            "a failure of the infrastructure is run again and passes",
            "pass",
            _decided(red_then_green, powerless),
            settings,
        ),
        Challenge(
            "a failure is excused as the infrastructure's, and only an earlier run passed",
            "not_evaluated",
            _decided(green_then_red, powerless),
            settings,
        ),
        Challenge(
            "a case superseded as defective need not be run again",
            "pass",
            _decided(only_red, defect),
            settings,
        ),
        Challenge(
            "the red report was recorded without a level",
            "fail",
            but(evidence=(EvidenceFile("all.xml", failing), *SOUND.evidence)),
            settings,
        ),
        Challenge(
            "the red report is of another commit with the same artefact",
            "fail",
            but(evidence=(*SOUND.evidence, EvidenceFile("old.xml", failing, "unit", "same_artefact"))),
            settings,
        ),
        Challenge(
            "the green report is of a commit with other dependencies",
            "not_evaluated",
            with_evidence("unit.xml", unit(PASSING, of="other_locks")),
            settings,
        ),
        Challenge(
            "the red report is of a commit with other dependencies",
            "fail",
            but(evidence=(*SOUND.evidence, EvidenceFile("old.xml", failing, "unit", "other_locks"))),
            settings,
        ),
        Challenge(
            "the green report is of another run on the same source and dependencies",
            "pass",
            with_evidence("unit.xml", unit(PASSING, of="same_tree")),
            settings,
        ),
        Challenge(
            "a newer reader sees the red report as green",
            "fail",
            with_evidence("unit.xml", EvidenceFile("unit.xml", failing, "unit", reread_as=PASSING)),
            settings,
        ),
        Challenge(
            "the system tests ran before an artefact was added",
            "not_evaluated",
            but(added_later=(("probe.bin", b"never tested"),)),
            {"level": "system"},
        ),
        Challenge(
            "the report is of the same level but an integration run",
            "not_evaluated",
            with_evidence("unit.xml", EvidenceFile("unit.xml", PASSING, "integration")),
            settings,
        ),
        *residual,
    )


def _residual_challenges() -> tuple[Challenge, ...]:
    """A failing system test stands as an evaluated residual anomaly that two roles signed, and as nothing less."""
    settings: dict[str, str | int | bool] = {"level": "system"}
    items = (
        ITEMS
        + b"- {id: ARC-2, type: architecture_item, title: Screen}\n"
        + b"- {id: ANOM-1, type: anomaly, title: Slow screen, links: {found_in: [ARC-2]}, fields: {status: open}}\n"
        + b"- {id: ANOM-3, type: anomaly, title: Somewhere, fields: {status: open}}\n"
        + b"- {id: ANOM-4, type: anomaly, title: In here, links: {found_in: [ARC-1]}, fields: {status: open}}\n"
        + b"- {id: ANOM-2, type: anomaly, title: Late stop, fields: {status: open}, links: {affects: [RC-1]}}\n"
    )
    report = junit(("test_stops", "passed", "verifies=REQ-1"), ("test_screen", "failed", ""))
    guarding = junit(("test_stops", "passed", "verifies=REQ-1"), ("test_screen", "failed", "verifies=REQ-1"))
    both = ((*QUALITY, "tolerated"), (*RELEASE, "tolerated"))
    tied = SignedDecision(
        "tolerate",
        "failed_test",
        "suite/tests/test_screen",
        {"anomaly": "ANOM-1", "rationale": "The screen is late by 20 ms, which ANOM-1 tells."},
        signers=both,
    )

    def evaluated(anomaly: str, outcome: str = "acceptable") -> SignedDecision:
        return SignedDecision(
            "evaluate",
            "anomaly",
            anomaly,
            {
                "risk": "A late screen harms nobody.",
                "outcome": outcome,
                "rationale": "It is read once a day.",
            },
            signers=((*QUALITY, "evaluated"),),
        )

    def world(*decisions: SignedDecision, data: bytes = report) -> World:
        evidence = with_evidence("system.xml", EvidenceFile("system.xml", data, "system")).evidence
        return but(items=items, evidence=evidence, decisions=(*SOUND.decisions, *decisions))

    one_role = msgspec.structs.replace(tied, signers=both[:1])
    elsewhere = msgspec.structs.replace(tied, fields={**tied.fields, "anomaly": "ANOM-2"})
    nowhere = msgspec.structs.replace(tied, fields={**tied.fields, "anomaly": "ANOM-3"})
    around = msgspec.structs.replace(tied, fields={**tied.fields, "anomaly": "ANOM-4"})
    injected = junit(
        ("test_stops", "passed", "verifies=REQ-1"), ("test_screen", "failed", "verifies_under_fault=RC-1")
    )
    graver = junit(("test_stops", "passed", "verifies=REQ-1"), ("test_screen", "failed", "")).replace(
        b"the motor ran on", b"the device burns"
    )
    hidden = (EvidenceFile("grave.xml", graver, "system"), EvidenceFile("mild.xml", report, "system"))
    cases: tuple[tuple[str, Outcome, World], ...] = (
        ("a failure stands as an evaluated residual anomaly", "pass", world(evaluated("ANOM-1"), tied)),
        ("one role alone tolerates a failure", "fail", world(evaluated("ANOM-1"), one_role)),
        ("the anomaly of a tolerated failure is not evaluated", "fail", world(tied)),
        (
            "the anomaly of a tolerated failure is not acceptable",
            "fail",
            world(evaluated("ANOM-1", "not_acceptable"), tied),
        ),
        (
            "the anomaly of a tolerated failure touches a risk control",
            "fail",
            world(evaluated("ANOM-2"), elsewhere),
        ),
        (
            "the anomaly of a tolerated failure was found in what holds a risk control",
            "fail",
            world(evaluated("ANOM-4"), around),
        ),
        (
            "the tolerated test verifies what realises a risk control",
            "fail",
            world(evaluated("ANOM-1"), tied, data=guarding),
        ),
        (
            "neither the anomaly of a tolerated failure nor the test says what it touches",
            "fail",
            world(evaluated("ANOM-3"), nowhere),
        ),
        (
            "the tolerated test verifies a risk control under an injected fault",
            "fail",
            world(evaluated("ANOM-1"), tied, data=injected),
        ),
        (
            "the test failed with something else after its failure was tolerated",
            "fail",
            msgspec.structs.replace(
                world(evaluated("ANOM-1"), tied),
                evidence_after=(EvidenceFile("again.xml", graver, "system"),),
            ),
        ),
        (
            "the test is run again until it fails as it was tolerated, after it failed with something else",
            "fail",
            msgspec.structs.replace(world(evaluated("ANOM-1"), tied), evidence_after=hidden),
        ),
        (
            "the failure was tolerated on other artefacts",
            "fail",
            world(evaluated("ANOM-1"), msgspec.structs.replace(tied, stale=True)),
        ),
    )
    return tuple(Challenge(name, expects, made, settings) for name, expects, made in cases)


CHECK = Check(
    "tests", "3", "Tests ran and passed", ("5.5.5", "5.6.3", "5.6.7", "5.7.1", "5.7.5"), evaluate, challenges
)
