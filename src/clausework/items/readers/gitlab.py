"""Issues of GitLab as items, from its API or the ``issues.ndjson`` of a project's export, kept as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from clausework.core.places import Finding
from clausework.items.model import FieldValue
from clausework.items.readers.issue_arrays import maybe_a_page
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
    folded,
    kind_of,
    planned_type,
    with_words,
)
from clausework.items.source import ForeignItem, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_PAGE_SIZES = frozenset({20, 100})
_PREFIX = "GL-"
_KIND = "issue"
_CLOSED = "closed"
_HINT = (
    "Export from the API (projects/:id/issues), or take tree/project/issues.ndjson of the project's export."
)
_MORE = "Export all pages (glab api --paginate); pages in one file are taken as all, and so is one that is shorter."


def _takes(path: str) -> bool:
    name = PurePosixPath(path).name.lower()
    return name.endswith((".json", ".ndjson", ".jsonl")) and not name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    read: list[JsonFile] = []
    issues: list[tuple[ForeignItem, State]] = []
    findings: list[Finding] = []
    for file in files:
        try:
            found = read_json(file, ())
            for entry in found.entries:
                item, state, kinds = _issue(entry, mapping)
                issues.append((item, state))
                findings += [disagreement(item, kinds)] if kinds else []
            read.append(found)
        except Rejection as rejection:
            findings.append(rejection.finding)
    findings += maybe_a_page(read, _PAGE_SIZES, _MORE)
    worded = [
        with_words(item, planned_type(item.kind, TRACKER_TYPES, mapping), state, mapping)
        for item, (_, state) in zip(as_planned([item for item, _ in issues], mapping), issues, strict=True)
    ]
    return SourceRead(tuple(worded), tuple(findings))


def _issue(entry: Entry, mapping: ItemMapping) -> tuple[ForeignItem, State, tuple[str, ...]]:
    issue = entry.value
    number = issue.get("iid") if isinstance(issue, dict) else None
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(issue.get("title"), str):
        raise Rejection("gitlab", "an issue has an 'iid' and a 'title'", entry.place, _HINT)
    word = text_of(issue.get("state")).lower()
    if not word:
        message = f"the issue {number} has no 'state'"
        raise Rejection("gitlab", message, entry.place, _HINT)
    labels = _labels(issue, entry)
    own = text_of(issue.get("issue_type")) or named(issue.get("work_item_type"), "name", "base_type")
    own = folded(own).replace(" ", "_")
    kind, kinds = kind_of(labels, "" if own == _KIND else own, TRACKER_TYPES, mapping)
    item = ForeignItem(
        str(number) if mapping.prefix else f"{_PREFIX}{number}",
        kind or own or _KIND,
        issue["title"],
        text_of(issue.get("description")),
        (),
        _fields(issue, labels),
        entry.place,
    )
    return item, State(word, ending_by_labels(labels), word == _CLOSED), kinds


def _labels(issue: dict[str, Any], entry: Entry) -> tuple[str, ...]:
    """Return an issue's labels: texts, objects, or in a project's export objects around objects."""
    if isinstance(issue.get("labels"), list):
        return texts_of(issue["labels"], "name", "title")
    links = issue.get("label_links", [])
    if not isinstance(links, list) or not all(isinstance(link, dict) for link in links):
        raise Rejection("gitlab", "the labels of an issue are no list", entry.place, _HINT)
    return texts_of([link.get("label") for link in links], "title", "name")


def _fields(issue: dict[str, Any], labels: tuple[str, ...]) -> dict[str, FieldValue]:
    severity = text_of(issue.get("severity")).lower()
    fields: dict[str, FieldValue] = {"severity": severity} if severity not in {"", "unknown"} else {}
    return {
        **fields_by_labels(labels),
        **fields,
        "labels": labels,
        "milestone": named(issue.get("milestone"), "title"),
        "url": text_of(issue.get("web_url")),
        "created": text_of(issue.get("created_at")),
        "closed": text_of(issue.get("closed_at")),
        "confidential": "true" if issue.get("confidential") is True else "",
    }


SOURCE = ItemSource(
    "gitlab",
    2,
    "GitLab issues",
    _takes,
    _read,
    types=TRACKER_TYPES,
    links=TRACKER_LINKS,
)
