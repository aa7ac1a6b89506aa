"""Gerrit: a change is approved by +2 of another person on the revision that was submitted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import ChangeReview, ReviewApproval
from clausework.evidence.format import ReviewsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.gerrit_reviews import ADA, CHANGE, GERRIT_REVIEWS, GRACE, STATS

JOAN = {"name": "Joan", "username": "joan"}


def vote(by: Any, value: str = "2", label: str = "Code-Review") -> dict[str, Any]:
    """Return a vote."""
    return {"type": label, "value": value, "grantedOn": 1767344400, "by": by}


def query(*votes: Any, stats: Any = STATS, patch_set: Any = None, **members: Any) -> bytes:
    """Return the lines of a query for one change with ``votes`` on its current patch set."""
    current = {**CHANGE["currentPatchSet"], "approvals": votes, **(patch_set or {})}
    return joined({**CHANGE, "currentPatchSet": current, **members}, stats)


def joined(*documents: Any) -> bytes:
    """Return JSON Lines."""
    return "".join(f"{json.dumps(one)}\n" for one in documents if one is not None).encode()


def rest(*votes: Any, **members: Any) -> bytes:
    """Return an answer of the REST interface with one change."""
    revision = {"kind": "REWORK", "uploader": ADA, "commit": {"author": ADA, "message": "Alarm"}}
    content = {
        "id": "pump~7",
        "project": "pump",
        "branch": "main",
        "change_id": CHANGE["id"],
        "subject": "Alarm",
        "status": "MERGED",
        "submitted": "2026-01-02 10:00:00.000000000",
        "owner": {"_account_id": 1, **ADA},
        "_number": 7,
        "current_revision": "bb" * 20,
        "revisions": {"bb" * 20: revision},
        "labels": {"Code-Review": {"all": votes}},
    }
    return json.dumps([{**content, **members}]).encode()


def judged(data: bytes, as_format: str | None = None) -> ChangeReview:
    """Return the one change of ``data``."""
    (change,) = lines(data, ChangeReview, as_format=as_format)
    assert accepted(data, ReviewsRead, as_format=as_format).approved == change.approved
    return change


def remarks(data: bytes) -> str:
    """Return all remarks on ``data``."""
    return " ".join(accepted(data, ReviewsRead).remarks)


def test_the_sample_gives_its_change() -> None:
    """Who, what, which revision; other labels are no reviews."""
    (change,) = lines(GERRIT_REVIEWS, ChangeReview)
    assert change == ChangeReview(
        "7",
        "Alarm on low reservoir",
        "ada",
        "merged",
        approved=True,
        approvals=(ReviewApproval("grace", "2026-01-02T09:00:00Z", "bb" * 20),),
        target_branch="main",
        merged_at="2026-01-02T10:00:00Z",
        merge_commit="bb" * 20,
        head_commit="bb" * 20,
        commits=("bb" * 20,),
        text="Alarm on low reservoir\n\nChange-Request: CR-7\n",
        url="https://gerrit.example.com/c/pump/+/7",
    )
    assert accepted(GERRIT_REVIEWS, ReviewsRead) == ReviewsRead(1, 1)


@pytest.mark.parametrize(
    ("votes", "objections"),
    [
        ([], ()),
        ([vote(GRACE, "1")], ()),
        ([vote(GRACE, "0")], ()),
        ([vote(GRACE, "1"), vote(JOAN, "1")], ()),
        ([vote(ADA)], ()),
        ([vote({"email": "ada@example.com"})], ()),
        ([vote(GRACE, "2", "Verified")], ()),
        ([vote(None)], ()),
        ([vote({"username": "helper", "tags": ["SERVICE_USER"]})], ()),
        ([vote(GRACE, "-1")], ("grace",)),
        ([vote(GRACE, "-2"), vote(ADA)], ("grace",)),
    ],
)
def test_what_is_no_approval_by_another_person(votes: list[Any], objections: tuple[str, ...]) -> None:
    """Nobody, less than +2, however often, oneself under any name, another label, a service, an objection."""
    change = judged(query(*votes))
    assert (change.approved, change.objections) == (False, objections)


def test_who_uploaded_other_code_does_not_approve_it() -> None:
    """Whoever wrote the last revision is an author of it; a rebase on submission changes nothing."""
    assert not judged(query(vote(GRACE), patch_set={"uploader": GRACE})).approved
    assert not judged(query(vote(GRACE), patch_set={"author": GRACE})).approved
    assert judged(query(vote(GRACE), patch_set={"uploader": GRACE, "kind": "TRIVIAL_REBASE"})).approved
    untold = query(vote(GRACE), patch_set={"uploader": GRACE, "kind": None})
    assert not judged(untold).approved
    assert "does not tell whether an upload changed code" in remarks(untold)


def test_an_approval_of_an_earlier_patch_set_does_not_count() -> None:
    """With all patch sets in the export, it is told why."""
    earlier = {"number": 1, "revision": "aa" * 20, "approvals": [vote(GRACE)]}
    data = query(patchSets=[earlier, CHANGE["currentPatchSet"]])
    assert not judged(data).approved
    assert "earlier revision" in remarks(data)
    again = query(vote(GRACE, "1"), patchSets=[earlier])
    assert judged(again).approvals == ()


@pytest.mark.parametrize(
    "stats",
    [
        None,
        {**STATS, "rowCount": 0},
        {**STATS, "rowCount": 2},
        {**STATS, "rowCount": None},
        {"type": "error", "message": "fatal: quota"},
        {"type": "other"},
        {},
    ],
)
def test_a_count_that_is_missing_or_wrong_is_refused(stats: Any) -> None:
    """The last line counts the changes: a query that was cut off or failed is not whole."""
    rejected(query(vote(GRACE), stats=stats))


def test_a_query_without_results_is_one_and_what_follows_the_count_is_refused() -> None:
    """None is counted as none; behind the count nothing may stand."""
    empty = joined({**STATS, "rowCount": 0})
    assert accepted(empty, ReviewsRead).changes == 0
    rejected(empty + empty)
    rejected(GERRIT_REVIEWS + joined(CHANGE))


def test_a_query_that_found_more_is_remarked_upon() -> None:
    """Gerrit limits what it prints."""
    assert "more changes" in remarks(query(vote(GRACE), stats={**STATS, "moreChanges": True}))


def test_the_rest_interface_says_the_same_in_other_words() -> None:
    """With and without the prefix; with it, the format must be named."""
    voter = {"_account_id": 2, "value": 2, "date": "2026-01-02 09:00:00.000000000", **GRACE}
    change = judged(rest(voter, {"_account_id": 3, "value": 0}))
    assert (change.approved, change.merged_at) == (True, "2026-01-02 10:00:00.000000000")
    assert judged(b")]}'\n" + rest(voter), as_format="gerrit_reviews") == judged(rest(voter))
    assert judged(json.dumps(json.loads(rest(voter))[0]).encode()).approved


@pytest.mark.parametrize(
    ("label", "approved", "objections"),
    [
        ({"all": [{"value": 2, **ADA}]}, False, ()),
        ({"all": [{"value": -2, **JOAN}, {"value": 2, **GRACE}]}, True, ("joan",)),
        ({"approved": {"_account_id": 2}}, True, ()),
        ({"approved": {"_account_id": 1}}, False, ()),
        ({"rejected": {"_account_id": 2}}, False, ("2",)),
        ({}, False, ()),
    ],
)
def test_labels_of_the_rest_interface(label: Any, approved: bool, objections: tuple[str, ...]) -> None:
    """Votes of everybody, or only who gave the highest and the lowest."""
    change = judged(rest(labels={"Code-Review": label}))
    assert (change.approved, change.objections) == (approved, objections)


@pytest.mark.parametrize(
    "members",
    [
        {"currentPatchSet": None},
        {"currentPatchSet": {"number": 1}},
        {"status": "DONE"},
        {"status": None},
        {"project": None},
        {"number": None},
        {"lastUpdated": 10**15},
        {"owner": "ada"},
    ],
)
def test_a_change_that_cannot_be_told_is_refused(members: dict[str, Any]) -> None:
    """Without its revision, in an unknown state, of another shape."""
    rejected(query(vote(GRACE), **members))


def test_votes_that_are_none_labels_that_are_missing_and_empty_lists_are_refused() -> None:
    """What was not asked for is not taken as nobody's objection."""
    rejected(query(vote(GRACE, "many")))
    rejected(rest(labels=None))
    rejected(b"[]", as_format="gerrit_reviews")
    rejected(b")]}'\n[]", as_format="gerrit_reviews")
    assert "twice" in rejected(joined(CHANGE, CHANGE, {**STATS, "rowCount": 2})).reason


@pytest.mark.parametrize(
    "data", [b'{"type": "stats"}', b'{"id": "I1", "project": "x"}', b'{"id": 1, "subject": "x"}']
)
def test_look_alikes_are_not_claimed(data: bytes) -> None:
    """Other documents have IDs and statistics too."""
    assert rejected(data).format == ""
