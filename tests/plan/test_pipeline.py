"""The plan's word on the pipeline: what it may say, and what it may not say without a defence."""

from __future__ import annotations

from clausework.plan.differences import differences

from .examples import SMALL, plan_of, told

QUALITY = "roles: {quality: {people: [q@example.com]}}\n"
DEFENCE = "because: {text: t, reference: r, owner: quality, review: 2027-06-01}"


def pipeline(text: str) -> str:
    """Return a small plan with a section on the pipeline, which begins on line 6."""
    return f"{SMALL}{QUALITY}pipeline:\n  {text}\n"


def test_a_plan_says_nothing_by_default() -> None:
    """Definitions are found by their names, and the release branch is main."""
    one = plan_of(SMALL).pipeline
    assert (one.given, one.is_none, one.release_branches) == ((), False, ("main",))


def test_definitions_by_pattern_and_by_system() -> None:
    """A pattern alone, or a CI system and the path that it reads."""
    one = plan_of(pipeline("definitions: [ci/*.yml, {jenkins: build/release.groovy}]")).pipeline
    assert one.given == ("ci/*.yml", {"jenkins": "build/release.groovy"})


def test_attack_no_pipeline_without_a_word_why() -> None:
    """``none`` takes a defence, with an owner who is a role and a review that is a day."""
    assert (
        "defence: 'definitions: none' says that no pipeline builds this"
        in told(pipeline("definitions: none"))[0]
    )
    assert told(pipeline(f"definitions: none\n  {DEFENCE}")) == []
    nobody = DEFENCE.replace("quality", "nobody")
    assert "the owner 'nobody' is not a role" in told(pipeline(f"definitions: none\n  {nobody}"))[0]
    no_day = DEFENCE.replace("06-01", "06-31")
    assert "is not a day of the calendar" in told(pipeline(f"definitions: none\n  {no_day}"))[0]


def test_a_defence_of_nothing_is_told() -> None:
    """A defence without what it defends is a mistake."""
    assert "which is not said" in told(pipeline(DEFENCE))[0]


def test_a_system_that_nobody_reads_is_told() -> None:
    """The systems that are read are named."""
    assert "'travis' is no CI system that is read" in told(pipeline("definitions: [{travis: a.yml}]"))[0]


def test_a_definition_outside_the_repository_is_told() -> None:
    """Paths lead down from the plan."""
    assert "does not lead down" in told(pipeline("definitions: [../ci.yml]"))[0]


def test_a_plan_without_a_release_branch_is_refused() -> None:
    """Something is released from somewhere."""
    assert told(pipeline("release_branches: []"))


def test_a_change_is_told_in_meaning() -> None:
    """A release branch that is not guarded any more is a sentence."""
    old, new = plan_of(SMALL), plan_of(pipeline("release_branches: [trunk]"))
    assert "pipeline.release_branches gains trunk and loses main" in differences(old, new)
