"""Issues of Jira as items, from what its search answers (REST API 2 and 3, server and cloud), kept as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from clausework.core.places import Finding
from clausework.items.model import FieldValue
from clausework.items.readers.adf_text import is_adf, text_of_adf
from clausework.items.readers.jira_pages import not_whole
from clausework.items.readers.planned_fields import as_planned
from clausework.items.readers.rejection import Rejection
from clausework.items.readers.relations import Relation, with_relations
from clausework.items.readers.tracker_json import Entry, JsonFile, named, read_json, text_of, texts_of
from clausework.items.readers.tracker_words import (
    TRACKER_LINKS,
    TRACKER_TYPES,
    State,
    folded,
    planned_type,
    with_words,
)
from clausework.items.source import ForeignItem, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_LISTS = {
    "labels": "labels",
    "components": "components",
    "fixVersions": "fix_versions",
    "versions": "versions",
}
_PLAIN = {
    "priority": "priority",
    "environment": "environment",
    "created": "created",
    "resolutiondate": "resolved",
}
_CUSTOM = "customfield_"
_UNSTEADY = frozenset({"rank", "sprint", "development", "flagged", "story points", "team", "epic name"})
"""Custom fields that say how work is ordered, which changes without the issue changing."""

_HINT = "Export issues with their fields: summary, description, issuetype, status, issuelinks."


class _Issue(msgspec.Struct, frozen=True):
    item: ForeignItem
    state: State
    relations: tuple[Relation, ...]


def _takes(path: str) -> bool:
    name = PurePosixPath(path).name.lower()
    return name.endswith((".json", ".ndjson", ".jsonl")) and not name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    read: list[JsonFile] = []
    issues: list[_Issue] = []
    findings: list[Finding] = []
    for file in files:
        try:
            found = read_json(file, ("issues",))
            names = _names_in(found)
            issues += [_issue(entry, names) for entry in found.entries]
            read.append(found)
        except Rejection as rejection:
            findings.append(rejection.finding)
    findings += not_whole(read)
    items = with_relations([issue.item for issue in issues], _relations(issues), mapping)
    worded = [
        with_words(item, planned_type(item.kind, TRACKER_TYPES, mapping), issue.state, mapping)
        for item, issue in zip(as_planned(items, mapping), issues, strict=True)
    ]
    return SourceRead(tuple(worded), tuple(findings))


def _names_in(file: JsonFile) -> dict[str, str]:
    """Return the fields' names by their IDs, as a search tells them that is asked to (``expand=names``)."""
    names: dict[str, str] = {}
    for page in file.documents:
        told = page.get("names")
        names |= {name: text_of(shown) for name, shown in told.items()} if isinstance(told, dict) else {}
    return names


def _issue(entry: Entry, names: dict[str, str]) -> _Issue:
    issue = entry.value
    said = issue.get("fields") if isinstance(issue, dict) else None
    if not isinstance(issue, dict) or not isinstance(said, dict) or not isinstance(issue.get("key"), str):
        raise Rejection("jira", "an issue has a 'key' and 'fields'", entry.place, _HINT)
    key, kind = issue["key"], named(said.get("issuetype"), "name")
    if not kind or not isinstance(said.get("summary"), str):
        raise Rejection("jira", f"{key[:60]!a} has no issue type or no summary", entry.place, _HINT)
    status = said.get("status")
    if not named(status, "name"):
        raise Rejection("jira", f"{key[:60]!a} has no status", entry.place, _HINT)
    category = status.get("statusCategory") if isinstance(status, dict) else None
    told = text_of(category.get("key")) if isinstance(category, dict) else ""
    is_done = told == "done" if told else None
    state = State(named(status, "name"), named(said.get("resolution"), "name"), is_done)
    fields = _fields(said) | _custom(said, issue.get("names"), names)
    item = ForeignItem(key, kind, said["summary"], _text(said.get("description")), (), fields, entry.place)
    return _Issue(item, state, tuple(_links(key, said, entry)))


def _text(value: Any) -> str:
    return text_of_adf(value) if is_adf(value) else text_of(value)


def _fields(said: dict[str, Any]) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {
        shown: texts_of(said.get(name), "name", "value") for name, shown in _LISTS.items()
    }
    for name, shown in _PLAIN.items():
        value = said.get(name)
        fields[shown] = _text(value) if is_adf(value) else named(value, "name", "value")
    return fields


def _custom(said: dict[str, Any], own_names: Any, names: dict[str, str]) -> dict[str, FieldValue]:
    """Return the custom fields whose names are told, but for those that only order work."""
    told = names | (
        {name: text_of(shown) for name, shown in own_names.items()} if isinstance(own_names, dict) else {}
    )
    fields: dict[str, FieldValue] = {}
    for name, value in said.items():
        shown = told.get(name, "")
        if not name.startswith(_CUSTOM) or not shown or value is None:
            continue
        if folded(shown) in _UNSTEADY or shown.startswith("[CHART]"):
            continue
        taken: FieldValue = (
            texts_of(value, "value", "name", "key") if isinstance(value, list) else _one(value)
        )
        if taken:
            fields["severity" if folded(shown) == "severity" else shown] = taken
    return fields


def _one(value: Any) -> str:
    return text_of_adf(value) if is_adf(value) else named(value, "value", "name", "displayName", "key")


def _links(key: str, said: dict[str, Any], entry: Entry) -> Iterator[Relation]:
    """Yield what an issue says of its links; each of Jira's links is told with both of its issues."""
    if parent := named(said.get("parent"), "key"):
        yield Relation(key, "parent", parent, entry.place)
    links = said.get("issuelinks")
    if links is not None and not isinstance(links, list):
        raise Rejection("jira", f"the links of {key[:60]!a} are no list", entry.place, _HINT)
    for link in links or ():
        kind = link.get("type") if isinstance(link, dict) else None
        if not isinstance(kind, dict):
            raise Rejection("jira", f"a link of {key[:60]!a} has no type", entry.place, _HINT)
        outward = named(kind, "outward", "name")
        if target := _key_of(link.get("outwardIssue")):
            yield Relation(key, outward, target, entry.place)
        elif target := _key_of(link.get("inwardIssue")):
            yield Relation(key, named(kind, "inward", "name"), target, entry.place, turned=outward)
        else:
            raise Rejection("jira", f"a link of {key[:60]!a} leads nowhere", entry.place, _HINT)


def _key_of(value: Any) -> str:
    return named(value, "key") if isinstance(value, dict) else ""


def _relations(issues: Sequence[_Issue]) -> Iterator[Relation]:
    for issue in issues:
        yield from issue.relations


SOURCE = ItemSource(
    "jira",
    2,
    "Jira issues",
    _takes,
    _read,
    types=TRACKER_TYPES,
    links=TRACKER_LINKS,
)
