"""Issues of Jira become items; a page that is not the whole search blocks."""

from __future__ import annotations

from typing import Any

import pytest

from clausework.core.places import Place
from clausework.items.foreign import adopt, with_roles
from clausework.items.model import Link
from clausework.items.readers import jira
from clausework.items.readers.adf_text import is_adf, text_of_adf
from clausework.plan.model import ItemMapping

from .tracker_samples import (
    ALL,
    BLOCKS_TYPE,
    DOCUMENT,
    TEST_TYPE,
    by_id,
    jira_issue,
    page,
    read,
    said,
    told,
)


def test_jira_issue() -> None:
    """Key, type, summary, description, lists and the custom fields that are named are the item's."""
    issue = jira_issue(
        "PUMP-1",
        labels=["field"],
        components=[{"name": "controller"}],
        versions=[{"name": "2.0"}],
        description="*It* fails.",
        customfield_1={"value": "Major"},
        customfield_2="0|i000:",
        customfield_3=[{"value": "a"}, {"value": "b"}],
        customfield_4="nameless",
    )
    names = {"customfield_1": "Severity", "customfield_2": "Rank", "customfield_3": "Affected Parts"}
    item = by_id(jira.SOURCE, page(issue, names=names))["PUMP-1"]
    assert (item.kind, item.title, item.text) == ("Bug", "Summary of PUMP-1", "*It* fails.")
    assert item.place == Place("1.json", 1, 57)
    assert said(item) == {
        "Affected Parts": ("a", "b"),
        "components": ("controller",),
        "labels": ("field",),
        "priority": "High",
        "severity": "Major",
        "source_status": "To Do",
        "status": "open",
        "versions": ("2.0",),
    }


@pytest.mark.parametrize(
    ("status", "resolution", "expected"),
    [
        ({"name": "Geschlossen", "statusCategory": {"key": "done"}}, {"name": "Fixed"}, "closed"),
        ({"name": "Closed"}, None, "closed"),
        ({"name": "Done", "statusCategory": {"key": "done"}}, {"name": "Won't Fix"}, "open"),
        ({"name": "Done", "statusCategory": {"key": "done"}}, {"name": "Cannot Reproduce"}, "open"),
        ({"name": "Parked", "statusCategory": {"key": "indeterminate"}}, None, "open"),
        ({"name": "Whatever"}, None, "open"),
        ({"name": "Deferred", "statusCategory": {"key": "done"}}, None, "open"),
    ],
)
def test_an_anomaly_is_closed_only_when_that_is_clear(status: Any, resolution: Any, expected: str) -> None:
    """Unknown states, and endings that leave the anomaly in the product, are open."""
    issue = jira_issue("PUMP-1", status=status, resolution=resolution)
    item = by_id(jira.SOURCE, page(issue))["PUMP-1"]
    assert item.fields["status"] == expected
    assert str(item.fields.get("source_status", expected)).lower() in {expected, status["name"].lower()}


def test_severity_is_never_made_up() -> None:
    """Severity comes from its own field, else from the priority, and then a field says so; else it lacks."""
    found = by_id(
        jira.SOURCE,
        page(jira_issue("P-1"), jira_issue("P-2", priority=None), jira_issue("P-3", kind="Incident")),
    )
    assert (found["P-1"].fields["severity"], found["P-1"].fields["severity_from"]) == ("High", "priority")
    assert "severity" not in found["P-2"].fields
    assert found["P-3"].fields["criticality"] == "High"


def test_jira_links_are_said_once() -> None:
    """Jira tells a link with both of its issues; it is one link, out of the issue that its outward name is about."""
    test = jira_issue("T-1", "Test", issuelinks=[{"type": TEST_TYPE, "outwardIssue": {"key": "R-1"}}])
    requirement = jira_issue(
        "R-1",
        "Software requirement",
        issuelinks=[
            {"type": TEST_TYPE, "inwardIssue": {"key": "T-1"}},
            {"type": TEST_TYPE, "inwardIssue": {"key": "T-2"}},
            {"type": BLOCKS_TYPE, "inwardIssue": {"key": "T-1"}},
        ],
        parent={"key": "E-1"},
    )
    found = by_id(jira.SOURCE, page(test, requirement))
    assert [(link.name, link.target) for link in found["T-1"].links] == [("tests", "R-1"), ("blocks", "R-1")]
    assert [(link.name, link.target) for link in found["R-1"].links] == [
        ("parent", "E-1"),
        ("is tested by", "T-2"),
    ]
    got = adopt(jira.SOURCE, list(found.values()), ItemMapping())
    assert got.findings == ()
    assert got.items[0].links == (Link("verifies", "R-1"),)


def test_jira_pages() -> None:
    """Pages that come to the total are whole; fewer, different totals, or no word of the last page block."""
    first, second = jira_issue("P-1"), jira_issue("P-2")
    assert len(by_id(jira.SOURCE, page(first, total=2), page(second, startAt=1, total=2))) == 2
    assert told(jira.SOURCE, page(first, total=2)) == [
        "1.json:1: not-whole: the search found 2 issues, and 1 are here"
    ]
    assert "different totals: 2, 3" in told(jira.SOURCE, page(first, total=2), page(second, total=3))[0]
    assert len(by_id(jira.SOURCE, {"issues": [first], "isLast": True})) == 1
    tokens = {"issues": [first], "nextPageToken": "a", "isLast": False}
    assert told(jira.SOURCE, tokens) == ["1.json:1: not-whole: there is a page behind this one"]
    assert len(by_id(jira.SOURCE, tokens, {"issues": [second], "isLast": True})) == 2
    assert "nothing says that these are all issues" in told(jira.SOURCE, {"issues": [first]})[0]
    many = [jira_issue(f"P-{number}") for number in range(50)]
    assert "exactly 50 issues are the size of a page" in told(jira.SOURCE, many)[0]
    assert len(by_id(jira.SOURCE, many[:49])) == 49


def test_an_empty_search() -> None:
    """A search that found nothing, and says so, is no issue; a file that holds nothing is told."""
    for empty in (page(), {"issues": [], "isLast": True}):
        assert by_id(jira.SOURCE, empty) == {}
    for source in ALL:
        assert "empty: the file holds nothing" in told(source, " ")[0]


def test_a_document_of_atlassians_is_text() -> None:
    """Every text of a description is kept, in its order; what has no text is named."""
    assert is_adf(DOCUMENT)
    text = text_of_adf(DOCUMENT)
    assert text.startswith("Steps\n- press stop\n@quality\n")
    assert "see (https://example.com)https://example.com/x[somethingNew]" in text
    assert "a" in text.rpartition("[somethingNew]")[2]
    item = by_id(jira.SOURCE, page(jira_issue("P-1", description=DOCUMENT)))["P-1"]
    assert item.text == text


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        ("text", "an issue has a 'key' and 'fields'"),
        ({"key": "A-1"}, "an issue has a 'key' and 'fields'"),
        (jira_issue("A-1", issuetype=None), "'A-1' has no issue type or no summary"),
        (jira_issue("A-1", summary=None), "'A-1' has no issue type or no summary"),
        (jira_issue("A-1", status=None), "'A-1' has no status"),
        (jira_issue("A-1", issuelinks={}), "the links of 'A-1' are no list"),
        (jira_issue("A-1", issuelinks=[{}]), "a link of 'A-1' has no type"),
        (jira_issue("A-1", issuelinks=[{"type": TEST_TYPE}]), "a link of 'A-1' leads nowhere"),
    ],
)
def test_what_is_no_issue_of_jiras(issue: Any, expected: str) -> None:
    """An issue that lacks what makes it one is told, and nothing of its file is taken."""
    found = read(jira.SOURCE, page(issue))
    assert found.items == ()
    assert expected in str(found.findings[0])


def test_custom_fields_by_the_plan() -> None:
    """The plan's columns say what a custom field holds."""
    mapping = ItemMapping(columns={"Verifies": "links.verifies", "Damage": "severity", "Priority": "ignore"})
    issue = jira_issue("P-1", customfield_1="R-1, R-2", customfield_2="serious")
    names = {"customfield_1": "Verifies", "customfield_2": "Damage"}
    item = by_id(jira.SOURCE, page(issue, names=names), mapping=mapping)["P-1"]
    assert [(link.name, link.target) for link in item.links] == [("verifies", "R-1"), ("verifies", "R-2")]
    assert item.fields["severity"] == "serious"
    assert "priority" not in item.fields


def test_roles_between_issues() -> None:
    """A change request that fixes a bug resolves it."""
    fixes = {
        "type": {"name": "Fix", "inward": "is fixed by", "outward": "fixes"},
        "outwardIssue": {"key": "B-1"},
    }
    found = by_id(
        jira.SOURCE, page(jira_issue("B-1"), jira_issue("C-1", "Change request", issuelinks=[fixes]))
    )
    got = adopt(jira.SOURCE, list(found.values()), ItemMapping())
    linked, _ = with_roles(got.items, got.pending)
    assert linked[1].links == (Link("resolves", "B-1"),)
