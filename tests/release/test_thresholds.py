"""What quality accepted of a plan's history lets a release through, and is printed on it."""

from __future__ import annotations

from clausework.release.facts import ReleaseFacts
from tests.release.changes import together, verdict_on
from tests.release.refusals_of_thresholds import HAIR, LOWERED, found, reviewed


def test_findings_that_quality_accepted_are_named_and_pass(sound: ReleaseFacts) -> None:
    """CONTROL: each finding with a review of its own lets the condition pass, and the verdict names both."""
    facts = together(found(LOWERED, HAIR), reviewed(LOWERED), reviewed(HAIR))(sound)
    verdict = verdict_on(facts, "thresholds")
    assert verdict.outcome == "pass"
    (reason,) = verdict.reasons
    assert LOWERED.id in reason.message
    assert HAIR.id in reason.message


def test_a_rejection_that_was_answered_passes(sound: ReleaseFacts) -> None:
    """CONTROL: the review that took effect last counts."""
    facts = together(found(LOWERED), reviewed(LOWERED, "rejected"), reviewed(LOWERED))(sound)
    assert verdict_on(facts, "thresholds").outcome == "pass"


def test_a_refusal_says_who_mends_it_and_how(sound: ReleaseFacts) -> None:
    """The refusal names the records that it rests on, the role and the command."""
    (reason,) = verdict_on(found(LOWERED)(sound), "thresholds").reasons
    assert reason.records == (3, 7)
    assert reason.who == "quality"
    assert reason.command == f"mend the plan, or clausework decide review {LOWERED.id}"
