"""GitHub: a pull request is approved by another person, on the commit that was merged, and not otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import ChangeReview, ReviewApproval
from clausework.evidence.format import ReviewsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.github_reviews import GITHUB_REVIEWS

HEAD, OLD = "bb" * 20, "aa" * 20


def review(by: str | None, state: str = "APPROVED", at: str = "2026-01-02", **members: Any) -> dict[str, Any]:
    """Return a review as ``gh`` prints it, of the head unless ``commit`` says otherwise."""
    author = {"login": by} if by is not None else None
    return {"author": author, "state": state, "submittedAt": at, "commit": {"oid": HEAD}, **members}


def pull(*reviews: Any, **members: Any) -> bytes:
    """Return a merged pull request of ``ada`` as ``gh pr view --json`` prints it."""
    content = {
        "author": {"login": "ada", "is_bot": False},
        "headRefOid": HEAD,
        "number": 7,
        "reviews": reviews,
        "state": "MERGED",
        "title": "Alarm",
    }
    return json.dumps({**content, **members}).encode()


def rest(*reviews: Any, **members: Any) -> bytes:
    """Return a merged pull request of ``ada`` as the REST interface gives it, its reviews added."""
    content = {
        "url": "https://api.example.com/pulls/7",
        "html_url": "https://example.com/pull/7",
        "diff_url": "https://example.com/pull/7.diff",
        "number": 7,
        "state": "closed",
        "title": "Alarm",
        "user": {"login": "ada", "type": "User"},
        "merged_at": "2026-01-03T00:00:00Z",
        "merge_commit_sha": "cc" * 20,
        "head": {"ref": "alarm", "sha": HEAD},
        "base": {"ref": "main", "sha": OLD},
        "commits": 2,
        "reviews": reviews,
    }
    return json.dumps([{**content, **members}]).encode()


def rest_review(by: str, state: str = "APPROVED", kind: str = "User", commit: str = HEAD) -> dict[str, Any]:
    """Return a review as the REST interface gives it."""
    return {
        "user": {"login": by, "type": kind},
        "state": state,
        "commit_id": commit,
        "submitted_at": "2026-01-02",
    }


def judged(data: bytes) -> ChangeReview:
    """Return the one change of ``data``, which is counted as approved if it says so."""
    (change,) = lines(data, ChangeReview)
    assert accepted(data, ReviewsRead).approved == change.approved
    return change


def remarks(data: bytes) -> str:
    """Return all remarks on ``data``."""
    return " ".join(accepted(data, ReviewsRead).remarks)


def test_the_sample_gives_its_change() -> None:
    """Who, what, which commits; the last review of each reviewer is the one in force."""
    (change,) = lines(GITHUB_REVIEWS, ChangeReview)
    assert change == ChangeReview(
        "#7",
        "Alarm on low reservoir",
        "ada",
        "merged",
        approved=True,
        approvals=(ReviewApproval("grace", "2026-01-02T09:00:00Z", HEAD),),
        source_branch="alarm",
        target_branch="main",
        merged_at="2026-01-02T10:00:00Z",
        merge_commit="cc" * 20,
        head_commit=HEAD,
        commits=(OLD, HEAD),
        text="Implements CR-7.",
        url="https://github.com/example/pump/pull/7",
    )
    read = accepted(GITHUB_REVIEWS, ReviewsRead)
    assert (read.changes, read.approved) == (1, 1)
    assert "people from bots" in read.remarks[0]


def test_the_rest_interface_says_the_same_in_other_words() -> None:
    """Accounts have a type there, so that nothing is to be remarked upon."""
    change = judged(rest(rest_review("grace")))
    assert change.approved
    assert (change.merge_commit, change.source_branch, change.commits) == ("cc" * 20, "alarm", ())
    assert accepted(rest(rest_review("grace")), ReviewsRead).remarks == ()


@pytest.mark.parametrize(
    ("reviews", "why"),
    [
        ([], ""),
        ([review("ada")], "by whom the change is"),
        ([review("ADA")], "by whom the change is"),
        ([review(None)], "by whom the change is"),
        ([review("grace", commit={"oid": OLD})], "earlier revision"),
        ([review("grace", "COMMENTED")], ""),
        ([review("grace", "PENDING")], ""),
        ([review("grace", "DISMISSED")], ""),
        ([review("grace"), review("grace", "DISMISSED", "2026-01-03")], ""),
        ([review("grace"), review("grace", "CHANGES_REQUESTED", "2026-01-03")], "objection"),
        ([review("grace", "CHANGES_REQUESTED", "2026-01-03"), review("grace")], "objection"),
        ([review("renovate[bot]")], "not a person's"),
        ([review("github-actions")], "not a person's"),
        ([review("kilo-bot")], "not a person's"),
        ([review("app/merger")], "not a person's"),
    ],
)
def test_what_is_no_approval_by_another_person_of_what_was_merged(reviews: list[Any], why: str) -> None:
    """Nobody, oneself, an earlier commit, no opinion, a withdrawn or outdated one, a bot."""
    assert not judged(pull(*reviews)).approved
    assert why in remarks(pull(*reviews))


@pytest.mark.parametrize("kind", ["Bot", "Organization", "Mannequin"])
def test_an_account_that_is_no_user_is_no_person(kind: str) -> None:
    """The REST interface says what an account is."""
    change = judged(rest(rest_review("helper", kind=kind)))
    assert (change.approved, change.approvals) == (False, ())


def test_an_approval_holds_when_its_giver_comments_later() -> None:
    """A comment takes nothing back; another's review neither."""
    later = [review("grace", "COMMENTED", "2026-01-05"), review("joan", "COMMENTED", "2026-01-06")]
    assert judged(pull(review("grace"), *later)).approved


def test_an_objection_that_stands_is_named() -> None:
    """Beside another's approval too; it ends when its giver approves or it is dismissed."""
    objection = review("joan", "CHANGES_REQUESTED", "2026-01-01")
    change = judged(pull(objection, review("grace")))
    assert change.objections == ("joan",)
    assert "over an objection" in remarks(pull(objection, review("grace")))
    for later in (review("joan"), review("joan", "DISMISSED")):
        assert judged(pull(objection, later)).objections == ()


def test_an_export_that_does_not_tell_commits_is_remarked_upon() -> None:
    """Older versions of ``gh`` leave out which commit was reviewed, and the head may not be asked for."""
    for data in (pull(review("grace", commit=None)), pull(review("grace"), headRefOid=None)):
        assert judged(data).approved
        assert "which commit was approved" in remarks(data)


def test_without_an_author_nobody_is_another_person() -> None:
    """The author of a change may have left the forge."""
    assert not judged(pull(review("grace"), author=None)).approved
    assert "no author" in remarks(pull(review("grace"), author=None))


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ({"state": "open", "merged_at": None}, "open"),
        ({"state": "closed", "merged_at": None}, "closed"),
        ({"state": "closed"}, "merged"),
        ({"state": "closed", "merged_at": None, "merged": True}, "merged"),
    ],
)
def test_the_state_is_told_by_state_and_merge(members: dict[str, Any], state: str) -> None:
    """The REST interface calls a merged pull request closed; an open one's merge commit is only a trial."""
    change = judged(rest(rest_review("grace"), **members))
    assert change.state == state
    assert bool(change.merge_commit) == (state == "merged")


@pytest.mark.parametrize(
    "members",
    [
        {"reviews": None},
        {"reviews": [{}]},
        {"reviews": [review("grace", "LGTM")]},
        {"state": "DONE"},
        {"number": "7"},
        {"author": "ada"},
        {"commits": "2"},
    ],
)
def test_a_pull_request_that_cannot_be_told_is_refused(members: dict[str, Any]) -> None:
    """Without its reviews, with unknown words, of another shape."""
    rejected(pull(**members))


def test_a_pull_request_twice_is_refused_and_the_same_number_elsewhere_is_not() -> None:
    """A change counts once; numbers begin anew in each repository."""
    one, other = json.loads(rest())[0], json.loads(rest(html_url="https://example.com/other/pull/7"))[0]
    assert "twice" in rejected(json.dumps([one, one]).encode()).reason
    assert accepted(json.dumps([one, other]).encode(), ReviewsRead).changes == 2


def test_a_list_that_may_go_on_is_remarked_upon_and_an_empty_one_is_refused() -> None:
    """Thirty is what ``gh`` prints unless it is asked for more; nothing tells what an empty list is of."""
    many = [json.loads(pull(number=number)) for number in range(30)]
    assert "may be more" in remarks(json.dumps(many).encode())
    rejected(b"[]", as_format="github_reviews")


def test_hostile_files_are_refused() -> None:
    """A member twice, deep nesting, wrong documents."""
    assert (
        "twice"
        in rejected(
            pull(review("grace")).replace(b'"state": "MERGED"', b'"state": "OPEN", "state": "MERGED"')
        ).reason
    )
    rejected(b'[{"headRefName": ' + b"[" * 100_000, as_format="github_reviews")
    rejected(b"7", as_format="github_reviews")
    rejected(pull() + pull(), as_format="github_reviews")


@pytest.mark.parametrize(
    "data",
    [
        b'[{"number": 1, "title": "an issue", "user": {"login": "a"}}]',
        b'[{"iid": 1, "number": 1, "reviews": [], "author": {}}]',
        b'{"number": "x", "reviews": [], "author": {}}',
    ],
)
def test_look_alikes_are_not_claimed(data: bytes) -> None:
    """Issues and other forges' changes have numbers too."""
    assert rejected(data).format == ""
