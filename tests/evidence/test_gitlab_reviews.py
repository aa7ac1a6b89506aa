"""GitLab: a merge request is approved by another person; which commit they saw is not told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import ChangeReview, ReviewApproval
from clausework.evidence.format import ReviewsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.gitlab_reviews import GITLAB_REVIEWS


def user(name: str, **members: Any) -> dict[str, Any]:
    """Return somebody who approved."""
    return {"user": {"username": name, **members}}


def request(*approved_by: Any, **members: Any) -> bytes:
    """Return a merged request of ``ada`` with its approvals."""
    content = {
        "iid": 7,
        "title": "Alarm",
        "state": "merged",
        "author": {"username": "ada"},
        "source_branch": "alarm",
        "approved_by": approved_by,
    }
    return json.dumps({**content, **members}).encode()


def judged(data: bytes) -> ChangeReview:
    """Return the one change of ``data``."""
    (change,) = lines(data, ChangeReview)
    assert accepted(data, ReviewsRead).approved == change.approved
    return change


def test_the_sample_gives_its_change() -> None:
    """Who, what, which commits, and that the approved one is not told."""
    (change,) = lines(GITLAB_REVIEWS, ChangeReview)
    assert change == ChangeReview(
        "!7",
        "Alarm on low reservoir",
        "ada",
        "merged",
        approved=True,
        approvals=(ReviewApproval("grace", "2026-01-02T09:00:00.000Z"),),
        source_branch="alarm",
        target_branch="main",
        merged_at="2026-01-02T10:00:00.000Z",
        merge_commit="cc" * 20,
        head_commit="bb" * 20,
        text="Implements CR-7.",
        url="https://gitlab.example.com/pump/-/merge_requests/7",
    )
    (remark,) = accepted(GITLAB_REVIEWS, ReviewsRead).remarks
    assert "which commit was approved" in remark


def test_the_approvals_may_stand_in_the_answer_that_gave_them() -> None:
    """The whole answer was added as ``approvals``; users stand as such or within an object."""
    assert judged(request(approved_by=None, approvals={"approved_by": [user("grace")]})).approved
    assert judged(request({"username": "grace"})).approved


@pytest.mark.parametrize(
    "by",
    [
        [],
        [user("ada")],
        [user("Ada")],
        [user("project_3_bot_a1b2")],
        [user("group_3_bot")],
        [user("service_account_group_1_x")],
        [user("helper", bot=True)],
        [user("")],
        [{}],
    ],
)
def test_what_is_no_approval_by_another_person(by: list[Any]) -> None:
    """Nobody, oneself, a bot, an account without a name."""
    assert not judged(request(*by)).approved


def test_a_reviewer_who_asked_for_changes_objects() -> None:
    """Where the reviewers' states were added, a request for changes stands."""
    reviewers = [{"user": {"username": "joan"}, "state": "requested_changes"}, {"username": "kay"}]
    assert judged(request(user("grace"), reviewers=reviewers)).objections == ("joan",)


@pytest.mark.parametrize(
    ("members", "merge_commit", "commits"),
    [
        ({"merge_commit_sha": "m", "squash_commit_sha": "s", "sha": "h"}, "m", ("s",)),
        ({"squash_commit_sha": "s", "sha": "h"}, "s", ("s",)),
        ({"sha": "h", "commits": [{"id": "c"}]}, "h", ("c",)),
        ({"sha": "h", "state": "opened"}, "", ()),
    ],
)
def test_what_was_merged_is_told_for_each_way_to_merge(
    members: dict[str, Any], merge_commit: str, commits: tuple[str, ...]
) -> None:
    """A merge commit, a squashed one, or the head itself."""
    change = judged(request(**members))
    assert (change.merge_commit, change.commits) == (merge_commit, commits)


@pytest.mark.parametrize(
    "members",
    [
        {"approved_by": None},
        {"approved_by": [3]},
        {"approvals": {}},
        {"state": "done"},
        {"iid": "7"},
        {"author": "ada"},
        {"title": None},
    ],
)
def test_a_request_that_cannot_be_told_is_refused(members: dict[str, Any]) -> None:
    """Without its approvals, in an unknown state, of another shape."""
    rejected(request(**members))


def test_a_request_twice_an_empty_list_and_other_values_are_refused() -> None:
    """A change counts once; nothing tells what an empty list is of."""
    one = json.loads(request())
    assert "twice" in rejected(json.dumps([one, one]).encode()).reason
    assert accepted(json.dumps([one, {**one, "project_id": 2}]).encode(), ReviewsRead).changes == 2
    rejected(b"[]", as_format="gitlab_reviews")
    rejected(b"7", as_format="gitlab_reviews")


def test_a_list_that_may_go_on_is_remarked_upon() -> None:
    """Twenty is a page of the interface."""
    many = [json.loads(request(iid=number)) for number in range(20)]
    assert "may be more" in accepted(json.dumps(many).encode(), ReviewsRead).remarks[0]


def test_issues_are_not_claimed() -> None:
    """They have an ``iid`` too."""
    assert rejected(b'[{"id": 1, "iid": 1, "title": "x", "state": "opened"}]').format == ""
