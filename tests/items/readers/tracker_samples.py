"""Issues as trackers export them, and how the tests read them."""

from __future__ import annotations

import json
from typing import Any

from clausework.items.readers import github, gitlab, jira
from clausework.items.source import ForeignItem, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

ALL = (jira.SOURCE, gitlab.SOURCE, github.SOURCE)

BLOCKS_TYPE = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
TEST_TYPE = {"name": "Test", "inward": "is tested by", "outward": "tests"}


def jira_issue(key: str, kind: str = "Bug", **fields: Any) -> dict[str, Any]:
    """Return an issue as Jira's search answers it."""
    plain = {
        "issuetype": {"name": kind},
        "summary": f"Summary of {key}",
        "status": {"name": "To Do", "statusCategory": {"key": "new"}},
        "description": None,
        "priority": {"name": "High"},
    }
    return {"id": "1", "key": key, "fields": plain | fields}


def page(*issues: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return a whole answer of Jira's search."""
    return {"startAt": 0, "maxResults": 50, "total": len(issues), "issues": list(issues)} | members


def github_issue(number: int, **members: Any) -> dict[str, Any]:
    """Return an issue as GitHub's API gives it."""
    plain = {
        "number": number,
        "title": f"Issue {number}",
        "state": "open",
        "labels": [{"name": "bug"}],
        "body": "It fails.",
        "html_url": f"https://example.com/o/r/issues/{number}",
    }
    return plain | members


def gitlab_issue(number: int, **members: Any) -> dict[str, Any]:
    """Return an issue as GitLab's API gives it."""
    plain = {
        "iid": number,
        "title": f"Issue {number}",
        "state": "opened",
        "labels": ["bug"],
        "issue_type": "issue",
        "description": "It fails.",
    }
    return plain | members


def read(source: ItemSource, *contents: Any, mapping: ItemMapping | None = None) -> SourceRead:
    """Return what is read of files with that JSON, or that text."""
    texts = [one if isinstance(one, str) else json.dumps(one) for one in contents]
    files = [SourceFile(f"{number}.json", text.encode()) for number, text in enumerate(texts, 1)]
    return source.read(files, mapping or ItemMapping())


def by_id(source: ItemSource, *contents: Any, mapping: ItemMapping | None = None) -> dict[str, ForeignItem]:
    """Return the items of files in which nothing is wrong."""
    found = read(source, *contents, mapping=mapping)
    assert [str(finding) for finding in found.findings] == []
    return {item.id: item for item in found.items}


def told(source: ItemSource, *contents: Any) -> list[str]:
    """Return the findings in files."""
    return [str(finding) for finding in read(source, *contents).findings]


def said(item: ForeignItem) -> dict[str, Any]:
    """Return an item's fields that are not blank."""
    return {name: value for name, value in item.fields.items() if value}


DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Steps"}]},
        {
            "type": "bulletList",
            "content": [
                {
                    "type": "listItem",
                    "content": [
                        {
                            "type": "paragraph",
                            "content": [
                                {"type": "text", "text": "press "},
                                {"type": "text", "text": "stop", "marks": [{"type": "strong"}]},
                                {"type": "hardBreak"},
                                {"type": "mention", "attrs": {"id": "1", "text": "@quality"}},
                            ],
                        }
                    ],
                }
            ],
        },
        {
            "type": "paragraph",
            "content": [
                {
                    "type": "text",
                    "text": "see",
                    "marks": [{"type": "link", "attrs": {"href": "https://example.com"}}],
                },
                {"type": "inlineCard", "attrs": {"url": "https://example.com/x"}},
                {"type": "somethingNew"},
            ],
        },
        {
            "type": "table",
            "content": [
                {
                    "type": "tableRow",
                    "content": [
                        {
                            "type": "tableCell",
                            "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}],
                        }
                    ],
                }
            ],
        },
    ],
}
