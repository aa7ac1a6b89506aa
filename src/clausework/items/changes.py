"""What a change request says before it is approved, and what comes after (clauses 6.2.3, 7.4, 8.2.1, 8.2.2).

An approval binds to what was asked: the fields that tell how far the work has come are left out, so that a request may
go from approved to implemented to closed. Whatever else changes in it asks for another approval.
"""

from __future__ import annotations

import re

import msgspec

from clausework.core.digests import Sha256
from clausework.items.model import Item, ItemType


class Asked(msgspec.Struct, frozen=True):
    """A field that a change request must fill: its name, what it tells, the clause, the classes that ask for it."""

    name: str
    meaning: str
    clause: str
    classes: str = "ABC"


ASKED: tuple[Asked, ...] = (
    Asked("source", "where the wish comes from: a problem, a need, a rule", "8.2.1"),
    Asked("reason", "why the change is made", "8.2.1"),
    Asked("affected_versions", "which released versions have what is changed", "8.2.1"),
    Asked("safety_analysis", "whether it adds causes of hazards, or weakens a control", "7.4.1"),
    Asked("control_impact", "which risk controls it touches, and how", "7.4.2", "BC"),
    Asked("security", "what it means for security", "6.2.3"),
    Asked("soup_delta", "SOUP that comes, goes or changes its version", "7.4.1", "BC"),
    Asked("class_change", "whether a safety class changes", "4.3"),
    Asked("interfaces", "interfaces and organisations that are affected", "6.2.3"),
    Asked("verification", "what is verified, and verified again", "8.2.3"),
    Asked("regulatory", "what regulators are to be told or asked", "6.2.5"),
    Asked("communication", "who among users is told, and how", "6.2.5"),
)
"""The fields of a change request beside ID, title, text and links. 'None' with its reason is an answer."""

_WITHOUT_REASON = re.compile(
    r"(?:none|n\.?\s?/?\s?a\.?|no|nothing|not applicable|unknown|tb[ad]|to ?do|-+|\?+|x+)\s*[.!]?",
    re.IGNORECASE,
)

SERVING = frozenset({ItemType.CHANGE_REQUEST, ItemType.TASK, ItemType.USER_NEED, ItemType.PROBLEM_REPORT})
"""The types of items that serve as change requests, or may by the plan: they are approved before the work."""

LIFE_CYCLE = frozenset({"status", "commits", "results", "closure", "implemented_in", "assignee"})
"""The fields that tell how far the work has come; no approval binds to them."""


def settled_hash(item: Item) -> Sha256:
    """Return the digest of what an approval of a change binds to: all but how far the work has come."""
    fields = {name: value for name, value in item.fields.items() if name not in LIFE_CYCLE}
    return msgspec.structs.replace(item, fields=fields).content_hash


def unsaid(fields: dict[str, str], links: bool, safety_class: str) -> tuple[Asked, ...]:  # noqa: FBT001
    """Return what a change request does not say; ``links`` tells whether it names what it affects."""
    missing = tuple(
        one for one in ASKED if safety_class in one.classes and not fields.get(one.name, "").strip()
    )
    affects = () if links else (Asked("affects", "links to the items that it affects", "6.2.3"),)
    return (*missing, *affects)


def without_reason(fields: dict[str, str]) -> tuple[Asked, ...]:
    """Return the fields that hold a word in the place of an answer: 'none' tells nobody why it is none."""
    return tuple(one for one in ASKED if _WITHOUT_REASON.fullmatch(fields.get(one.name, "").strip()))
