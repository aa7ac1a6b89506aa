"""What trackers call things, in the words of the items' fields: kinds, states, severities.

A state or a resolution that is not clearly one of those that end is taken as open: an anomaly that is left in the
product is residual, whatever its tracker calls done (EN 62304 clauses 5.8.2 and 9.2). The plan may say what further
words mean; those that leave an anomaly in the product cannot be made to close it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from clausework.core.places import Finding
from clausework.items.foreign import LEFT_OUT
from clausework.items.model import FieldValue, ItemType
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.source import ForeignItem
from clausework.plan.model import ItemMapping

TRACKER_TYPES: dict[str, str] = TYPES_BY_NAME | {
    "bug": str(ItemType.ANOMALY),
    "defect": str(ItemType.ANOMALY),
    "problem": str(ItemType.PROBLEM_REPORT),
    "problem-report": str(ItemType.PROBLEM_REPORT),
    "incident": str(ItemType.PROBLEM_REPORT),
    "complaint": str(ItemType.PROBLEM_REPORT),
    "change": str(ItemType.CHANGE_REQUEST),
    "change-request": str(ItemType.CHANGE_REQUEST),
    "enhancement": str(ItemType.CHANGE_REQUEST),
    "improvement": str(ItemType.CHANGE_REQUEST),
    "test": str(ItemType.TEST_CASE),
    "test-case": str(ItemType.TEST_CASE),
}
"""What kinds of issues mean where the plan says nothing. Tasks, stories and epics are for the plan to tell."""

TRACKER_LINKS: dict[str, str] = {name: role for name, role in ROLES_BY_NAME.items() if name != "causes"} | {
    "blocks": LEFT_OUT,
    "is blocked by": LEFT_OUT,
    "clones": LEFT_OUT,
    "is cloned by": LEFT_OUT,
    "duplicates": LEFT_OUT,
    "is duplicated by": LEFT_OUT,
    "fixes": "resolves",
    "tests": "verifies",
}
"""What names of links mean: what only orders work, or tells of copies, traces nothing.

An issue that causes another is no cause of a hazardous situation: both ends say what that link is.
"""

_STAYS = frozenset(
    {
        "wont fix",
        "wontfix",
        "wont do",
        "not planned",
        "deferred",
        "postponed",
        "known error",
        "later",
        "unresolved",
    }
    | {"cannot reproduce", "incomplete", "accepted risk"}
)
"""Ways of being done with an anomaly that leave it in the product, or leave open whether it is there."""

_REJECTED = frozenset(
    {
        "wont do",
        "wont fix",
        "wontfix",
        "not planned",
        "rejected",
        "declined",
        "denied",
        "cancelled",
        "canceled",
    }
    | {"duplicate", "invalid"}
)
_ENDED = frozenset({"done", "closed", "resolved", "fixed", "verified", "completed", "released"})
_GONE = _ENDED | {"duplicate", "invalid", "not a bug"}
"""Ways of being done with an anomaly after which it is not in the product, or is told of elsewhere."""

_APPROVED = frozenset({"approved", "authorised", "authorized"})
_IMPLEMENTED = frozenset({"implemented", "in verification"})
_SCOPED = re.compile(r"(?P<scope>[A-Za-z][\w -]{0,40}?) ?(?:::|[:/=]) ?(?P<value>\S.{0,100})", re.DOTALL)
_FAILED_TESTS = "failed_tests"
_FAILED_TEST = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?failed test[ \t]*:[ \t]*(?P<name>\S(?:.{0,998}\S)?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_KIND_SCOPES = frozenset({"type", "kind", "issue type", "category"})
_SEVERITY_SCOPES = ("severity", "sev", "criticality")
_PRIORITY_SCOPES = ("priority", "prio")


class State(msgspec.Struct, frozen=True):
    """How an issue stands: the tracker's word, how it ended (empty: not told), whether it counts as done there.

    ``is_done`` is ``None`` where the tracker does not tell it beside the word.
    """

    word: str
    ending: str = ""
    is_done: bool | None = None


def folded(word: str) -> str:
    """Return a word as words are compared here: lower case, no apostrophes, single blanks."""
    return " ".join(word.replace("'", "").replace("\u2019", "").replace("_", " ").split()).casefold()


def planned_type(kind: str, types: Mapping[str, str], mapping: ItemMapping) -> str:
    """Return the type that ``kind`` comes to; empty where nothing says it."""
    said = {name.casefold(): value for name, value in (*types.items(), *mapping.types.items())}
    return said.get(kind.casefold(), mapping.type)


def status_of(state: State, kind: str, statuses: Mapping[str, str] | None = None) -> str:
    """Return the status of an item of the type ``kind`` in the words that the type knows; else the tracker's word.

    ``statuses`` is what the plan says of the tracker's words.
    """
    word, ending = folded(state.word), folded(state.ending) or state.ending.strip()
    is_done = state.is_done if state.is_done is not None else word in _ENDED
    if kind in {ItemType.ANOMALY, ItemType.PROBLEM_REPORT}:
        said = {folded(name): meaning for name, meaning in (statuses or {}).items()}
        return _anomaly_status(word, ending, is_done=is_done, said=said)
    if kind == ItemType.TASK:
        return "done" if is_done and not {word, ending} & (_STAYS | _REJECTED) else "open"
    if kind == ItemType.CHANGE_REQUEST:
        return _change_status(word, ending, is_done=is_done)
    return state.word


def _anomaly_status(word: str, ending: str, *, is_done: bool, said: Mapping[str, str]) -> str:
    """Return ``closed`` only where state and resolution are both known to leave nothing in the product."""
    planned = {said.get(word, ""), said.get(ending, "") if ending else ""}
    if {word, ending} & _STAYS or "open" in planned:
        return "open"
    ended = is_done or said.get(word) == "closed"
    gone = not ending or ending in _GONE or said.get(ending) == "closed"
    return "closed" if ended and gone else "open"


def _change_status(word: str, ending: str, *, is_done: bool) -> str:
    if {word, ending} & _REJECTED:
        return "rejected"
    if is_done:
        return "closed"
    if word in _IMPLEMENTED:
        return "implemented"
    return "approved" if word in _APPROVED else "open"


def with_words(item: ForeignItem, kind: str, state: State, mapping: ItemMapping) -> ForeignItem:
    """Return ``item``, which comes to the type ``kind``, with its status and severity in the words of the type.

    The tracker's words stay beside them. An issue without a severity is given its priority, and a field says so; one
    without either lacks what its type must say, which is found. Lines ``Failed test: NAME`` of an anomaly's text name
    the tests that failed because of it.
    """
    fields: dict[str, FieldValue] = dict(item.fields)
    status = status_of(state, kind, mapping.statuses)
    fields["status"] = status
    if folded(status) != folded(state.word):
        fields["source_status"] = state.word
    if state.ending:
        fields["resolution"] = state.ending
    needed = {ItemType.ANOMALY: "severity", ItemType.PROBLEM_REPORT: "criticality"}
    name = next((needed[one] for one in needed if one == kind), "")
    if name and not fields.get(name):
        if said := fields.get("severity") or fields.get("criticality"):
            fields[name] = said
        elif priority := fields.get("priority"):
            fields[name] = priority
            fields[f"{name}_from"] = "priority"
    if name and not fields.get(_FAILED_TESTS) and (tests := failed_tests_in(item.text)):
        fields[_FAILED_TESTS] = tests
    return msgspec.structs.replace(item, fields=fields)


def failed_tests_in(text: str) -> tuple[str, ...]:
    """Return the tests that the lines ``Failed test: NAME`` of an issue's text name."""
    return tuple(dict.fromkeys(found["name"].strip("`") for found in _FAILED_TEST.finditer(text)))


def scoped(label: str) -> tuple[str, str]:
    """Return the scope and the value of a label such as ``type: bug`` or ``severity::major``; no scope: empty."""
    found = _SCOPED.fullmatch(label.strip())
    return (folded(found["scope"]), found["value"].strip()) if found else ("", label.strip())


def kinds_by_labels(labels: Sequence[str], types: Mapping[str, str], mapping: ItemMapping) -> tuple[str, ...]:
    """Return the labels that say what an issue is, one for each type that they come to."""
    by_type: dict[str, str] = {}
    for label in labels:
        scope, value = scoped(label)
        for name in (label.strip(), value if scope in _KIND_SCOPES else ""):
            plain = msgspec.structs.replace(mapping, type="")
            if name and (kind := planned_type(name, types, plain)):
                by_type.setdefault(kind, name)
                break
        else:
            if scope in _KIND_SCOPES:
                by_type.setdefault(
                    f" {value}", value
                )  # of no type that is known: adopted as such, it is told
    if len(by_type) > 1:
        by_type.pop(LEFT_OUT, None)
    return tuple(by_type.values())


def kind_of(
    labels: Sequence[str], own: str, types: Mapping[str, str], mapping: ItemMapping
) -> tuple[str, tuple[str, ...]]:
    """Return an issue's kind by its own type or by its labels, and all that these say where they disagree."""
    kinds = kinds_by_labels(labels, types, mapping)
    plain = msgspec.structs.replace(mapping, type="")
    if own and planned_type(own, types, plain):
        return own, ()
    if len(kinds) > 1:
        return kinds[0], kinds
    return (kinds[0] if kinds else own), ()


def disagreement(item: ForeignItem, kinds: Sequence[str]) -> Finding:
    """Return that the labels of ``item`` say it to be several things."""
    message = f"{item.id} is labelled as {' and as '.join(repr(kind) for kind in kinds)}"
    hint = f"Leave one label of these, or say '{LEFT_OUT}' of the others in the plan's types."
    return Finding("item-kind", message, item.place, ("8.1.1",), hint)


def fields_by_labels(labels: Sequence[str]) -> dict[str, FieldValue]:
    """Return what labels say of severity and priority."""
    said: dict[str, FieldValue] = {}
    for label in labels:
        scope, value = scoped(label)
        for name, scopes in (("severity", _SEVERITY_SCOPES), ("priority", _PRIORITY_SCOPES)):
            if scope in scopes:
                said.setdefault(name, value)
    return said


def ending_by_labels(labels: Sequence[str]) -> str:
    """Return the label that says how an issue ended, such as ``wontfix``; empty where none does."""
    return next(
        (label for label in labels if folded(scoped(label)[1]) in _STAYS | {"duplicate", "invalid"}), ""
    )
