"""Azure DevOps: a pull request is approved by another person's vote; which commit they saw is not told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import ChangeReview, ReviewApproval
from clausework.evidence.format import ReviewsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.azure_reviews import AZURE_REVIEWS


def vote(value: Any, name: str = "grace@example.com", **members: Any) -> dict[str, Any]:
    """Return a reviewer."""
    return {"vote": value, "uniqueName": name, "displayName": name.title(), **members}


def pull(*reviewers: Any, **members: Any) -> bytes:
    """Return a completed pull request of ``ada`` as ``az repos pr show`` prints it."""
    content = {
        "pullRequestId": 7,
        "status": "completed",
        "title": "Alarm",
        "createdBy": {"uniqueName": "ada@example.com"},
        "reviewers": reviewers,
    }
    return json.dumps({**content, **members}).encode()


def judged(data: bytes) -> ChangeReview:
    """Return the one change of ``data``."""
    (change,) = lines(data, ChangeReview)
    assert accepted(data, ReviewsRead).approved == change.approved
    return change


def test_the_sample_gives_its_change() -> None:
    """Who, what, which commits, and that the one voted on is not told."""
    (change,) = lines(AZURE_REVIEWS, ChangeReview)
    assert change == ChangeReview(
        "!7",
        "Alarm on low reservoir",
        "ada@example.com",
        "merged",
        approved=True,
        approvals=(ReviewApproval("grace@example.com"),),
        source_branch="alarm",
        target_branch="main",
        merged_at="2026-01-02T10:00:00Z",
        merge_commit="cc" * 20,
        head_commit="bb" * 20,
        text="Implements CR-7.",
        url="https://dev.azure.com/x/_git/pump/pullrequest/7",
    )
    assert "which commit was approved" in accepted(AZURE_REVIEWS, ReviewsRead).remarks[0]


@pytest.mark.parametrize(
    ("value", "approved", "objects"),
    [(10, True, False), (5, True, False), (0, False, False), (-5, False, True), (-10, False, True)],
)
def test_the_five_votes(value: int, approved: bool, objects: bool) -> None:
    """Approved, with suggestions, none, waiting for the author, rejected."""
    change = judged(pull(vote(value)))
    assert (change.approved, bool(change.objections)) == (approved, objects)


@pytest.mark.parametrize(
    "reviewer",
    [
        vote(10, "ada@example.com"),
        vote(10, "ADA@example.com"),
        vote(10, "[pump]\\Reviewers", isContainer=True),
        vote(10, "Build\\0a1b2c3d"),
        vote(10, "", displayName=""),
    ],
)
def test_what_is_no_approval_by_another_person(reviewer: Any) -> None:
    """Oneself, a group whose members vote for it, a build service, nobody."""
    assert not judged(pull(reviewer)).approved


@pytest.mark.parametrize(
    ("status", "state"),
    [("active", "open"), ("abandoned", "closed"), ("completed", "merged"), ("notSet", "open")],
)
def test_the_states(status: str, state: str) -> None:
    """Only what was completed was merged."""
    change = judged(pull(status=status, closedDate="2026-01-02", lastMergeCommit={"commitId": "c"}))
    assert (change.state, bool(change.merged_at), bool(change.merge_commit)) == (
        state,
        state == "merged",
        state == "merged",
    )


def test_lists_are_read_with_and_without_a_count() -> None:
    """The command line prints an array; the interface's answer counts what is in it, before or behind."""
    one, other = json.loads(pull(vote(10))), json.loads(pull(pullRequestId=8))
    assert accepted(json.dumps([one, other]).encode(), ReviewsRead).changes == 2
    for answer in ({"count": 2, "value": [one, other]}, {"value": [one, other], "count": 2}):
        assert accepted(json.dumps(answer).encode(), ReviewsRead).approved == 1
    assert accepted(b'{"value": [], "count": 0}', ReviewsRead, as_format="azure_reviews").changes == 0


@pytest.mark.parametrize("members", [{"count": 0}, {"count": 2}, {"count": "1"}, {"count": None}, {}])
def test_a_count_that_is_missing_or_wrong_is_refused(members: dict[str, Any]) -> None:
    """An answer that lost pull requests is not whole."""
    rejected(json.dumps({"value": [json.loads(pull())], **members}).encode())


@pytest.mark.parametrize(
    "members",
    [
        {"reviewers": None},
        {"reviewers": [vote(7)]},
        {"reviewers": [vote("10")]},
        {"status": "done"},
        {"pullRequestId": "7"},
        {"createdBy": "ada"},
    ],
)
def test_a_pull_request_that_cannot_be_told_is_refused(members: dict[str, Any]) -> None:
    """Without its reviewers, with unknown votes and states, of another shape."""
    rejected(pull(**members))


def test_a_pull_request_twice_and_an_empty_list_are_refused() -> None:
    """A change counts once; nothing tells what an empty list is of."""
    one = json.loads(pull())
    assert "twice" in rejected(json.dumps([one, one]).encode()).reason
    rejected(b"[]", as_format="azure_reviews")
    rejected(b"7", as_format="azure_reviews")


def test_other_answers_with_values_are_not_claimed() -> None:
    """Every list of the interface has a value and a count."""
    assert rejected(b'{"value": [{"id": 1, "name": "pump"}], "count": 1}').format == ""
