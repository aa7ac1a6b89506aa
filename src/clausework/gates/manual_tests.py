"""Every test protocol of a level was run by a person on this build, and the run counts (5.6.3, 5.6.7, 5.7.1, 5.7.5).

A run counts when its protocol was approved at exactly the version that was run, its tester signed it as executed, it
was about the build's artefacts and its instruments were calibrated. What failed in a run stands whatever it lacks.
In an emergency a signed impact analysis may leave out a protocol that passed for the last release, as it does other
tests.
"""

from __future__ import annotations

from clausework.gates.challenge import Challenge
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text
from clausework.gates.emergency_challenges import of_emergency
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.human_facts import ManualRunFact
from clausework.gates.manual_challenges import challenges as of_runs
from clausework.gates.manual_folding import FORMATS
from clausework.gates.narrowing import narrowed, vanished, why_repeated
from clausework.gates.tolerated import LEVEL as SYSTEM
from clausework.gates.tolerated import tolerated
from clausework.ledger.records.gates import Reason
from clausework.trace.item_fact import ItemFact
from clausework.trace.test_changes import VanishedCase


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when each protocol of the level has a run that counts and in which every step passed, or is left out."""
    level = text(settings, "level")
    if not level:
        return not_evaluated(
            "the plan does not say which level is looked at",
            who="quality",
            command="set 'level' of 'manual_tests' in clausework.yaml",
        )
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    protocols = protocols_of(facts, level)
    if not protocols:
        return Judgement("not_applicable", rationale=f"The items hold no test protocol of level '{level}'.")
    reasons, records, shown = [], [], []
    for protocol in protocols:
        by = left_out(facts, protocol)
        if by is not None:
            records.append(by.record)
            said = f"{by.fields['repeat_until']} (#{by.record}: {by.fields['impact']})"
            shown.append(f"{protocol.id} is not repeated before {said}")
            continue
        reason = fault_of(facts, protocol)
        if reason is not None:
            reasons.append(reason)
        for run in runs_of(facts, protocol):
            if run.counts:
                records.append(run.record)
                shown.append(f"{protocol.id} by {run.signed_by} on {run.serial}")
    if reasons:
        return failed(*reasons)
    return passed(f"{len(protocols)} protocols were run or left out: {'; '.join(shown[:10])}", *records)


def protocols_of(facts: Facts, level: str) -> tuple[ItemFact, ...]:
    """Return the test protocols of a level."""
    return tuple(one for one in facts.items_of("test_protocol") if one.fields.get("level") == level)


def runs_of(facts: Facts, protocol: ItemFact) -> tuple[ManualRunFact, ...]:
    """Return the runs of a protocol that nobody superseded, oldest first."""
    return tuple(
        sorted(
            (one for one in facts.human.runs if one.protocol == protocol.id and not one.superseded),
            key=lambda one: one.record,
        )
    )


def left_out(facts: Facts, protocol: ItemFact) -> JudgementFact | None:
    """Return the emergency's signed impact analysis by which a protocol that passed before is not run on the build."""
    by = narrowed(facts)
    if by is None or runs_of(facts, protocol) or any(one.format in FORMATS for one in facts.rejections):
        return None
    return None if _why_not_left_out(facts, protocol) else by


def _why_not_left_out(facts: Facts, protocol: ItemFact) -> str:
    """Return why no impact analysis leaves the protocol out: it passed for the last release, as it reads now."""
    if facts.human.changed is None or protocol.id in facts.human.changed:
        return "it reads otherwise than in the last release"
    steps = steps_before(facts, protocol)
    if not steps or any(one.was != "passed" for one in steps):
        return "not all of it passed for the last release"
    return why_repeated(facts, steps)


def steps_before(facts: Facts, protocol: ItemFact) -> tuple[VanishedCase, ...]:
    """Return the protocol's steps that were run for the last release and not on this build."""
    return tuple(
        one
        for one in vanished(facts)
        if one.level == protocol.fields.get("level") and one.case.startswith(f"{protocol.id}//step ")
    )


def fault_of(facts: Facts, protocol: ItemFact) -> Reason | None:
    """Return why a protocol is not passed on the build: the first of red, not run, not counted, not all passed."""
    runs = runs_of(facts, protocol)
    red = [] if _stands(facts, protocol) else [run for run in runs if run.failed]
    counted = [run for run in runs if run.counts]
    if red:
        return Reason(
            f"{protocol.id} ({protocol.title}): {red[-1].failed} steps failed in the run of {red[-1].tester}",
            items=(protocol.id,),
            records=tuple(run.record for run in red),
            who="developer",
            command=f"mend it, then clausework build and clausework test run {protocol.id}",
        )
    if counted and any(not run.blocked for run in counted):
        return None
    if counted:
        return Reason(
            f"{protocol.id} ({protocol.title}): {counted[-1].blocked} steps were blocked in every run",
            items=(protocol.id,),
            records=tuple(run.record for run in counted),
            who="tester",
            command=f"clausework test run {protocol.id}",
        )
    return _uncounted(protocol, runs) if runs else _not_run(facts, protocol)


def _stands(facts: Facts, protocol: ItemFact) -> bool:
    """Tell whether every step that failed stands as an evaluated residual anomaly."""
    failed_steps = [
        one.case
        for one in facts.not_passed
        if one.outcome == "red" and one.case.startswith(f"{protocol.id}//step ")
    ]
    if protocol.fields.get("level") != SYSTEM:
        return False
    return bool(failed_steps) and set(failed_steps) <= tolerated(facts).keys()


def _not_run(facts: Facts, protocol: ItemFact) -> Reason:
    rejected = [one for one in facts.rejections if one.format in FORMATS]
    forms = f"; the form {rejected[-1].name} was rejected: {rejected[-1].reason}" if rejected else ""
    by = narrowed(facts)
    kept = f"; {why}" if by and (why := _why_not_left_out(facts, protocol)) else ""
    return Reason(
        f"{protocol.id} ({protocol.title}) was not run on this build{forms}{kept}",
        items=(protocol.id,),
        records=tuple(one.record for one in rejected),
        who="tester",
        command=f"clausework test run {protocol.id}",
    )


def _uncounted(protocol: ItemFact, runs: tuple[ManualRunFact, ...]) -> Reason:
    newest = runs[-1]
    lacks = newest.lacks or ("it was recorded before an artefact was added to the build",)
    unsigned = newest.signature < 0 and len(newest.lacks) == 1
    return Reason(
        f"the run #{newest.record} of {protocol.id} does not count: {'; '.join(lacks)}",
        items=(protocol.id,),
        records=(newest.record,),
        who=newest.tester,
        command=f"clausework sign #{newest.record}" if unsigned else f"clausework test run {protocol.id}",
    )


def challenges() -> tuple[Challenge, ...]:
    """A run that counts passes, and in an emergency a protocol that is left out; whatever lacks is refused."""
    return (*of_runs(), *of_emergency())


CHECK = Check(
    "manual_tests",
    "2",
    "Test protocols run by people",
    ("5.6.3", "5.6.7", "5.7.1", "5.7.5"),
    evaluate,
    challenges,
)
