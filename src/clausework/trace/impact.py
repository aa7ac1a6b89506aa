"""What a change touches: items, risk controls, tests to repeat, clauses to serve again, signatures that lapse.

Clauses 5.6.6, 5.7.3, 6.2.3, 6.3.1, 7.4.1, 7.4.2. It is worked out from links alone, so it is no larger and no smaller
than what the links say; whether it is complete a person judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from clausework.trace.item_fact import ItemFact

Change = Literal["added", "removed", "changed", "links changed", "files changed", "named by a commit"]

_CONTROL = "risk_control_measure"


class TouchedItem(msgspec.Struct, frozen=True):
    """An item that the change touches itself: how, and the commits or paths that say so."""

    id: str
    type: str
    title: str
    change: tuple[Change, ...]
    by: tuple[str, ...] = ()


class ReachedItem(msgspec.Struct, frozen=True):
    """An item that is reached from a touched one over links; ``over`` is the way, in words."""

    id: str
    type: str
    title: str
    over: str


class ClauseAgain(msgspec.Struct, frozen=True):
    """A clause that has to be served again, and why."""

    clause: str
    because: str


class Touched(msgspec.Struct, frozen=True):
    """The items that a change touches itself, and those that their links reach."""

    items: tuple[TouchedItem, ...]
    reached: tuple[ReachedItem, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The IDs of all of them."""
        return frozenset({one.id for one in self.items} | {one.id for one in self.reached})

    def of(self, kind: str) -> tuple[str, ...]:
        """Return the IDs of those of type ``kind``, sorted."""
        every: tuple[TouchedItem | ReachedItem, ...] = (*self.items, *self.reached)
        return tuple(sorted({one.id for one in every if one.type == kind}))


_FORWARD: Mapping[str, tuple[str, ...]] = {
    "user_need": (),
    "architecture_item": (),
    "software_unit": ("implements",),
    "soup_item": (),
    "change_request": ("affects",),
    "problem_report": ("affects", "found_in"),
    "anomaly": ("affects", "found_in"),
    "risk": ("estimates",),
    "risk_control_measure": ("realised_by",),
}
"""The roles over which a change goes on from a link's source to its target, by the source's type."""

_BACKWARD: Mapping[str, tuple[str, ...]] = {
    "user_need": ("derives_from",),
    "system_requirement": ("derives_from",),
    "software_requirement": ("derives_from", "implements", "realised_by", "verifies"),
    "architecture_item": ("part_of", "allocated_to"),
    "software_unit": ("verifies",),
    "soup_item": ("uses",),
    "hazard": (),
    "hazardous_situation": ("estimates", "controls"),
    "risk": ("controls",),
    "risk_control_measure": (
        "verifies",
        "verifies_implementation",
        "verifies_effectiveness",
        "verifies_under_fault",
    ),
}
"""The roles over which a change goes on from a link's target back to its source, by the target's type."""


def touched_by(
    before: Sequence[ItemFact],
    after: Sequence[ItemFact],
    files: Mapping[str, Iterable[str]],
    commits: Mapping[str, Iterable[str]],
) -> Touched:
    """Return what a change from ``before`` to ``after`` touches.

    ``files`` holds the changed paths by the item that they belong to, ``commits`` the commits by the item they name.
    """
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    everything = old | new
    found: dict[str, tuple[list[Change], list[str]]] = {}

    def touch(item: str, change: Change, by: Iterable[str] = ()) -> None:
        changes, said = found.setdefault(item, ([], []))
        changes.append(change)
        said.extend(by)

    for one in sorted(everything):
        if one not in old:
            touch(one, "added")
        elif one not in new:
            touch(one, "removed")
        elif old[one].sha256 != new[one].sha256:
            links_only = msgspec.structs.replace(old[one], links=(), sha256="") == msgspec.structs.replace(
                new[one], links=(), sha256=""
            )
            touch(one, "links changed" if links_only and old[one].links != new[one].links else "changed")
    for item, paths in sorted(files.items()):
        touch(item, "files changed", sorted(paths))
    for item, names in sorted(commits.items()):
        if item in everything:
            touch(item, "named by a commit", [name[:12] for name in names])
    items = tuple(
        TouchedItem(one, everything[one].type, everything[one].title, tuple(changes), tuple(by))
        for one, (changes, by) in sorted(found.items())
    )
    return Touched(items, _reached(everything, [one.id for one in items]))


def _reached(items: Mapping[str, ItemFact], start: Sequence[str]) -> tuple[ReachedItem, ...]:
    leading: dict[tuple[str, str], list[str]] = {}
    for item in items.values():
        for role, target in item.links:
            leading.setdefault((target, role), []).append(item.id)
    ways: dict[str, str] = {}
    pending = list(start)
    seen = set(start)
    while pending:
        item = items[pending.pop(0)]
        steps = [
            (target, f"{item.id} {role} {target}")
            for role in _FORWARD.get(item.type, ())
            for target in item.targets(role)
        ]
        steps += [
            (source, f"{source} {role} {item.id}")
            for role in _BACKWARD.get(item.type, ())
            for source in leading.get((item.id, role), ())
        ]
        for one, way in steps:
            if one in items and one not in seen:
                seen.add(one)
                ways[one] = way
                pending.append(one)
    return tuple(
        ReachedItem(one, items[one].type, items[one].title, way) for one, way in sorted(ways.items())
    )


def clauses_again(touched: Touched, safety_class: str) -> tuple[ClauseAgain, ...]:
    """Return the clauses that the change asks to serve again, for the class, in the standard's order."""
    changed = {one.type for one in touched.items if set(one.change) != {"named by a commit"}}
    every = changed | {one.type for one in touched.reached}
    asked: list[tuple[str, str, str, bool]] = [
        (
            "5.2.6",
            "ABC",
            "requirements changed",
            "software_requirement" in changed or "system_requirement" in changed,
        ),
        ("5.3.6", "BC", "the architecture changed", "architecture_item" in changed),
        ("5.4.4", "C", "units changed", "software_unit" in changed),
        ("5.5.5", "BC", "units are touched", "software_unit" in every),
        (
            "5.6.6",
            "BC",
            "what is integrated changed",
            bool(every & {"software_unit", "architecture_item", "soup_item"}),
        ),
        ("5.7.3", "ABC", "requirements are touched", "software_requirement" in every),
        ("6.2.3", "ABC", "each change to released software is analysed", bool(touched.items)),
        ("7.1.3", "BC", "SOUP changed", "soup_item" in changed),
        ("7.3.1", "BC", "risk controls are touched", _CONTROL in every),
        ("7.4.1", "ABC", "each change is analysed for safety", bool(touched.items)),
        ("7.4.2", "BC", "risk controls are touched", _CONTROL in every),
        (
            "7.4.3",
            "BC",
            "the risk file changed",
            bool(changed & {"hazard", "hazardous_situation", "risk", _CONTROL}),
        ),
        ("8.2.1", "ABC", "each change rests on an approved request", bool(touched.items)),
    ]
    return tuple(
        ClauseAgain(clause, because)
        for clause, classes, because, holds in asked
        if holds and safety_class in classes
    )
