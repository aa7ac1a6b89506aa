"""Issues of GitHub and GitLab become items by their labels; what may be one page of more blocks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.items.foreign import adopt
from clausework.items.model import ItemType
from clausework.items.readers import github, gitlab
from clausework.plan.model import ItemMapping

from .tracker_samples import (
    by_id,
    github_issue,
    gitlab_issue,
    read,
    said,
    told,
)


def test_github_issue() -> None:
    """Number, title, body, state and labels are the item's; pull requests are none."""
    issue = github_issue(
        12,
        labels=[{"name": "bug"}, {"name": "severity: major"}, "area/pump"],
        milestone={"title": "2.1"},
        parent_issue_url="https://example.com/repos/o/r/issues/7",
    )
    request = github_issue(13, pull_request={"url": "x"})
    found = by_id(
        github.SOURCE, [issue, request, github_issue(14, html_url="https://example.com/o/r/pull/14")]
    )
    item = found.pop("GH-12")
    assert found == {}
    assert (item.kind, item.title, item.text) == ("bug", "Issue 12", "It fails.")
    assert [(link.name, link.target) for link in item.links] == [("parent", "GH-7")]
    assert said(item) == {
        "labels": ("bug", "severity: major", "area/pump"),
        "milestone": "2.1",
        "severity": "major",
        "status": "open",
        "url": "https://example.com/o/r/issues/12",
    }


def test_github_command_line() -> None:
    """What 'gh issue list --json' writes is read as what the API gives."""
    issue = {
        "body": "",
        "createdAt": "2026-01-01T00:00:00Z",
        "closedAt": None,
        "labels": [{"id": "x", "name": "enhancement", "color": "000000"}],
        "number": 3,
        "state": "CLOSED",
        "stateReason": "NOT_PLANNED",
        "title": "More",
        "url": "https://example.com/o/r/issues/3",
    }
    item = by_id(github.SOURCE, [issue])["GH-3"]
    assert (item.kind, item.fields["status"], item.fields["resolution"]) == (
        "enhancement",
        "rejected",
        "not_planned",
    )


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"state": "closed", "state_reason": "completed"}, "closed"),
        ({"state": "closed", "state_reason": None}, "closed"),
        ({"state": "closed", "state_reason": "duplicate"}, "closed"),
        ({"state": "closed", "state_reason": "not_planned"}, "open"),
        ({"state": "closed", "labels": [{"name": "bug"}, {"name": "wontfix"}]}, "open"),
    ],
)
def test_an_anomaly_that_is_not_mended_stays_open(members: dict[str, Any], expected: str) -> None:
    """A bug that was closed without being mended is in the product."""
    assert by_id(github.SOURCE, [github_issue(1, **members)])["GH-1"].fields["status"] == expected


@pytest.mark.parametrize(
    ("labels", "own", "expected"),
    [
        (["type: anomaly"], None, "anomaly"),
        (["type::problem report"], None, "problem report"),
        (["kind/bug", "help wanted"], None, "bug"),
        (["help wanted"], None, "issue"),
        (["help wanted"], {"name": "Bug"}, "Bug"),
        (["bug", "type: defect"], None, "bug"),
        (["type: marvel"], None, "marvel"),
    ],
)
def test_labels_say_what_an_issue_is(labels: list[str], own: Any, expected: str) -> None:
    """An issue's own type comes first, then labels with a scope or of a kind that is known."""
    issue = github_issue(1, labels=[{"name": name} for name in labels], type=own)
    assert by_id(github.SOURCE, [issue])["GH-1"].kind == expected


def test_labels_that_disagree_are_told() -> None:
    """An issue that is labelled as two types is neither until somebody says which."""
    issue = github_issue(1, labels=["bug", "enhancement"])
    assert told(github.SOURCE, [issue]) == [
        "1.json:1:2: item-kind: GH-1 is labelled as 'bug' and as 'enhancement'"
    ]
    ignored = ItemMapping(types={"enhancement": "ignore"})
    assert by_id(github.SOURCE, [issue], mapping=ignored)["GH-1"].kind == "bug"


def test_issues_of_no_known_kind_are_told() -> None:
    """An issue that nothing tells the type of is told when it is adopted; the plan may say it, or leave it out."""
    found = list(by_id(github.SOURCE, [github_issue(1, labels=[])]).values())
    assert [one.rule for one in adopt(github.SOURCE, found, ItemMapping()).findings] == ["item-kind"]
    assert adopt(github.SOURCE, found, ItemMapping(types={"issue": "ignore"})).items == ()


def test_the_plans_prefix() -> None:
    """Numbers get the plan's prefix instead of the tracker's own."""
    mapping = ItemMapping(prefix="ISSUE-")
    for source, issue in ((github.SOURCE, github_issue(4)), (gitlab.SOURCE, gitlab_issue(4))):
        got = adopt(source, list(by_id(source, [issue], mapping=mapping).values()), mapping)
        assert [item.id for item in got.items] == ["ISSUE-4"]


def test_pages_of_github() -> None:
    """An array of exactly a page's size may not be all; pages put together, or a search with its total, are."""
    issues = [github_issue(number) for number in range(1, 101)]
    for size in (30, 100):
        assert f"exactly {size} issues are the size of a page" in told(github.SOURCE, issues[:size])[0]
    assert len(by_id(github.SOURCE, issues[:99])) == 99
    assert len(by_id(github.SOURCE, [issues])) == 100
    assert len(by_id(github.SOURCE, json.dumps(issues[:30]) + json.dumps(issues[30:60]))) == 60
    assert len(by_id(github.SOURCE, issues[:30], issues[30:35])) == 35
    search = {"total_count": 100, "incomplete_results": False, "items": issues}
    assert len(by_id(github.SOURCE, search)) == 100
    assert (
        "the search tells 101, and 100 issues are here"
        in told(github.SOURCE, search | {"total_count": 101})[0]
    )
    assert "results are incomplete" in told(github.SOURCE, search | {"incomplete_results": True})[0]
    assert "the search tells no total" in told(github.SOURCE, {"items": issues[:5]})[0]


@pytest.mark.parametrize(
    "issue",
    [
        3,
        {"title": "a"},
        github_issue(1) | {"number": True},
        github_issue(1, title=None),
        github_issue(1, state=None),
        github_issue(1, state=["closed"]),
        github_issue(1, labels=None),
    ],
)
def test_what_is_no_issue_of_githubs(issue: Any) -> None:
    """An issue without number, title, state or labels is told, and nothing of its file is taken."""
    found = read(github.SOURCE, [issue])
    assert (found.items, len(found.findings)) == ((), 1)


def test_gitlab_issue() -> None:
    """Issues of the API, and lines of a project's export, are read alike."""
    api = gitlab_issue(
        5,
        labels=["type::bug", "severity::2"],
        severity="UNKNOWN",
        web_url="https://example.com/5",
        confidential=True,
    )
    item = by_id(gitlab.SOURCE, [api])["GL-5"]
    assert (item.kind, item.text) == ("bug", "It fails.")
    assert said(item) == {
        "confidential": "true",
        "labels": ("type::bug", "severity::2"),
        "severity": "2",
        "source_status": "opened",
        "status": "open",
        "url": "https://example.com/5",
    }
    exported = [
        {
            "iid": 6,
            "title": "A",
            "state": "closed",
            "label_links": [{"label": {"title": "bug"}}],
            "description": None,
        },
        {
            "iid": 7,
            "title": "B",
            "state": "opened",
            "label_links": [],
            "work_item_type": {"base_type": "test_case"},
        },
        {
            "iid": 8,
            "title": "C",
            "state": "opened",
            "labels": [],
            "issue_type": "incident",
            "severity": "HIGH",
        },
    ]
    found = by_id(gitlab.SOURCE, "\n".join(map(json.dumps, exported)))
    assert [(one.kind, one.place.line) for one in found.values()] == [
        ("bug", 1),
        ("test_case", 2),
        ("incident", 3),
    ]
    assert found["GL-6"].fields["status"] == "closed"
    assert found["GL-8"].fields["criticality"] == "high"
    got = adopt(gitlab.SOURCE, list(found.values()), ItemMapping())
    assert [item.type for item in got.items] == [
        ItemType.ANOMALY,
        ItemType.TEST_CASE,
        ItemType.PROBLEM_REPORT,
    ]


def test_pages_of_gitlab() -> None:
    """An array of exactly a page's size may not be all."""
    issues = [gitlab_issue(number) for number in range(1, 101)]
    for size in (20, 100):
        assert f"exactly {size} issues are the size of a page" in told(gitlab.SOURCE, issues[:size])[0]
    assert len(by_id(gitlab.SOURCE, issues[:30])) == 30


@pytest.mark.parametrize(
    "issue", [3, {"title": "a"}, gitlab_issue(1, state=None), gitlab_issue(1, labels=None, label_links=3)]
)
def test_what_is_no_issue_of_gitlabs(issue: Any) -> None:
    """An issue without number, title or state is told, and nothing of its file is taken."""
    found = read(gitlab.SOURCE, [issue])
    assert (found.items, len(found.findings)) == ((), 1)


@pytest.mark.parametrize("state", ["odd", "locked", "merged", "CLOSED ", "done", "resolved"])
def test_a_state_that_is_not_known_is_open(state: str) -> None:
    """A word for a state that a forge does not have, or will have one day, leaves the bug in the product."""
    for source, issue in (
        (github.SOURCE, github_issue(1, state=state)),
        (gitlab.SOURCE, gitlab_issue(1, state=state)),
    ):
        (item,) = by_id(source, [issue]).values()
        assert (item.fields["status"], item.fields["source_status"]) == ("open", state.lower())
