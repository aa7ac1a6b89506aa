"""Issues of GitHub as items, from ``gh issue list --json``, the REST API or a search, kept as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from clausework.core.places import Finding
from clausework.items.model import FieldValue
from clausework.items.readers.issue_arrays import maybe_a_page, not_all_found
from clausework.items.readers.planned_fields import as_planned
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.tracker_json import Entry, JsonFile, named, read_json, text_of, texts_of
from clausework.items.readers.tracker_words import (
    TRACKER_LINKS,
    TRACKER_TYPES,
    State,
    disagreement,
    ending_by_labels,
    fields_by_labels,
    kind_of,
    planned_type,
    with_words,
)
from clausework.items.source import ForeignItem, ForeignLink, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_PAGE_SIZES = frozenset({30, 100})
_PREFIX = "GH-"
_KIND = "issue"
_HINT = "Export with: gh issue list --state all --limit 100000 --json number,title,body,state,stateReason,labels,url"
_MORE = (
    "Ask for more than there are (gh issue list --limit 100000), or for all pages (gh api --paginate --slurp). "
    'If these are all of them, wrap them: {"total_count": ..., "items": [...]}.'
)


def _takes(path: str) -> bool:
    name = PurePosixPath(path).name.lower()
    return name.endswith((".json", ".ndjson", ".jsonl")) and not name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    read: list[JsonFile] = []
    issues: list[tuple[ForeignItem, State]] = []
    findings: list[Finding] = []
    for file in files:
        try:
            found = read_json(file, ("items",))
            for entry in found.entries:
                if _is_issue(entry):
                    item, state, kinds = _issue(entry, mapping)
                    issues.append((item, state))
                    findings += [disagreement(item, kinds)] if kinds else []
            read.append(found)
        except Rejection as rejection:
            findings.append(rejection.finding)
    findings += [*maybe_a_page(read, _PAGE_SIZES, _MORE), *not_all_found(read, "items")]
    worded = [
        with_words(item, planned_type(item.kind, TRACKER_TYPES, mapping), state, mapping)
        for item, (_, state) in zip(as_planned([item for item, _ in issues], mapping), issues, strict=True)
    ]
    return SourceRead(tuple(worded), tuple(findings))


def _is_issue(entry: Entry) -> bool:
    """Tell whether ``entry`` is an issue: GitHub gives pull requests out as issues too."""
    if not isinstance(entry.value, dict):
        raise Rejection("github", "an issue is an object", entry.place, _HINT)
    url = text_of(entry.value.get("html_url") or entry.value.get("url"))
    return not (entry.value.get("pull_request") or entry.value.get("isPullRequest") or "/pull/" in url)


def _issue(entry: Entry, mapping: ItemMapping) -> tuple[ForeignItem, State, tuple[str, ...]]:
    issue = entry.value
    number, title = issue.get("number"), issue.get("title")
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(title, str):
        raise Rejection("github", "an issue has a 'number' and a 'title'", entry.place, _HINT)
    word = text_of(issue.get("state")).lower()
    if not word or not isinstance(issue.get("labels"), list):
        message = f"the issue {number} has no 'state' or no 'labels'"
        raise Rejection("github", message, entry.place, _HINT)
    labels = texts_of(issue["labels"], "name")
    reason = text_of(issue.get("state_reason") or issue.get("stateReason")).lower()
    ending = reason if word == "closed" and reason not in {"", "completed"} else ending_by_labels(labels)
    own = named(issue.get("type") or issue.get("issueType"), "name")
    kind, kinds = kind_of(labels, own, TRACKER_TYPES, mapping)
    item = ForeignItem(
        _id(number, mapping),
        kind or _KIND,
        title,
        text_of(issue.get("body")),
        _links(issue, mapping),
        _fields(issue, labels),
        entry.place,
    )
    return item, State(word, ending, word == "closed"), kinds


def _id(number: Any, mapping: ItemMapping) -> str:
    return str(number) if mapping.prefix else f"{_PREFIX}{number}"


def _links(issue: dict[str, Any], mapping: ItemMapping) -> tuple[ForeignLink, ...]:
    parent = issue.get("parent")
    number = named(parent, "number") if isinstance(parent, dict) else ""
    number = number or text_of(issue.get("parent_issue_url")).rstrip("/").rpartition("/")[2]
    return (ForeignLink("parent", _id(number, mapping)),) if number else ()


def _fields(issue: dict[str, Any], labels: tuple[str, ...]) -> dict[str, FieldValue]:
    return {
        **fields_by_labels(labels),
        "labels": labels,
        "milestone": named(issue.get("milestone"), "title"),
        "url": text_of(issue.get("html_url") or issue.get("url")),
        "created": text_of(issue.get("created_at") or issue.get("createdAt")),
        "closed": text_of(issue.get("closed_at") or issue.get("closedAt")),
    }


SOURCE = ItemSource(
    "github",
    2,
    "GitHub issues",
    _takes,
    _read,
    types=TRACKER_TYPES,
    links=TRACKER_LINKS,
)
