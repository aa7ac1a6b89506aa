"""An emergency: a signed impact analysis leaves out a protocol, for all builds that it was run for, and says so."""

from __future__ import annotations

from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.human_facts import HumanFacts
from clausework.release.facts import ReleaseFacts
from clausework.trace.test_changes import TestChanges, VanishedCase
from tests.release.changes import Change, build, changed, together, verdict_on
from tests.release.refusals_of_validation import NEED, PROTOCOL, run_on

STEP = VanishedCase("validation", "TP-9//step 1: Use it", "passed", skipped=False, items=(NEED, "TP-9"))
PLANNED = build(lambda facts: changed(facts, items=(*facts.items, PROTOCOL)))
LEFT = TestChanges("b" * 64, "0.9.0", (STEP,))


def narrowed(*requirements: str) -> Change:
    """Sign an impact analysis of these artefacts that leaves out the tests of ``requirements``."""

    def change(facts: ReleaseFacts) -> ReleaseFacts:
        fields: dict[str, str | tuple[str, ...]] = {
            "requirements": requirements,
            "repeat_until": "2099-01-01",
            "impact": "One constant",
        }
        by = JudgementFact(
            9,
            "narrow",
            "version",
            facts.version,
            facts.subject,
            facts.version,
            fields,
            True,
            (),
            (),
            9,
            facts.at,
        )
        builds = tuple(
            changed(one, version=facts.version, judgements=(*one.judgements, by)) for one in facts.builds
        )
        return changed(facts, judgements=(*facts.judgements, by), builds=builds)

    return change


def of_last_release(since: TestChanges | None = LEFT, **human: object) -> Change:
    """Let the last release have run the protocol, which nobody ran on the build."""

    def change(facts: Facts) -> Facts:
        return changed(facts, regression=since, human=changed(HumanFacts(changed=()), **human))

    return build(change)


def beside(*others: Facts) -> Change:
    """Add builds to the candidate."""
    return lambda facts: changed(facts, builds=(*facts.builds, *others))


EMERGENCY = together(PLANNED, of_last_release(), narrowed(NEED))


def outcome(facts: ReleaseFacts) -> tuple[str, str]:
    """Return what the condition on validation says."""
    verdict = verdict_on(facts, "validation")
    return verdict.outcome, " ".join(reason.message for reason in verdict.reasons)


def test_a_protocol_is_left_out_and_whoever_signs_is_told(sound: ReleaseFacts) -> None:
    """The need is validated by another person's review; verification names analysis, day and requirements."""
    facts = EMERGENCY(sound)
    assert outcome(facts)[0] == "pass"
    (told,) = [one for one in verdict_on(facts, "5.8.1").reasons if "not repeated" in one.message]
    assert f"tests of {NEED} are not repeated before 2099-01-01, decision #9" in told.message


def test_without_an_analysis_the_protocol_is_run(sound: ReleaseFacts) -> None:
    """The control: nothing is left out by itself, and one that names something else leaves nothing out."""
    unsigned = together(PLANNED, of_last_release())
    assert "TP-9 (Summative evaluation) was not run on this build" in outcome(unsigned(sound))[1]
    other = together(PLANNED, of_last_release(), narrowed("REQ-001"))
    assert f"the impact analysis #9 does not name {NEED}" in outcome(other(sound))[1]


def test_attack_one_build_leaves_out_what_another_changes(sound: ReleaseFacts) -> None:
    """ATTACK the controller does not touch the need, the display does: the protocol is run again."""
    facts = EMERGENCY(sound)
    touching = changed(facts.builds[0], human=HumanFacts(changed=(NEED,)))
    assert outcome(beside(touching)(facts))[0] == "fail"


def test_attack_a_new_component_is_taken_in_untested(sound: ReleaseFacts) -> None:
    """ATTACK a component that no release had before comes with the emergency, and nobody tests the whole."""
    facts = EMERGENCY(sound)
    new = changed(facts.builds[0], regression=None, human=HumanFacts())
    assert outcome(beside(new)(facts))[0] == "fail"


def test_a_component_that_is_as_it_was_is_not_in_the_way(sound: ReleaseFacts) -> None:
    """Its run beside the earlier neighbour still counts for itself; one that was no part of the test has none."""
    facts = EMERGENCY(sound)
    unconcerned = changed(facts.builds[0], regression=TestChanges("b" * 64, "0.9.0", ()))
    assert outcome(beside(unconcerned)(facts))[0] == "pass"


def test_attack_the_protocol_fails_and_is_left_out(sound: ReleaseFacts) -> None:
    """ATTACK what failed on the candidate is set aside with the rest."""
    failing = together(EMERGENCY, run_on(*sound.artefacts))(sound)
    runs = tuple(changed(one, failed=1, passed=0) for one in failing.builds[0].human.runs)
    human = changed(failing.builds[0].human, runs=runs)
    assert outcome(changed(failing, builds=(changed(failing.builds[0], human=human),)))[0] == "fail"
