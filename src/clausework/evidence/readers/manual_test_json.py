"""Reads the form of a manual test as JSON: what ``test run`` writes and ``test form`` gives (5.6.7, 5.7.5, 9.8)."""

from __future__ import annotations

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.manual_form import SCHEMA, ManualForm
from clausework.evidence.manual_reading import read_form
from clausework.evidence.source import Source


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    return members is not None and members.get("schema", "").startswith(f'"{SCHEMA}"')


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    walk = JsonWalk(source)
    form = walk.take(ManualForm)
    walk.finish()
    return read_form(form, detail)


FORMAT = Format(
    "manual_test_json",
    1,
    "tests",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Form of a manual test, JSON",
    ("5.6.7", "5.7.5", "9.8"),
)
